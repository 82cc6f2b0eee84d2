/** What may be done with a recording, and when. */
export interface RecordingRow {
  sessionId: string
  roomId: string
  creatorId: string
  beganAt: Temporal.Instant
  lastAt: Temporal.Instant
  clockAheadMs: number
  keptUntil: Temporal.Instant
  closedAt: Temporal.Instant | null
  heldAt: Temporal.Instant | null
  deletedAt: Temporal.Instant | null
}

export type DeleteRefusal =
  | 'recording_held' // Somebody needs it as evidence, however old it is.
  | 'retention_not_over' // The law wants it kept.

export function mayDelete(
  recording: Pick<RecordingRow, 'heldAt' | 'keptUntil'>,
  now: Temporal.Instant,
): DeleteRefusal | null {
  if (recording.heldAt !== null) return 'recording_held'
  return Temporal.Instant.compare(now, recording.keptUntil) < 0 ? 'retention_not_over' : null
}

/** Counted by the calendar, since a law speaks of years; the last picture begins them. */
export function keptUntilOf(lastAt: Temporal.Instant, years: number): Temporal.Instant {
  return lastAt.toZonedDateTimeISO('UTC').add({ years }).toInstant()
}
