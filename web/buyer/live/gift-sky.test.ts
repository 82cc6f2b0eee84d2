import { expect, test } from 'vitest'
import type { SentGift } from '../../client/index.ts'
import { afterGift, bannerMs, bannersMax, emptySky, flownWithinMs, grandMs, withoutOld } from './gift-sky.ts'

const noon = Date.parse('2026-11-11T12:00:00Z')
const gift = (id: string, changed: Partial<SentGift> = {}): SentGift => ({
  number: 1,
  id,
  sessionId: 's',
  personId: 'fan',
  name: 'Fan',
  avatar: null,
  giftId: 'rose',
  picture: 'rose',
  giftName: { en: 'Rose', zh: '玫瑰' },
  effect: 'small',
  units: 1,
  comboUnits: 1,
  comboId: id,
  coins: 1,
  at: new Date(noon).toISOString(),
  thanked: false,
  ...changed,
})

test('a combo grows in its own banner and never shrinks, in whatever order its batches come', () => {
  let sky = afterGift(emptySky, gift('a', { comboId: 'c', comboUnits: 10 }), noon)
  sky = afterGift(sky, gift('b', { comboId: 'c', comboUnits: 99 }), noon + 100)
  sky = afterGift(sky, gift('d', { comboId: 'c', comboUnits: 50 }), noon + 200)
  expect(sky.banners).toHaveLength(1)
  expect(sky.banners[0]?.units).toBe(99)
})

test('the same gift again is nothing new', () => {
  const once = afterGift(emptySky, gift('a'), noon)
  expect(afterGift(once, gift('a'), noon + 10)).toBe(once)
})

test('in a storm two fly, the greatest wait first, and each gets its turn', () => {
  let sky = emptySky
  for (const [index, coins] of [1, 2, 3, 500, 4].entries()) sky = afterGift(sky, gift(`g${index}`, { coins }), noon)
  expect(sky.banners).toHaveLength(bannersMax)
  expect(sky.waiting.map((banner) => banner.gift.coins)).toEqual([500, 4, 3])
  sky = withoutOld(sky, noon + bannerMs + 1)
  expect(sky.banners.map((banner) => banner.gift.coins)).toEqual([500, 4])
  const later = withoutOld(sky, noon + bannerMs + 2)
  expect(later).toBe(sky)
})

test('what is old is counted and not flown, and a great one leaves after its time', () => {
  const old = gift('old', { at: new Date(noon - flownWithinMs - 1).toISOString() })
  expect(afterGift(emptySky, old, noon).banners).toHaveLength(0)
  const great = afterGift(emptySky, gift('great', { effect: 'grand' }), noon)
  expect(great.grand?.gift.id).toBe('great')
  expect(withoutOld(great, noon + grandMs).grand).toBeNull()
})
