/** Where a page ended: the time and the id of its last row. Anything else that arrives starts at the beginning. */
export interface Position {
  at: string
  id: string
}

export function cursorOf(at: Temporal.Instant, id: string): string {
  return `${at.toString()}~${id}`
}

export function positionIn(cursor: string | undefined): Position | null {
  const [, at, id] = /^([0-9TZ:.+-]{20,40})~([0-9a-f-]{36})$/.exec(cursor ?? '') ?? []
  if (at === undefined || id === undefined) return null
  try {
    return { at: Temporal.Instant.from(at).toString(), id }
  } catch {
    return null
  }
}
