/** Behind a room: what its host and his helpers do with what is said. Helpers may do only what they were given, each room apart. */
import { z } from 'zod'
import { byId, endpoint, id, nothing } from './endpoint.ts'
import { comment } from './live.ts'

const tag = 'live'
/** `reply`: answers as the house. `pin`: a comment stands on top. `words`: slow mode and blocked words. `goods`: bag and explaining. */
export const helperPermissions = ['reply', 'pin', 'mute', 'ban', 'words', 'goods'] as const
const permissions = z.array(z.enum(helperPermissions)).max(helperPermissions.length)

export const roomDesk = z.object({
  roomId: id,
  sessionId: id.nullable(),
  hostName: z.string(),
  title: z.string(),
  isHost: z.boolean(),
  /** What I may do here; a host may do all. */
  permissions,
  rules: z.object({ slowSeconds: z.int(), blockedWords: z.array(z.string()) }),
  helpers: z.array(z.object({ personId: id, name: z.string(), permissions })),
  silenced: z.array(z.object({ personId: id, name: z.string(), kind: z.enum(['muted', 'banned']) })),
  pinnedComment: comment.nullable(),
  /** Those that wait come first, then the last answered; at most 50. */
  questions: z.array(comment),
  topic: z.string(),
  topicNumber: z.int(),
})
const shared = { tag, who: 'person', params: byId } as const

export const getRoomDesk = endpoint({
  ...shared,
  id: 'getRoomDesk',
  method: 'GET',
  path: '/api/v1/rooms/:id/desk',
  summary: 'The desk of a room, for its host and his helpers; what changes is told on `desk:<id>`',
  reply: z.object({ desk: roomDesk }),
  refusals: { not_found: 404 },
})
export const setChatRules = endpoint({
  ...shared,
  id: 'setChatRules',
  method: 'PUT',
  path: '/api/v1/rooms/:id/chat-rules',
  summary: 'Slow mode and blocked words of a room',
  body: z.strictObject({
    slowSeconds: z.int().min(0).max(300),
    blockedWords: z.array(z.string().trim().min(1).max(40)).max(100),
  }),
  reply: nothing,
  refusals: { not_found: 404, not_permitted: 403 },
})
const aPerson = z.strictObject({ id, personId: id })
export const setHelper = endpoint({
  ...shared,
  id: 'setHelper',
  method: 'PUT',
  path: '/api/v1/rooms/:id/helpers/:personId',
  summary: 'What somebody may do in my room; nothing makes him a viewer again (at most 20 helpers)',
  params: aPerson,
  body: z.strictObject({ permissions }),
  reply: nothing,
  refusals: { not_found: 404, not_permitted: 403, too_many_helpers: 409 },
})
export const setSilence = endpoint({
  ...shared,
  id: 'setSilence',
  method: 'PUT',
  path: '/api/v1/rooms/:id/silences/:personId',
  summary: 'Mute: what he says is seen by him alone. Ban: he is sent out of the room. None: as everybody',
  params: aPerson,
  body: z.strictObject({ kind: z.enum(['none', 'muted', 'banned']) }),
  reply: nothing,
  refusals: { not_found: 404, not_permitted: 403 },
})
export const pinComment = endpoint({
  ...shared,
  id: 'pinComment',
  method: 'PUT',
  path: '/api/v1/rooms/:id/pinned-comment',
  summary: 'Pin a comment above all others, or none',
  body: z.strictObject({ commentId: id.nullable() }),
  reply: nothing,
  refusals: { not_found: 404, not_permitted: 403, room_not_live: 409 },
})
export const markAnswered = endpoint({
  ...shared,
  id: 'markAnswered',
  method: 'PUT',
  path: '/api/v1/rooms/:id/questions/:commentId',
  summary: 'A question has its answer, by mouth for instance, or has it no more',
  params: z.strictObject({ id, commentId: id }),
  body: z.strictObject({ answered: z.boolean() }),
  reply: nothing,
  refusals: { not_found: 404, not_permitted: 403 },
})
