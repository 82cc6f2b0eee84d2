import type { Tx } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { settleStanding } from './settle-standing.ts'
import { findRule, insertViolation, loadStanding, lockCreator, lockViolation, writeClosing } from './store.ts'
import { type Severity, stateAt, type ViolationRecord, type ViolationRule } from './violation.ts'

export interface NewViolation {
  id: string
  creatorId: string
  rule: ViolationRule
  severity: Severity
  points: number
  note: string
  /** For how many days it weighs. */
  days: number
  /** The moment of a recording in which it was seen. */
  sessionId?: string | null
  atSecond?: number | null
}

/**
 * Records a violation by the version of its rule that is in force, and does at once what follows from it. The same id again meets
 * the same record. Whether the creator exists, the asker has to know.
 */
export async function recordViolation(tx: Tx, wish: NewViolation): Promise<Outcome<ViolationRecord, 'not_found'>> {
  const { days, sessionId = null, atSecond = null, ...rest } = wish
  // Two that land together come one after the other, so that each mark is crossed by one of them.
  await lockCreator(tx, wish.creatorId)
  const rule = await findRule(tx.db, wish.rule, tx.now)
  assert(rule !== null, 'the first version of each rule came with the table')
  const violation: ViolationRecord = {
    ...rest,
    sessionId,
    atSecond,
    ruleVersion: rule.version,
    recordedAt: tx.now,
    expiresAt: tx.now.add({ hours: 24 * days }),
    closedAt: null,
    closedReason: null,
  }
  if (!(await insertViolation(tx.db, violation, actorId(tx)))) {
    const earlier = await lockViolation(tx.db, wish.id)
    const same = earlier?.creatorId === wish.creatorId && earlier.rule === wish.rule && earlier.points === wish.points
    return earlier !== null && same ? done(earlier) : refuse('not_found')
  }
  await settleStanding(tx, { creatorId: wish.creatorId, because: violation })
  tx.emit({
    name: 'violation.recorded',
    violationId: violation.id,
    creatorId: violation.creatorId,
    rule: violation.rule,
    severity: violation.severity,
    sessionId: violation.sessionId,
    activeViolations: await activeViolations(tx, violation.creatorId),
  })
  return done(violation)
}

/** Ends a violation before its time, with a reason that stays beside it; what it had closed opens again. */
export async function closeViolation(
  tx: Tx,
  closing: { id: string; reason: string },
): Promise<Outcome<ViolationRecord, 'not_found' | 'violation_not_active'>> {
  const seen = await lockViolation(tx.db, closing.id)
  if (seen === null) return refuse('not_found')
  // Who waited for another who closes it may have begun before that: it is closed, though not by his clock.
  if (seen.closedAt !== null || stateAt(seen, tx.now) !== 'active') return refuse('violation_not_active')
  return done(await closeActive(tx, seen, { reason: closing.reason, outcome: 'closed' }))
}

/** The record is locked by the asker. */
export async function closeActive(
  tx: Tx,
  violation: ViolationRecord,
  closing: { reason: string; outcome: 'closed' | 'upheld' },
): Promise<ViolationRecord> {
  await lockCreator(tx, violation.creatorId)
  await writeClosing(tx.db, { id: violation.id, at: tx.now, by: actorId(tx), reason: closing.reason })
  await settleStanding(tx, { creatorId: violation.creatorId, lifts: true })
  await tellClosed(tx, violation, closing.outcome)
  return { ...violation, closedAt: tx.now, closedReason: closing.reason }
}

/** Says that a violation weighs no more: closed, set aside after an appeal, or expired. */
export async function tellClosed(
  tx: Tx,
  violation: { id: string; creatorId: string },
  outcome: 'closed' | 'upheld' | 'expired',
): Promise<void> {
  tx.emit({
    name: 'violation.closed',
    violationId: violation.id,
    creatorId: violation.creatorId,
    outcome,
    activeViolations: await activeViolations(tx, violation.creatorId),
  })
}

async function activeViolations(tx: Tx, creatorId: string): Promise<number> {
  return (await loadStanding(tx.db, [creatorId], tx.now)).get(creatorId)?.violations ?? 0
}

export function actorId(tx: Tx): string | null {
  return tx.actor.kind === 'person' ? tx.actor.personId : null
}
