import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ratioOf, reversalOf, roundUpTo, shareOf, splitByWeight, sumOf, timesUnits } from './money.ts'

const amount = fc.integer({ min: 0, max: 9_000_000_000_000 })
const rate = fc.integer({ min: 0, max: 10_000 })

test('parts of a split add up, none is further than one minor unit from its fair share, weight zero gets nothing', () => {
  fc.assert(
    fc.property(
      amount,
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 60 }),
      (amountMinor, weights) => {
        const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
        fc.pre(total > 0n)
        const parts = splitByWeight(amountMinor, weights)
        return (
          sumOf(parts) === amountMinor &&
          parts.every((part, index) => {
            const scaled = BigInt(part) * total - BigInt(amountMinor) * BigInt(weights[index] ?? 0)
            return (weights[index] === 0 ? part === 0 : true) && scaled > -total && scaled < total
          })
        )
      },
    ),
    { numRuns: 1_000 },
  )
})

test('a share is the nearest minor unit, half up', () => {
  expect(shareOf(17_900, 1_000)).toBe(1_790)
  expect(shareOf(5, 1_000)).toBe(1)
  expect(shareOf(4, 1_000)).toBe(0)
  fc.assert(
    fc.property(amount, rate, (amountMinor, basisPoints) => {
      const doubled =
        2n * (BigInt(shareOf(amountMinor, basisPoints)) * 10_000n - BigInt(amountMinor) * BigInt(basisPoints))
      return doubled > -10_000n && doubled <= 10_000n
    }),
    { numRuns: 1_000 },
  )
})

test('reversals of any sequence of refunds close the original exactly with the last one, and never overshoot', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      rate,
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 20 }),
      (paidMinor, basisPoints, weights) => {
        const originalMinor = shareOf(paidMinor, basisPoints)
        let refundedMinor = 0
        let alreadyMinor = 0
        for (const refund of splitByWeight(paidMinor, weights)) {
          refundedMinor += refund
          const reversal = reversalOf({ originalMinor, paidMinor, refundedMinor, alreadyMinor })
          alreadyMinor += reversal
          if (reversal < 0 || alreadyMinor > originalMinor) return false
        }
        return alreadyMinor === originalMinor
      },
    ),
    { numRuns: 1_000 },
  )
})

test('what does not fit a safe integer, or is no whole number, is refused rather than rounded', () => {
  expect(() => timesUnits(9_000_000_000_000, 10_000)).toThrow(RangeError)
  expect(() => splitByWeight(1.5, [1])).toThrow(RangeError)
  expect(() => splitByWeight(-1, [1])).toThrow(RangeError)
  expect(() => splitByWeight(1, [0, 0])).toThrow(RangeError)
  expect(() => shareOf(100, 10_001)).toThrow(RangeError)
  expect(() => reversalOf({ originalMinor: 1, paidMinor: 10, refundedMinor: 11, alreadyMinor: 0 })).toThrow(RangeError)
})

test('drawing helpers stay in their range', () => {
  expect(ratioOf(25, 100)).toBe(0.25)
  expect(ratioOf(25, 0)).toBe(0)
  expect([roundUpTo(0, 1_000), roundUpTo(1, 1_000), roundUpTo(1_000, 1_000)]).toEqual([0, 1_000, 1_000])
})
