import { expect, test } from 'vitest'
import type { OrderPageData } from '../types.ts'
import { partsOf } from './money-picture.tsx'

const names = { goods: 'goods', fees: 'fees', house: 'house', buyer: 'buyer' }
const given = (of: { state?: string; commissions?: object[]; journals?: object[] }) =>
  ({
    order: { state: of.state ?? 'paid', payMinor: 10_000 },
    commissions: of.commissions ?? [],
    journals: of.journals ?? [],
  }) as unknown as OrderPageData

const commission = (partyName: string, amountMinor: number, state = 'estimated') => ({
  lineNo: 1,
  party: 'creator',
  partyName,
  amountMinor,
  state,
})

test('the parts always add up to what was paid', () => {
  const parts = partsOf(
    given({
      commissions: [commission('Afang', 1_600), commission('Agency', 400)],
      journals: [
        { postings: [{ account: 'expense:cogs', amountMinor: 4_500 }] },
        { postings: [{ account: 'expense:psp', amountMinor: 60 }] },
      ],
    }),
    names,
  )
  expect(parts.map((part) => [part.name, part.amountMinor])).toEqual([
    ['Afang', 1_600],
    ['Agency', 400],
    ['goods', 4_500],
    ['fees', 60],
    ['house', 3_440],
  ])
})

test('commission that is not due goes to nobody', () => {
  const parts = partsOf(given({ commissions: [commission('Afang', 1_600, 'ineligible')] }), names)
  expect(parts.map((part) => [part.name, part.amountMinor])).toEqual([['house', 10_000]])
})

test('a cancelled order went back to its buyer', () => {
  const parts = partsOf(given({ state: 'cancelled', commissions: [commission('Afang', 1_600)] }), names)
  expect(parts.map((part) => [part.name, part.amountMinor])).toEqual([['buyer', 10_000]])
})
