import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Paper, Stack, Text, Title } from '@mantine/core'
import { type UseInfiniteQueryResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { newId } from '../../client/index.ts'
import { dateTime, ErrorState, money, pick, Skeleton, toast, wordsOf } from '../../kit/index.ts'
import type { Payout } from '../types.ts'

export interface Tile {
  name: string
  help: string
  amountMinor: number
}

export function Tiles({ tiles, currency }: { tiles: readonly Tile[]; currency: string }) {
  return (
    <div className="tiles">
      {tiles.map((tile) => (
        <Paper withBorder p="sm" key={tile.name}>
          <Text size="sm" fw={600}>
            {tile.name}
          </Text>
          <Text fz={22} fw={650} className="tabular">
            {money(tile.amountMinor, currency)}
          </Text>
          <Text size="xs" c="dimmed">
            {tile.help}
          </Text>
        </Paper>
      ))}
    </div>
  )
}

/** All that is available, once: the same wish until it was answered, so a repeated press pays out once. */
export function PayOutButton(of: {
  availableMinor: number
  currency: string
  ask: (id: string) => Promise<{ payout: Payout }>
  /** Questions that are stale afterwards. */
  stale: readonly (readonly string[])[]
}) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id, setId] = useState(() => newId())
  const request = useMutation({
    mutationFn: () => of.ask(id),
    onSuccess: ({ payout }) => {
      toast(t`Payout ${payout.number}: ${money(payout.amountMinor, payout.currency)}`, 'good')
      setId(newId())
      for (const queryKey of of.stale) void queries.invalidateQueries({ queryKey })
    },
    onError: (error) => {
      toast(wordsOf(error), 'bad')
      setId(newId())
    },
  })
  return (
    <Button loading={request.isPending} disabled={of.availableMinor <= 0} onClick={() => request.mutate()}>
      <Trans>Pay out {money(Math.max(0, of.availableMinor), of.currency)}</Trans>
    </Button>
  )
}

export function PayoutList({ pages }: { pages: UseInfiniteQueryResult<{ pages: { items: Payout[] }[] }> }) {
  const payouts = pages.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5" mb="xs">
        <Trans>Payouts</Trans>
      </Title>
      {pages.isPending ? (
        <Skeleton height={80} />
      ) : pages.data === undefined ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : payouts.length === 0 ? (
        <Text size="sm" c="dimmed">
          <Trans>Nothing was paid out yet.</Trans>
        </Text>
      ) : (
        <Stack gap="xs">
          {payouts.map((payout) => (
            <PayoutCard key={payout.id} payout={payout} />
          ))}
          {pages.hasNextPage && (
            <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              <Trans>Load more</Trans>
            </Button>
          )}
        </Stack>
      )}
    </Paper>
  )
}

function PayoutCard({ payout }: { payout: Payout }) {
  const { t } = useLingui()
  const states = { closed: t`on its way`, paid: t`paid`, failed: t`failed` }
  return (
    <details>
      <summary>
        <Text span size="sm" fw={600}>
          {payout.number} · {money(payout.amountMinor, payout.currency)}
        </Text>{' '}
        <Text span size="xs" c="dimmed">
          {states[payout.state]} · {dateTime(payout.paidAt ?? payout.closedAt)}
        </Text>
      </summary>
      <dl className="sums">
        {payout.lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a closed payout never changes.
          <div key={index}>
            <dt>{pick(line.sentence)}</dt>
            <dd className="tabular">{money(line.amountMinor, payout.currency)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
