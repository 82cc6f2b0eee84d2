import type { violationRules } from '#contract/trust'

export type ViolationRule = (typeof violationRules)[number]
export type Severity = 'minor' | 'serious' | 'severe'

export interface ViolationRecord {
  id: string
  creatorId: string
  rule: ViolationRule
  /** The version of the rule by which it was judged. */
  ruleVersion: number
  severity: Severity
  points: number
  note: string
  /** The moment of a recording in which it was seen. */
  sessionId: string | null
  atSecond: number | null
  recordedAt: Temporal.Instant
  expiresAt: Temporal.Instant
  closedAt: Temporal.Instant | null
  closedReason: string | null
}

export type ViolationState = 'active' | 'closed' | 'expired'

/** The state at an instant, from the record alone. From `expiresAt` on it is expired, and a closing counts from its own instant. */
export function stateAt(violation: ViolationRecord, at: Temporal.Instant): ViolationState {
  const { closedAt, expiresAt } = violation
  if (closedAt !== null && Temporal.Instant.compare(at, closedAt) >= 0) return 'closed'
  return Temporal.Instant.compare(at, expiresAt) >= 0 ? 'expired' : 'active'
}
