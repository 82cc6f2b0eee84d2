/**
 * Clock: the one place that knows what time it is.
 *
 * In sandbox mode an operator may move the platform's clock forward, to see in a minute what takes ten days.
 * Always true: the platform's time never goes back, in one process and over restarts (the offset is kept in the database).
 * Not here: timers of the network (they use real time), schedules (`jobs`).
 */
export interface Clock {
  now(): Temporal.Instant
  /** Milliseconds of platform time; for comparisons where an instant would cost too much. */
  nowMs(): number
  /** How far the platform's clock is ahead of the real one, milliseconds. */
  offsetMs(): number
  /** Called with the offset that the database holds; smaller offsets than the present one are ignored. */
  setOffsetMs(offsetMs: number): void
}

export function startClock(offsetMs = 0): Clock {
  let offset = offsetMs
  // Real time may jump back when the machine's clock is set; the platform's waits until it is caught up.
  let lastMs = 0
  const nowMs = () => {
    lastMs = Math.max(lastMs, Date.now() + offset)
    return lastMs
  }
  return {
    nowMs,
    now: () => Temporal.Instant.fromEpochMilliseconds(nowMs()),
    offsetMs: () => offset,
    setOffsetMs: (next) => {
      offset = Math.max(offset, next)
    },
  }
}

/** The day on which business books something: a date in the operator's time zone, computed here and nowhere else. */
export function businessDayOf(instant: Temporal.Instant, timeZone: string): Temporal.PlainDate {
  const { epochMilliseconds } = instant
  if (epochMilliseconds === last?.epochMilliseconds && timeZone === last.timeZone) return last.day
  const day = instant.toZonedDateTimeISO(timeZone).toPlainDate()
  last = { epochMilliseconds, timeZone, day }
  return day
}

// The orders of a batch share their instant, and finding a day in a zone is dear.
let last: { epochMilliseconds: number; timeZone: string; day: Temporal.PlainDate } | undefined

/** When a month of business (`2026-11`) begins, and when the next one does. */
export function businessMonth(month: string, timeZone: string): { from: Temporal.Instant; until: Temporal.Instant } {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 })
  const instantOf = (day: Temporal.PlainDate) => day.toZonedDateTime(timeZone).toInstant()
  return { from: instantOf(first), until: instantOf(first.add({ months: 1 })) }
}
