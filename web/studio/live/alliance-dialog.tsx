import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { shareOf } from '#contract/money'
import { EmptyState, ErrorState, money, Picture, pick, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { allianceQuery, categoriesQuery } from '../queries.ts'
import type { AllianceProduct } from '../types.ts'
import css from './live.module.css'

interface Of {
  opened: boolean
  /** As many still fit. */
  room: number
  inBag: ReadonlySet<string>
  onAdd: (productIds: string[]) => Promise<void>
  onClose: () => void
}

/** The selection alliance: what may be sold, what it brings, what is there. Many are added in one action. */
export function AllianceDialog(of: Of) {
  const { t } = useLingui()
  return (
    <Modal
      opened={of.opened}
      onClose={of.onClose}
      title={t`Choose goods`}
      size="xl"
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <Choice {...of} />
    </Modal>
  )
}

function Choice({ room, inBag, onAdd, onClose }: Of) {
  const { t } = useLingui()
  useLocale()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 250)
  const [category, setCategory] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const categories = useQuery(categoriesQuery)
  const pages = useInfiniteQuery(allianceQuery({ ...(q ? { q } : {}), ...(category ? { category } : {}) }))
  const products = pages.data?.pages.flatMap((page) => page.items) ?? []
  const add = useMutation({
    mutationFn: () => onAdd([...chosen]),
    onSuccess: onClose,
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const chosenCount = chosen.size
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <TextInput
          data-autofocus
          type="search"
          style={{ flex: '1 1 200px' }}
          aria-label={t`Search goods`}
          placeholder={t`Search goods`}
          leftSection={<Search size={16} aria-hidden="true" />}
          value={typed}
          maxLength={100}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label={t`Category`}
          value={category}
          data={[
            { value: '', label: t`All categories` },
            ...(categories.data?.categories ?? []).map((each) => ({
              value: each.code,
              label: `${pick(each.name)} (${each.products})`,
            })),
          ]}
          onChange={(event) => setCategory(event.currentTarget.value)}
        />
      </Group>
      {pages.isPending ? (
        <Skeleton height={240} />
      ) : pages.data === undefined ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : products.length === 0 ? (
        <EmptyState title={<Trans>Nothing fits. Try other words or another category.</Trans>} />
      ) : (
        <ul className={css['alliance']}>
          {products.map((product) => (
            <Row
              key={product.id}
              product={product}
              isInBag={inBag.has(product.id)}
              isChosen={chosen.has(product.id)}
              isFull={chosenCount >= room}
              onToggle={() => toggle(product.id)}
            />
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          <Trans>Load more</Trans>
        </Button>
      )}
      <div className={css['sticky']}>
        <Text size="sm" c="dimmed" role="status">
          {chosenCount >= room ? (
            <Trans>The bag holds at most 100; no more fit.</Trans>
          ) : (
            <Trans>Chosen: {chosenCount}</Trans>
          )}
        </Text>
        <Button loading={add.isPending} disabled={chosenCount === 0} onClick={() => add.mutate()}>
          {t`${plural(chosenCount, { one: 'Add # product', other: 'Add # products' })}`}
        </Button>
      </div>
    </Stack>
  )
}

function Row(of: {
  product: AllianceProduct
  isInBag: boolean
  isChosen: boolean
  isFull: boolean
  onToggle: () => void
}) {
  const { product } = of
  const title = pick(product.title)
  const earns = shareOf(product.priceMinor, product.commissionBasisPoints)
  return (
    <li>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the checkbox inside is the control. */}
      <label className={css['row']} data-chosen={of.isChosen || undefined}>
        <Checkbox
          aria-label={title}
          checked={of.isChosen || of.isInBag}
          disabled={of.isInBag || (of.isFull && !of.isChosen)}
          onChange={of.onToggle}
        />
        <Picture picture={product.picture} alt="" className="thumb" />
        <span className={css['rowText']}>
          <Text span size="sm" fw={600} lineClamp={1}>
            {title}
          </Text>
          <Text span size="xs" c="dimmed">
            {of.isInBag ? (
              <Trans>already in the bag</Trans>
            ) : product.soldOut ? (
              <Trans>sold out</Trans>
            ) : (
              <Trans>{product.unitsLeft} left</Trans>
            )}
          </Text>
        </span>
        <span className={css['rowFigures']}>
          <Text span size="sm" className="tabular">
            {money(product.priceMinor, product.currency)}
          </Text>
          <Text span size="xs" c="var(--good)" fw={600} className="tabular">
            <Trans>
              {product.commissionBasisPoints / 100} % · about {money(earns, product.currency)}
            </Trans>
          </Text>
        </span>
      </label>
    </li>
  )
}
