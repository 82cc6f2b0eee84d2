/** What people report, what words nobody may say, and what moderators decide. */
import { z } from 'zod'
import { endpoint, id, instant, nothing, pageQuery } from './endpoint.ts'

const tag = 'trust'
const moderators = ['moderator', 'operations', 'admin'] as const
export const reportReasons = [
  'off_platform_sale',
  'false_claim',
  'banned_goods',
  'abuse',
  'minor_in_danger',
  'spam',
  'sensitive_word',
  'other',
] as const
export const report = z.object({
  id,
  kind: z.enum(['comment', 'room', 'person']),
  reason: z.enum(reportReasons),
  note: z.string(),
  subject: z.object({
    roomId: id.nullable(),
    sessionId: id.nullable(),
    commentId: id.nullable(),
    personId: id.nullable(),
    name: z.string(),
    text: z.string(),
    at: instant,
  }),
  reporterId: id.nullable(),
  at: instant,
  dueAt: instant,
  isOverdue: z.boolean(),
  decision: z.enum(['upheld', 'dismissed']).nullable(),
  decidedAt: instant.nullable(),
  answer: z.string().nullable(),
})
export const fileReport = endpoint({
  id: 'fileReport',
  method: 'POST',
  path: '/api/v1/reports',
  tag,
  who: 'person',
  status: 201,
  summary: 'Report a room, or a comment in it; a moderator looks at it before its deadline',
  body: z.strictObject({
    id,
    roomId: id,
    commentId: id.nullable(),
    reason: z.enum(reportReasons),
    note: z.string().trim().max(300),
  }),
  reply: z.object({ dueAt: instant }),
  refusals: { not_found: 404 },
  limit: { per: 'address', count: 20, seconds: 600 },
})
export const listReports = endpoint({
  id: 'listReports',
  method: 'GET',
  path: '/api/v1/reports',
  tag,
  who: [...moderators, 'auditor'],
  summary: 'Reports that wait, the most urgent first, or those that are decided, the latest first',
  query: pageQuery.extend({ state: z.enum(['open', 'decided']).default('open') }),
  reply: z.object({ items: z.array(report), next: z.string().nullable(), open: z.int(), overdue: z.int() }),
})
export const decideReport = endpoint({
  id: 'decideReport',
  method: 'POST',
  path: '/api/v1/reports/:id/decisions',
  tag,
  who: moderators,
  summary: 'Decide a report; stopping a room or recording a violation is a step of its own',
  params: z.strictObject({ id }),
  body: z.strictObject({ decision: z.enum(['upheld', 'dismissed']), answer: z.string().trim().min(3).max(300) }),
  reply: z.object({ report }),
  refusals: { not_found: 404, report_decided: 409 },
})
export const listForbiddenWords = endpoint({
  id: 'listForbiddenWords',
  method: 'GET',
  path: '/api/v1/forbidden-words',
  tag,
  who: [...moderators, 'auditor'],
  summary: 'Words that nobody may say, in whatever disguise',
  reply: z.object({ words: z.array(z.string()) }),
})
export const setForbiddenWords = endpoint({
  id: 'setForbiddenWords',
  method: 'PUT',
  path: '/api/v1/forbidden-words',
  tag,
  who: ['moderator', 'admin'],
  summary: 'The whole list of forbidden words (at most 1,000)',
  body: z.strictObject({ words: z.array(z.string().trim().min(1).max(40)).max(1_000) }),
  reply: nothing,
})
