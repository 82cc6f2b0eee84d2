import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide, type Features, scoreMin, scoreOf } from './decide.ts'

const features: fc.Arbitrary<Features> = fc.record({
  orders: fc.nat(500),
  daysSinceOrder: fc.option(fc.nat(400)),
  averageMinor: fc.option(fc.nat(1_000_000)),
  couponsUsed: fc.nat(50),
  couponsLapsed: fc.nat(50),
})
const asked = fc.record({
  features,
  seed: fc.string({ minLength: 1 }),
  personId: fc.uuid(),
  heldOutBasisPoints: fc.nat(9_000),
  left: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
})

test('the same person, seed and features are decided the same, and never given what is gone', () => {
  fc.assert(
    fc.property(asked, (of) => {
      const decided = decide(of)
      expect(decide({ ...of, features: { ...of.features } })).toEqual(decided)
      expect(decided.score).toBeGreaterThanOrEqual(0)
      expect(decided.score).toBeLessThanOrEqual(100)
      expect(decided.reason === 'given').toBe(decided.step !== null)
      if (decided.step !== null) expect(of.left[decided.step]).toBe(true)
      if (decided.reason === 'not_needed') expect(decided.score).toBeLessThan(scoreMin)
    }),
    { numRuns: 1_000 },
  )
})

test('who has been away longer is never offered less', () => {
  fc.assert(
    fc.property(asked, fc.nat(400), fc.nat(400), (of, one, other) => {
      const after = (days: number) =>
        decide({ ...of, left: of.left.map(() => true), features: { ...of.features, daysSinceOrder: days } })
      const [sooner, later] = [after(Math.min(one, other)), after(Math.max(one, other))]
      expect(later.score).toBeGreaterThanOrEqual(sooner.score)
      expect(later.step ?? -1).toBeGreaterThanOrEqual(sooner.step ?? -1)
    }),
    { numRuns: 1_000 },
  )
})

test('as many are held out as was said, whoever they are', () => {
  const of = { features: { orders: 0, daysSinceOrder: null, averageMinor: null, couponsUsed: 0, couponsLapsed: 0 } }
  const people = Array.from({ length: 10_000 }, (_, index) => `person ${index}`)
  const held = people.filter(
    (personId) =>
      decide({ ...of, seed: 'one', personId, heldOutBasisPoints: 1_000, left: [true] }).reason === 'held_out',
  ).length
  // Ten percent of 10,000 with a standard deviation of 30: five of them either way.
  expect(Math.abs(held - 1_000)).toBeLessThan(150)
  expect(new Set(people.map((personId) => scoreOf(of.features, 'one', personId))).size).toBe(11)
})
