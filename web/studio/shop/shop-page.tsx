import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, intent, must } from '../../client/index.ts'
import { Go } from '../../kit/desk.tsx'
import { day, EmptyState, ErrorState, money, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { DepositCard } from '../money/deposit-card.tsx'
import { PayOutButton, PayoutList, Tiles } from '../money/payout-list.tsx'
import { Page } from '../page.tsx'
import { verificationQuery } from '../queries.ts'
import type { MyShop, ShopLine } from '../types.ts'
import { myShopQuery, shopLinesQuery, shopPayoutsQuery } from './queries.ts'

/** What my shop is owed, when it will be its own, and what was paid. */
export function ShopPage() {
  const { t } = useLingui()
  useLocale()
  const { data, error, isPending, refetch } = useQuery(myShopQuery)
  const payouts = useInfiniteQuery(shopPayoutsQuery)
  return (
    <Page
      title={data === undefined ? t`My shop` : pick(data.shop.name)}
      lead={
        data && (
          <Trans>
            A sale is yours {data.tier.days} days after its buyer confirmed, as long as nobody asks for money back.
          </Trans>
        )
      }
    >
      {isPending ? (
        <Skeleton height={240} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Sums sums={data.sums} />
          <Waiting currency={data.sums.currency} />
          <PayoutList pages={payouts} />
          <DepositCard of="shop" />
        </>
      )}
    </Page>
  )
}

function Sums({ sums }: { sums: MyShop['sums'] }) {
  const { t } = useLingui()
  const { data } = useQuery(verificationQuery)
  const owes = sums.availableMinor < 0
  const tiles = [
    { name: t`Waiting`, help: t`Confirmed; its days are not over`, amountMinor: sums.pendingMinor },
    {
      name: t`Available`,
      help: owes ? t`More went back than was there; the next sales pay it first` : t`May be paid out now`,
      amountMinor: sums.availableMinor,
    },
    ...(sums.reserveMinor === 0
      ? []
      : [{ name: t`Reserve`, help: t`Kept back for refunds, released later`, amountMinor: sums.reserveMinor }]),
    ...(sums.frozenMinor === 0
      ? []
      : [{ name: t`Frozen`, help: t`Held while a case is open`, amountMinor: sums.frozenMinor }]),
    { name: t`On its way`, help: t`Paid out; the bank has not answered`, amountMinor: sums.payoutMinor },
    { name: t`Paid out`, help: t`Has left for your bank`, amountMinor: sums.paidMinor },
  ]
  return (
    <Stack gap="sm">
      <Tiles tiles={tiles} currency={sums.currency} />
      {data !== undefined && data.verification.state !== 'verified' && (
        <Alert color="yellow" title={<Trans>Show who you are first</Trans>}>
          <Trans>Whoever takes a payout has shown his papers.</Trans>{' '}
          <Anchor component={Go} to="/verification" underline="always">
            <Trans>Do it now</Trans>
          </Anchor>
        </Alert>
      )}
      <Group>
        <PayOutButton
          availableMinor={sums.availableMinor}
          currency={sums.currency}
          ask={(id) => must(api.POST('/api/v1/studio/shop/payouts', { ...intent(id), body: { id } }))}
          stale={[['shop']]}
        />
        <Button component={Go} to="/shop/statement" variant="default">
          <Trans>Statement</Trans>
        </Button>
      </Group>
    </Stack>
  )
}

/** What is confirmed and waits for its day, line by line. */
function Waiting({ currency }: { currency: string }) {
  const pages = useInfiniteQuery(shopLinesQuery)
  const lines = pages.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5" mb="xs">
        <Trans>Waiting, line by line</Trans>
      </Title>
      {pages.isPending ? (
        <Skeleton height={80} />
      ) : pages.data === undefined ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : lines.length === 0 ? (
        <EmptyState title={<Trans>Nothing waits.</Trans>} />
      ) : (
        <dl className="sums">
          {lines.map((line) => (
            <Line key={`${line.orderId} ${line.lineNo}`} line={line} currency={currency} />
          ))}
        </dl>
      )}
      {pages.hasNextPage && (
        <Group justify="center" mt="sm">
          <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            <Trans>Load more</Trans>
          </Button>
        </Group>
      )}
    </Paper>
  )
}

function Line({ line, currency }: { line: ShopLine; currency: string }) {
  const costsMinor = line.commissionMinor + line.feesMinor + line.taxMinor
  return (
    <div>
      <dt>
        <Anchor
          component={Go}
          to="/shop/orders/$id"
          params={{ id: line.orderId }}
          size="sm"
          fw={600}
          underline="always"
          aria-label={`${line.orderNumber} · ${line.lineNo}`}
        >
          <Trans>
            Order {line.orderNumber}, line {line.lineNo}
          </Trans>
        </Anchor>
        <Text size="xs" c="dimmed">
          <Trans>
            {money(line.grossMinor, currency)} less {money(costsMinor, currency)} of commission and fees
          </Trans>
        </Text>
        <Text size="xs">
          {line.held ? (
            <Trans>waits for the answer to a buyer</Trans>
          ) : (
            <Trans>available from {day(line.releaseAt)}</Trans>
          )}
        </Text>
      </dt>
      <dd>
        <Text size="sm" fw={650} ta="end" className="tabular">
          {money(line.amountMinor - line.reversedMinor, currency)}
        </Text>
        {line.reversedMinor > 0 && (
          <Badge variant="light" size="sm" tt="none" color="red">
            <Trans>{money(line.reversedMinor, currency)} went back</Trans>
          </Badge>
        )}
      </dd>
    </div>
  )
}
