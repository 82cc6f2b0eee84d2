/** What a creator wants to know of the signal, measured from what arrives. */
export const healthWindowSeconds = 4
export const keyframeMissingAfterMs = 4_000

export type Health = ReturnType<typeof createHealth>

export function createHealth(startMs: number) {
  let seconds: { frames: number; bytes: number; elapsedMs: number }[] = []
  let frames = 0
  let bytes = 0
  let measuredAtMs = startMs
  let lastFrameAtMs = startMs
  let lastKeyAtMs = startMs
  let lastKeyDtsMs: number | null = null
  let keyframeIntervalMs: number | null = null

  function countVideo(frame: { dtsMs: number; isKey: boolean; bytes: number }, nowMs: number): void {
    frames += 1
    bytes += frame.bytes
    lastFrameAtMs = nowMs
    if (!frame.isKey) return
    if (lastKeyDtsMs !== null && frame.dtsMs > lastKeyDtsMs) keyframeIntervalMs = frame.dtsMs - lastKeyDtsMs
    lastKeyDtsMs = frame.dtsMs
    lastKeyAtMs = nowMs
  }

  function countAudio(count: number): void {
    bytes += count
  }

  /** Once a second. */
  function measure(nowMs: number): void {
    const elapsedMs = nowMs - measuredAtMs
    if (elapsedMs <= 0) return
    seconds = [...seconds, { frames, bytes, elapsedMs }].slice(-healthWindowSeconds)
    frames = 0
    bytes = 0
    measuredAtMs = nowMs
  }

  function read(nowMs: number) {
    const total = { frames: 0, bytes: 0, elapsedMs: 0 }
    for (const second of seconds) {
      total.frames += second.frames
      total.bytes += second.bytes
      total.elapsedMs += second.elapsedMs
    }
    const elapsedMs = Math.max(1, total.elapsedMs)
    const lastFrameAgeMs = Math.round(nowMs - lastFrameAtMs)
    const isWithoutKeyframe = nowMs - lastKeyAtMs > keyframeMissingAfterMs
    return {
      fps: Math.round((total.frames * 10_000) / elapsedMs) / 10,
      kbps: Math.round((total.bytes * 8) / elapsedMs),
      keyframeIntervalMs,
      lastFrameAgeMs,
      degraded: isWithoutKeyframe
        ? lastFrameAgeMs > keyframeMissingAfterMs
          ? ('no_frames' as const)
          : ('no_keyframe' as const)
        : null,
    }
  }

  return { countVideo, countAudio, measure, read }
}
