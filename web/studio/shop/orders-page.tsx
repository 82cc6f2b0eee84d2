import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Package } from 'lucide-react'
import { Go } from '../../kit/desk.tsx'
import { dateTime, EmptyState, ErrorState, money, Picture, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import type { ShopOrder } from '../types.ts'
import { orderStates } from './order-words.ts'
import { shopOrdersQuery } from './queries.ts'

/** My shop's orders, with what it will have of each. */
export function ShopOrdersPage() {
  const { t } = useLingui()
  useLocale()
  const pages = useInfiniteQuery(shopOrdersQuery)
  const orders = pages.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page title={t`Orders`} lead={t`What your shop sold, and what it has of each after commission and fees`}>
      {pages.isPending ? (
        <Skeleton height={240} />
      ) : pages.data === undefined ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : orders.length === 0 ? (
        <Paper withBorder>
          <EmptyState
            icon={<Package aria-hidden="true" />}
            title={<Trans>Nobody has bought from your shop yet.</Trans>}
          />
        </Paper>
      ) : (
        <Stack gap="xs">
          {orders.map((order) => (
            <OrderCard key={order.id} order={order} />
          ))}
          {pages.hasNextPage && (
            <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              <Trans>Load more</Trans>
            </Button>
          )}
        </Stack>
      )}
    </Page>
  )
}

function OrderCard({ order }: { order: ShopOrder }) {
  const { t } = useLingui()
  const state = orderStates[order.state]
  const [line] = order.lines
  const units = order.lines.reduce((sum, each) => sum + each.units, 0)
  const leftMinor = order.lines.reduce((sum, { share }) => sum + share.amountMinor - share.reversedMinor, 0)
  return (
    <Paper withBorder p="sm" component="article">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Picture picture={line?.picture ?? ''} alt="" className="thumb" />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Anchor
              component={Go}
              to="/shop/orders/$id"
              params={{ id: order.id }}
              size="sm"
              fw={600}
              underline="always"
            >
              {order.number}
            </Anchor>
            <Badge variant="light" color={state.colour} tt="none" style={{ flex: 'none' }}>
              {t(state.name)}
            </Badge>
          </Group>
          <Text size="sm" lineClamp={1}>
            {line ? pick(line.title) : ''} × {units}
          </Text>
          <Text size="xs" c="dimmed">
            {order.buyerName} · {dateTime(order.placedAt)}
          </Text>
          <Group justify="space-between" gap="xs" mt={4}>
            <Text size="sm" className="tabular">
              <Trans>paid {money(order.payMinor, order.currency)}</Trans>
            </Text>
            <Text size="sm" fw={650} className="tabular">
              <Trans>for you {money(leftMinor, order.currency)}</Trans>
            </Text>
          </Group>
        </div>
      </Group>
    </Paper>
  )
}
