/** Which price holds and why; prices for a time; what promotions cost. */
import { z } from 'zod'
import { byId, currency, endpoint, id, instant, minor, text2 } from './endpoint.ts'
import { funder } from './trade.ts'

const tag = 'trade'
const desk = ['operations', 'admin'] as const
const readers = [...desk, 'finance', 'auditor'] as const

export const priceKinds = ['creatorLiveFlash', 'liveFlash', 'campaign', 'flash', 'discount', 'shelf'] as const
/** Why a price that was set is not the one that holds. */
export const priceLosses = [
  'not_yet',
  'over',
  'other_channel',
  'other_currency',
  'not_in_room',
  'not_below_shelf',
  'sold_out',
  'budget_gone',
  'weaker',
  'not_lower',
] as const
const candidate = z.object({
  /** Of the price; null for the shelf's. */
  id: id.nullable(),
  kind: z.enum(priceKinds),
  name: text2,
  priceMinor: minor,
  channel: z.string(),
  roomId: id.nullable(),
  limitUnits: z.int().nullable(),
  from: instant.nullable(),
  until: instant.nullable(),
  funders: z.array(funder),
})
export const explainSkuPrice = endpoint({
  id: 'explainSkuPrice',
  method: 'GET',
  path: '/api/v1/skus/:id/effective-price',
  tag,
  who: readers,
  summary: 'The one price that holds, for a channel, a room and now, and each that lost with the reason',
  params: byId,
  query: z.strictObject({ channel: z.enum(['video', 'shop']).default('video'), roomId: id.optional() }),
  reply: z.object({
    currency,
    effective: candidate,
    lost: z.array(candidate.extend({ why: z.enum(priceLosses) })),
    /** The lowest price of the last 14 days: what calls itself a flash sale may not be dearer. */
    lowestMinor: minor.nullable(),
    lowestAt: instant.nullable(),
    /** Every price that held in the last 90 days, or will; the shelf's last one has no end. */
    history: z.array(
      z.object({ kind: z.enum(priceKinds), priceMinor: minor, from: instant, until: instant.nullable() }),
    ),
  }),
  refusals: { not_found: 404 },
})
export const scheduleSkuPrice = endpoint({
  id: 'scheduleSkuPrice',
  method: 'POST',
  path: '/api/v1/skus/:id/scheduled-prices',
  tag,
  who: desk,
  status: 201,
  summary: 'Promise a price for a time, everywhere or in one room only. Its terms never change; it may end early',
  params: byId,
  body: z.strictObject({
    id,
    kind: z.enum(['campaign', 'flash', 'discount']),
    name: z.strictObject({ en: z.string().trim().min(1).max(60), zh: z.string().trim().min(1).max(60) }),
    priceMinor: z.int().min(1).max(9_000_000_000),
    roomId: id.nullable(),
    limitUnits: z.int().min(1).max(10_000).nullable(),
    from: instant,
    until: instant,
    funders: z.strictObject({
      platform: z.int().min(0).max(10_000),
      seller: z.int().min(0).max(10_000),
      creator: z.int().min(0).max(10_000),
      brand: z.int().min(0).max(10_000),
    }),
    budgetMinor: z.int().min(0).max(9_000_000_000_000),
  }),
  reply: z.object({ price: candidate }),
  refusals: {
    not_found: 404,
    funders_not_whole: 409,
    budget_missing: 409,
    window_empty: 409,
    not_below_shelf: 409,
    above_recent_low: 409,
    id_reused: 409,
  },
})
export const endSkuPrice = endpoint({
  id: 'endSkuPrice',
  method: 'POST',
  path: '/api/v1/skus/:id/scheduled-prices/:priceId/endings',
  tag,
  who: desk,
  summary: 'End a scheduled price before its time; what was ordered at it stays',
  params: z.strictObject({ id, priceId: id }),
  reply: z.object({}),
  refusals: { not_found: 404 },
})
export const listPromotions = endpoint({
  id: 'listPromotions',
  method: 'GET',
  path: '/api/v1/promotions',
  tag,
  who: readers,
  summary: 'The discounts that apply by themselves, newest first, with what their budgets have left (at most 100)',
  reply: z.object({
    promotions: z.array(
      z.object({
        id,
        name: text2,
        channel: z.string(),
        roomOnly: z.boolean(),
        thresholdMinor: minor,
        offMinor: minor,
        currency,
        funders: z.array(funder),
        budgetMinor: minor.nullable(),
        spentMinor: minor.nullable(),
        startsAt: instant,
        endsAt: instant,
      }),
    ),
  }),
})
