import type { Db, Tx } from '#platform/database'
import { estimatedOfParty, type LineRow, linesOfParty, lockLinesOfOrder } from './store.ts'

export function lockLinesOf(tx: Tx, orderId: string): Promise<LineRow[]> {
  return lockLinesOfOrder(tx, orderId)
}

/** What a party will earn if nothing comes back. */
export async function estimatedOf(db: Db, partyId: string): Promise<number> {
  return (await estimatedOfParty(db, partyId))[0]?.amountMinor ?? 0
}

/** A party's lines, newest first; the cursor names the last line that was seen. */
export async function linesPage(
  db: Db,
  page: { partyId: string; cursor: string | undefined; limit: number },
): Promise<{ lines: LineRow[]; next: string | null }> {
  const lines = await linesOfParty(db, { partyId: page.partyId, before: parseCursor(page.cursor), limit: page.limit })
  const last = lines.at(-1)
  const next = last && lines.length === page.limit ? `${last.placedAt.toString()}~${last.orderId}~${last.lineNo}` : null
  return { lines, next }
}

/** A cursor of another form begins at the start rather than failing. */
function parseCursor(cursor: string | undefined): { placedAt: string; orderId: string; lineNo: number } | null {
  const match = /^([12]\d{3}-\d\d-\d\dT[\d:.]{5,24}Z)~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(\d{1,6})$/.exec(
    cursor ?? '',
  )
  if (match === null) return null
  try {
    return {
      placedAt: Temporal.Instant.from(match[1] ?? '').toString(),
      orderId: match[2] ?? '',
      lineNo: Number(match[3]),
    }
  } catch {
    return null
  }
}
