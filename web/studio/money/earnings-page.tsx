import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { api, intent, must } from '../../client/index.ts'
import { dateTime, day, EmptyState, ErrorState, money, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { earningsQuery, payoutsQuery } from '../queries.ts'
import type { EarningLine, Earnings } from '../types.ts'
import { DepositCard } from './deposit-card.tsx'
import { PayOutButton, PayoutList, Tiles } from './payout-list.tsx'

const lineStates: Record<EarningLine['state'], { name: ReturnType<typeof msg>; colour: string }> = {
  estimated: { name: msg`estimated`, colour: 'gray' },
  pending: { name: msg`waiting`, colour: 'blue' },
  available: { name: msg`available`, colour: 'green' },
  paid: { name: msg`paid out`, colour: 'teal' },
  reversed: { name: msg`went back`, colour: 'gray' },
  ineligible: { name: msg`not due`, colour: 'gray' },
  frozen: { name: msg`frozen`, colour: 'red' },
}

/** What I earn, from an estimate to the bank; every amount names its orders. */
export function EarningsPage() {
  const { t } = useLingui()
  useLocale()
  const pages = useInfiniteQuery(earningsQuery)
  const payouts = useInfiniteQuery(payoutsQuery)
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
          <PayoutList pages={payouts} />
          <DepositCard of="creator" />
        </>
      )}
    </Page>
  )
}

function Sums({ sums }: { sums: Earnings }) {
  const { t } = useLingui()
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
      <Tiles tiles={tiles} currency={sums.currency} />
      <Group>
        <PayOutButton
          availableMinor={sums.availableMinor}
          currency={sums.currency}
          ask={(id) => must(api.POST('/api/v1/studio/payouts', { ...intent(id), body: { id } }))}
          stale={[['earnings'], ['payouts']]}
        />
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
                <Why line={line} currency={currency} />
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

const plans: Record<string, ReturnType<typeof msg>> = {
  open: msg`Open plan`,
  target: msg`Plan for you`,
  exclusive: msg`Exclusive plan`,
}
const reasons: Record<string, ReturnType<typeof msg>> = {
  order_cancelled: msg`the order was cancelled`,
  order_not_paid: msg`the order was not paid`,
  forfeited: msg`forfeited after a violation`,
}

/** How the amount came about: the plan and rate that were frozen with the order, my part of it, what went back, and why it is not due. */
function Why({ line, currency }: { line: EarningLine; currency: string }) {
  const { t } = useLingui()
  const plan = plans[line.planKind]
  const reason = reasons[line.reason]
  const earnedMinor = line.amountMinor + line.reversedMinor
  return (
    <Text size="xs" c="dimmed">
      {plan && t(plan)} ·{' '}
      {earnedMinor === line.commissionMinor ? (
        <Trans>all {money(line.commissionMinor, currency)} of it yours</Trans>
      ) : (
        <Trans>
          {money(earnedMinor, currency)} of {money(line.commissionMinor, currency)} yours
        </Trans>
      )}
      {line.reversedMinor > 0 && (
        <>
          {' '}
          · <Trans>{money(line.reversedMinor, currency)} went back with refunds</Trans>
        </>
      )}
      {reason && <> · {t(reason)}</>}
    </Text>
  )
}
