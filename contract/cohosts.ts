/** Two hosts in one broadcast: an invitation with a rule who earns, its answer, the guest's picture, the way out. */
import { z } from 'zod'
import { byId, endpoint, id, instant, nothing } from './endpoint.ts'
import { host, studioSession } from './live.ts'

const tag = 'live'
const creatorOnly = ['creator'] as const

export const seatStates = ['invited', 'joined', 'declined', 'withdrawn', 'left'] as const
/** `host`: the host earns all. `bringer`: the guest earns on what he hung up himself. `shared`: the guest has a part of everything. */
export const cohostRules = ['host', 'bringer', 'shared'] as const

export const seat = z.object({
  id,
  sessionId: id,
  roomId: id,
  title: z.string(),
  host,
  guest: host,
  rule: z.enum(cohostRules),
  /** The guest's part of each commission, in hundredths of a percent; only where it is shared. */
  guestBasisPoints: z.int().nullable(),
  state: z.enum(seatStates),
  invitedAt: instant,
  /** The guest's picture; null while none arrives. */
  playback: z.object({ hls: z.string(), lowLatencyHls: z.string(), whep: z.string().nullable() }).nullable(),
})
const ingest = z.object({ server: z.string(), streamKey: z.string() })

export const inviteCohost = endpoint({
  id: 'inviteCohost',
  method: 'POST',
  path: '/api/v1/studio/sessions/:id/cohosts',
  tag,
  who: creatorOnly,
  status: 201,
  summary: 'Invite another creator, by his handle, to host with me; the rule who earns is frozen with the invitation',
  params: byId,
  body: z
    .strictObject({
      id,
      handle: z.string().trim().min(1).max(40),
      rule: z.enum(cohostRules),
      guestBasisPoints: z.int().min(100).max(9_900).nullable(),
    })
    .refine(({ rule, guestBasisPoints }) => (rule === 'shared') === (guestBasisPoints !== null), {
      path: ['guestBasisPoints'],
      message: 'is said where it is shared, and only there',
    }),
  reply: z.object({ seat }),
  refusals: { not_found: 404, session_ended: 409, seat_taken: 409 },
})
export const listMySeats = endpoint({
  id: 'listMySeats',
  method: 'GET',
  path: '/api/v1/studio/cohosts',
  tag,
  who: creatorOnly,
  summary: 'Seats that are offered to me, and the one in which I sit',
  reply: z.object({ seats: z.array(seat) }),
})
export const getSeat = endpoint({
  id: 'getSeat',
  method: 'GET',
  path: '/api/v1/studio/cohosts/:id',
  tag,
  who: creatorOnly,
  summary: 'A seat and the broadcast it is in, for its host and its guest',
  params: byId,
  reply: z.object({ seat, session: studioSession }),
  refusals: { not_found: 404 },
})
export const joinAsCohost = endpoint({
  id: 'joinAsCohost',
  method: 'POST',
  path: '/api/v1/studio/cohosts/:id/joinings',
  tag,
  who: creatorOnly,
  status: 201,
  summary: 'Sit down: get an address and a key for my own picture; needs an open gate, and no broadcast of my own',
  params: byId,
  reply: z.object({ seat, ingest }),
  refusals: {
    not_found: 404,
    invitation_over: 409,
    session_ended: 409,
    session_already_open: 409,
    gate_closed: 403,
    seat_taken: 409,
  },
})
export const rotateCohostKey = endpoint({
  id: 'rotateCohostKey',
  method: 'POST',
  path: '/api/v1/studio/cohosts/:id/stream-keys',
  tag,
  who: creatorOnly,
  status: 201,
  summary: 'Make a new key for my picture; the old one stops working at once',
  params: byId,
  reply: z.object({ ingest }),
  refusals: { not_found: 404 },
})
export const endCohosting = endpoint({
  id: 'endCohosting',
  method: 'DELETE',
  path: '/api/v1/studio/cohosts/:id',
  tag,
  who: creatorOnly,
  summary: 'Decline, withdraw, leave or send away: host and guest both may end it',
  params: byId,
  reply: nothing,
  refusals: { not_found: 404 },
})
