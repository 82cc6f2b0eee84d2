import { isId } from '#platform/ids'

/** Where a page that is ordered by time ended: the instant and the id of its last row. */
export interface Position {
  at: string
  id: string
}

export function cursorOf(at: Temporal.Instant, id: string): string {
  return `${at.toString()}~${id}`
}

/** A cursor that is none of ours begins at the start rather than failing. */
export function positionIn(cursor: string | undefined): Position | null {
  const [at = '', id, more] = (cursor ?? '').split('~')
  // Years beyond four digits, or the year 0, are instants to us but none to the database.
  if (!isId(id) || more !== undefined || !/^[12]\d{3}-/.test(at)) return null
  try {
    return { at: Temporal.Instant.from(at).toString(), id }
  } catch {
    return null
  }
}
