import { sql } from 'kysely'
import { all, type Db, first } from '#platform/database'
import type { Severity, ViolationRecord, ViolationRule } from './violation.ts'

interface Row {
  id: string
  creator_id: string
  rule: ViolationRule
  severity: Severity
  points: number
  note: string
  recorded_at: Temporal.Instant
  expires_at: Temporal.Instant
  closed_at: Temporal.Instant | null
  closed_reason: string | null
}

const columns = sql`id, creator_id, rule, severity, points, note, recorded_at, expires_at, closed_at, closed_reason`

const recordOf = (row: Row): ViolationRecord => ({
  id: row.id,
  creatorId: row.creator_id,
  rule: row.rule,
  severity: row.severity,
  points: row.points,
  note: row.note,
  recordedAt: row.recorded_at,
  expiresAt: row.expires_at,
  closedAt: row.closed_at,
  closedReason: row.closed_reason,
})

/** False when the id is there already. */
export async function insertViolation(db: Db, violation: ViolationRecord, recordedBy: string | null): Promise<boolean> {
  const row = await first(
    db,
    sql<{ id: string }>`insert into conduct.violations
      (id, creator_id, rule, severity, points, note, recorded_at, recorded_by, expires_at)
      values (${violation.id}, ${violation.creatorId}, ${violation.rule}, ${violation.severity}, ${violation.points},
        ${violation.note}, ${violation.recordedAt.toString()}, ${recordedBy}, ${violation.expiresAt.toString()})
      on conflict (id) do nothing returning id`,
  )
  return row !== null
}

export async function lockViolation(db: Db, id: string): Promise<ViolationRecord | null> {
  const row = await first(db, sql<Row>`select ${columns} from conduct.violations where id = ${id} for update`)
  return row === null ? null : recordOf(row)
}

export async function writeClosing(
  db: Db,
  closing: { id: string; at: Temporal.Instant; by: string | null; reason: string },
): Promise<void> {
  await sql`update conduct.violations
    set closed_at = ${closing.at.toString()}, closed_by = ${closing.by}, closed_reason = ${closing.reason}
    where id = ${closing.id}`.execute(db)
}

/** Violations that time has ended and nobody was told of yet, marked as told. */
export async function takeExpired(
  db: Db,
  at: Temporal.Instant,
  limit: number,
): Promise<{ id: string; creatorId: string }[]> {
  const rows = await all(
    db,
    sql<{ id: string; creator_id: string }>`update conduct.violations set expiry_told_at = ${at.toString()}
      where id in (
        select id from conduct.violations
        where closed_at is null and expiry_told_at is null and expires_at <= ${at.toString()}
        order by expires_at limit ${limit} for update skip locked)
      returning id, creator_id`,
  )
  return rows.map((row) => ({ id: row.id, creatorId: row.creator_id }))
}

const activeAt = (at: Temporal.Instant) => sql`recorded_at <= ${at.toString()} and expires_at > ${at.toString()}
  and (closed_at is null or closed_at > ${at.toString()})`

/** For each creator who has any: how many are active at that instant, and how many points they weigh. */
export async function loadStanding(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, { violations: number; points: number }>> {
  if (creatorIds.length === 0) return new Map()
  const rows = await all(
    db,
    sql<{ creator_id: string; violations: number; points: number }>`
      select creator_id, count(*) as violations, sum(points) as points from conduct.violations
      where creator_id = any(${creatorIds}::uuid[]) and ${activeAt(at)} group by creator_id`,
  )
  return new Map(rows.map((row) => [row.creator_id, { violations: row.violations, points: row.points }]))
}

export async function listRecords(
  db: Db,
  query: { creatorId: string | null; after: { at: string; id: string } | null; limit: number },
): Promise<ViolationRecord[]> {
  const rows = await all(
    db,
    sql<Row>`select ${columns} from conduct.violations
      where (${query.creatorId}::uuid is null or creator_id = ${query.creatorId}::uuid)
        and (${query.after?.at ?? null}::timestamptz is null
          or (recorded_at, id) < (${query.after?.at ?? null}::timestamptz, ${query.after?.id ?? null}::uuid))
      order by recorded_at desc, id desc limit ${query.limit}`,
  )
  return rows.map(recordOf)
}
