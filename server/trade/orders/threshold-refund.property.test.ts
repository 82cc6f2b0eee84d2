/** A discount from a threshold on, and goods of it that go back: each line takes its own share with it, whatever is kept. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reversalOf, sumOf } from '#contract/money'
import type { Offer } from '#goods/listings'
import { checkRefund, subsidyOfLines } from './after-sale.ts'
import { priceLines } from './order.ts'

const now = Temporal.Instant.from('2026-11-11T00:00:00Z')
/** 300 less 40, as big days have it; who bears it varies. */
const [thresholdMinor, offMinor] = [30_000, 4_000]

const carts = fc.record({
  pricesMinor: fc.array(fc.integer({ min: 100, max: 60_000 }), { minLength: 2, maxLength: 8 }),
  platform: fc.nat(10_000),
  /** In which order lines go back, each in one part or in several. */
  back: fc.array(fc.record({ line: fc.nat(7), part: fc.double({ min: 0.01, max: 1, noNaN: true }) }), {
    maxLength: 12,
  }),
})

test('what goes back is what was paid for it, what is kept costs what it cost, and the last cent closes all of it', () => {
  fc.assert(
    fc.property(carts, ({ pricesMinor, platform, back }) => {
      const funders = { platform, seller: 10_000 - platform, creator: 0, brand: 0 }
      const offers = new Map(pricesMinor.map((price, index) => [`s${index}`, offerOf(`s${index}`, price)]))
      const name = { en: '300 less 40', zh: '满300减40' }
      const priced = priceLines(
        pricesMinor.map((_, index) => ({ skuId: `s${index}`, units: 1 })),
        {
          ...{ now, offers, flash: new Map(), budgets: new Map([['b', { id: 'b', leftMinor: 9_000_000 }]]) },
          promotions: [
            { id: 'p', name, roomOnly: false, thresholdMinor, offMinor, currency: 'CNY', funders, budgetId: 'b' },
          ],
        },
        { sessionId: null, coupon: null },
      )
      if (!priced.ok) throw new Error(priced.code)
      const { value } = priced
      const reaches = sumOf(pricesMinor) >= thresholdMinor
      expect(value.discountMinor).toBe(reaches ? offMinor : 0)
      const lines = value.lines.map(({ payMinor }, index) => ({ no: index + 1, payMinor }))

      // Each line bears the discount by its price, to the cent: so none is a better one to send back than another.
      for (const { priceMinor, discountMinor } of value.lines) {
        const fair = (value.discountMinor * priceMinor) / value.priceMinor
        expect(Math.abs(discountMinor - fair)).toBeLessThan(1)
      }

      const discounts = value.lines.flatMap((line, index) =>
        line.discounts.map(({ platformMinor }) => ({ lineNo: index + 1, platformMinor })),
      )
      const subsidies = subsidyOfLines(value.subsidyMinor, lines, discounts)
      const refunded = new Map<number, number>()
      const taken = new Map<number, number>()
      const giveBack = (no: number, wantedMinor: number) => {
        const payMinor = lines.find((line) => line.no === no)?.payMinor ?? 0
        const leftMinor = payMinor - (refunded.get(no) ?? 0)
        const amountMinor = Math.min(wantedMinor, leftMinor)
        expect(checkRefund([{ no, amountMinor: leftMinor + 1 }], lines, refunded).ok, 'never more').toBe(false)
        if (amountMinor <= 0) return
        expect(checkRefund([{ no, amountMinor }], lines, refunded).ok, 'whatever the rest comes to').toBe(true)
        refunded.set(no, (refunded.get(no) ?? 0) + amountMinor)
        const alreadyMinor = taken.get(no) ?? 0
        const of = { originalMinor: subsidies.get(no) ?? 0, paidMinor: payMinor, refundedMinor: refunded.get(no) ?? 0 }
        taken.set(no, alreadyMinor + reversalOf({ ...of, alreadyMinor }))
      }
      for (const { line, part } of back) {
        const no = (line % lines.length) + 1
        giveBack(no, Math.ceil((lines[no - 1]?.payMinor ?? 0) * part))
        // Lines of which nothing went back have kept their price and their subsidy.
        const keptMinor = sumOf(lines.map((each) => each.payMinor - (refunded.get(each.no) ?? 0)))
        expect(keptMinor).toBe(value.payMinor - sumOf([...refunded.values()]))
      }
      for (const { no, payMinor } of lines) giveBack(no, payMinor)
      expect(sumOf([...refunded.values()])).toBe(value.payMinor)
      expect(sumOf([...taken.values()])).toBe(value.subsidyMinor)
    }),
    { numRuns: 2_000 },
  )
}, 60_000)

test('what the rule leaves to who buys up to a threshold and sends the rest back is the share of what he keeps', () => {
  // 180 wanted, 120 only to reach 300: the discount on what is kept is its own share, 24 of 40, and no more.
  const offers = new Map([
    ['wanted', offerOf('wanted', 18_000)],
    ['filler', offerOf('filler', 12_000)],
  ])
  const priced = priceLines(
    [
      { skuId: 'wanted', units: 1 },
      { skuId: 'filler', units: 1 },
    ],
    {
      ...{ now, offers, flash: new Map(), budgets: new Map([['b', { id: 'b', leftMinor: 9_000 }]]) },
      promotions: [
        {
          ...{ id: 'p', name: { en: '', zh: '' }, roomOnly: false, thresholdMinor, offMinor, currency: 'CNY' },
          ...{ funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 }, budgetId: 'b' },
        },
      ],
    },
    { sessionId: null, coupon: null },
  )
  if (!priced.ok) throw new Error(priced.code)
  expect(priced.value.lines.map(({ payMinor }) => payMinor)).toEqual([15_600, 10_400])
})

function offerOf(skuId: string, priceMinor: number): Offer {
  return {
    ...{ skuId, productId: skuId, title: { en: '', zh: '' }, label: { en: '', zh: '' }, picture: '', priceMinor },
    ...{ listPriceMinor: null, timed: [], limit: null, currency: 'CNY', onSale: true, sellerId: 'seller' },
    ...{ sellerName: { en: '', zh: '' }, stockOwner: 'platform', commissionBasisPoints: 0, weightGrams: 1 },
  }
}
