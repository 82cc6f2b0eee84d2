/** What a host sells with: saved sets of goods, waiting for what is sold out, buying by comment, lucky bags. */
import { z } from 'zod'
import { ask, byId, endpoint, id, instant, nothing } from './endpoint.ts'
import { bagItem } from './live.ts'

const tag = 'live'
const creatorOnly = ['creator'] as const

// Saved sets.
export const bagSet = z.object({ id, name: z.string(), productIds: z.array(id), products: z.int() })
export const listBagSets = endpoint({
  id: 'listBagSets',
  method: 'GET',
  path: '/api/v1/studio/bag-sets',
  tag,
  who: creatorOnly,
  summary: 'My saved sets of goods (at most 50)',
  reply: z.object({ sets: z.array(bagSet) }),
})
export const saveBagSet = endpoint({
  id: 'saveBagSet',
  method: 'PUT',
  path: '/api/v1/studio/bag-sets/:id',
  tag,
  who: creatorOnly,
  summary: 'Save a set under a name; the same id again replaces it',
  params: byId,
  body: z.strictObject({ name: z.string().trim().min(1).max(40), productIds: z.array(id).min(1).max(100) }),
  reply: z.object({ sets: z.array(bagSet) }),
  refusals: { not_found: 404, too_many_sets: 409 },
})
export const deleteBagSet = endpoint({
  id: 'deleteBagSet',
  method: 'DELETE',
  path: '/api/v1/studio/bag-sets/:id',
  tag,
  who: creatorOnly,
  summary: 'Forget a set',
  params: byId,
  reply: z.object({ sets: z.array(bagSet) }),
  refusals: { not_found: 404 },
})
export const loadBagSet = endpoint({
  id: 'loadBagSet',
  method: 'POST',
  path: '/api/v1/studio/sessions/:id/bag-sets',
  tag,
  who: creatorOnly,
  summary: 'Put a whole set into the bag; what may not be promoted any more is left out and counted',
  params: byId,
  body: z.strictObject({ setId: id }),
  reply: z.object({ bag: z.array(bagItem), leftOut: z.int() }),
  refusals: { not_found: 404, session_ended: 409, category_gated: 403, bag_full: 409 },
})

// Marks: what was explained when.
export const mark = z.object({ id, productId: id, fromAt: instant, untilAt: instant.nullable() })
export const listMarks = endpoint({
  id: 'listMarks',
  method: 'GET',
  path: '/api/v1/studio/sessions/:id/marks',
  tag,
  who: creatorOnly,
  summary: 'What I explained in a session, from when to when',
  params: byId,
  reply: z.object({ marks: z.array(mark) }),
  refusals: { not_found: 404 },
})
export const moveMark = endpoint({
  id: 'moveMark',
  method: 'PUT',
  path: '/api/v1/studio/sessions/:id/marks/:markId',
  tag,
  who: creatorOnly,
  summary: 'Put a mark right after the broadcast: where the replay begins to explain and ends',
  params: z.strictObject({ id, markId: id }),
  body: z.strictObject({ fromAt: instant, untilAt: instant }),
  reply: z.object({ marks: z.array(mark) }),
  refusals: { not_found: 404, mark_outside: 409, session_live: 409 },
})

// Waiting for what is sold out.
export const setWaiting = endpoint({
  id: 'setWaiting',
  method: 'PUT',
  path: '/api/v1/products/:id/waiting',
  tag,
  who: 'person',
  summary: 'Tell me when it is there again; who came first is told first',
  params: byId,
  body: z.strictObject({ wanted: z.boolean() }),
  reply: z.object({ waits: z.boolean(), ahead: z.int() }),
  refusals: { not_found: 404 },
})
export const getWaiting = endpoint({
  id: 'getWaiting',
  method: 'GET',
  path: '/api/v1/products/:id/waiting',
  tag,
  who: 'person',
  summary: 'Do I wait for it, and how many came before me',
  params: byId,
  reply: z.object({ waits: z.boolean(), ahead: z.int() }),
})

// Buying by comment.
export const claimModes = ['off', 'first_paid', 'hold'] as const
export const setClaimMode = endpoint({
  id: 'setClaimMode',
  method: 'PUT',
  path: '/api/v1/studio/sessions/:id/claim-mode',
  tag,
  who: creatorOnly,
  summary:
    'Whether "sold 3" buys: off; first paid, first served; or held for who said it, as an order that waits to be paid',
  params: byId,
  body: z.strictObject({ mode: z.enum(claimModes) }),
  reply: z.object({ mode: z.enum(claimModes) }),
  refusals: { not_found: 404, session_ended: 409 },
})
export const getClaimMode = endpoint({
  id: 'getClaimMode',
  method: 'GET',
  path: '/api/v1/studio/sessions/:id/claim-mode',
  tag,
  who: creatorOnly,
  summary: 'Whether comments buy in this session, and what they have claimed',
  params: byId,
  reply: z.object({ mode: z.enum(claimModes), claims: z.int() }),
  refusals: { not_found: 404 },
})

// Lucky bags.
export const draw = z.object({
  id,
  sessionId: id,
  prize: z.string(),
  units: z.int(),
  mustFollow: z.boolean(),
  /** A comment with this word is needed; null without. */
  word: z.string().nullable(),
  /** How long one must have watched without a break; 0 without. */
  watchSeconds: z.int(),
  state: z.enum(['open', 'drawn', 'cancelled']),
  endsAt: instant,
  entries: z.int(),
  /** SHA-256 of the seed, told before anybody could enter. */
  commitment: z.string(),
  /** Told when it is drawn. */
  seed: z.string().nullable(),
  winners: z.array(z.object({ entryId: id, name: z.string() })),
})
export const startDraw = endpoint({
  id: 'startDraw',
  method: 'POST',
  path: '/api/v1/studio/sessions/:id/draws',
  tag,
  who: creatorOnly,
  status: 201,
  summary: 'Hang a lucky bag into the room: one at a time, with tasks, drawn by a seed that is committed before',
  params: byId,
  body: z.strictObject({
    id,
    prize: z.string().trim().min(1).max(60),
    units: z.int().min(1).max(100),
    seconds: z.int().min(30).max(1_800),
    mustFollow: z.boolean(),
    word: z.string().trim().min(1).max(20).nullable(),
    /** Goods of the bag: each winner gets an order that costs nothing. Left out: the host sends the prize himself. */
    skuId: id.nullable().default(null),
    watchSeconds: z.int().min(0).max(600).default(0),
  }),
  reply: z.object({ draw }),
  refusals: { not_found: 404, gate_closed: 403, room_not_live: 409, draw_running: 409, sku_not_on_sale: 409 },
})
export const cancelDraw = endpoint({
  id: 'cancelDraw',
  method: 'DELETE',
  path: '/api/v1/draws/:id',
  tag,
  who: creatorOnly,
  summary: 'Take a lucky bag down before it is drawn',
  params: byId,
  reply: nothing,
  refusals: { not_found: 404 },
})
export const listDraws = endpoint({
  id: 'listDraws',
  method: 'GET',
  path: '/api/v1/rooms/:id/draws',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Lucky bags of the room: the open one, and the last that were drawn',
  params: byId,
  reply: z.object({
    draws: z.array(draw),
    mine: z.array(z.object({ drawId: id, won: z.boolean(), claimBy: instant.nullable(), claimed: z.boolean() })),
  }),
})
export const enterDraw = ask({
  kind: 'draw.enter',
  who: 'person',
  summary: 'Take part in a lucky bag of a room I have joined; the asker makes the entry’s id',
  body: z.strictObject({ id, roomId: id, drawId: id }),
  reply: z.object({ entries: z.int() }),
  refusals: { not_found: 404, not_in_room: 409, draw_over: 409, task_watch: 409, task_follow: 409, task_word: 409 },
  limit: { per: 'person', count: 20, seconds: 10 },
})
export const getDrawProof = endpoint({
  id: 'getDrawProof',
  method: 'GET',
  path: '/api/v1/draws/:id/proof',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary:
    'Everything that is needed to draw again: entries in the order of SHA-256(seed:entry); those who met the tasks, the first so many won',
  params: byId,
  reply: z.object({
    commitment: z.string(),
    seed: z.string().nullable(),
    units: z.int(),
    entries: z.array(z.object({ id, eligible: z.boolean() })),
    winners: z.array(id),
  }),
  refusals: { not_found: 404 },
})
export const claimPrize = endpoint({
  id: 'claimPrize',
  method: 'POST',
  path: '/api/v1/draws/:id/claims',
  tag,
  who: 'person',
  summary: 'Say where the prize goes, within 48 hours',
  params: byId,
  body: z.strictObject({ addressId: id }),
  reply: nothing,
  refusals: { not_found: 404, prize_lapsed: 409 },
})
