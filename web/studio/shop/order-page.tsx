import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ChevronLeft } from 'lucide-react'
import { Go, useParam } from '../../kit/desk.tsx'
import { dateTime, day, ErrorState, money, Picture, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import type { ShopOrder } from '../types.ts'
import { feeNames, orderStates, shareStates } from './order-words.ts'
import { shopOrderQuery } from './queries.ts'

/** One order of my shop: from what the buyer paid to what is mine of it, line by line. */
export function ShopOrderPage() {
  const { t } = useLingui()
  useLocale()
  const id = useParam('id')
  const { data, error, isPending, refetch } = useQuery(shopOrderQuery(id))
  return (
    <Page
      title={data === undefined ? t`Order` : t`Order ${data.order.number}`}
      lead={data && `${data.order.buyerName} · ${dateTime(data.order.placedAt)}`}
      action={
        <Button
          component={Go}
          to="/shop/orders"
          variant="default"
          leftSection={<ChevronLeft size={16} aria-hidden="true" />}
        >
          <Trans>All orders</Trans>
        </Button>
      }
    >
      {isPending ? (
        <Skeleton height={240} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Group gap="xs">
            <Badge variant="light" color={orderStates[data.order.state].colour} tt="none">
              {t(orderStates[data.order.state].name)}
            </Badge>
            {data.order.refundedMinor > 0 && (
              <Text size="sm">
                <Trans>{money(data.order.refundedMinor, data.order.currency)} went back to the buyer</Trans>
              </Text>
            )}
          </Group>
          {data.order.lines.map((line) => (
            <Line key={line.no} line={line} currency={data.order.currency} />
          ))}
          <Paper withBorder p="md" component="section">
            <Title order={2} size="h5" mb="xs">
              <Trans>Steps</Trans>
            </Title>
            <Stack gap={6} component="ol" m={0} pl={18}>
              {data.steps.map((step) => (
                <li key={step.step}>
                  <Text size="sm">{pick(step.sentence)}</Text>
                  <Text size="xs" c="dimmed">
                    {dateTime(step.at)}
                  </Text>
                </li>
              ))}
            </Stack>
          </Paper>
        </>
      )}
    </Page>
  )
}

function Line({ line, currency }: { line: ShopOrder['lines'][number]; currency: string }) {
  const { t } = useLingui()
  const { share } = line
  const priceMinor = line.payMinor + line.discounts.reduce((sum, each) => sum + each.amountMinor, 0)
  const rows: { key: string; name: string; amountMinor: number; more?: string }[] = [
    { key: 'price', name: t`Price`, amountMinor: priceMinor },
    ...line.discounts.map((each, index) => ({
      key: `discount ${index}`,
      name: pick(each.name),
      amountMinor: -each.ownMinor,
      more: t`${money(each.amountMinor, currency)} off, of which you bear ${money(each.ownMinor, currency)}`,
    })),
    ...line.commissions.map((each, index) => ({
      key: `commission ${index}`,
      name: t`Commission of ${each.partyName}`,
      amountMinor: -each.amountMinor,
      ...(each.reversedMinor === 0 ? {} : { more: t`${money(each.reversedMinor, currency)} of it came back` }),
    })),
    ...line.fees.flatMap((fee) => [
      {
        key: fee.kind,
        name: t(feeNames[fee.kind]),
        amountMinor: -fee.amountMinor,
        ...(fee.backMinor === 0 ? {} : { more: t`${money(fee.backMinor, currency)} of it came back` }),
      },
      ...(fee.taxMinor === 0 ? [] : [{ key: `${fee.kind} tax`, name: t`Tax on it`, amountMinor: -fee.taxMinor }]),
    ]),
  ]
  return (
    <Paper withBorder p="md" component="section" id={`line-${line.no}`}>
      <Group gap="sm" wrap="nowrap" mb="xs">
        <Picture picture={line.picture} alt="" className="thumb" />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Title order={2} size="h5">
            {pick(line.title)}
          </Title>
          <Text size="xs" c="dimmed">
            {pick(line.label)} · {line.units} × {money(line.unitPriceMinor, currency)}
          </Text>
        </div>
        <Badge variant="light" color={shareStates[share.state].colour} tt="none" style={{ flex: 'none' }}>
          {t(shareStates[share.state].name)}
        </Badge>
      </Group>
      <dl className="sums">
        {share.state !== 'void' &&
          rows.map((row) => (
            <div key={row.key}>
              <dt>
                <Text size="sm">{row.name}</Text>
                {row.more && (
                  <Text size="xs" c="dimmed">
                    {row.more}
                  </Text>
                )}
              </dt>
              <dd className="tabular">{money(row.amountMinor, currency)}</dd>
            </div>
          ))}
        {share.reversedMinor > 0 && (
          <div>
            <dt>
              <Trans>Went back with refunds</Trans>
            </dt>
            <dd className="tabular">{money(-share.reversedMinor, currency)}</dd>
          </div>
        )}
        <div>
          <dt>
            <Text size="sm" fw={650}>
              {share.isEstimate ? <Trans>For you, as it looks now</Trans> : <Trans>For you</Trans>}
            </Text>
            {share.state === 'pending' && share.releaseAt && (
              <Text size="xs">
                <Trans>available from {day(share.releaseAt)}</Trans>
              </Text>
            )}
          </dt>
          <dd className="tabular">
            <b>{money(share.amountMinor - share.reversedMinor, currency)}</b>
          </dd>
        </div>
      </dl>
    </Paper>
  )
}
