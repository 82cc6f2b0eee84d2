import type { Minor } from '#contract/money'
import { done, type Outcome, refuse } from '#platform/outcome'

/** What a charge takes of the deposit, and what is left to take from what the party earns. Pure. */
export function decideCharge(of: { amountMinor: Minor; heldMinor: Minor }): {
  fromDepositMinor: Minor
  owedMinor: Minor
} {
  const fromDepositMinor = Math.min(of.amountMinor, of.heldMinor)
  return { fromDepositMinor, owedMinor: of.amountMinor - fromDepositMinor }
}

export type ReturnRefusal = 'not_left' | 'earnings_wait' | 'nothing_held'

/**
 * A deposit goes back to who has left, once nothing of his can come back any more: nothing waits, is kept back or is frozen. What he
 * owes us is taken from it first: then he may have less of it than he left, or nothing. Pure.
 */
export function decideReturn(of: {
  hasLeft: boolean
  heldMinor: Minor
  /** What waits, is kept back for refunds, is frozen or on its way. */
  waitingMinor: Minor
}): Outcome<{ amountMinor: Minor }, ReturnRefusal> {
  if (!of.hasLeft) return refuse('not_left')
  if (of.heldMinor === 0) return refuse('nothing_held')
  if (of.waitingMinor !== 0) return refuse('earnings_wait', { waitingMinor: of.waitingMinor })
  return done({ amountMinor: of.heldMinor })
}
