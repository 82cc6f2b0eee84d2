import type { Db, Tx } from '#platform/database'
import { newId } from '#platform/ids'
import {
  boundedScore,
  isInForce,
  isRepeatedTooOften,
  marksCrossed,
  marksRecovered,
  type Restriction,
  repeatRestricts,
  scoreAt,
} from './standing.ts'
import {
  endMeasures,
  insertMeasure,
  loadEarned,
  loadMeasures,
  loadRecord,
  loadStanding,
  type MeasureRow,
  sumEarned,
} from './store.ts'
import type { ViolationRecord } from './violation.ts'

/**
 * Brings what is closed to a creator in line with his record. The asker holds the creator's lock, so each mark that the score has
 * come down to gets its measures once. With `lifts` (something was taken back) a measure ends as if it had never been deserved;
 * else a mark that the score is above again is only ready to be crossed anew, and a measure of so many days runs on.
 */
export async function settleStanding(
  tx: Tx,
  of: { creatorId: string; because?: ViolationRecord; lifts?: boolean },
): Promise<void> {
  const { creatorId, because, lifts = false } = of
  const [violations, earned, measures] = await Promise.all([
    loadRecord(tx.db, creatorId),
    loadEarned(tx.db, creatorId),
    loadMeasures(tx.db, [creatorId]),
  ])
  const now = lookedAt(tx.now, violations, earned)
  const score = scoreAt({ violations, earned }, now)
  const recovered = marksRecovered(score, measures).map((measure) => measure.id)
  await endMeasures(tx, recovered, 'recovered')
  if (lifts) {
    const undeserved = measures.filter((measure) => measure.kind === 'repeat' && !isStillRepeated(measure, violations))
    await endMeasures(tx, [...recovered, ...undeserved.map((measure) => measure.id)], 'lifted')
  }

  const standing = measures.filter((measure) => !recovered.includes(measure.id))
  for (const { mark, restricts, days } of marksCrossed(score, standing)) {
    await insertMeasure(tx, {
      id: newId(),
      creatorId,
      kind: 'mark',
      mark,
      rule: null,
      violationId: because?.id ?? null,
      score,
      restricts,
      endsAt: days === null ? null : now.add({ hours: 24 * days }),
    })
  }
  if (because === undefined) return
  const sameKind = violations.filter((violation) => violation.rule === because.rule)
  if (isRepeatedTooOften(sameKind, now)) {
    await insertMeasure(tx, {
      id: newId(),
      creatorId,
      kind: 'repeat',
      mark: null,
      rule: because.rule,
      violationId: because.id,
      score,
      restricts: repeatRestricts,
      endsAt: null,
    })
  }
}

/**
 * Two that land together wait for each other, and who is second may have begun first: what the other has written stands, though his own
 * clock has not come to it.
 */
function lookedAt(
  now: Temporal.Instant,
  violations: readonly ViolationRecord[],
  earned: readonly { at: Temporal.Instant }[],
): Temporal.Instant {
  const written = [
    ...violations.flatMap(({ recordedAt, closedAt }) => [recordedAt, closedAt ?? recordedAt]),
    ...earned.map(({ at }) => at),
  ]
  return written.reduce((latest, at) => (Temporal.Instant.compare(at, latest) > 0 ? at : latest), now)
}

/** Without what was taken back, were there still too many of that kind when the permission was taken away? */
function isStillRepeated(measure: MeasureRow, violations: readonly ViolationRecord[]): boolean {
  const until = violations.filter(
    ({ rule, recordedAt }) => rule === measure.rule && Temporal.Instant.compare(recordedAt, measure.startsAt) <= 0,
  )
  return isRepeatedTooOften(until, measure.startsAt)
}

/** What is closed to each of these creators at that instant; no entry for those to whom nothing is. */
export async function restrictionsOf(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, Set<Restriction>>> {
  const closed = new Map<string, Set<Restriction>>()
  for (const measure of await loadMeasures(db, creatorIds)) {
    if (!isInForce(measure, at)) continue
    const all = closed.get(measure.creatorId) ?? new Set()
    for (const each of measure.restricts) all.add(each)
    closed.set(measure.creatorId, all)
  }
  return closed
}

/** The score of each of these creators at that instant, from the record alone. */
export async function scoresOf(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, number>> {
  const [standing, earned] = await Promise.all([loadStanding(db, creatorIds, at), sumEarned(db, creatorIds, at)])
  return new Map(
    creatorIds.map((id) => [id, boundedScore(earned.get(id) ?? 0, standing.get(id)?.points ?? 0)] as const),
  )
}
