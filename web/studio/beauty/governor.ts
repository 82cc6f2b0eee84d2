/**
 * Turns the filter down when the machine cannot follow, and never up again by itself within a broadcast: a picture that changes
 * back and forth is worse than a plain one. The host may put it up by hand.
 */

/** From the best to the plainest. `full`: all. `skin`: nothing that needs to find a face. `plain`: the camera as it is. */
export const levels = ['full', 'skin', 'plain'] as const
export type Level = (typeof levels)[number]

/** Below this a movement looks like a row of photographs. */
export const fpsMin = 20
/** A camera that itself gives fewer pictures (a dark room) is not the filter's fault: so much of what it gives must be shown. */
export const shareMin = 0.8
/** So long it must have gone badly: the first second of a model that loads, or of a window that is dragged, says nothing. */
export const patienceMs = 3_000

export interface Governor {
  level: Level
  /** Since when too few pictures are drawn; null while enough are. */
  badSinceMs: number | null
  /** What was drawn when it was last turned down. */
  turnedDownAtFps: number | null
}

export const fresh: Governor = { level: 'full', badSinceMs: null, turnedDownAtFps: null }

/** Judges one measurement: pictures a second drawn, and given by the camera. */
export function judge(before: Governor, seen: { drawnFps: number; cameraFps: number; nowMs: number }): Governor {
  const next = levels[levels.indexOf(before.level) + 1]
  const enough = Math.min(fpsMin, seen.cameraFps * shareMin)
  if (next === undefined || seen.drawnFps >= enough) return { ...before, badSinceMs: null }
  const badSinceMs = before.badSinceMs ?? seen.nowMs
  if (seen.nowMs - badSinceMs < patienceMs) return { ...before, badSinceMs }
  return { level: next, badSinceMs: null, turnedDownAtFps: Math.round(seen.drawnFps) }
}
