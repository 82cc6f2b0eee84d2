import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareOf, sumOf } from '#contract/money'
import { reverseAlongChain, splitAlongChain } from './chain.ts'

const amounts = fc.integer({ min: 0, max: 1_000_000_000_000 })
const rates = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 4 })

test('five parties of a published example: 10 becomes 4, 2, 2, 1 and 1', () => {
  // Agency 1 keeps 4 of 10, agency 2 keeps 2 of 6, the creator 2 of 4, the promoter's agency 1 of 2, the promoter has 1.
  const parts = splitAlongChain(10, [4_000, 3_333, 5_000, 5_000])
  expect(parts.map((part) => part.grossMinor)).toEqual([10, 6, 4, 2, 1])
  expect(parts.map((part) => part.netMinor)).toEqual([4, 2, 2, 1, 1])
})

test('an agency that takes 30 % of 1,790 has 537, the creator 1,253', () => {
  expect(splitAlongChain(1_790, [3_000]).map((part) => part.netMinor)).toEqual([537, 1_253])
})

test('half a refund takes 895 back: 268 from the agency, 627 from the creator', () => {
  const parts = splitAlongChain(shareOf(17_900, 1_000), [3_000])
  expect(reverseAlongChain(parts, { paidMinor: 17_900, refundedMinor: 8_950 })).toEqual([268, 627])
})

test('the nets of a chain sum to what came in, and none is negative', () => {
  fc.assert(
    fc.property(amounts, rates, (amount, keeps) => {
      const parts = splitAlongChain(amount, keeps)
      expect(sumOf(parts.map((part) => part.netMinor))).toBe(amount)
      for (const part of parts) expect(part.netMinor).toBeGreaterThanOrEqual(0)
      const passed = parts.map((part) => part.passedMinor)
      expect(passed).toEqual([...parts.slice(1).map((part) => part.grossMinor), 0])
    }),
  )
})

test('reversals stay within each net, sum to the reversal of the whole, and a full refund closes every net', () => {
  fc.assert(
    fc.property(
      amounts,
      rates,
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (amount, keeps, paidMinor, fraction) => {
        const parts = splitAlongChain(amount, keeps)
        const refundedMinor = Math.floor(paidMinor * fraction)
        const back = reverseAlongChain(parts, { paidMinor, refundedMinor })
        back.forEach((minor, index) => {
          expect(minor).toBeGreaterThanOrEqual(0)
          expect(minor).toBeLessThanOrEqual(parts[index]?.netMinor ?? 0)
        })
        const whole = reverseAlongChain([{ grossMinor: amount, passedMinor: 0 }], { paidMinor, refundedMinor })
        expect(sumOf(back)).toBe(whole[0])
        const all = reverseAlongChain(parts, { paidMinor, refundedMinor: paidMinor })
        expect(all).toEqual(parts.map((part) => part.netMinor))
      },
    ),
  )
})
