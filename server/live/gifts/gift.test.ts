import { expect, test } from 'vitest'
import { decideGift, type GiftState } from './gift.ts'

const rose = { id: 'rose', name: { en: 'Rose', zh: '玫瑰' }, picture: 'rose', coins: 1, effect: 'small' as const }
const fine: GiftState = {
  session: { creatorId: 'host', isOnAir: true },
  gift: rose,
  coins: 500,
  spentToday: 0,
  dayLimit: 100,
  isMinor: false,
  isBlacklisted: false,
}
const give = (units: number, changed: Partial<GiftState> = {}, personId = 'fan') =>
  decideGift({ ...fine, ...changed }, { personId, units })

test('a gift costs its coins times its units, up to the limit of the day and not beyond', () => {
  expect(give(99)).toEqual({ ok: true, value: { coins: 99 } })
  expect(give(100)).toMatchObject({ ok: true })
  expect(give(101)).toMatchObject({ code: 'gift_limit', params: { limitCoins: 100, leftCoins: 100 } })
  expect(give(2, { spentToday: 99 })).toMatchObject({ code: 'gift_limit', params: { leftCoins: 1 } })
  // A limit that was lowered during the day leaves nothing, and not less than nothing.
  expect(give(1, { spentToday: 120 })).toMatchObject({ code: 'gift_limit', params: { leftCoins: 0 } })
})

test('who may not give is told why, the first reason first', () => {
  const offAir = { session: { creatorId: 'host', isOnAir: false } }
  expect(give(1, { session: null })).toMatchObject({ code: 'not_found' })
  expect(give(1, { gift: null, ...offAir })).toMatchObject({ code: 'not_found' })
  expect(give(1, offAir, 'host')).toMatchObject({ code: 'room_not_live' })
  expect(give(1, { isMinor: true }, 'host')).toMatchObject({ code: 'own_room' })
  expect(give(1, { isMinor: true, coins: 0 })).toMatchObject({ code: 'minor_may_not' })
  expect(give(1, { isBlacklisted: true, coins: 0 })).toMatchObject({ code: 'blacklisted' })
  expect(give(1, { coins: 0 })).toMatchObject({ code: 'coins_too_low', params: { neededCoins: 1, coins: 0 } })
})
