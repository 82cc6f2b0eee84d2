/**
 * The score, and what it closes. Pure: everything follows from records and an instant.
 *
 *   score = 200 + what good trade has earned − what active violations weigh, held between 0 and 1,000
 */
import { stateAt, type ViolationRecord } from './violation.ts'

export const scoreStart = 200
export const scoreMin = 0
export const scoreMax = 1_000

/** What may be closed to a creator. `gated`: promoting goods of categories that need a good record. */
export type Restriction = 'live' | 'showcase' | 'gated' | 'giveaway'

export interface Mark {
  mark: number
  restricts: readonly Restriction[]
  /** How long; null: until the score is above the mark again. */
  days: number | null
}

/** At or below a mark its measures apply, from the mildest on. */
export const marks: readonly Mark[] = [
  { mark: 150, restricts: ['gated', 'giveaway'], days: null },
  { mark: 100, restricts: ['live'], days: 7 },
  { mark: 50, restricts: ['live', 'showcase'], days: 28 },
  { mark: 0, restricts: ['live', 'showcase', 'gated', 'giveaway'], days: null },
]

/** The sixth of the same kind within ninety days takes the permission away, whatever the score. */
export const repeatsMax = 5
export const repeatDays = 90
export const repeatRestricts: readonly Restriction[] = ['live', 'giveaway']

export const appealDays = 30

export function scoreAt(
  of: { violations: readonly ViolationRecord[]; earned: readonly { points: number; at: Temporal.Instant }[] },
  at: Temporal.Instant,
): number {
  const weighs = of.violations
    .filter((each) => Temporal.Instant.compare(each.recordedAt, at) <= 0 && stateAt(each, at) === 'active')
    .reduce((sum, each) => sum + each.points, 0)
  const earned = of.earned
    .filter((each) => Temporal.Instant.compare(each.at, at) <= 0)
    .reduce((sum, each) => sum + each.points, 0)
  return boundedScore(earned, weighs)
}

export function boundedScore(earned: number, weighs: number): number {
  return Math.min(scoreMax, Math.max(scoreMin, scoreStart + earned - weighs))
}

export interface Measure {
  id: string
  kind: 'mark' | 'repeat'
  mark: number | null
  rule: string | null
  violationId: string | null
  score: number
  restricts: readonly Restriction[]
  startsAt: Temporal.Instant
  endsAt: Temporal.Instant | null
  recoveredAt: Temporal.Instant | null
  liftedAt: Temporal.Instant | null
}

/** Marks that the score has come down to and that stand open for nobody yet: each applies once. */
export function marksCrossed(score: number, open: readonly Measure[]): Mark[] {
  const standing = new Set(open.filter(isOpen).map((measure) => measure.mark))
  return marks.filter(({ mark }) => score <= mark && !standing.has(mark))
}

/** Measures of marks that the score is above again. */
export function marksRecovered(score: number, open: readonly Measure[]): Measure[] {
  return open.filter((measure) => isOpen(measure) && measure.mark !== null && score > measure.mark)
}

function isOpen(measure: Measure): boolean {
  return measure.kind === 'mark' && measure.recoveredAt === null && measure.liftedAt === null
}

/** Whether a measure closes something at that instant. */
export function isInForce(measure: Measure, at: Temporal.Instant): boolean {
  const { startsAt, endsAt, recoveredAt, liftedAt } = measure
  if (Temporal.Instant.compare(at, startsAt) < 0) return false
  if (liftedAt !== null && Temporal.Instant.compare(at, liftedAt) >= 0) return false
  if (endsAt !== null) return Temporal.Instant.compare(at, endsAt) < 0
  return recoveredAt === null || Temporal.Instant.compare(at, recoveredAt) < 0
}

/** Whether this violation is one too many of its kind. */
export function isRepeatedTooOften(sameKind: readonly ViolationRecord[], at: Temporal.Instant): boolean {
  const since = at.subtract({ hours: 24 * repeatDays })
  const counted = sameKind.filter(
    (each) => Temporal.Instant.compare(each.recordedAt, since) > 0 && each.closedAt === null,
  )
  return counted.length > repeatsMax
}
