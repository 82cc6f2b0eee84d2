import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { ratioOf } from '#contract/money'
import { money } from '../../kit/index.ts'
import type { OrderPageData } from '../types.ts'
import css from './order.module.css'

export interface MoneyPart {
  name: string
  amountMinor: number
  tone: 'creator' | 'agency' | 'goods' | 'fees' | 'house' | 'buyer'
}

/**
 * The paid amount in parts. What is booked comes from the journals, commission from its lines (estimated until the order
 * is confirmed), and what is left stays with the house; so the parts always add up to what was paid.
 */
export function partsOf(
  { order, commissions, journals }: Pick<OrderPageData, 'order' | 'commissions' | 'journals'>,
  names: { goods: string; fees: string; house: string; buyer: string },
): MoneyPart[] {
  if (order.state === 'cancelled') return [{ name: names.buyer, amountMinor: order.payMinor, tone: 'buyer' }]
  const booked = (account: string) =>
    journals
      .flatMap((journal) => journal.postings)
      .filter((posting) => posting.account === account)
      .reduce((sum, posting) => sum + posting.amountMinor, 0)
  const byParty = new Map<string, MoneyPart>()
  for (const each of commissions) {
    if (each.state === 'ineligible') continue
    const part = byParty.get(each.partyName) ?? { name: each.partyName, amountMinor: 0, tone: each.party }
    byParty.set(each.partyName, { ...part, amountMinor: part.amountMinor + each.amountMinor })
  }
  const parts: MoneyPart[] = [
    ...byParty.values(),
    { name: names.goods, amountMinor: booked('expense:cogs'), tone: 'goods' },
    { name: names.fees, amountMinor: booked('expense:psp'), tone: 'fees' },
  ]
  const given = parts.reduce((sum, part) => sum + part.amountMinor, 0)
  return [...parts, { name: names.house, amountMinor: order.payMinor - given, tone: 'house' as const }].filter(
    (part) => part.amountMinor !== 0,
  )
}

export function MoneyPicture({ data }: { data: OrderPageData }) {
  const { t } = useLingui()
  const { order } = data
  const parts = partsOf(data, {
    goods: t`Cost of the goods`,
    fees: t`Payment fees`,
    house: t`Stays with us`,
    buyer: t`Back to the buyer`,
  })
  const isBooked = data.journals.some((journal) =>
    journal.postings.some((posting) => posting.account === 'revenue:goods'),
  )
  return (
    <>
      <div className={css['bar']} aria-hidden="true">
        {parts
          .filter((part) => part.amountMinor > 0)
          .map((part) => (
            <span key={part.name} data-tone={part.tone} style={{ flexGrow: part.amountMinor }} />
          ))}
      </div>
      <dl className={css['parts']}>
        {parts.map((part) => (
          <div key={part.name}>
            <dt>
              <span className={css['dot']} data-tone={part.tone} aria-hidden="true" />
              {part.name}
            </dt>
            <dd className="tabular">
              {money(part.amountMinor, order.currency)}{' '}
              <Text span size="xs" c="dimmed">
                {order.payMinor === 0 ? '' : `${(ratioOf(part.amountMinor, order.payMinor) * 100).toFixed(1)} %`}
              </Text>
            </dd>
          </div>
        ))}
        <div data-kind="total">
          <dt>
            <Trans>Paid</Trans>
          </dt>
          <dd className="tabular">{money(order.payMinor, order.currency)}</dd>
        </div>
      </dl>
      {!isBooked && order.state !== 'cancelled' && (
        <Text size="xs" c="dimmed" mt={6}>
          <Trans>
            Until the buyer confirms, the money is held and commission is an estimate; costs join when they are booked.
          </Trans>
        </Text>
      )}
    </>
  )
}
