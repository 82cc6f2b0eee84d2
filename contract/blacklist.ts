/** To whom something is closed, why, and until when. */
import { z } from 'zod'
import { byId, endpoint, id, instant, pageOf, pageQuery } from './endpoint.ts'

const tag = 'trust'
const closed = z.enum(['give', 'create'])
const listing = z.object({
  id,
  personId: id,
  personName: z.string(),
  restricts: z.array(closed),
  reason: z.string(),
  startsAt: instant,
  endsAt: instant.nullable(),
  inForce: z.boolean(),
  objection: z.string().nullable(),
  liftedAt: instant.nullable(),
  liftedReason: z.string().nullable(),
})
export const listBlacklist = endpoint({
  id: 'listBlacklist',
  method: 'GET',
  path: '/api/v1/blacklist',
  tag,
  who: ['moderator', 'support', 'operations', 'admin', 'auditor'],
  summary: 'People to whom something is closed, newest first',
  query: pageQuery,
  reply: pageOf(listing),
})
export const blacklistPerson = endpoint({
  id: 'blacklistPerson',
  method: 'POST',
  path: '/api/v1/blacklist',
  tag,
  who: ['moderator', 'admin'],
  status: 201,
  summary: 'Close gifts or creating to a person, for a reason that he is told, for a time or until it is lifted',
  body: z.strictObject({
    id,
    personId: id,
    restricts: z.array(closed).min(1).max(2),
    reason: z.string().trim().min(3).max(500),
    days: z.int().min(1).max(3_650).nullable(),
  }),
  reply: z.object({ listing }),
  refusals: { not_found: 404, id_reused: 409 },
})
export const liftListing = endpoint({
  id: 'liftListing',
  method: 'POST',
  path: '/api/v1/blacklist/:id/liftings',
  tag,
  who: ['moderator', 'admin'],
  summary: 'Open again what a listing closed, with a reason',
  params: byId,
  body: z.strictObject({ reason: z.string().trim().min(3).max(500) }),
  reply: z.object({ listing }),
  refusals: { not_found: 404, listing_over: 409 },
})
export const listMyListings = endpoint({
  id: 'listMyListings',
  method: 'GET',
  path: '/api/v1/me/listings',
  tag,
  who: 'person',
  summary: 'What is closed to me, why and until when',
  reply: z.object({ listings: z.array(listing) }),
})
export const objectToListing = endpoint({
  id: 'objectToListing',
  method: 'POST',
  path: '/api/v1/me/listings/:id/objections',
  tag,
  who: 'person',
  summary: 'Say something against a listing, once',
  params: byId,
  body: z.strictObject({ text: z.string().trim().min(3).max(1_000) }),
  reply: z.object({ listing }),
  refusals: { not_found: 404, listing_over: 409, already_appealed: 409 },
})
