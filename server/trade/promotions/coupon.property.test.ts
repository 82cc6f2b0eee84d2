import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sumOf } from '#contract/money'
import { applyCoupon, type Coupon, usableCoupons } from './coupon.ts'

const now = Temporal.Instant.from('2026-11-11T00:00:00Z')
const coupon = (over: Partial<Coupon> = {}): Coupon => ({
  id: 'claim',
  couponId: 'coupon',
  ownerId: 'buyer',
  name: { en: 'Ten off', zh: '减十元' },
  currency: 'CNY',
  thresholdMinor: 0,
  off: { kind: 'amount', minor: 1_000 },
  productIds: null,
  funders: { platform: 6_000, seller: 4_000, creator: 0, brand: 0 },
  budgetId: 'b',
  validUntil: now.add({ hours: 24 }),
  groupId: null,
  ...over,
})
const rich = new Map([['b', { id: 'b', leftMinor: 1_000_000_000_000 }]])

const offs = fc.oneof(
  fc.record({ kind: fc.constant('amount' as const), minor: fc.integer({ min: 1, max: 3_000_000 }) }),
  fc.record({
    kind: fc.constant('share' as const),
    basisPoints: fc.integer({ min: 1, max: 9_000 }),
    capMinor: fc.integer({ min: 1, max: 3_000_000 }),
  }),
)
const funders = fc.tuple(fc.nat(10_000), fc.nat(10_000)).map(([a, b]) => {
  const [low, high] = a < b ? [a, b] : [b, a]
  return { platform: low, seller: high - low, creator: 10_000 - high, brand: 0 }
})
const carts = fc.array(
  fc.record({ productId: fc.constantFrom('tea', 'cup', 'tin'), leftMinor: fc.integer({ min: 0, max: 2_000_000 }) }),
  { minLength: 1, maxLength: 50 },
)

test('what a coupon takes off its lines is the coupon to the cent, no line below zero, and something is left to pay', () => {
  fc.assert(
    fc.property(
      carts,
      offs,
      funders,
      fc.option(fc.subarray(['tea', 'cup', 'tin'], { minLength: 1 })),
      (lines, off, shares, productIds) => {
        const applied = applyCoupon({
          coupon: coupon({ off, funders: shares, productIds }),
          budgets: rich,
          lines,
          currency: 'CNY',
        })
        const totalMinor = sumOf(lines.map(({ leftMinor }) => leftMinor))
        if (applied === null) return
        expect(sumOf(applied.perLineMinor)).toBe(applied.amountMinor)
        expect(sumOf(applied.platformPerLineMinor)).toBe(applied.platformMinor)
        expect(applied.amountMinor).toBeLessThan(totalMinor)
        for (const [index, { productId, leftMinor }] of lines.entries()) {
          const partMinor = applied.perLineMinor[index] ?? 0
          expect(partMinor).toBeGreaterThanOrEqual(0)
          expect(partMinor).toBeLessThanOrEqual(leftMinor)
          expect(applied.platformPerLineMinor[index] ?? 0).toBeLessThanOrEqual(partMinor)
          if (productIds !== null && !productIds.includes(productId)) expect(partMinor).toBe(0)
        }
      },
    ),
    { numRuns: 10_000 },
  )
})

test('a coupon is usable from its threshold, on its goods, in its currency, and while its budget bears it whole', () => {
  const lines = [
    { productId: 'tea', leftMinor: 8_000 },
    { productId: 'cup', leftMinor: 2_000 },
  ]
  const offMinor = (over: Partial<Coupon>, leftMinor = 600) =>
    applyCoupon({
      coupon: coupon(over),
      budgets: new Map([['b', { id: 'b', leftMinor }]]),
      lines,
      currency: 'CNY',
    })?.amountMinor ?? null
  expect(offMinor({})).toBe(1_000)
  expect(offMinor({}, 599)).toBeNull()
  expect(offMinor({ thresholdMinor: 10_001 })).toBeNull()
  expect(offMinor({ thresholdMinor: 8_001, productIds: ['tea'] })).toBeNull()
  expect(offMinor({ productIds: ['tin'] })).toBeNull()
  expect(offMinor({ currency: 'USD' })).toBeNull()
  expect(offMinor({ off: { kind: 'share', basisPoints: 500, capMinor: 900 } })).toBe(500)
  expect(offMinor({ off: { kind: 'share', basisPoints: 5_000, capMinor: 900 } })).toBe(900)
})

test('of usable coupons the one that saves most comes first, of equal ones that which ends first', () => {
  const best = usableCoupons(
    [
      coupon({ id: 'late', validUntil: now.add({ hours: 99 }) }),
      coupon({ id: 'soon' }),
      coupon({ id: 'small', off: { kind: 'amount', minor: 1 } }),
      coupon({ id: 'elsewhere', productIds: ['tin'] }),
    ],
    { budgets: rich, lines: [{ productId: 'tea', leftMinor: 8_000 }], currency: 'CNY' },
  )
  expect(best.map(({ coupon: { id } }) => id)).toEqual(['soon', 'late', 'small'])
})
