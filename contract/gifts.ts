/** Coins and gifts: what a buyer gives a host in a room, and whose it is. */
import { z } from 'zod'
import { byId, currency, endpoint, id, instant, minor, nothing, pageOf, pageQuery, text2 } from './endpoint.ts'

const tag = 'gifts'
const coins = z.int()
export const giftEffects = ['small', 'wide', 'grand'] as const

/** A gift of the catalogue. `picture` names one of the pictures that the web ships. */
export const gift = z.object({
  id: z.string(),
  name: text2,
  picture: z.string(),
  coins,
  effect: z.enum(giftEffects),
})
/** A gift as the room sees it; numbers of a session have no gaps, so who misses one can ask for it. */
export const sentGift = z.object({
  number: z.int(),
  id,
  sessionId: id,
  personId: id,
  name: z.string(),
  avatar: z.string().nullable(),
  giftId: z.string(),
  picture: z.string(),
  giftName: text2,
  effect: z.enum(giftEffects),
  units: z.int(),
  /** How many of it were given in one go, this batch included. */
  comboUnits: z.int(),
  comboId: id,
  coins,
  at: instant,
  thanked: z.boolean(),
})

export const getMyCoins = endpoint({
  id: 'getMyCoins',
  method: 'GET',
  path: '/api/v1/coins',
  tag,
  who: ['buyer'],
  summary: 'My coins, what they cost, and the last changes',
  reply: z.object({
    coins,
    coinValueMinor: minor,
    currency,
    packs: z.array(z.object({ coins, priceMinor: minor })),
    entries: z.array(z.object({ kind: z.enum(['bought', 'given', 'returned', 'cashed_out']), coins, at: instant })),
  }),
})
export const buyCoins = endpoint({
  id: 'buyCoins',
  method: 'POST',
  path: '/api/v1/coins/purchases',
  tag,
  who: ['buyer'],
  status: 201,
  idempotent: true,
  summary: 'Buy coins from the wallet, or with a payment of their own; the asker makes the id',
  body: z.strictObject({
    id,
    coins: z.int().min(10).max(500_000),
    payment: z.enum(['wallet', 'provider']),
  }),
  reply: z.object({ coins, state: z.enum(['bought', 'waiting', 'failed']) }),
  refusals: { balance_too_low: 402, top_up_limit: 409, provider_failed: 409, id_reused: 409 },
})
export const listGifts = endpoint({
  id: 'listGifts',
  method: 'GET',
  path: '/api/v1/gifts',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'The catalogue of gifts, the smallest first',
  reply: z.object({ gifts: z.array(gift), coinValueMinor: minor, currency }),
})
export const sendGift = endpoint({
  id: 'sendGift',
  method: 'POST',
  path: '/api/v1/rooms/:id/gifts',
  tag,
  who: ['buyer'],
  status: 201,
  summary: 'Give a gift to the host; a combo is one batch under one id, and a retry gives it once',
  params: byId,
  body: z.strictObject({
    id,
    giftId: z.string().regex(/^[a-z_]{2,30}$/),
    units: z.int().min(1).max(999),
    /** The same for batches that were tapped in one go: they are shown as one that grows. */
    comboId: id,
  }),
  reply: z.object({ sent: sentGift, coins, coinsLeftToday: coins }),
  refusals: {
    not_found: 404,
    room_not_live: 409,
    own_room: 403,
    minor_may_not: 403,
    blacklisted: 403,
    gift_limit: 409,
    coins_too_low: 402,
    id_reused: 409,
  },
  limit: { per: 'person', count: 40, seconds: 10 },
})
export const listRoomGifts = endpoint({
  id: 'listRoomGifts',
  method: 'GET',
  path: '/api/v1/rooms/:id/gifts',
  tag,
  who: 'anyone',
  summary: 'Gifts of the present session after a number, oldest first: fills gaps after a lost line',
  params: byId,
  query: z.strictObject({ after: z.coerce.number().int().min(1).max(1_000_000_000).optional() }),
  reply: z.object({ gifts: z.array(sentGift), lastNumber: z.int() }),
  refusals: { not_found: 404 },
})
export const getGiftRanking = endpoint({
  id: 'getGiftRanking',
  method: 'GET',
  path: '/api/v1/rooms/:id/gift-ranking',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Who gave most in this room today, and my own place',
  params: byId,
  reply: z.object({
    day: z.string(),
    ranking: z.array(z.object({ rank: z.int(), personId: id, name: z.string(), avatar: z.string().nullable(), coins })),
    mine: z.object({ rank: z.int().nullable(), coins, coinsLeftToday: coins }).nullable(),
  }),
  refusals: { not_found: 404 },
})
export const listMyRoomGifts = endpoint({
  id: 'listMyRoomGifts',
  method: 'GET',
  path: '/api/v1/studio/gifts',
  tag,
  who: ['creator'],
  summary: 'Gifts that I was given, newest first; what they bring me, and what of it waits',
  reply: z.object({
    gifts: z.array(sentGift),
    todayCoins: coins,
    pendingMinor: minor,
    releasedMinor: minor,
    currency,
  }),
})
export const thankForGift = endpoint({
  id: 'thankForGift',
  method: 'POST',
  path: '/api/v1/studio/gifts/:id/thanks',
  tag,
  who: ['creator'],
  summary: 'Thank for a gift: the room sees it, once',
  params: byId,
  reply: nothing,
  refusals: { not_found: 404 },
})

/** Lossy messages on `room:<id>`; the counter `gifts` there is the number of the last gift of the session. */
export type GiftWhisper =
  | { kind: 'gift'; gift: z.output<typeof sentGift> }
  | { kind: 'thanks'; name: string; giftId: string }
/** Reliable on `room:<id>`: gifts of a minor were taken back, so the top list has changed. */
export type GiftMessage = { kind: 'gifts_returned' }

const books = ['finance', 'support', 'admin', 'auditor'] as const
export const getCoinBooks = endpoint({
  id: 'getCoinBooks',
  method: 'GET',
  path: '/api/v1/books/coins',
  tag,
  who: books,
  summary: 'Coins outstanding, what they are worth, and what the books owe for them: always the same',
  reply: z.object({ coins, coinValueMinor: minor, worthMinor: minor, liabilityMinor: minor, currency }),
})
export const minorCase = z.object({
  id,
  personId: id,
  personName: z.string(),
  from: instant,
  until: instant,
  note: z.string(),
  gifts: z.int(),
  giftCoins: coins,
  refundedMinor: minor,
  currency,
  at: instant,
})
export const listMinorCases = endpoint({
  id: 'listMinorCases',
  method: 'GET',
  path: '/api/v1/minor-cases',
  tag,
  who: books,
  summary: 'Gifts of minors that were given back, newest first',
  query: pageQuery,
  reply: pageOf(minorCase),
})
export const openMinorCase = endpoint({
  id: 'openMinorCase',
  method: 'POST',
  path: '/api/v1/minor-cases',
  tag,
  who: ['support', 'finance', 'admin'],
  status: 201,
  summary:
    "Give back a minor's gifts of a time: all shares are reversed, top lists corrected, the money is in the wallet",
  body: z.strictObject({
    id,
    personId: id,
    from: instant,
    until: instant,
    note: z.string().trim().min(3).max(500),
  }),
  reply: z.object({ case: minorCase }),
  refusals: { not_found: 404, window_empty: 422, id_reused: 409 },
})
