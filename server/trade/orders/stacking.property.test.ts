/** Price, discount and coupon on top of each other: 10,000 carts, to the cent. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sumOf } from '#contract/money'
import type { Offer, TimedPrice } from '#goods/listings'
import type { Coupon, Promotion } from '#trade/promotions'
import { priceLines } from './order.ts'

const now = Temporal.Instant.from('2026-11-11T00:00:00Z')
const funders = fc
  .tuple(fc.nat(10_000), fc.nat(10_000))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  .map(([low, high]) => ({ platform: low, seller: high - low, creator: 10_000 - high, brand: 0 }))

const carts = fc.record({
  lines: fc.array(
    fc.record({
      priceMinor: fc.integer({ min: 2, max: 5_000_000 }),
      units: fc.integer({ min: 1, max: 20 }),
      cut: fc.option(fc.record({ part: fc.double({ min: 0, max: 1, noNaN: true }), funders }), { nil: null }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  promotion: fc.option(fc.record({ offMinor: fc.integer({ min: 1, max: 8_000_000 }), funders }), { nil: null }),
  coupon: fc.option(fc.record({ basisPoints: fc.integer({ min: 1, max: 9_000 }), funders }), { nil: null }),
  leftMinor: fc.integer({ min: 0, max: 30_000_000 }),
})

test('line discounts are the discounts of the order, funders are all of it, and no budget gives more than it has', () => {
  fc.assert(
    fc.property(carts, ({ lines, promotion, coupon, leftMinor }) => {
      const offers = new Map(
        lines.map(({ priceMinor, cut }, index) => {
          const price = Math.max(1, Math.floor(priceMinor * (cut?.part ?? 1)))
          const timed =
            cut === null ? [] : [{ ...timedOf(`t${index}`, price), funders: cut.funders, budgetId: 'budget' }]
          return [`s${index}`, { ...offerOf(`s${index}`, priceMinor), timed }]
        }),
      )
      const priced = priceLines(
        lines.map(({ units }, index) => ({ skuId: `s${index}`, units })),
        {
          ...{ now, offers, flash: new Map() },
          promotions: promotion === null ? [] : [{ ...promotionOf(promotion.offMinor), funders: promotion.funders }],
          budgets: new Map([['budget', { id: 'budget', leftMinor }]]),
        },
        {
          sessionId: null,
          coupon: coupon === null ? null : { ...couponOf(coupon.basisPoints), funders: coupon.funders },
        },
      )
      // A coupon whose budget cannot bear it is refused whole.
      if (!priced.ok) {
        expect(priced.code).toBe('coupon_not_usable')
        return
      }
      const { value } = priced
      for (const discount of value.discounts) {
        expect(sumOf(discount.perLineMinor)).toBe(discount.amountMinor)
        expect(sumOf(discount.platformPerLineMinor)).toBe(discount.platformMinor)
        expect(discount.platformMinor).toBeLessThanOrEqual(discount.amountMinor)
      }
      for (const line of value.lines) {
        expect(sumOf(line.discounts.map(({ amountMinor }) => amountMinor))).toBe(line.discountMinor)
        expect(line.payMinor).toBe(line.priceMinor - line.discountMinor)
        expect(line.payMinor).toBeGreaterThanOrEqual(0)
      }
      expect(sumOf(value.lines.map(({ discountMinor }) => discountMinor))).toBe(value.discountMinor)
      expect(sumOf(value.lines.map(({ payMinor }) => payMinor))).toBe(value.payMinor)
      expect(value.payMinor).toBeGreaterThan(0)
      expect(value.subsidyMinor).toBeLessThanOrEqual(leftMinor)
    }),
    { numRuns: 10_000 },
  )
}, 60_000)

function offerOf(skuId: string, priceMinor: number): Offer {
  return {
    ...{ skuId, productId: skuId, title: { en: '', zh: '' }, label: { en: '', zh: '' }, picture: '', priceMinor },
    ...{ listPriceMinor: null, timed: [], limit: null, currency: 'CNY', onSale: true, sellerId: 'seller' },
    ...{ sellerName: { en: '', zh: '' }, stockOwner: 'platform', commissionBasisPoints: 0, weightGrams: 1 },
  }
}

function timedOf(id: string, priceMinor: number): Omit<TimedPrice, 'funders' | 'budgetId'> {
  return {
    ...{
      id,
      skuId: '',
      kind: 'campaign',
      name: { en: '', zh: '' },
      channel: 'all',
      roomId: null,
      onAirSessionId: null,
    },
    ...{ priceMinor, currency: 'CNY', from: now, until: now.add({ hours: 1 }), limitUnits: null, soldOut: false },
  }
}

function promotionOf(offMinor: number): Omit<Promotion, 'funders'> {
  return {
    ...{ id: 'p', name: { en: '', zh: '' }, roomOnly: false, thresholdMinor: 0, offMinor, currency: 'CNY' },
    budgetId: 'budget',
  }
}

function couponOf(basisPoints: number): Omit<Coupon, 'funders'> {
  return {
    ...{ id: 'claim', couponId: 'coupon', ownerId: 'b', name: { en: '', zh: '' }, currency: 'CNY', thresholdMinor: 0 },
    ...{ off: { kind: 'share', basisPoints, capMinor: 9_000_000 }, productIds: null, budgetId: 'budget' },
    ...{ validUntil: now.add({ hours: 1 }), groupId: null },
  }
}
