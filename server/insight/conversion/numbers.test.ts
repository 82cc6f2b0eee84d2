import fc from 'fast-check'
import { expect, test } from 'vitest'
import { audienceOf, ctorOf, ctrOf, gpmOf } from './numbers.ts'

test('GPM is what a thousand impressions brought', () => {
  expect(gpmOf({ paidMinor: 1_790_000, impressions: 10_000 })).toBe(179_000)
  expect(gpmOf({ paidMinor: 100, impressions: 3 })).toBe(33_333)
  expect(gpmOf({ paidMinor: 1, impressions: 2_000 }), 'half goes up').toBe(1)
  expect(gpmOf({ paidMinor: 8_000_000_000_000, impressions: 1 }), 'beyond what a float holds').toBe(8e15)
  expect(gpmOf({ paidMinor: 0, impressions: 0 })).toBeNull()
})

test('CTR is clicks of impressions, CTOR orders of clicks; a rate of nothing is none', () => {
  expect(ctrOf({ clicks: 45, impressions: 1_000 })).toBe(450)
  expect(ctorOf({ orders: 9, clicks: 45 })).toBe(2_000)
  expect(ctrOf({ clicks: 5, impressions: 0 })).toBeNull()
  expect(ctorOf({ orders: 5, clicks: 0 })).toBeNull()
  expect(ctorOf({ orders: -1, clicks: 4 }), 'cancelled more than counted').toBe(0)
})

test('a rate is never above all', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (part, whole) => {
      const rate = ctrOf({ clicks: part, impressions: whole })
      expect(rate === null ? whole : rate).toBeLessThanOrEqual(rate === null ? 0 : 10_000)
    }),
  )
})

test('the average weighs looks, not minutes; the peak is the highest of any', () => {
  const minutes = [
    { sum: 300, looks: 3, peak: 120 },
    { sum: 40, looks: 1, peak: 40 },
  ]
  expect(audienceOf(minutes)).toEqual({ acu: 85, pcu: 120 })
  expect(audienceOf([])).toEqual({ acu: 0, pcu: 0 })
})
