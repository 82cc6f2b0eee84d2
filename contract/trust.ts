/** Is it allowed: violations of creators. */
import { z } from 'zod'
import { byId, endpoint, id, instant, pageOf, pageQuery } from './endpoint.ts'

const tag = 'trust'
export const violationRules = [
  'false_claim',
  'banned_goods',
  'vulgar_content',
  'off_platform_sale',
  'fake_interaction',
  'copied_content',
] as const
export const violation = z.object({
  id,
  creatorId: id,
  rule: z.enum(violationRules),
  severity: z.enum(['minor', 'serious', 'severe']),
  points: z.int(),
  note: z.string(),
  state: z.enum(['active', 'closed', 'expired']),
  recordedAt: instant,
  expiresAt: instant,
  closedReason: z.string().nullable(),
})
export const listMyViolations = endpoint({
  id: 'listMyViolations',
  method: 'GET',
  path: '/api/v1/studio/violations',
  tag,
  who: ['creator'],
  summary: 'My violations: rule, note, points, until when',
  reply: z.object({ violations: z.array(violation) }),
})
export const listViolations = endpoint({
  id: 'listViolations',
  method: 'GET',
  path: '/api/v1/violations',
  tag,
  who: ['moderator', 'operations', 'admin', 'auditor'],
  summary: 'Violations of all creators, newest first',
  query: pageQuery.extend({ creatorId: id.optional() }),
  reply: pageOf(violation),
})
export const recordViolation = endpoint({
  id: 'recordViolation',
  method: 'POST',
  path: '/api/v1/violations',
  tag,
  who: ['moderator', 'admin'],
  status: 201,
  summary: 'Record a violation; the gate to the live room closes at once',
  body: z.strictObject({
    id,
    creatorId: id,
    rule: z.enum(violationRules),
    severity: z.enum(['minor', 'serious', 'severe']),
    points: z.int().min(1).max(48),
    note: z.string().trim().min(3).max(500),
    days: z.int().min(1).max(365),
  }),
  reply: z.object({ violation }),
  refusals: { not_found: 404 },
})
export const closeViolation = endpoint({
  id: 'closeViolation',
  method: 'POST',
  path: '/api/v1/violations/:id/closings',
  tag,
  who: ['moderator', 'admin'],
  summary: 'Close a violation before it expires, with a reason',
  params: byId,
  body: z.strictObject({ reason: z.string().trim().min(3).max(500) }),
  reply: z.object({ violation }),
  refusals: { not_found: 404, violation_not_active: 409 },
})
