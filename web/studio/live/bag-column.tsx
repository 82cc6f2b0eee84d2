import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Text, Title } from '@mantine/core'
import { Plus, ShoppingBag } from 'lucide-react'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { EmptyState, toast, wordsOf } from '../../kit/index.ts'
import type { BagItem, StudioSession } from '../types.ts'
import { AllianceDialog } from './alliance-dialog.tsx'
import { BagList } from './bag-list.tsx'

const bagMax = 100

export function BagColumn({
  sessionId,
  bag,
  pinnedItemId,
  onChange: change,
  onStale,
}: {
  sessionId: string
  bag: readonly BagItem[]
  pinnedItemId: string | null
  /** What the server answered, or what is about to be so. */
  onChange: (changed: Partial<StudioSession>) => void
  /** What is shown may be wrong: it is to be asked for anew. */
  onStale: () => void
}) {
  const { t } = useLingui()
  const [adding, setAdding] = useState(false)

  const failed = (error: unknown) => {
    toast(wordsOf(error), 'bad')
    onStale()
  }
  const path = { id: sessionId }
  const order = async (itemIds: string[]) => {
    try {
      change(await must(api.PUT('/api/v1/studio/sessions/{id}/bag-order', { params: { path }, body: { itemIds } })))
    } catch (error) {
      failed(error)
      throw error
    }
  }
  const pin = async (itemId: string | null) => {
    const before = pinnedItemId
    change({ pinnedItemId: itemId })
    try {
      change(await must(api.PUT('/api/v1/studio/sessions/{id}/pin', { params: { path }, body: { itemId } })))
    } catch (error) {
      change({ pinnedItemId: before })
      failed(error)
    }
  }
  const remove = async (itemId: string) => {
    try {
      const params = { path: { ...path, itemId } }
      change(await must(api.DELETE('/api/v1/studio/sessions/{id}/bag/{itemId}', { params })))
    } catch (error) {
      failed(error)
    }
  }

  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h5">
          <Trans>Bag</Trans>{' '}
          <Text span size="sm" c="dimmed">
            {bag.length}/{bagMax}
          </Text>
        </Title>
        <Button
          size="xs"
          leftSection={<Plus size={14} aria-hidden="true" />}
          disabled={bag.length >= bagMax}
          onClick={() => setAdding(true)}
        >
          <Trans>Add goods</Trans>
        </Button>
      </Group>
      {bag.length === 0 ? (
        <EmptyState icon={<ShoppingBag aria-hidden="true" />} title={<Trans>The bag is empty.</Trans>}>
          <Button variant="default" onClick={() => setAdding(true)}>
            <Trans>Choose from the alliance</Trans>
          </Button>
        </EmptyState>
      ) : (
        <BagList
          bag={bag}
          pinnedItemId={pinnedItemId}
          onOrder={order}
          onPin={(itemId) => void pin(itemId)}
          onRemove={(itemId) => void remove(itemId)}
        />
      )}
      <AllianceDialog
        opened={adding}
        onClose={() => setAdding(false)}
        room={bagMax - bag.length}
        inBag={new Set(bag.map((item) => item.productId))}
        onAdd={async (productIds) => {
          const body = { productIds }
          change(await must(api.POST('/api/v1/studio/sessions/{id}/bag', { params: { path }, body })))
          toast(t`In the bag: ${productIds.length}`, 'good')
        }}
      />
    </>
  )
}
