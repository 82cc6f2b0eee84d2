/**
 * Conduct: what creators did against the rules, how much it weighs and until when.
 *
 * Always true: a recorded violation never changes, it can only end (closed with a reason, or expired); what was active at
 * any instant follows from the records alone.
 * Not here: what a violation forbids (`people/creators` decides the gate), who is a creator (this area calls nobody).
 */
import type { Db } from '#platform/database'
import { loadStanding } from './store.ts'

export {
  shownAt,
  stateAt,
  type Severity,
  type ViolationRecord,
  type ViolationRule,
  type ViolationState,
} from './violation.ts'
export { closeViolation, type NewViolation, recordViolation } from './record-violation.ts'
export { conductRoutes } from './routes.ts'
export { expireViolations } from './expire-violations.ts'

/** How many violations are active at that instant; every asked creator has an entry. */
export async function activeViolationsOf(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, number>> {
  const standing = await loadStanding(db, creatorIds, at)
  return new Map(creatorIds.map((id) => [id, standing.get(id)?.violations ?? 0]))
}

/** How many points the active violations weigh at that instant; every asked creator has an entry. */
export async function pointsOf(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, number>> {
  const standing = await loadStanding(db, creatorIds, at)
  return new Map(creatorIds.map((id) => [id, standing.get(id)?.points ?? 0]))
}
