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

/** Newest first, after the cursor. */
export function listRecordingRows(
  db: Db,
  page: { after: { at: string; id: string } | null; limit: number },
): Promise<(RecordingRow & { heldReason: string | null })[]> {
  return all(
    db,
    sql<
      RecordingRow & { heldReason: string | null }
    >`select ${columns}, held_reason as "heldReason" from replays.recordings
      where (${page.after?.at ?? null}::timestamptz is null
        or (began_at, session_id) < (${page.after?.at ?? null}::timestamptz, ${page.after?.id ?? null}::uuid))
      order by began_at desc, session_id desc limit ${page.limit}`,
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

export interface ClipRow {
  id: string
  sessionId: string
  creatorId: string
  productId: string | null
  title: string
  fromMs: number
  untilMs: number
  width: number
  height: number
  bytes: number
  hasPoster: boolean
  madeAt: Temporal.Instant
  isPublished: boolean
}

const clipColumns =
  sql.raw(`c.id, c.session_id as "sessionId", c.creator_id as "creatorId", c.product_id as "productId", c.title,
  c.from_ms as "fromMs", c.until_ms as "untilMs", c.width, c.height, c.bytes::float8 as bytes, c.has_poster as "hasPoster",
  c.made_at as "madeAt", c.published_at is not null as "isPublished"`)

export async function writeClip(tx: Tx, clip: Omit<ClipRow, 'madeAt' | 'isPublished'>): Promise<void> {
  await sql`insert into replays.clips (id, session_id, creator_id, product_id, title, from_ms, until_ms, width, height,
      bytes, has_poster, made_at)
    values (${clip.id}, ${clip.sessionId}, ${clip.creatorId}, ${clip.productId}::uuid, ${clip.title}, ${clip.fromMs},
      ${clip.untilMs}, ${clip.width}, ${clip.height}, ${clip.bytes}, ${clip.hasPoster}, ${tx.now.toString()})
    on conflict (id) do nothing`.execute(tx.db)
}

export function findClip(db: Db, id: string): Promise<ClipRow | null> {
  return first(db, sql<ClipRow>`select ${clipColumns} from replays.clips c where c.id = ${id}`)
}

export function lockClip(tx: Tx, id: string): Promise<ClipRow | null> {
  return first(tx.db, sql<ClipRow>`select ${clipColumns} from replays.clips c where c.id = ${id} for update`)
}

export function clipsOfSession(db: Db, sessionId: string): Promise<ClipRow[]> {
  return all(
    db,
    sql<ClipRow>`select ${clipColumns} from replays.clips c where c.session_id = ${sessionId} order by c.made_at, c.id`,
  )
}

/** Those of recordings that are still there. */
export function clipsOfProduct(db: Db, productId: string, limit: number): Promise<ClipRow[]> {
  return all(
    db,
    sql<ClipRow>`select ${clipColumns} from replays.clips c join replays.recordings r on r.session_id = c.session_id
      where c.product_id = ${productId} and c.published_at is not null and r.deleted_at is null
      order by c.published_at desc, c.id limit ${limit}`,
  )
}

export async function countClips(db: Db, sessionId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ count: number }>`select count(*)::int as count from replays.clips where session_id = ${sessionId}`,
  )
  return row?.count ?? 0
}

export async function setClipPublished(tx: Tx, of: { id: string; isPublished: boolean }): Promise<void> {
  await sql`update replays.clips
    set published_at = case when ${of.isPublished} then coalesce(published_at, ${tx.now.toString()}::timestamptz) end
    where id = ${of.id}`.execute(tx.db)
}

export async function deleteClipRow(tx: Tx, id: string): Promise<void> {
  await sql`delete from replays.clips where id = ${id}`.execute(tx.db)
}

export function recordingsOfCreator(
  db: Db,
  creatorId: string,
  limit: number,
): Promise<(RecordingRow & { clips: number })[]> {
  return all(
    db,
    sql<RecordingRow & { clips: number }>`select ${columns},
        (select count(*)::int from replays.clips c where c.session_id = recordings.session_id) as clips
      from replays.recordings
      where creator_id = ${creatorId} and deleted_at is null and closed_at is not null order by began_at desc limit ${limit}`,
  )
}
