/** Is it allowed: the rulebook, violations of creators, their score, appeals. */
import { z } from 'zod'
import { byId, endpoint, givenText2, id, instant, nothing, pageOf, pageQuery, text2 } from './endpoint.ts'

const tag = 'trust'
export const violationRules = [
  'false_claim',
  'banned_goods',
  'vulgar_content',
  'off_platform_sale',
  'fake_interaction',
  'copied_content',
] as const
const atSecond = z.int().min(0).max(200_000)
export const appeal = z.object({
  id,
  violationId: id,
  creatorId: id,
  text: z.string(),
  sessionId: id.nullable(),
  atSecond: z.int().nullable(),
  files: z.array(z.string()),
  filedAt: instant,
  state: z.enum(['open', 'upheld', 'rejected']),
  answer: z.string().nullable(),
  decidedAt: instant.nullable(),
})
export const violation = z.object({
  id,
  creatorId: id,
  rule: z.enum(violationRules),
  /** By which version of the rule it was judged, and what that version says. */
  ruleVersion: z.int(),
  clause: z.string(),
  ruleTitle: text2,
  ruleText: text2,
  severity: z.enum(['minor', 'serious', 'severe']),
  sessionId: id.nullable(),
  atSecond: z.int().nullable(),
  appealUntil: instant,
  appeal: appeal.nullable(),
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
    /** The moment of a recording in which it was seen. */
    moment: z.strictObject({ sessionId: id, atSecond }).optional(),
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

const restriction = z.enum(['live', 'showcase', 'gated', 'giveaway'])
const measure = z.object({
  id,
  kind: z.enum(['mark', 'repeat']),
  mark: z.int().nullable(),
  rule: z.string().nullable(),
  score: z.int(),
  restricts: z.array(restriction),
  inForce: z.boolean(),
  startsAt: instant,
  endsAt: instant.nullable(),
  lifted: z.boolean(),
})
export const getMyStanding = endpoint({
  id: 'getMyStanding',
  method: 'GET',
  path: '/api/v1/studio/standing',
  tag,
  who: ['creator'],
  summary: 'My score, its marks, what is closed to me and until when',
  reply: z.object({
    score: z.int(),
    start: z.int(),
    max: z.int(),
    earned: z.int(),
    weighs: z.int(),
    marks: z.array(z.object({ mark: z.int(), restricts: z.array(restriction), days: z.int().nullable() })),
    measures: z.array(measure),
  }),
})
export const fileAppeal = endpoint({
  id: 'fileAppeal',
  method: 'POST',
  path: '/api/v1/studio/violations/:id/appeals',
  tag,
  who: ['creator'],
  status: 201,
  summary: 'Say something against a violation, once and within 30 days: text, a moment of a recording, pictures',
  params: byId,
  body: z.strictObject({
    id,
    text: z.string().trim().min(3).max(2_000),
    moment: z.strictObject({ sessionId: id, atSecond }).optional(),
    files: z.array(id).max(5),
  }),
  reply: z.object({ appeal }),
  refusals: { not_found: 404, violation_not_active: 409, appeal_too_late: 410, already_appealed: 409 },
})
export const addEvidence = endpoint({
  id: 'addEvidence',
  method: 'PUT',
  path: '/api/v1/studio/evidence/:id',
  tag,
  who: ['creator'],
  summary: 'Bring a picture for an appeal (PNG, JPEG or WebP, at most 170 kB, as base64); the asker makes the id',
  params: byId,
  body: z.strictObject({ base64: z.base64().min(40).max(230_000) }),
  reply: nothing,
  refusals: { unknown_picture_type: 422, too_many_files: 429 },
  limit: { per: 'person', count: 20, seconds: 600 },
})
export const getEvidence = endpoint({
  id: 'getEvidence',
  method: 'GET',
  path: '/api/v1/evidence/:id/:fileId',
  tag,
  who: ['creator', 'moderator', 'admin', 'auditor'],
  summary: 'A picture of an appeal: for its creator and for those who decide',
  params: z.strictObject({ id, fileId: id }),
  reply: nothing,
  refusals: { not_found: 404 },
  // Browsers tell the three types apart by themselves.
  file: 'image/png',
})
const decides = ['moderator', 'admin', 'operations', 'auditor'] as const
export const listAppeals = endpoint({
  id: 'listAppeals',
  method: 'GET',
  path: '/api/v1/appeals',
  tag,
  who: decides,
  summary: 'Appeals with the violation that they are about, newest first',
  query: pageQuery.extend({ state: z.enum(['open', 'all']).default('open') }),
  reply: pageOf(z.object({ appeal, violation })),
})
export const decideAppeal = endpoint({
  id: 'decideAppeal',
  method: 'POST',
  path: '/api/v1/appeals/:id/decisions',
  tag,
  who: ['moderator', 'admin'],
  summary: 'Decide an appeal, once: upheld, points, permissions and frozen money come back',
  params: byId,
  body: z.strictObject({
    decision: z.enum(['upheld', 'rejected']),
    answer: z.string().trim().min(3).max(1_000),
  }),
  reply: z.object({ appeal }),
  refusals: { not_found: 404, appeal_decided: 409 },
})

export const rule = z.object({
  rule: z.enum(violationRules),
  version: z.int(),
  effectiveFrom: instant,
  inForce: z.boolean(),
  clause: z.string(),
  title: text2,
  body: text2,
  pointsMinor: z.int(),
  pointsSerious: z.int(),
  pointsSevere: z.int(),
  days: z.int(),
})
export const listRules = endpoint({
  id: 'listRules',
  method: 'GET',
  path: '/api/v1/rules',
  tag,
  who: 'anyone',
  summary: 'The rulebook: every rule in all its versions, with the day from which each holds',
  reply: z.object({ rules: z.array(rule) }),
})
const points = z.int().min(1).max(48)
export const publishRule = endpoint({
  id: 'publishRule',
  method: 'POST',
  path: '/api/v1/rules/:rule/versions',
  tag,
  who: ['admin', 'moderator'],
  status: 201,
  summary: 'A new version of a rule, from an instant on that has not come yet',
  params: z.strictObject({ rule: z.enum(violationRules) }),
  body: z.strictObject({
    effectiveFrom: instant,
    clause: z.string().trim().min(1).max(20),
    title: givenText2(80),
    body: givenText2(1_000),
    pointsMinor: points,
    pointsSerious: points,
    pointsSevere: points,
    days: z.int().min(1).max(365),
  }),
  reply: z.object({ version: z.int() }),
  refusals: { effective_in_past: 422, points_not_rising: 422 },
})
