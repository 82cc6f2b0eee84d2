import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isInForce,
  isRepeatedTooOften,
  type Measure,
  marks,
  marksCrossed,
  marksRecovered,
  repeatsMax,
  scoreAt,
  scoreMax,
  scoreStart,
} from './standing.ts'
import { stateAt, type ViolationRecord } from './violation.ts'

const noon = Temporal.Instant.from('2026-11-10T12:00:00Z')
const hours = (count: number) => noon.add({ hours: count })
const record = (of: { points?: number; at?: number; days?: number; closed?: number | null }): ViolationRecord => ({
  id: '1',
  creatorId: '2',
  rule: 'false_claim',
  ruleVersion: 1,
  severity: 'minor',
  points: of.points ?? 4,
  note: 'said it cures colds',
  sessionId: null,
  atSecond: null,
  recordedAt: hours(of.at ?? 0),
  expiresAt: hours((of.at ?? 0) + 24 * (of.days ?? 30)),
  closedAt: of.closed == null ? null : hours(of.closed),
  closedReason: of.closed == null ? null : 'upheld',
})
const measure = (changed: Partial<Measure>): Measure => ({
  id: 'm',
  kind: 'mark',
  mark: 100,
  rule: null,
  violationId: 'v',
  score: 90,
  restricts: ['live'],
  startsAt: noon,
  endsAt: null,
  recoveredAt: null,
  liftedAt: null,
  ...changed,
})

const violations = fc.array(
  fc.record({
    points: fc.integer({ min: 1, max: 48 }),
    at: fc.integer({ min: 0, max: 500 }),
    days: fc.integer({ min: 1, max: 30 }),
    closed: fc.option(fc.integer({ min: 0, max: 900 })),
  }),
  { maxLength: 20 },
)

test('the score at any instant follows from the records alone, whatever was recorded or closed later', () => {
  fc.assert(
    fc.property(violations, fc.integer({ min: 0, max: 1_000 }), (wanted, at) => {
      const all = wanted.map((each) => record({ ...each, closed: each.closed === null ? null : each.at + each.closed }))
      const score = scoreAt({ violations: all, earned: [] }, hours(at))
      const weighs = all
        .filter((each) => Temporal.Instant.compare(each.recordedAt, hours(at)) <= 0)
        .filter((each) => stateAt(each, hours(at)) === 'active')
        .reduce((sum, each) => sum + each.points, 0)
      expect(score).toBe(Math.max(0, scoreStart - weighs))
      // What was not known then changes nothing about then: a later closing, a later violation.
      const known = all
        .filter((each) => Temporal.Instant.compare(each.recordedAt, hours(at)) <= 0)
        .map((each) =>
          each.closedAt !== null && Temporal.Instant.compare(each.closedAt, hours(at)) > 0
            ? { ...each, closedAt: null, closedReason: null }
            : each,
        )
      expect(scoreAt({ violations: known, earned: [] }, hours(at))).toBe(score)
    }),
  )
})

test('good trade lifts the score up to a thousand and no higher', () => {
  const earned = Array.from({ length: 900 }, () => ({ points: 1, at: noon }))
  expect(scoreAt({ violations: [], earned }, noon)).toBe(scoreMax)
  expect(scoreAt({ violations: [record({ points: 48 })], earned: earned.slice(0, 10) }, noon)).toBe(162)
  expect(scoreAt({ violations: [], earned }, noon.subtract({ hours: 1 }))).toBe(scoreStart)
})

test('a mark is crossed at its very number, once, and again only after the score was above it', () => {
  expect(marksCrossed(151, []).map(({ mark }) => mark)).toEqual([])
  expect(marksCrossed(150, []).map(({ mark }) => mark)).toEqual([150])
  expect(marksCrossed(40, []).map(({ mark }) => mark)).toEqual([150, 100, 50])
  expect(marksCrossed(0, [measure({ mark: 100 })]).map(({ mark }) => mark)).toEqual([150, 50, 0])
  expect(marksCrossed(90, [measure({ mark: 100, recoveredAt: noon })]).map(({ mark }) => mark)).toEqual([150, 100])
  expect(marksRecovered(100, [measure({ mark: 100 })])).toEqual([])
  expect(marksRecovered(101, [measure({ mark: 100 })])).toHaveLength(1)
})

test('however the score moves, each mark stands open at most once and exactly while the score is at or below it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 220 }), { maxLength: 30 }), (scores) => {
      let open: Measure[] = []
      for (const score of scores) {
        const recovered = new Set(marksRecovered(score, open))
        open = open.map((each) => (recovered.has(each) ? { ...each, recoveredAt: noon } : each))
        open.push(...marksCrossed(score, open).map(({ mark }) => measure({ mark })))
        for (const { mark } of marks) {
          const standing = open.filter((each) => each.mark === mark && each.recoveredAt === null)
          expect(standing).toHaveLength(score <= mark ? 1 : 0)
        }
      }
    }),
  )
})

test('a measure of days ends with them, one without ends when the score is above the mark, a lifted one at once', () => {
  const week = measure({ endsAt: hours(7 * 24), recoveredAt: hours(1) })
  expect([isInForce(week, hours(-1)), isInForce(week, hours(2)), isInForce(week, hours(7 * 24))]).toEqual([
    false,
    true,
    false,
  ])
  const open = measure({ recoveredAt: hours(5) })
  expect([isInForce(open, hours(4)), isInForce(open, hours(5))]).toEqual([true, false])
  const lifted = measure({ endsAt: hours(7 * 24), liftedAt: hours(3) })
  expect([isInForce(lifted, hours(2)), isInForce(lifted, hours(3))]).toEqual([true, false])
})

test('the sixth of the same kind within ninety days is one too many; what was taken back does not count', () => {
  const sixth = Array.from({ length: repeatsMax + 1 }, (_, index) => record({ at: index }))
  expect(isRepeatedTooOften(sixth.slice(1), hours(6))).toBe(false)
  expect(isRepeatedTooOften(sixth, hours(6))).toBe(true)
  expect(isRepeatedTooOften(sixth, hours(24 * 90))).toBe(false)
  expect(isRepeatedTooOften([...sixth.slice(1), record({ at: 0, closed: 4 })], hours(6))).toBe(false)
})
