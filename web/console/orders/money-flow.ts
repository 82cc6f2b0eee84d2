/**
 * Who gets what of an order's money, and from whom it comes: what was paid and what we gave on the left, everybody's part on the
 * right. What is booked comes from the journals; what is not yet is the estimate that was frozen with the order; what is left stays
 * with us. So both sides always add up to the same.
 */
import type { OrderPageData } from '../types.ts'

export type Tone = 'creator' | 'agency' | 'seller' | 'goods' | 'fees' | 'house' | 'buyer'

export interface FlowPart {
  key: string
  name: string
  amountMinor: number
  tone: Tone
}

export interface Flow {
  from: FlowPart[]
  to: FlowPart[]
  totalMinor: number
}

export interface FlowNames {
  paid: string
  subsidy: string
  back: string
  seller: string
  goods: string
  losses: string
  tax: string
  house: string
  fee: Record<OrderPageData['fees'][number]['kind'], string>
}

type Data = Pick<OrderPageData, 'order' | 'commissions' | 'journals' | 'fees' | 'isOfSeller' | 'subsidyMinor'>

export function flowOf({ order, commissions, journals, fees, isOfSeller, subsidyMinor }: Data, names: FlowNames): Flow {
  const postings = journals.flatMap((journal) => journal.postings)
  const booked = (account: string) =>
    postings.reduce((sum, posting) => (posting.account === account ? sum + posting.amountMinor : sum), 0)
  const isConfirmed = journals.some(({ kind }) => kind === 'order.confirmed')
  const isCancelled = order.state === 'cancelled'

  const backMinor = isCancelled ? order.payMinor : order.refundedMinor
  const givenMinor = isCancelled ? 0 : isConfirmed ? booked('subsidy') : subsidyMinor
  const from: FlowPart[] = [
    { key: 'paid', name: names.paid, amountMinor: order.payMinor, tone: 'buyer' },
    { key: 'subsidy', name: names.subsidy, amountMinor: givenMinor, tone: 'house' },
  ]
  const to: FlowPart[] = [{ key: 'back', name: names.back, amountMinor: backMinor, tone: 'buyer' }]
  if (!isCancelled) {
    const parties = new Map<string, FlowPart>()
    for (const each of commissions) {
      if (each.state === 'ineligible') continue
      const part = parties.get(each.partyName) ?? {
        key: each.partyName,
        name: each.partyName,
        amountMinor: 0,
        tone: each.party,
      }
      parties.set(each.partyName, { ...part, amountMinor: part.amountMinor + each.amountMinor - each.reversedMinor })
    }
    to.push(...parties.values())
    for (const kind of ['referral', 'provider', 'service', 'fulfilment'] as const) {
      const amountMinor = fees.reduce(
        (sum, fee) => (fee.kind === kind ? sum + fee.amountMinor - fee.backMinor : sum),
        0,
      )
      to.push({ key: kind, name: names.fee[kind], amountMinor, tone: 'fees' })
    }
    const taxMinor = fees.reduce((sum, fee) => sum + fee.taxMinor - fee.taxBackMinor, 0)
    to.push({ key: 'tax', name: names.tax, amountMinor: taxMinor, tone: 'fees' })
    to.push({ key: 'goods', name: names.goods, amountMinor: booked('expense:cogs'), tone: 'goods' })
    to.push({ key: 'losses', name: names.losses, amountMinor: booked('expense:claims'), tone: 'goods' })
  }
  const totalMinor = from.reduce((sum, part) => sum + part.amountMinor, 0)
  const leftMinor = totalMinor - to.reduce((sum, part) => sum + part.amountMinor, 0)
  to.push(
    isOfSeller && !isCancelled
      ? { key: 'seller', name: names.seller, amountMinor: leftMinor, tone: 'seller' }
      : { key: 'house', name: names.house, amountMinor: leftMinor, tone: 'house' },
  )
  const shown = (parts: FlowPart[]) => parts.filter(({ amountMinor }) => amountMinor !== 0)
  return { from: shown(from), to: shown(to), totalMinor }
}
