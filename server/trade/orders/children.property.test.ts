import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitByWeight, sumOf } from '#contract/money'
import type { Offer } from '#goods/listings'
import { childrenOf, type PlacedLine } from './order.ts'

const line = fc.record({
  sellerId: fc.constantFrom('we', 'shop one', 'shop two'),
  warehouseId: fc.constantFrom('east', 'west'),
  priceMinor: fc.integer({ min: 1, max: 5_000_000 }),
})
const carts = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 50 }),
  off: fc.double({ min: 0, max: 1, noNaN: true }),
  platformShare: fc.double({ min: 0, max: 1, noNaN: true }),
})

test('children are the cart: each line in one of them, their sums the payment, discount and subsidy to the cent', () => {
  fc.assert(
    fc.property(carts, ({ lines, off, platformShare }) => {
      const prices = lines.map(({ priceMinor }) => priceMinor)
      const discountMinor = Math.floor((sumOf(prices) - 1) * off)
      const subsidyMinor = Math.floor(discountMinor * platformShare)
      const discounts = splitByWeight(discountMinor, prices)
      const subsidies = discountMinor === 0 ? [] : splitByWeight(subsidyMinor, discounts)
      const placed = lines.map(
        ({ sellerId, warehouseId, priceMinor }, index): PlacedLine => ({
          offer: { sellerId } as Offer,
          warehouseId,
          units: 1,
          priceMinor,
          flash: null,
          discounts: [],
          discountMinor: discounts[index] ?? 0,
          payMinor: priceMinor - (discounts[index] ?? 0),
          subsidyMinor: subsidies[index] ?? 0,
        }),
      )
      const children = childrenOf({ lines: placed })
      expect(sumOf(children.map(({ payMinor }) => payMinor))).toBe(sumOf(prices) - discountMinor)
      expect(sumOf(children.map((child) => child.discountMinor))).toBe(discountMinor)
      expect(sumOf(children.map((child) => child.subsidyMinor))).toBe(discountMinor === 0 ? 0 : subsidyMinor)
      expect(new Set(children.flatMap((child) => child.lines))).toEqual(new Set(placed))
      expect(sumOf(children.map((child) => child.lines.length))).toBe(placed.length)
      for (const child of children) {
        expect(child.priceMinor - child.discountMinor).toBe(child.payMinor)
        expect(child.subsidyMinor).toBeLessThanOrEqual(child.discountMinor)
        for (const { offer, warehouseId } of child.lines)
          expect([offer.sellerId, warehouseId]).toEqual([child.sellerId, child.warehouseId])
      }
      expect(new Set(children.map(({ sellerId, warehouseId }) => `${sellerId} ${warehouseId}`)).size).toBe(
        children.length,
      )
    }),
    { numRuns: 1_000 },
  )
})
