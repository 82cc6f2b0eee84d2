/**
 * Conduct: what creators did against the rules, how much it weighs and until when; the score that follows, and what it closes.
 *
 * Always true: a recorded violation never changes, it can only end (closed with a reason, set aside after an appeal, or expired);
 * what was active and what the score was at any instant follows from the records alone; a mark that the score comes down to applies
 * its measures once until the score is above it again; a judgement keeps the version of the rule by which it was made.
 * Not here: what a closed capability forbids (`people/creators` decides the gate), money (`money/settlements` freezes and
 * forfeits), who is a creator (this area calls nobody).
 *
 * Locks: the violation or the appeal first, then the creator.
 */
import type { Db } from '#platform/database'
import { loadStanding } from './store.ts'

export { type Severity, stateAt, type ViolationRecord, type ViolationRule, type ViolationState } from './violation.ts'
export {
  appealDays,
  isInForce,
  type Mark,
  marks,
  type Measure,
  repeatDays,
  repeatsMax,
  type Restriction,
  scoreAt,
  scoreMax,
  scoreStart,
} from './standing.ts'
export { closeViolation, type NewViolation, recordViolation } from './record-violation.ts'
export { type AppealWish, decideAppeal, fileAppeal } from './appeal.ts'
export { earnReputation, keptPointsPerDayMax, loseReputation, returnedPoints } from './earn-reputation.ts'
export { restrictionsOf, scoresOf } from './settle-standing.ts'
export { publishRule } from './rulebook.ts'
export { conductRoutes } from './routes.ts'
export { closeAppealWindows, expireViolations } from './expire-violations.ts'

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
