import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, intent, must, newId } from '../../client/index.ts'
import {
  dateTime,
  day,
  EmptyState,
  ErrorState,
  money,
  pick,
  Skeleton,
  toast,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { earningsQuery, payoutsQuery } from '../queries.ts'
import type { EarningLine, Earnings, Payout } from '../types.ts'

const lineStates: Record<EarningLine['state'], { name: ReturnType<typeof msg>; colour: string }> = {
  estimated: { name: msg`estimated`, colour: 'gray' },
  pending: { name: msg`waiting`, colour: 'blue' },
  available: { name: msg`available`, colour: 'green' },
  paid: { name: msg`paid out`, colour: 'teal' },
  ineligible: { name: msg`not due`, colour: 'gray' },
  frozen: { name: msg`frozen`, colour: 'red' },
}

/** What I earn, from an estimate to the bank; every amount names its orders. */
export function EarningsPage() {
  const { t } = useLingui()
  useLocale()
  const pages = useInfiniteQuery(earningsQuery)
  const sums = pages.data?.pages[0]
  return (
    <Page title={t`Earnings`} lead={t`Each amount names its orders, down to the line.`}>
      {pages.isPending ? (
        <Skeleton height={240} />
      ) : sums === undefined ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : (
        <>
          <Sums sums={sums} />
          <Lines
            lines={pages.data?.pages.flatMap((page) => page.lines.items) ?? []}
            currency={sums.currency}
            more={
              pages.hasNextPage && (
                <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  <Trans>Load more</Trans>
                </Button>
              )
            }
          />
          <Payouts />
        </>
      )}
    </Page>
  )
}

function Sums({ sums }: { sums: Earnings }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  // The same wish until it was answered: a repeated press pays out once.
  const [id, setId] = useState(() => newId())
  const request = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/payouts', { ...intent(id), body: { id } })),
    onSuccess: ({ payout }) => {
      toast(t`Payout ${payout.number}: ${money(payout.amountMinor, payout.currency)}`, 'good')
      setId(newId())
      void queries.invalidateQueries({ queryKey: ['earnings'] })
      void queries.invalidateQueries({ queryKey: ['payouts'] })
    },
    onError: (error) => {
      toast(wordsOf(error), 'bad')
      setId(newId())
    },
  })
  const tiles = [
    { name: t`Estimated`, help: t`Until buyers confirm`, amountMinor: sums.estimatedMinor },
    { name: t`Waiting`, help: t`Confirmed; the return window is open`, amountMinor: sums.pendingMinor },
    { name: t`Available`, help: t`May be paid out now`, amountMinor: sums.availableMinor },
    { name: t`Reserve`, help: t`Kept back for refunds, released later`, amountMinor: sums.reserveMinor },
    ...(sums.frozenMinor === 0
      ? []
      : [{ name: t`Frozen`, help: t`Held while a case is open`, amountMinor: sums.frozenMinor }]),
    { name: t`Paid out`, help: t`Has left for your bank`, amountMinor: sums.paidMinor },
  ]
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs">
        {tiles.map((tile) => (
          <Paper withBorder p="sm" key={tile.name}>
            <Text size="sm" fw={600}>
              {tile.name}
            </Text>
            <Text fz={22} fw={650} className="tabular">
              {money(tile.amountMinor, sums.currency)}
            </Text>
            <Text size="xs" c="dimmed">
              {tile.help}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      <Group>
        <Button loading={request.isPending} disabled={sums.availableMinor <= 0} onClick={() => request.mutate()}>
          <Trans>Pay out {money(Math.max(0, sums.availableMinor), sums.currency)}</Trans>
        </Button>
      </Group>
    </Stack>
  )
}

function Lines({ lines, currency, more }: { lines: readonly EarningLine[]; currency: string; more: React.ReactNode }) {
  const { t } = useLingui()
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5" mb="xs">
        <Trans>Line by line</Trans>
      </Title>
      {lines.length === 0 ? (
        <EmptyState title={<Trans>Your first sale will stand here.</Trans>} />
      ) : (
        <dl className="sums">
          {lines.map((line) => (
            <div key={`${line.orderId} ${line.lineNo}`}>
              <dt>
                <Text size="sm" fw={600}>
                  {pick(line.title)}
                </Text>
                <Text size="xs" c="dimmed">
                  <Trans>
                    Order {line.orderNumber}, line {line.lineNo}
                  </Trans>{' '}
                  · {line.basisPoints / 100} % × {money(line.baseMinor, currency)} · {dateTime(line.placedAt)}
                </Text>
                {line.availableAt && line.state === 'pending' && (
                  <Text size="xs">
                    <Trans>available from {day(line.availableAt)}</Trans>
                  </Text>
                )}
              </dt>
              <dd>
                <Text size="sm" fw={650} ta="end" className="tabular">
                  {money(line.amountMinor, currency)}
                </Text>
                <Badge variant="light" size="sm" tt="none" color={lineStates[line.state].colour}>
                  {t(lineStates[line.state].name)}
                </Badge>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {more && (
        <Group justify="center" mt="sm">
          {more}
        </Group>
      )}
    </Paper>
  )
}

function Payouts() {
  const pages = useInfiniteQuery(payoutsQuery)
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
            <dt>
              {pick(line.sentence)} {line.orderNumber}
            </dt>
            <dd className="tabular">{money(line.amountMinor, payout.currency)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
