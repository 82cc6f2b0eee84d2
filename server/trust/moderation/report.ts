import type { reportReasons } from '#contract/moderation'
import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { insertReport, lockReport, type ReportRow, writeDecision } from './store.ts'

export type ReportReason = (typeof reportReasons)[number]

export interface Subject {
  roomId: string | null
  sessionId: string | null
  commentId: string | null
  personId: string | null
  name: string
  text: string
  at: string
}

export interface NewReport {
  id: string
  kind: 'comment' | 'room' | 'person'
  reason: ReportReason
  note: string
  subject: Subject
  reporterId: string | null
}

/** By when a moderator must have looked at it. What may harm somebody now comes first. */
const hoursToDecide: Record<ReportReason, number> = {
  minor_in_danger: 1,
  banned_goods: 2,
  abuse: 4,
  off_platform_sale: 12,
  false_claim: 12,
  sensitive_word: 24,
  spam: 24,
  other: 24,
}

/** Puts it before the moderators; the same id again is the same report. */
export async function reportTo(tx: Tx, report: NewReport): Promise<{ dueAt: Temporal.Instant }> {
  const dueAt = tx.now.add({ hours: hoursToDecide[report.reason] })
  await insertReport(tx, { ...report, dueAt })
  return { dueAt: (await lockReport(tx, report.id))?.dueAt ?? dueAt }
}

export async function decide(
  tx: Tx,
  of: { id: string; decision: 'upheld' | 'dismissed'; answer: string; byId: string },
): Promise<Outcome<ReportRow, 'not_found' | 'report_decided'>> {
  const report = await lockReport(tx, of.id)
  if (report === null) return refuse('not_found')
  if (report.decision !== null) return refuse('report_decided')
  await writeDecision(tx, of)
  return done({ ...report, decision: of.decision, decidedAt: tx.now, answer: of.answer })
}
