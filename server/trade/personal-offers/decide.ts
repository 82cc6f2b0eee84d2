import { createHash } from 'node:crypto'
import type { decisionReasons } from '#contract/personal-offers'

/** What is known of a buyer when it is decided; days and money of the last 365 days. */
export interface Features {
  orders: number
  /** Whole days; null when he has bought nothing. */
  daysSinceOrder: number | null
  averageMinor: number | null
  couponsUsed: number
  couponsLapsed: number
}

export type Reason = (typeof decisionReasons)[number]

export interface Decided {
  reason: Reason
  /** 0 buys without being asked; 100 does not come back by himself. */
  score: number
  /** Which step to give, from 0; null for none. */
  step: number | null
}

/** Below this he is expected to buy anyway: what he is given would only cost. */
export const scoreMin = 25
const scatter = 5

/**
 * How much it takes to bring him back. The longer he has been away the more: from 10 within a week to 85 after three months; who has
 * never bought is at 80. Who uses what he is given is worth it (+5), who lets it lapse is not moved by it (−15).
 * Two people who look the same differ by the seed by up to 5 points either way, so that the edges of the steps can be compared.
 */
export function scoreOf(features: Features, seed: string, personId: string): number {
  const { daysSinceOrder, couponsUsed, couponsLapsed } = features
  const away =
    daysSinceOrder === null ? 80 : daysSinceOrder <= 7 ? 10 : daysSinceOrder <= 30 ? 40 : daysSinceOrder <= 90 ? 65 : 85
  const moved = couponsLapsed > couponsUsed ? -15 : couponsUsed > 0 ? 5 : 0
  const drift = (numberOf(seed, personId, 'scatter') % (2 * scatter + 1)) - scatter
  return Math.min(100, Math.max(0, away + moved + drift))
}

/**
 * The same person, seed and features: the same decision, whenever it is asked. `left` says of each step, smallest first, whether
 * anything of it is left; where the step that he should have is gone he is given the next smaller one.
 */
export function decide(of: {
  features: Features
  seed: string
  personId: string
  heldOutBasisPoints: number
  left: readonly boolean[]
}): Decided {
  const score = scoreOf(of.features, of.seed, of.personId)
  if (numberOf(of.seed, of.personId, 'held out') % 10_000 < of.heldOutBasisPoints)
    return { reason: 'held_out', score, step: null }
  if (score < scoreMin) return { reason: 'not_needed', score, step: null }
  const share = (score - scoreMin) / (100 - scoreMin)
  const wanted = Math.min(of.left.length - 1, Math.floor(share * of.left.length))
  const step = of.left.findLastIndex((isLeft, index) => index <= wanted && isLeft)
  return step === -1 ? { reason: 'gone', score, step: null } : { reason: 'given', score, step }
}

function numberOf(seed: string, personId: string, what: string): number {
  return createHash('sha256').update(`${seed} ${personId} ${what}`).digest().readUInt32BE(0)
}
