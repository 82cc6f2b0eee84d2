/** `gated`: promoting goods of categories that need a good record. */
export type Capability = 'live' | 'showcase' | 'giveaway' | 'gated'
export type ClauseName =
  | 'followers_min'
  | 'active_violations_max'
  | 'verified'
  | 'restrictions_max'
  | 'score_min'
  | 'deposit_min'

export interface GateRule {
  capability: Capability
  version: number
  /** Null: not asked for. */
  followersMin: number | null
  activeViolationsMax: number | null
  /** Whether he must have shown who he is. */
  verifiedNeeded: boolean
  /** How many measures may stand in the way of it: none, or it does not matter. */
  restrictionsMax: number | null
  scoreMin: number | null
}

export interface GateFacts {
  followers: number
  activeViolations: number
  isVerified: boolean
  /** Measures, a departure: whatever closes this capability to him. */
  restrictions: number
  score: number
  /** What he must have left with us, and has; null where nothing is asked for. */
  surety: { neededMinor: number; heldMinor: number } | null
}

export interface GateClause {
  clause: ClauseName
  passed: boolean
  needed: number
  actual: number
  /** By how much it fails; 0 when it passes. */
  short: number
}

export interface GateDecision {
  creatorId: string
  capability: Capability
  passed: boolean
  ruleVersion: number
  clauses: GateClause[]
  decidedAt: Temporal.Instant
}

/** The gate itself: every clause is answered, also after one has failed, so that a creator sees all that is missing. */
export function judgeGate(
  rule: GateRule,
  of: { creatorId: string; facts: GateFacts },
  now: Temporal.Instant,
): GateDecision {
  const clauses: GateClause[] = []
  if (rule.followersMin !== null) clauses.push(atLeast('followers_min', rule.followersMin, of.facts.followers))
  if (rule.activeViolationsMax !== null) {
    clauses.push(atMost('active_violations_max', rule.activeViolationsMax, of.facts.activeViolations))
  }
  if (rule.verifiedNeeded) clauses.push(atLeast('verified', 1, of.facts.isVerified ? 1 : 0))
  if (rule.restrictionsMax !== null) {
    clauses.push(atMost('restrictions_max', rule.restrictionsMax, of.facts.restrictions))
  }
  if (rule.scoreMin !== null) clauses.push(atLeast('score_min', rule.scoreMin, of.facts.score))
  const { surety } = of.facts
  if (surety !== null) clauses.push(atLeast('deposit_min', surety.neededMinor, surety.heldMinor))
  return {
    creatorId: of.creatorId,
    capability: rule.capability,
    passed: clauses.every((clause) => clause.passed),
    ruleVersion: rule.version,
    clauses,
    decidedAt: now,
  }
}

function atLeast(clause: ClauseName, needed: number, actual: number): GateClause {
  return { clause, passed: actual >= needed, needed, actual, short: Math.max(0, needed - actual) }
}

function atMost(clause: ClauseName, needed: number, actual: number): GateClause {
  return { clause, passed: actual <= needed, needed, actual, short: Math.max(0, actual - needed) }
}
