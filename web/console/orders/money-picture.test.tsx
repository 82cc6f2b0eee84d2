import { expect, test } from 'vitest'
import type { OrderPageData } from '../types.ts'
import { type FlowNames, flowOf } from './money-flow.ts'

const names: FlowNames = {
  ...{ paid: 'paid', subsidy: 'subsidy', back: 'back', seller: 'seller', goods: 'goods', losses: 'losses', tax: 'tax' },
  house: 'house',
  fee: { referral: 'referral', provider: 'provider', service: 'service', fulfilment: 'fulfilment' },
}
const given = (of: object, order: object = {}) =>
  ({
    order: { state: 'paid', payMinor: 10_000, refundedMinor: 0, ...order },
    ...{ commissions: [], journals: [], fees: [], isOfSeller: false, subsidyMinor: 0 },
    ...of,
  }) as unknown as OrderPageData
const commission = (partyName: string, amountMinor: number, state = 'estimated', reversedMinor = 0) => {
  return { lineNo: 1, party: 'creator', partyName, amountMinor, reversedMinor, state }
}
const told = (data: OrderPageData) => {
  const flow = flowOf(data, names)
  const amounts = (parts: typeof flow.from) => Object.fromEntries(parts.map((part) => [part.name, part.amountMinor]))
  const sum = (parts: typeof flow.from) => parts.reduce((total, part) => total + part.amountMinor, 0)
  expect([sum(flow.from), sum(flow.to)], 'both sides are the same money').toEqual([flow.totalMinor, flow.totalMinor])
  return { from: amounts(flow.from), to: amounts(flow.to) }
}

test('what we sell ourselves: the creators, the cost, and the rest stays with us', () => {
  const journals = [
    { kind: 'order.confirmed', postings: [{ account: 'expense:cogs', amountMinor: 4_500 }] },
    { kind: 'goods.returned', postings: [{ account: 'expense:claims', amountMinor: 60 }] },
  ]
  const commissions = [commission('Afang', 1_600), commission('Agency', 400)]
  expect(told(given({ commissions, journals })).to).toEqual({
    ...{ Afang: 1_600, Agency: 400, goods: 4_500, losses: 60, house: 3_440 },
  })
})

test('what a seller sells, after a refund of 40 %: every share is what the books say', () => {
  const data = given(
    {
      isOfSeller: true,
      subsidyMinor: 1_000,
      commissions: [commission('Afang', 1_275, 'pending', 510)],
      fees: [
        { kind: 'referral', amountMinor: 570, backMinor: 228 - 46, taxMinor: 0, taxBackMinor: 0 },
        { kind: 'provider', amountMinor: 51, backMinor: 0, taxMinor: 0, taxBackMinor: 0 },
      ],
      journals: [
        { kind: 'order.confirmed', postings: [{ account: 'subsidy', amountMinor: 1_000 }] },
        { kind: 'order.refunded', postings: [{ account: 'subsidy', amountMinor: -400 }] },
      ],
    },
    { state: 'confirmed', payMinor: 8_500, refundedMinor: 3_400 },
  )
  expect(told(data)).toEqual({
    from: { paid: 8_500, subsidy: 600 },
    to: { back: 3_400, Afang: 765, referral: 388, provider: 51, seller: 4_496 },
  })
})

test('before it is confirmed, what was frozen with the order is the estimate', () => {
  const data = given({ subsidyMinor: 500, commissions: [commission('Afang', 1_000)] })
  expect(told(data)).toEqual({ from: { paid: 10_000, subsidy: 500 }, to: { Afang: 1_000, house: 9_500 } })
})

test('commission that is not due goes to nobody; a cancelled order went back to its buyer', () => {
  expect(told(given({ commissions: [commission('Afang', 1_600, 'ineligible')] })).to).toEqual({ house: 10_000 })
  const cancelled = given({ commissions: [commission('Afang', 1_600)], subsidyMinor: 500 }, { state: 'cancelled' })
  expect(told(cancelled)).toEqual({ from: { paid: 10_000 }, to: { back: 10_000 } })
})
