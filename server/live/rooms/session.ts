import type { sessionStates } from '#contract/live'

export type SessionState = (typeof sessionStates)[number]

/** A live session without a picture ends after this long: the encoder is gone and nobody came back. */
export const abandonedAfterSeconds = 60
/** Who has paused may be without a picture for longer; then the session ends too. */
export const pausedAbandonedAfterSeconds = 30 * 60

const legalMoves: Record<SessionState, readonly SessionState[]> = {
  preparing: ['live', 'ended', 'banned'],
  live: ['paused', 'ended', 'banned'],
  paused: ['live', 'ended', 'banned'],
  ended: [],
  banned: [],
}

/** Ended and banned are final; only what is live can pause. */
export function mayMove(from: SessionState, to: SessionState): boolean {
  return legalMoves[from].includes(to)
}

export function isOpen(state: SessionState): boolean {
  return state === 'preparing' || isOnAir(state)
}

export function isOnAir(state: SessionState): boolean {
  return state === 'live' || state === 'paused'
}
