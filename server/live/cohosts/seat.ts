import type { seatStates } from '#contract/cohosts'
import type { PactRule } from '#money/commissions'

export type SeatState = (typeof seatStates)[number]

export interface SeatRow {
  id: string
  sessionId: string
  roomId: string
  hostId: string
  guestId: string
  rule: PactRule
  guestBasisPoints: number | null
  state: SeatState
  hasPicture: boolean
  invitedAt: Temporal.Instant
  joinedAt: Temporal.Instant | null
}

/** What may follow what. */
export const legalMoves: Record<SeatState, readonly SeatState[]> = {
  invited: ['joined', 'declined', 'withdrawn'],
  joined: ['left'],
  declined: [],
  withdrawn: [],
  left: [],
}

/** Whoever ends it: an invitation is declined by its guest and withdrawn by its host, a seat that is taken is left. */
export function endOf(state: SeatState, by: 'host' | 'guest'): SeatState | null {
  if (state === 'invited') return by === 'host' ? 'withdrawn' : 'declined'
  return state === 'joined' ? 'left' : null
}
