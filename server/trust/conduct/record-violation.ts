import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { insertViolation, loadStanding, lockViolation, writeClosing } from './store.ts'
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
}

/** Records a violation; the same id again meets the same record. Whether the creator exists, the asker has to know. */
export async function recordViolation(tx: Tx, wish: NewViolation): Promise<Outcome<ViolationRecord, 'not_found'>> {
  const { days, ...rest } = wish
  const violation: ViolationRecord = {
    ...rest,
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
  tx.emit({
    name: 'violation.recorded',
    violationId: violation.id,
    creatorId: violation.creatorId,
    rule: violation.rule,
    severity: violation.severity,
    activeViolations: await activeViolations(tx, violation.creatorId),
  })
  return done(violation)
}

/** Ends a violation before its time, with a reason that stays beside it. */
export async function closeViolation(
  tx: Tx,
  closing: { id: string; reason: string },
): Promise<Outcome<ViolationRecord, 'not_found' | 'violation_not_active'>> {
  const violation = await lockViolation(tx.db, closing.id)
  if (violation === null) return refuse('not_found')
  if (stateAt(violation, tx.now) !== 'active') return refuse('violation_not_active')
  await writeClosing(tx.db, { id: closing.id, at: tx.now, by: actorId(tx), reason: closing.reason })
  await tellClosed(tx, violation)
  return done({ ...violation, closedAt: tx.now, closedReason: closing.reason })
}

/** Says that a violation weighs no more, closed or expired. */
export async function tellClosed(tx: Tx, violation: { id: string; creatorId: string }): Promise<void> {
  tx.emit({
    name: 'violation.closed',
    violationId: violation.id,
    creatorId: violation.creatorId,
    activeViolations: await activeViolations(tx, violation.creatorId),
  })
}

async function activeViolations(tx: Tx, creatorId: string): Promise<number> {
  return (await loadStanding(tx.db, [creatorId], tx.now)).get(creatorId)?.violations ?? 0
}

function actorId(tx: Tx): string | null {
  return tx.actor.kind === 'person' ? tx.actor.personId : null
}
