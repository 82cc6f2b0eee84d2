/** How a broadcast sells: what people saw and tapped, and what became of it. */
import { z } from 'zod'
import { byId, currency, endpoint, id, instant, minor, nothing } from './endpoint.ts'

const tag = 'insight'
export const factsPerCallMax = 100
/** `impression`: a product's card stood on a screen. `click`: somebody opened it to buy. */
export const factKinds = ['impression', 'click'] as const
export const noteFacts = endpoint({
  id: 'noteFacts',
  method: 'POST',
  path: '/api/v1/facts',
  tag,
  who: 'anyone',
  status: 202,
  yieldsToBuyers: true,
  summary:
    'What was shown and tapped in a room, in batches; too many are dropped and counted, and nothing waits for them',
  body: z.strictObject({
    sessionId: id,
    facts: z
      .array(z.strictObject({ kind: z.enum(factKinds), productId: id }))
      .min(1)
      .max(factsPerCallMax),
  }),
  reply: nothing,
  limit: { per: 'address', count: 120, seconds: 60 },
})

const ratio = z.int().nullable()
export const sessionNumbers = z.object({
  currency,
  /** What buyers have paid, less what was cancelled before it was packed. */
  paidMinor: minor,
  orders: z.int(),
  units: z.int(),
  impressions: z.int(),
  clicks: z.int(),
  /** Paid per 1,000 impressions; null without an impression. */
  gpmMinor: minor.nullable(),
  /** Clicks of impressions, in basis points; null without an impression. */
  ctrBasisPoints: ratio,
  /** Orders of clicks, in basis points; null without a click. */
  ctorBasisPoints: ratio,
  /** Who is there now, on average since the start, and at most. */
  viewers: z.int(),
  acu: z.int(),
  pcu: z.int(),
  questionsWaiting: z.int(),
  violations: z.int(),
  soldOut: z.int(),
  minutes: z.array(
    z.object({
      at: instant,
      paidMinor: minor,
      orders: z.int(),
      viewers: z.int(),
      impressions: z.int(),
      clicks: z.int(),
    }),
  ),
  products: z.array(
    z.object({
      productId: id,
      impressions: z.int(),
      clicks: z.int(),
      orders: z.int(),
      units: z.int(),
      paidMinor: minor,
    }),
  ),
})
export const getSessionNumbers = endpoint({
  id: 'getSessionNumbers',
  method: 'GET',
  path: '/api/v1/studio/sessions/:id/numbers',
  tag,
  who: 'person',
  summary:
    'The numbers of a session, for its host and his helpers: at most 3 s behind what happens, also when it is over',
  params: byId,
  reply: z.object({ numbers: sessionNumbers }),
  refusals: { not_found: 404 },
})
export const getSessionTable = endpoint({
  id: 'getSessionTable',
  method: 'GET',
  path: '/api/v1/studio/sessions/:id/products.csv',
  tag,
  who: 'person',
  summary: 'The products of a session with what they were shown, tapped and sold, as a table for a spreadsheet',
  params: byId,
  reply: z.unknown(),
  file: 'text/csv',
  refusals: { not_found: 404 },
})
