import type { Currency, Minor } from '#contract/money'

export type About = 'payment' | 'refund' | 'payout'
export type BreakKind =
  /** A line about what we have not. */
  | 'unknown_to_us'
  /** Ours, and no statement speaks of it. */
  | 'unknown_to_provider'
  | 'amount_differs'
  | 'fee_differs'
  /** The provider says that it moved it, and we wait still, or gave it up. */
  | 'not_taken_by_us'
  /** Another line has it already. */
  | 'twice'

/** What we have of what a line speaks of. */
export interface Ours {
  id: string
  provider: string
  amountMinor: Minor
  currency: Currency
  hasSucceeded: boolean
  /** A line speaks of it already. */
  isMatched: boolean
  /** What the provider may keep by its rule. */
  feeMinor: Minor
}

export interface Line {
  provider: string
  amountMinor: Minor
  feeMinor: Minor
  currency: Currency
}

export interface Found {
  isMatched: boolean
  break: { kind: BreakKind; oursMinor: Minor | null; theirsMinor: Minor } | null
}

/** Holds a line of a statement against what we have. A fee that differs is booked as it was taken, and told. */
export function decideMatch(line: Line, ours: Ours | null): Found {
  const broken = (kind: BreakKind, oursMinor: Minor | null): Found => ({
    isMatched: false,
    break: { kind, oursMinor, theirsMinor: line.amountMinor },
  })
  if (ours === null || ours.provider !== line.provider) return broken('unknown_to_us', null)
  if (ours.amountMinor !== line.amountMinor || ours.currency !== line.currency)
    return broken('amount_differs', ours.amountMinor)
  if (ours.isMatched) return broken('twice', ours.amountMinor)
  if (!ours.hasSucceeded) return broken('not_taken_by_us', ours.amountMinor)
  if (line.feeMinor > line.amountMinor) return broken('fee_differs', ours.feeMinor)
  if (ours.feeMinor === line.feeMinor) return { isMatched: true, break: null }
  return { isMatched: true, break: { kind: 'fee_differs', oursMinor: ours.feeMinor, theirsMinor: line.feeMinor } }
}
