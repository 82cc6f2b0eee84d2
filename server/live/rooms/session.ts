import type { sessionStates } from '#contract/live'

export type SessionState = (typeof sessionStates)[number]

/** A live session without a picture ends after this long: the encoder is gone and nobody came back. */
export const abandonedAfterSeconds = 60
/** Who has paused may be without a picture for longer; then the session ends too. */
export const pausedAbandonedAfterSeconds = 30 * 60
/** How far ahead a broadcast may be announced, and how many of one creator wait at once. */
export const announcedDaysMax = 30
export const announcementsOpenMax = 10
/** Who does not come within this long after the announced start has not kept his word: the announcement lapses. */
export const announcementLapsesAfterMinutes = 120

/**
 * What may follow what; nothing else may. The database holds the same table and refuses a move that is not in it, and the
 * auditor reads the moves of every session.
 */
export const legalMoves: Record<SessionState, readonly SessionState[]> = {
  scheduled: ['preparing', 'ended', 'banned'],
  preparing: ['rehearsal', 'live', 'ended', 'banned'],
  rehearsal: ['preparing', 'live', 'ended', 'banned'],
  live: ['paused', 'ended', 'banned'],
  paused: ['live', 'ended', 'banned'],
  // A recording is shown once it is whole, and is taken down like a broadcast.
  ended: ['replay', 'banned'],
  replay: ['ended', 'banned'],
  banned: [],
}

export function mayMove(from: SessionState, to: SessionState): boolean {
  return legalMoves[from].includes(to)
}

/** Its host may work on it: it has a key, a bag and a desk. */
export function isOpen(state: SessionState): boolean {
  return state === 'preparing' || state === 'rehearsal' || isOnAir(state)
}

export function isOnAir(state: SessionState): boolean {
  return state === 'live' || state === 'paused'
}

/** Strangers know of it: it is or was on air, and an announcement is not a room yet. */
export function isPublic(state: SessionState): boolean {
  return isOnAir(state) || state === 'ended' || state === 'banned' || state === 'replay'
}
