import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bestDiscount, type Promotion } from './promotion.ts'

const promotion = (over: Partial<Promotion>): Promotion => ({
  id: 'p',
  name: { en: 'p', zh: 'p' },
  roomOnly: false,
  thresholdMinor: 0,
  offMinor: 2_000,
  currency: 'CNY',
  funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
  budgetId: 'b',
  ...over,
})
const budget = (leftMinor: number) => new Map([['b', { id: 'b', leftMinor }]])

test('line discounts sum to the discount for any cart, and something is always left to pay', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 1, max: 10_000_000 }),
      (linePricesMinor, offMinor) => {
        const discount = bestDiscount({
          promotions: [promotion({ offMinor })],
          budgets: budget(100_000_000),
          linePricesMinor,
          currency: 'CNY',
          inRoom: false,
        })
        const total = linePricesMinor.reduce((sum, price) => sum + price, 0)
        if (discount === null) return total === 1
        const shared = discount.perLineMinor.reduce((sum, part) => sum + part, 0)
        return (
          shared === discount.amountMinor &&
          discount.amountMinor < total &&
          discount.perLineMinor.every((part, index) => part >= 0 && part <= (linePricesMinor[index] ?? 0))
        )
      },
    ),
    { numRuns: 10_000 },
  )
})

test('a promotion applies only from its threshold, in its currency, in its room, and while its budget bears it whole', () => {
  const cart = { linePricesMinor: [19_900], currency: 'CNY', inRoom: true }
  const offer = (over: Partial<Promotion>, leftMinor = 2_000) =>
    bestDiscount({ ...cart, promotions: [promotion(over)], budgets: budget(leftMinor) })
  expect(offer({})?.amountMinor).toBe(2_000)
  expect(offer({}, 1_999)).toBeNull()
  expect(offer({ thresholdMinor: 19_901 })).toBeNull()
  expect(offer({ currency: 'USD' })).toBeNull()
  expect(
    bestDiscount({ ...cart, inRoom: false, promotions: [promotion({ roomOnly: true })], budgets: budget(2_000) }),
  ).toBeNull()
})

test('the discount that saves most wins, the older one on equal savings', () => {
  const promotions = [
    promotion({ id: 'small', offMinor: 500 }),
    promotion({ id: 'first' }),
    promotion({ id: 'second' }),
  ]
  const won = bestDiscount({
    promotions,
    budgets: budget(9_000),
    linePricesMinor: [10_000],
    currency: 'CNY',
    inRoom: false,
  })
  expect(won?.promotionId).toBe('first')
})
