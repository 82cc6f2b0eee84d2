import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { actorId, closeActive, tellClosed } from './record-violation.ts'
import { settleStanding } from './settle-standing.ts'
import { appealDays } from './standing.ts'
import {
  type AppealRow,
  findAppeal,
  insertAppeal,
  insertFinal,
  lockAppeal,
  lockCreator,
  lockViolation,
  writeClosing,
  writeDecision,
} from './store.ts'
import { stateAt, type ViolationRecord } from './violation.ts'

export interface AppealWish {
  /** Made by the asker: the same id again is the same appeal. */
  id: string
  violationId: string
  creatorId: string
  text: string
  sessionId: string | null
  atSecond: number | null
  /** Keys in the storage. */
  files: string[]
}

/** Until when something can be said against a violation; from that instant on it is too late. */
export function appealableUntil(violation: ViolationRecord): Temporal.Instant {
  return violation.recordedAt.add({ hours: 24 * appealDays })
}

/** Says something against a violation, once and in time. It goes on weighing until somebody has decided. */
export async function fileAppeal(
  tx: Tx,
  wish: AppealWish,
): Promise<Outcome<AppealRow, 'not_found' | 'violation_not_active' | 'appeal_too_late' | 'already_appealed'>> {
  const violation = await lockViolation(tx.db, wish.violationId)
  if (violation === null || violation.creatorId !== wish.creatorId) return refuse('not_found')
  const earlier = await findAppeal(tx.db, wish.id)
  if (earlier !== null) return earlier.violationId === wish.violationId ? done(earlier) : refuse('not_found')
  if (violation.closedAt !== null) return refuse('violation_not_active')
  if (Temporal.Instant.compare(tx.now, appealableUntil(violation)) >= 0) return refuse('appeal_too_late')
  if (!(await insertAppeal(tx, wish))) return refuse('already_appealed')
  const filed = await findAppeal(tx.db, wish.id)
  return filed === null ? refuse('not_found') : done(filed)
}

/**
 * Decides an appeal, once. Upheld, the violation is set aside: its points, what it had closed and what it had frozen come back.
 * Rejected, it is final. One that time has ended meanwhile can still be set aside, since its consequences may last.
 */
export async function decideAppeal(
  tx: Tx,
  decided: { id: string; decision: 'upheld' | 'rejected'; answer: string },
): Promise<Outcome<AppealRow, 'not_found' | 'appeal_decided'>> {
  const appeal = await lockAppeal(tx, decided.id)
  if (appeal === null) return refuse('not_found')
  if (appeal.decision !== null) {
    return appeal.decision === decided.decision ? done(appeal) : refuse('appeal_decided')
  }
  const violation = await lockViolation(tx.db, appeal.violationId)
  if (violation === null) return refuse('not_found')
  await writeDecision(tx, { ...decided, by: actorId(tx) })
  tx.tell(`person:${appeal.creatorId}`, { kind: 'gate' })
  if (decided.decision === 'upheld') await setAside(tx, violation, decided.answer)
  else if (violation.closedAt === null) {
    if (await insertFinal(tx, { violationId: violation.id, outcome: 'appeal_rejected' })) {
      const { id: violationId, creatorId } = violation
      tx.emit({ name: 'violation.final', violationId, creatorId, outcome: 'appeal_rejected' })
    }
  }
  const after = await findAppeal(tx.db, decided.id)
  return after === null ? refuse('not_found') : done(after)
}

async function setAside(tx: Tx, violation: ViolationRecord, reason: string): Promise<void> {
  const state = violation.closedAt === null ? stateAt(violation, tx.now) : 'closed'
  if (state === 'active') {
    await closeActive(tx, violation, { reason, outcome: 'upheld' })
    return
  }
  if (state === 'closed') return
  await lockCreator(tx, violation.creatorId)
  await writeClosing(tx.db, { id: violation.id, at: tx.now, by: actorId(tx), reason })
  await settleStanding(tx, { creatorId: violation.creatorId, lifts: true })
  await tellClosed(tx, violation, 'upheld')
}
