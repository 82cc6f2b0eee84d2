/** Flash sales: so many units, in one room, for some minutes. */
import { z } from 'zod'
import { byId, currency, endpoint, id, instant, minor, pageOf, pageQuery, text2 } from './endpoint.ts'

const tag = 'trade'
export const flashStates = ['announced', 'running', 'ended', 'cancelled'] as const
/** As its viewers, its host and the operator see it. Whoever counts down does it by the server's clock. */
export const flashSale = z.object({
  id,
  kind: z.enum(['liveFlash', 'creatorLiveFlash']),
  roomId: id,
  sessionId: id,
  skuId: id,
  productId: id,
  title: text2,
  label: text2,
  picture: z.string(),
  priceMinor: minor,
  shelfMinor: minor,
  currency,
  units: z.int(),
  unitsLeft: z.int(),
  /** In orders, paid or waiting. */
  unitsSold: z.int(),
  perBuyerUnits: z.int(),
  announcedAt: instant,
  startsAt: instant,
  endsAt: instant,
  state: z.enum(flashStates),
  closedAt: instant.nullable(),
})
export type FlashSaleView = z.output<typeof flashSale>
/** Reliable messages on `room:<id>`: a step of a sale, each once; and what is left of it. */
export type FlashMessage =
  | { kind: 'flash'; sale: FlashSaleView }
  | { kind: 'flashUnits'; saleId: string; unitsLeft: number; unitsSold: number }

const shares = z.strictObject({
  platform: z.int().min(0).max(10_000),
  seller: z.int().min(0).max(10_000),
  creator: z.int().min(0).max(10_000),
  brand: z.int().min(0).max(10_000),
})
const terms = {
  id,
  units: z.int().min(1).max(100_000),
  perBuyerUnits: z.int().min(1).max(10_000),
  countdownSeconds: z.int().min(10).max(300),
  minutes: z.int().min(1).max(20),
}
const priceGiven = z.int().min(1).max(9_000_000_000)
const priceRefusals = { window_empty: 409, not_below_shelf: 409, above_recent_low: 409 } as const
const announceRefusals = {
  not_found: 404,
  room_not_live: 409,
  id_reused: 409,
  sku_not_on_sale: 409,
  category_gated: 403,
  ...priceRefusals,
  limit_above_units: 409,
  too_few_units: 409,
  flash_already_open: 409,
} as const

export const listRoomFlashSales = endpoint({
  id: 'listRoomFlashSales',
  method: 'GET',
  path: '/api/v1/rooms/:id/flash-sales',
  tag,
  who: 'anyone',
  summary: 'The flash sales of a room: open ones, and those that ended a moment ago',
  params: byId,
  reply: z.object({ sales: z.array(flashSale) }),
})

/** What a creator may sell in flash sales of his own. */
export const flashGrant = z.object({
  id,
  creatorId: id,
  creatorName: z.string(),
  skuId: id,
  productId: id,
  title: text2,
  label: text2,
  picture: z.string(),
  /** Set by who granted it; a sale may not change it. */
  priceMinor: minor,
  shelfMinor: minor,
  /** What the price must not be above: the lowest of the last 14 days, and when that was. */
  lowestMinor: minor.nullable(),
  lowestAt: instant.nullable(),
  currency,
  units: z.int(),
  unitsLeft: z.int(),
  /** For sale on the shelf now. */
  unitsOnShelf: z.int(),
  perBuyerUnits: z.int(),
  validUntil: instant,
})
export const listMyFlashGrants = endpoint({
  id: 'listMyFlashGrants',
  method: 'GET',
  path: '/api/v1/studio/flash-grants',
  tag,
  who: ['creator'],
  summary: 'What I may sell in flash sales of my own',
  reply: z.object({ grants: z.array(flashGrant) }),
})
export const announceMyFlashSale = endpoint({
  id: 'announceMyFlashSale',
  method: 'POST',
  path: '/api/v1/studio/flash-sales',
  tag,
  who: ['creator'],
  status: 201,
  summary:
    'Begin the countdown of a flash sale in my room, from what I was granted or less. The same id again is the same sale',
  body: z.strictObject({ ...terms, grantId: id }),
  reply: z.object({ sale: flashSale }),
  refusals: { ...announceRefusals, grant_over: 409, above_grant: 409 },
})
export const stopMyFlashSale = endpoint({
  id: 'stopMyFlashSale',
  method: 'POST',
  path: '/api/v1/studio/flash-sales/:id/endings',
  tag,
  who: ['creator'],
  summary: 'Stop a flash sale of my room; what was ordered stays, the rest goes back',
  params: byId,
  reply: z.object({ sale: flashSale }),
  refusals: { not_found: 404 },
})

const desk = ['operations', 'admin'] as const
export const listFlashSales = endpoint({
  id: 'listFlashSales',
  method: 'GET',
  path: '/api/v1/flash-sales',
  tag,
  who: [...desk, 'finance', 'auditor', 'moderator'],
  summary: 'All flash sales, newest first',
  query: pageQuery,
  reply: pageOf(flashSale),
})
export const announceFlashSale = endpoint({
  id: 'announceFlashSale',
  method: 'POST',
  path: '/api/v1/rooms/:id/flash-sales',
  tag,
  who: desk,
  status: 201,
  summary: 'Begin the countdown of a flash sale in a room on air. The same id again is the same sale',
  params: byId,
  body: z.strictObject({
    ...terms,
    skuId: id,
    priceMinor: priceGiven,
    funders: shares,
    budgetMinor: z.int().min(0).max(9_000_000_000_000),
  }),
  reply: z.object({ sale: flashSale }),
  refusals: { funders_not_whole: 409, budget_missing: 409, ...announceRefusals },
})
export const stopFlashSale = endpoint({
  id: 'stopFlashSale',
  method: 'POST',
  path: '/api/v1/flash-sales/:id/endings',
  tag,
  who: [...desk, 'moderator'],
  summary: 'Stop a flash sale; what was ordered stays, the rest goes back',
  params: byId,
  reply: z.object({ sale: flashSale }),
  refusals: { not_found: 404 },
})
export const listFlashGrants = endpoint({
  id: 'listFlashGrants',
  method: 'GET',
  path: '/api/v1/flash-grants',
  tag,
  who: [...desk, 'auditor'],
  summary: 'What creators may sell in flash sales of their own, newest first',
  query: pageQuery,
  reply: pageOf(flashGrant),
})
export const grantFlash = endpoint({
  id: 'grantFlash',
  method: 'POST',
  path: '/api/v1/flash-grants',
  tag,
  who: desk,
  status: 201,
  summary: 'Let a creator sell so many units at this price in flash sales of his own',
  body: z.strictObject({
    id,
    creatorId: id,
    skuId: id,
    priceMinor: priceGiven,
    units: terms.units,
    perBuyerUnits: terms.perBuyerUnits,
    funders: shares,
    budgetMinor: z.int().min(0).max(9_000_000_000_000),
    validUntil: instant,
  }),
  reply: z.object({ grant: flashGrant }),
  refusals: {
    funders_not_whole: 409,
    budget_missing: 409,
    sku_not_on_sale: 409,
    limit_above_units: 409,
    ...priceRefusals,
    id_reused: 409,
  },
})
