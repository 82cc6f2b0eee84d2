import { expect, test } from 'vitest'
import { stateAt, type ViolationRecord } from './violation.ts'

const noon = Temporal.Instant.from('2026-11-10T12:00:00Z')
const violation: ViolationRecord = {
  id: '1',
  creatorId: '2',
  rule: 'false_claim',
  ruleVersion: 1,
  sessionId: null,
  atSecond: null,
  severity: 'minor',
  points: 4,
  note: 'said it cures colds',
  recordedAt: noon,
  expiresAt: noon.add({ hours: 24 }),
  closedAt: null,
  closedReason: null,
}
const closed = { ...violation, closedAt: noon.add({ hours: 2 }), closedReason: 'appeal upheld' }

test('a violation is active until the instant at which it expires', () => {
  expect(stateAt(violation, noon)).toBe('active')
  expect(stateAt(violation, noon.add({ hours: 24 }).subtract({ nanoseconds: 1 }))).toBe('active')
  expect(stateAt(violation, noon.add({ hours: 24 }))).toBe('expired')
})

test('what it was at an earlier time does not change when it is closed', () => {
  expect(stateAt(closed, noon.add({ hours: 1 }))).toBe('active')
  expect(stateAt(closed, noon.add({ hours: 2 }))).toBe('closed')
  expect(stateAt(closed, noon.add({ hours: 48 }))).toBe('closed')
})
