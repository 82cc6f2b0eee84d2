import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type GateFacts, type GateRule, judgeGate } from './gate.ts'

const now = Temporal.Instant.from('2026-11-10T12:00:00Z')
const asksNothing = {
  version: 1,
  followersMin: null,
  activeViolationsMax: null,
  verifiedNeeded: false,
  restrictionsMax: null,
  scoreMin: null,
}
const live: GateRule = { ...asksNothing, capability: 'live', followersMin: 2_000, activeViolationsMax: 0 }
const showcase: GateRule = { ...asksNothing, capability: 'showcase' }
const fine: GateFacts = {
  followers: 0,
  activeViolations: 0,
  isVerified: true,
  restrictions: 0,
  score: 200,
  surety: null,
}
const decide = (rule: GateRule, followers: number, activeViolations: number) =>
  judgeGate(rule, { creatorId: '1', facts: { ...fine, followers, activeViolations } }, now)

test('1,999 followers are one short, 2,000 are enough', () => {
  expect(decide(live, 1_999, 0)).toMatchObject({
    passed: false,
    clauses: [
      { clause: 'followers_min', passed: false, needed: 2_000, actual: 1_999, short: 1 },
      { clause: 'active_violations_max', passed: true, short: 0 },
    ],
  })
  expect(decide(live, 2_000, 0)).toMatchObject({ passed: true, ruleVersion: 1, decidedAt: now })
})

test('an active violation refuses at any number of followers, and every clause is answered', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), fc.integer({ min: 1, max: 50 }), (followers, violations) => {
      const decision = decide(live, followers, violations)
      expect(decision.passed).toBe(false)
      expect(decision.clauses[1]).toMatchObject({ passed: false, needed: 0, actual: violations, short: violations })
      expect(decision.clauses).toHaveLength(2)
    }),
  )
})

test('a showcase asks for nothing', () => {
  expect(decide(showcase, 10, 3)).toMatchObject({ passed: true, clauses: [] })
})

test('who has not shown who he is, to whom it is closed, or whose score is too low is told which it is', () => {
  const rule: GateRule = {
    ...asksNothing,
    capability: 'giveaway',
    verifiedNeeded: true,
    restrictionsMax: 0,
    scoreMin: 151,
  }
  const judge = (facts: Partial<GateFacts>) => judgeGate(rule, { creatorId: '1', facts: { ...fine, ...facts } }, now)
  expect(judge({ score: 151 })).toMatchObject({ passed: true })
  const failed = (facts: Partial<GateFacts>) => judge(facts).clauses.filter((clause) => !clause.passed)
  expect(failed({ isVerified: false })).toEqual([{ clause: 'verified', passed: false, needed: 1, actual: 0, short: 1 }])
  expect(failed({ restrictions: 1 })).toMatchObject([{ clause: 'restrictions_max', short: 1 }])
  expect(failed({ score: 150 })).toMatchObject([{ clause: 'score_min', needed: 151, actual: 150, short: 1 }])
})

test('a deposit is asked for where a level is set, and says by how much it is short', () => {
  const judge = (heldMinor: number) =>
    judgeGate(showcase, { creatorId: '1', facts: { ...fine, surety: { neededMinor: 500_000, heldMinor } } }, now)
  expect(judge(499_999)).toMatchObject({
    passed: false,
    clauses: [{ clause: 'deposit_min', needed: 500_000, actual: 499_999, short: 1 }],
  })
  expect(judge(500_000)).toMatchObject({ passed: true })
})
