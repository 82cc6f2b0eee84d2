import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { RecordingRow } from './recording.ts'

const columns =
  sql.raw(`session_id as "sessionId", room_id as "roomId", creator_id as "creatorId", began_at as "beganAt",
  last_at as "lastAt", clock_ahead_ms as "clockAheadMs", kept_until as "keptUntil", closed_at as "closedAt", held_at as "heldAt",
  deleted_at as "deletedAt"`)

export function ruleInForce(tx: Tx): Promise<{ version: number; years: number } | null> {
  return first(
    tx.db,
    sql<{ version: number; years: number }>`select version, years from replays.retention_rules
      where effective_at <= ${tx.now.toString()} order by version desc limit 1`,
  )
}

/** The first picture makes the row; each later one keeps it longer, never shorter. */
export async function keepRecording(
  tx: Tx,
  of: {
    sessionId: string
    roomId: string
    creatorId: string
    clockAheadMs: number
    ruleVersion: number
    keptUntil: Temporal.Instant
    isClosed: boolean
  },
): Promise<void> {
  const now = tx.now.toString()
  await sql`insert into replays.recordings as r (session_id, room_id, creator_id, began_at, last_at, clock_ahead_ms,
      rule_version, kept_until, closed_at)
    values (${of.sessionId}, ${of.roomId}, ${of.creatorId}, ${now}, ${now}, ${of.clockAheadMs}, ${of.ruleVersion},
      ${of.keptUntil.toString()}, ${of.isClosed ? now : null}::timestamptz)
    on conflict (session_id) do update set last_at = greatest(r.last_at, excluded.last_at),
      kept_until = greatest(r.kept_until, excluded.kept_until), closed_at = excluded.closed_at
    where r.deleted_at is null`.execute(tx.db)
}

export function findRecording(db: Db, sessionId: string): Promise<RecordingRow | null> {
  return first(db, sql<RecordingRow>`select ${columns} from replays.recordings where session_id = ${sessionId}`)
}

export function lockRecording(tx: Tx, sessionId: string): Promise<RecordingRow | null> {
  return first(
    tx.db,
    sql<RecordingRow>`select ${columns} from replays.recordings where session_id = ${sessionId} for update`,
  )
}

export function recordingsOfRoom(db: Db, roomId: string, limit: number): Promise<RecordingRow[]> {
  return all(
    db,
    sql<RecordingRow>`select ${columns} from replays.recordings
      where room_id = ${roomId} and deleted_at is null and closed_at is not null order by began_at desc limit ${limit}`,
  )
}

export async function setHold(tx: Tx, of: { sessionId: string; reason: string | null; by: string }): Promise<void> {
  await sql`update replays.recordings set held_at = ${of.reason === null ? null : tx.now.toString()}::timestamptz,
    held_reason = ${of.reason}, held_by = ${of.reason === null ? null : of.by}::uuid
    where session_id = ${of.sessionId}`.execute(tx.db)
}

export async function markDeleted(tx: Tx, of: { sessionId: string; by: string | null }): Promise<void> {
  await sql`update replays.recordings set deleted_at = ${tx.now.toString()}, deleted_by = ${of.by}::uuid
    where session_id = ${of.sessionId} and deleted_at is null`.execute(tx.db)
}

/** Those whose time is over, and those that were deleted and whose files are still there. */
export async function recordingsToRemove(db: Db, now: Temporal.Instant, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ id: string }>`select session_id as id from replays.recordings
      where removed_at is null and held_at is null and (kept_until <= ${now.toString()} or deleted_at is not null)
      order by kept_until limit ${limit}`,
  )
  return rows.map((row) => row.id)
}

export async function markRemoved(tx: Tx, sessionId: string): Promise<boolean> {
  const changed = await touched(
    tx.db,
    sql`update replays.recordings set removed_at = ${tx.now.toString()}
      where session_id = ${sessionId} and deleted_at is not null and removed_at is null`,
  )
  return changed === 1
}
