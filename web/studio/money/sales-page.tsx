import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Receipt } from 'lucide-react'
import { Go } from '../../kit/desk.tsx'
import { dateTime, EmptyState, ErrorState, money, Picture, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { salesQuery } from '../queries.ts'
import type { Sale } from '../types.ts'

const states: Record<Sale['state'], { name: ReturnType<typeof msg>; colour: string }> = {
  unpaid: { name: msg`waits for payment`, colour: 'yellow' },
  paid: { name: msg`paid`, colour: 'orange' },
  packed: { name: msg`packed`, colour: 'blue' },
  shipped: { name: msg`shipped`, colour: 'teal' },
  delivered: { name: msg`delivered`, colour: 'teal' },
  confirmed: { name: msg`confirmed`, colour: 'green' },
  cancelled: { name: msg`cancelled`, colour: 'gray' },
}

/** Orders that I brought; each step of the warehouse and the carrier shows while it happens. */
export function SalesPage() {
  const { t } = useLingui()
  useLocale()
  const pages = useInfiniteQuery(salesQuery)
  const sales = pages.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page title={t`Sales`} lead={t`Orders that you brought, with each step until the buyer has them`}>
      {pages.isPending ? (
        <Skeleton height={240} />
      ) : pages.data === undefined ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : sales.length === 0 ? (
        <Paper withBorder>
          <EmptyState icon={<Receipt aria-hidden="true" />} title={<Trans>Nobody has bought from you yet.</Trans>}>
            <Button component={Go} to="/">
              <Trans>Go live</Trans>
            </Button>
          </EmptyState>
        </Paper>
      ) : (
        <Stack gap="xs">
          {sales.map((sale) => (
            <SaleCard key={`${sale.orderId} ${sale.title.en}`} sale={sale} />
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

function SaleCard({ sale }: { sale: Sale }) {
  const { t } = useLingui()
  const state = states[sale.state]
  return (
    <Paper withBorder p="sm" component="article">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Picture picture={sale.picture} alt="" className="thumb" />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm" fw={600} lineClamp={1}>
              {pick(sale.title)} × {sale.units}
            </Text>
            <Badge variant="light" color={state.colour} tt="none" style={{ flex: 'none' }}>
              {t(state.name)}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed">
            {sale.number} · {sale.buyerName} · {dateTime(sale.placedAt)}
          </Text>
          <Group justify="space-between" gap="xs" mt={4}>
            <Text size="sm">{pick(sale.lastStep)}</Text>
            <Text size="sm" className="tabular">
              {money(sale.payMinor, sale.currency)} ·{' '}
              <Text span fw={650} c="var(--good)">
                <Trans>you earn {money(sale.commissionMinor, sale.currency)}</Trans>
              </Text>
            </Text>
          </Group>
        </div>
      </Group>
    </Paper>
  )
}
