/**
 * Turns the timestamps of one RTP track into the milliseconds of the stream. A track begins when its first packet came;
 * from then on its own clock counts, through the wrap at 32 bits.
 */
export type RtpClock = ReturnType<typeof createRtpClock>

// A sound card and a camera drift apart by some milliseconds a minute: more than this at a time is a jump of a clock.
export const driftMsPerReportMax = 10
const jumpMs = 2_000

export function createRtpClock(rate: number) {
  let last: number | null = null
  let elapsedTicks = 0
  let baseMs = 0
  let shiftMs = 0
  let ntpOffsetMs: number | null = null
  let isAligned = false

  function ticksSince(timestamp: number): number {
    return ((timestamp - (last ?? timestamp)) | 0) + elapsedTicks
  }

  return {
    msOf(timestamp: number, arrivedMs: number): number {
      if (last === null) baseMs = arrivedMs
      elapsedTicks = ticksSince(timestamp)
      last = timestamp
      return baseMs + shiftMs + (elapsedTicks * 1_000) / rate
    },
    /** The sender said which time of its wall clock this timestamp has. */
    report(timestamp: number, ntpMs: number): void {
      if (last !== null) ntpOffsetMs = ntpMs - (baseMs + (ticksSince(timestamp) * 1_000) / rate)
    },
    ntpOffsetMs: () => ntpOffsetMs,
    /** Moves this track to where the other one's reports say it belongs: at first at once, later little by little. */
    align(other: { ntpOffsetMs(): number | null }): void {
      const theirs = other.ntpOffsetMs()
      if (theirs === null || ntpOffsetMs === null) return
      const errorMs = ntpOffsetMs - theirs - shiftMs
      if (Math.abs(errorMs) > jumpMs) return
      shiftMs += isAligned ? Math.max(-driftMsPerReportMax, Math.min(driftMsPerReportMax, errorMs)) : errorMs
      isAligned = true
    },
  }
}
