import { sql } from 'kysely'
import type { Clock } from '#platform/clock'
import { type Database, first, type Tx, touched } from './database.ts'

/** Takes over the offset that the database holds: another process may have moved the clock. */
export async function loadClockOffset(app: { database: Database; clock: Clock }): Promise<void> {
  const row = await first(
    app.database.db,
    sql<{ offsetMs: number }>`select offset_ms as "offsetMs" from platform.clock`,
  )
  app.clock.setOffsetMs(row?.offsetMs ?? 0)
}

/**
 * Moves the platform's clock forward for all processes; answers the whole offset, in milliseconds. The same key again moves nothing,
 * also where the first one's answer was lost while its clock had moved already.
 */
export async function advanceClockOffset(tx: Tx, move: { key: string; seconds: number }): Promise<number> {
  const isNew = await touched(
    tx.db,
    sql`insert into platform.clock_moves (key, seconds) values (${move.key}, ${move.seconds}) on conflict do nothing`,
  )
  const row = await first(
    tx.db,
    sql<{
      offsetMs: number
    }>`update platform.clock set offset_ms = offset_ms + ${isNew * move.seconds * 1_000} returning offset_ms as "offsetMs"`,
  )
  return row?.offsetMs ?? 0
}
