import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Text } from '@mantine/core'
import { api, must } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, money, pick, useLocale } from '../../kit/index.ts'
import { StateBadge } from '../badge.tsx'
import { FilterChips, Listing, Page, rowLink, SearchField, usePages } from '../listing.tsx'
import { given } from '../queries.ts'
import type { OrderRow, OrderState } from '../types.ts'
import { orderWords } from '../words.ts'

export function OrdersPage() {
  const { t } = useLingui()
  useLocale()
  const [filters] = useFilters()
  const wanted = given({ q: filters['q'], state: filters['state'] as OrderState | undefined })
  const pages = usePages<OrderRow>(
    ['orders', wanted],
    (query, signal) => must(api.GET('/api/v1/orders', { params: { query: { ...query, ...wanted } }, signal })),
    { refetchMs: 15_000 },
  )
  const nobodyAsked = Object.keys(wanted).length === 0
  return (
    <Page title={t`Orders`}>
      <Group gap="xs">
        <SearchField label={t`Order number, buyer or phone`} />
      </Group>
      <FilterChips
        label={t`State`}
        name="state"
        options={Object.entries(orderWords).map(([value, words]) => ({ value, label: t(words.name) }))}
      />
      <Listing
        label={t`Orders`}
        pages={pages}
        keyOf={(order) => order.id}
        empty={nobodyAsked ? <Trans>Nobody has bought yet.</Trans> : <Trans>No order fits these filters.</Trans>}
        emptyStep={
          nobodyAsked ? (
            <Button component="a" href="/" variant="default">
              <Trans>Go to the shop</Trans>
            </Button>
          ) : (
            <Button component={Go} to="/orders" search={{}} variant="default">
              <Trans>Show all</Trans>
            </Button>
          )
        }
        columns={[
          {
            name: t`Order`,
            cell: (order) => (
              <Go to="/orders/$id" params={{ id: order.id }} className={rowLink}>
                {order.number}
              </Go>
            ),
          },
          { name: t`State`, cell: (order) => <StateBadge words={orderWords[order.state]} /> },
          { name: t`Buyer`, wideOnly: true, cell: (order) => order.buyerName },
          {
            name: t`Goods`,
            wideOnly: true,
            cell: (order) => (
              <Text size="sm" lineClamp={1}>
                {order.lines[0] ? pick(order.lines[0].title) : ''}
                {order.lines.length > 1 && ` +${order.lines.length - 1}`}
              </Text>
            ),
          },
          { name: t`Brought by`, wideOnly: true, cell: (order) => order.creatorName ?? '–' },
          { name: t`Paid`, figures: true, cell: (order) => money(order.payMinor, order.currency) },
          { name: t`When`, wideOnly: true, figures: true, cell: (order) => dateTime(order.placedAt) },
        ]}
      />
    </Page>
  )
}
