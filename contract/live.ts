/** What is on air: rooms, sessions, the bag, pins, comments. */
import { z } from 'zod'
import { ask, byId, currency, endpoint, id, instant, minor, nothing, pageOf, pageQuery, text2 } from './endpoint.ts'
import type { FlashMessage } from './flash.ts'

const tag = 'live'
export const sessionStates = [
  'scheduled',
  'preparing',
  'rehearsal',
  'live',
  'paused',
  'ended',
  'replay',
  'banned',
] as const
export const sessionState = z.enum(sessionStates)
export const bagItem = z.object({
  id,
  position: z.int(),
  productId: id,
  title: text2,
  picture: z.string(),
  priceMinor: minor,
  listPriceMinor: minor.nullable(),
  currency,
  unitsLeft: z.int(),
  soldOut: z.boolean(),
  pinned: z.boolean(),
  skus: z.array(z.object({ id, label: text2, priceMinor: minor, unitsLeft: z.int() })),
})
export const comment = z.object({
  id,
  personId: id,
  name: z.string(),
  text: z.string(),
  at: instant,
  productId: id.nullable(),
  isHost: z.boolean(),
  /** Says it for the host. */
  isHelper: z.boolean(),
  isQuestion: z.boolean(),
  isAnswered: z.boolean(),
  replyTo: z.object({ id, name: z.string(), text: z.string() }).nullable(),
})
export const host = z.object({
  creatorId: id,
  name: z.string(),
  handle: z.string(),
  avatar: z.string().nullable(),
  followers: z.int(),
  followedByMe: z.boolean(),
})

/** Everything a viewer's page needs in one request; what changes after `topicNumber` arrives on the topic `room:<id>`. */
export const room = z.object({
  id,
  title: z.string(),
  cover: z.string(),
  state: sessionState,
  sessionId: id.nullable(),
  startedAt: instant.nullable(),
  host,
  /** Who sits beside the host, with his own picture; null while nobody does. */
  cohost: z
    .object({
      seatId: id,
      host,
      playback: z.object({ hls: z.string(), lowLatencyHls: z.string(), whep: z.string().nullable() }).nullable(),
    })
    .nullable(),
  /** Null while no picture arrives. `whep` is there while the room is small enough to be watched by WebRTC. */
  playback: z.object({ hls: z.string(), lowLatencyHls: z.string(), whep: z.string().nullable() }).nullable(),
  viewers: z.int(),
  likes: z.int(),
  bag: z.array(bagItem),
  pinnedItemId: id.nullable(),
  comments: z.array(comment),
  pinnedComment: comment.nullable(),
  /** One comment of a person in so many seconds; 0 is off. */
  slowSeconds: z.int(),
  /** Signed by the server; sent back with an order, it earns the host his commission. */
  attribution: z.string().nullable(),
  topic: z.string(),
  topicNumber: z.int(),
  operatorName: z.string(),
  sellerName: text2,
  /** Why the platform stopped it, where it did: a rule's code, or words. */
  stoppedReason: z.string().nullable(),
  isDemo: z.boolean(),
})
export const roomCard = z.object({
  id,
  title: z.string(),
  cover: z.string(),
  host,
  viewers: z.int(),
  startedAt: instant,
  topPicture: z.string().nullable(),
  products: z.int(),
  playback: z.object({ hls: z.string() }).nullable(),
  isDemo: z.boolean(),
})

export const getRoom = endpoint({
  id: 'getRoom',
  method: 'GET',
  path: '/api/v1/rooms/:id',
  tag,
  who: 'anyone',
  summary: 'A room as a viewer sees it',
  params: byId,
  reply: z.object({ room }),
  refusals: { not_found: 404 },
})
export const listRooms = endpoint({
  id: 'listRooms',
  method: 'GET',
  path: '/api/v1/rooms',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Rooms on air, newest first (at most 100)',
  reply: z.object({ rooms: z.array(roomCard) }),
})

/** A lucky bag as `contract/selling.ts` describes it; written out here, since that file reads this one. */
export interface DrawMessage {
  id: string
  sessionId: string
  prize: string
  units: number
  mustFollow: boolean
  word: string | null
  watchSeconds: number
  state: 'open' | 'drawn' | 'cancelled'
  endsAt: string
  entries: number
  commitment: string
  seed: string | null
  winners: { entryId: string; name: string }[]
}

/** Reliable messages on `room:<id>`. */
export type RoomMessage =
  | FlashMessage
  /** A coupon is handed out, to who is here, until then. */
  | { kind: 'coupon'; couponId: string; until: string }
  | { kind: 'session'; state: (typeof sessionStates)[number]; sessionId: string; reason?: string | null }
  | { kind: 'picture'; arriving: boolean }
  /** Somebody sits down beside the host, his picture comes or goes, or he leaves: the room is loaded anew. */
  | {
      kind: 'cohost'
      seatId: string
      state: 'invited' | 'joined' | 'declined' | 'withdrawn' | 'left'
      picture: boolean
    }
  | { kind: 'pinned'; itemId: string | null }
  | { kind: 'bag'; bag: z.output<typeof bagItem>[] }
  | { kind: 'stock'; skus: { skuId: string; unitsLeft: number }[] }
  | { kind: 'price'; skus: { skuId: string; priceMinor: number }[] }
  | { kind: 'pinned_comment'; comment: z.output<typeof comment> | null }
  | { kind: 'chat_rules'; slowSeconds: number }
  | { kind: 'draw'; draw: DrawMessage }
  /** Somebody was silenced: what he has said leaves the screens of others. */
  | { kind: 'hushed'; personId: string }
/** Lossy messages on `room:<id>`. Counters there: `viewers`, `likes`, `entries`. */
export type RoomWhisper =
  | { kind: 'comment'; comment: z.output<typeof comment> }
  | { kind: 'bought'; name: string; title: { en: string; zh: string }; units: number }

export const sayComment = ask({
  kind: 'comment.say',
  who: 'person',
  yieldsToBuyers: true,
  summary: 'Say something in a room I have joined; the asker makes the id, so a retry says it once',
  body: z.strictObject({ id, roomId: id, text: z.string().trim().min(1).max(200), replyTo: id.optional() }),
  reply: z.object({ comment }),
  refusals: {
    not_found: 404,
    room_not_live: 409,
    not_in_room: 409,
    banned_from_room: 403,
    slow_mode: 429,
    overloaded: 503,
  },
  limit: { per: 'person', count: 5, seconds: 10 },
})
export const tapLike = ask({
  kind: 'like.tap',
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Taps of the last moment, at most 50',
  body: z.strictObject({ roomId: id, taps: z.int().min(1).max(50) }),
  reply: z.object({ likes: z.int() }),
  refusals: { not_found: 404, room_not_live: 409, not_in_room: 409 },
  limit: { per: 'address', count: 30, seconds: 10 },
})

export const studioSession = z.object({
  id,
  roomId: id,
  title: z.string(),
  state: sessionState,
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  signal: z.object({
    publishing: z.boolean(),
    width: z.int(),
    height: z.int(),
    fps: z.number(),
    kbps: z.number(),
    keyframeSeconds: z.number(),
    lastFrameAgoMs: z.int().nullable(),
    degraded: z.boolean(),
  }),
  /** Whether the media engine takes a broadcast from a page, or from an encoder alone. */
  browserMaySend: z.boolean(),
  playback: z.object({ hls: z.string(), lowLatencyHls: z.string(), whep: z.string().nullable() }).nullable(),
  bag: z.array(bagItem),
  pinnedItemId: id.nullable(),
  viewers: z.int(),
  likes: z.int(),
  orders: z.int(),
  paidMinor: minor,
  currency,
  topic: z.string(),
  topicNumber: z.int(),
  comments: z.array(comment),
})
/** The key is shown when it is made and never again. */
const ingest = z.object({ server: z.string(), streamKey: z.string() })
const creatorOnly = ['creator'] as const
export const openSession = endpoint({
  id: 'openSession',
  method: 'POST',
  path: '/api/v1/studio/sessions',
  tag,
  who: creatorOnly,
  status: 201,
  summary: 'Open a session: get a server address and a secret stream key',
  body: z.strictObject({ id, title: z.string().trim().min(1).max(60) }),
  reply: z.object({ session: studioSession, ingest: ingest.nullable() }),
  refusals: { gate_closed: 403, session_already_open: 409 },
})
export const getMySession = endpoint({
  id: 'getMySession',
  method: 'GET',
  path: '/api/v1/studio/session',
  tag,
  who: creatorOnly,
  summary: 'My open session, or none',
  reply: z.object({ session: studioSession.nullable() }),
})
export const rotateStreamKey = endpoint({
  id: 'rotateStreamKey',
  method: 'POST',
  path: '/api/v1/studio/sessions/:id/stream-keys',
  tag,
  who: creatorOnly,
  status: 201,
  summary: 'Make a new stream key; the old one stops working at once',
  params: byId,
  reply: z.object({ ingest }),
  refusals: { not_found: 404, session_ended: 409 },
})
export const startSession = endpoint({
  id: 'startSession',
  method: 'POST',
  path: '/api/v1/studio/sessions/:id/starts',
  tag,
  who: creatorOnly,
  summary: 'Go on air; needs a picture from the encoder',
  params: byId,
  reply: z.object({ session: studioSession }),
  refusals: { not_found: 404, gate_closed: 403, session_ended: 409, no_signal: 409 },
})
export const rehearseSession = endpoint({
  id: 'rehearseSession',
  method: 'PUT',
  path: '/api/v1/studio/sessions/:id/rehearsal',
  tag,
  who: creatorOnly,
  summary: 'Rehearse: everything as on air, and nobody sees it; off goes back to preparing',
  params: byId,
  body: z.strictObject({ on: z.boolean() }),
  reply: z.object({ session: studioSession }),
  refusals: { not_found: 404, session_ended: 409, session_live: 409 },
})
export const pauseSession = endpoint({
  id: 'pauseSession',
  method: 'POST',
  path: '/api/v1/studio/sessions/:id/pauses',
  tag,
  who: creatorOnly,
  summary: 'Pause: viewers see a waiting card instead of the picture and can still buy; start again to go on',
  params: byId,
  reply: z.object({ session: studioSession }),
  refusals: { not_found: 404, session_ended: 409, session_not_live: 409 },
})
export const endSession = endpoint({
  id: 'endSession',
  method: 'POST',
  path: '/api/v1/studio/sessions/:id/endings',
  tag,
  who: creatorOnly,
  summary: 'End the broadcast',
  params: byId,
  reply: z.object({ session: studioSession }),
  refusals: { not_found: 404 },
})
export const addToBag = endpoint({
  id: 'addToBag',
  method: 'POST',
  path: '/api/v1/studio/sessions/:id/bag',
  tag,
  who: 'person',
  summary: 'Put products of the alliance into the bag (at most 100)',
  params: byId,
  body: z.strictObject({ productIds: z.array(id).min(1).max(100) }),
  reply: z.object({ bag: z.array(bagItem) }),
  refusals: { not_found: 404, session_ended: 409, bag_full: 409, not_in_alliance: 409, category_gated: 403 },
})
export const removeFromBag = endpoint({
  id: 'removeFromBag',
  method: 'DELETE',
  path: '/api/v1/studio/sessions/:id/bag/:itemId',
  tag,
  who: 'person',
  summary: 'Take a product out of the bag',
  params: z.strictObject({ id, itemId: id }),
  reply: z.object({ bag: z.array(bagItem) }),
  refusals: { not_found: 404, session_ended: 409 },
})
export const orderBag = endpoint({
  id: 'orderBag',
  method: 'PUT',
  path: '/api/v1/studio/sessions/:id/bag-order',
  tag,
  who: 'person',
  summary: 'Set the order of the whole bag',
  params: byId,
  body: z.strictObject({ itemIds: z.array(id).min(1).max(100) }),
  reply: z.object({ bag: z.array(bagItem) }),
  refusals: { not_found: 404, session_ended: 409, bag_changed: 409 },
})
export const pinItem = endpoint({
  id: 'pinItem',
  method: 'PUT',
  path: '/api/v1/studio/sessions/:id/pin',
  tag,
  who: 'person',
  summary: 'Explain a product (at most one at a time), or none',
  params: byId,
  body: z.strictObject({ itemId: id.nullable() }),
  reply: z.object({ pinnedItemId: id.nullable() }),
  refusals: { not_found: 404, session_ended: 409, category_gated: 403 },
})
export const stopRoom = endpoint({
  id: 'stopRoom',
  method: 'POST',
  path: '/api/v1/rooms/:id/stops',
  tag,
  who: ['moderator', 'operations', 'admin'],
  summary: 'Stop a room now; all viewers are told',
  params: byId,
  body: z.strictObject({ reason: z.string().trim().min(3).max(300) }),
  reply: nothing,
  refusals: { not_found: 404, room_not_live: 409 },
})

export const replay = z.object({
  sessionId: id,
  roomId: id,
  title: z.string(),
  host,
  startedAt: instant,
  durationMs: z.int(),
  playback: z.object({ hls: z.string() }),
  /** A picture of it, where the machine makes pictures. */
  poster: z.string(),
  /** What was explained, as places in the recording. */
  marks: z.array(
    z.object({
      productId: id,
      title: text2,
      picture: z.string(),
      priceMinor: minor,
      currency,
      soldOut: z.boolean(),
      fromMs: z.int(),
      untilMs: z.int(),
    }),
  ),
})
export const getReplay = endpoint({
  id: 'getReplay',
  method: 'GET',
  path: '/api/v1/replays/:id',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary:
    'A broadcast that is over, by its session, with the moments in which products were explained; moderators see stopped ones too',
  params: byId,
  reply: z.object({ replay }),
  refusals: { not_found: 404 },
})
export const listReplays = endpoint({
  id: 'listReplays',
  method: 'GET',
  path: '/api/v1/rooms/:id/replays',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'The newest replays of a room (at most 20)',
  params: byId,
  reply: z.object({ replays: z.array(z.object({ sessionId: id, title: z.string(), startedAt: instant })) }),
})
const keepers = ['operations', 'admin'] as const
export const listRecordings = endpoint({
  id: 'listRecordings',
  method: 'GET',
  path: '/api/v1/recordings',
  tag,
  who: [...keepers, 'moderator', 'auditor'],
  summary: 'Recordings, newest first, with how long each has to be kept and who holds it',
  query: pageQuery,
  reply: pageOf(
    z.object({
      sessionId: id,
      title: z.string(),
      hostName: z.string(),
      state: sessionState,
      beganAt: instant,
      lastAt: instant,
      keptUntil: instant,
      /** Nobody needs it any more and its time is over: it may be deleted. */
      mayDelete: z.boolean(),
      heldAt: instant.nullable(),
      heldReason: z.string().nullable(),
      deletedAt: instant.nullable(),
    }),
  ),
})
export const deleteRecording = endpoint({
  id: 'deleteRecording',
  method: 'DELETE',
  path: '/api/v1/recordings/:id',
  tag,
  who: keepers,
  summary: 'Delete a recording for good; refused while it has to be kept',
  params: byId,
  reply: nothing,
  refusals: { not_found: 404, recording_held: 409, retention_not_over: 409 },
})
export const holdRecording = endpoint({
  id: 'holdRecording',
  method: 'PUT',
  path: '/api/v1/recordings/:id/hold',
  tag,
  who: keepers,
  summary: 'Hold a recording as evidence, with a reason; null lets it go',
  params: byId,
  body: z.strictObject({ reason: z.string().trim().min(3).max(300).nullable() }),
  reply: nothing,
  refusals: { not_found: 404 },
})
