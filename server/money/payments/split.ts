/**
 * A provider may be asked to pay others out of a payment itself. What it takes for that is bounded, and money that a person has once
 * received does not come back; so commission stays on the books of the platform until its return window is over, and a split is
 * for parties that can give back. Whoever asks for one that is over a limit hears it before anybody has paid.
 */
import { type Minor, ratioOf, sumOf } from '#contract/money'
import { done, type Outcome, refuse } from '#platform/outcome'

export interface SplitLimits {
  /** Of the payment, for all receivers together. */
  shareBasisPointsMax: number
  receiversMax: number
  /** How long the provider keeps a payment whole before it must be split. */
  freezeDaysMax: number
  /** How long what was split can be called back. */
  returnDaysMax: number
  mayReturnFromPersons: boolean
}

/** What is usual with providers in China; each operator's contract may say less. */
export const usualSplitLimits: SplitLimits = {
  shareBasisPointsMax: 3_000,
  receiversMax: 50,
  freezeDaysMax: 30,
  returnDaysMax: 180,
  mayReturnFromPersons: false,
}

export interface Split {
  receivers: readonly { partyId: string; amountMinor: Minor; isPerson: boolean }[]
  /** When it is to happen, and until when a buyer may have his money back. */
  afterDays: number
  returnableDays: number
}

/** Whether a provider would carry a split; `limits` is null for one that splits nothing. Names the limit that is crossed. */
export function checkSplit(
  limits: SplitLimits | null,
  of: { amountMinor: Minor; split: Split },
): Outcome<null, 'split_over_limit'> {
  const over = (limit: string) => refuse('split_over_limit', { limit })
  if (limits === null) return over('not_offered')
  const { receivers, afterDays, returnableDays } = of.split
  if (receivers.length > limits.receiversMax) return over('receivers')
  const givenMinor = sumOf(receivers.map(({ amountMinor }) => amountMinor))
  if (receivers.some(({ amountMinor }) => amountMinor <= 0)) return over('amount')
  if (ratioOf(givenMinor, of.amountMinor) * 10_000 > limits.shareBasisPointsMax) return over('share')
  if (afterDays > limits.freezeDaysMax) return over('freeze')
  if (returnableDays > limits.returnDaysMax) return over('return')
  // What a person has cannot be called back: he may only have it when nobody can want it back any more.
  const isEarly = afterDays < returnableDays
  if (isEarly && !limits.mayReturnFromPersons && receivers.some(({ isPerson }) => isPerson)) return over('persons')
  return done(null)
}
