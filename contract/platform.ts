/** The floor itself: the sandbox clock, failed work, the audit trail. */
import { z } from 'zod'
import { endpoint, instant, pageOf, pageQuery } from './endpoint.ts'

const tag = 'platform'
export const getClock = endpoint({
  id: 'getClock',
  method: 'GET',
  path: '/api/v1/sandbox/clock',
  tag,
  who: ['operations', 'admin', 'finance', 'support', 'auditor', 'warehouse'],
  summary: "The platform's time and how far it is ahead",
  reply: z.object({ now: instant, aheadSeconds: z.int(), movable: z.boolean() }),
})
export const advanceClock = endpoint({
  id: 'advanceClock',
  method: 'POST',
  path: '/api/v1/sandbox/clock',
  tag,
  who: ['operations', 'admin'],
  summary: 'Move the sandbox clock forward; what is due happens before the answer. The same key again is the same move',
  idempotent: true,
  body: z.strictObject({
    seconds: z
      .int()
      .min(1)
      .max(366 * 86_400),
  }),
  reply: z.object({ now: instant, aheadSeconds: z.int() }),
  refusals: { not_in_sandbox: 403 },
})
export const listFailedWork = endpoint({
  id: 'listFailedWork',
  method: 'GET',
  path: '/api/v1/failed-work',
  tag,
  who: ['admin', 'operations'],
  summary: 'Reactions that failed for good',
  reply: z.object({
    failed: z.array(z.object({ eventId: z.string(), reaction: z.string(), tries: z.int(), error: z.string() })),
  }),
})
export const retryFailedWork = endpoint({
  id: 'retryFailedWork',
  method: 'POST',
  path: '/api/v1/failed-work/retries',
  tag,
  who: ['admin', 'operations'],
  summary: 'Give failed reactions another round',
  reply: z.object({ retried: z.int() }),
})
export const listAuditTrail = endpoint({
  id: 'listAuditTrail',
  method: 'GET',
  path: '/api/v1/audit-trail',
  tag,
  who: ['admin', 'auditor'],
  summary: 'Who changed what, as it was before and after, newest first',
  query: pageQuery.extend({ q: z.string().max(100).optional() }),
  reply: pageOf(
    z.object({
      id: z.string(),
      at: instant,
      personId: z.string(),
      role: z.string(),
      endpoint: z.string(),
      requestId: z.string(),
      subject: z.unknown(),
      /** Rows as they were before and after, at most 20; null where there was none. */
      changes: z.array(
        z.object({
          relation: z.string(),
          before: z.record(z.string(), z.unknown()).nullable(),
          after: z.record(z.string(), z.unknown()).nullable(),
        }),
      ),
    }),
  ),
})
