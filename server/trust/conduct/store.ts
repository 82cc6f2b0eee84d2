import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { Measure, Restriction } from './standing.ts'
import type { Severity, ViolationRecord, ViolationRule } from './violation.ts'

interface Row {
  id: string
  creator_id: string
  rule: ViolationRule
  rule_version: number
  severity: Severity
  points: number
  note: string
  session_id: string | null
  at_second: number | null
  recorded_at: Temporal.Instant
  expires_at: Temporal.Instant
  closed_at: Temporal.Instant | null
  closed_reason: string | null
}

const columns = sql`id, creator_id, rule, rule_version, severity, points, note, session_id, at_second, recorded_at,
  expires_at, closed_at, closed_reason`

const recordOf = (row: Row): ViolationRecord => ({
  id: row.id,
  creatorId: row.creator_id,
  rule: row.rule,
  ruleVersion: row.rule_version,
  sessionId: row.session_id,
  atSecond: row.at_second,
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
      (id, creator_id, rule, rule_version, severity, points, note, session_id, at_second, recorded_at, recorded_by, expires_at)
      values (${violation.id}, ${violation.creatorId}, ${violation.rule}, ${violation.ruleVersion}, ${violation.severity},
        ${violation.points}, ${violation.note}, ${violation.sessionId}, ${violation.atSecond},
        ${violation.recordedAt.toString()}, ${recordedBy}, ${violation.expiresAt.toString()})
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

/** All that a creator ever did, oldest first: the record from which his score follows. */
export function loadRecord(db: Db, creatorId: string): Promise<ViolationRecord[]> {
  return all(
    db,
    sql<Row>`select ${columns} from conduct.violations where creator_id = ${creatorId} order by recorded_at, id`,
  ).then((rows) => rows.map(recordOf))
}

/** From here until the transaction ends nobody else changes this creator's standing. */
export async function lockCreator(tx: Tx, creatorId: string): Promise<void> {
  await sql`insert into conduct.creators (creator_id) values (${creatorId}) on conflict do nothing`.execute(tx.db)
  await sql`select 1 from conduct.creators where creator_id = ${creatorId} for update`.execute(tx.db)
}

export function loadEarned(db: Db, creatorId: string): Promise<{ points: number; at: Temporal.Instant }[]> {
  return all(
    db,
    sql<{
      points: number
      at: Temporal.Instant
    }>`select points, at from conduct.earned where creator_id = ${creatorId} order by at`,
  )
}

/** For each creator who has any: what good trade had added by then. */
export async function sumEarned(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, number>> {
  const rows = await all(
    db,
    sql<{ creator_id: string; points: number }>`select creator_id, sum(points)::int as points from conduct.earned
      where creator_id = any(${[...creatorIds]}::uuid[]) and at <= ${at.toString()} group by creator_id`,
  )
  return new Map(rows.map((row) => [row.creator_id, row.points]))
}

export async function earnedSince(db: Db, creatorId: string, since: Temporal.Instant): Promise<number> {
  const row = await first(
    db,
    sql<{ points: number }>`select coalesce(sum(points), 0)::int as points from conduct.earned
      where creator_id = ${creatorId} and at > ${since.toString()} and points > 0`,
  )
  return row?.points ?? 0
}

/** False when the cause is there already. */
export async function insertEarned(
  tx: Tx,
  earned: { creatorId: string; cause: string; points: number },
): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into conduct.earned (creator_id, cause, points, at)
      values (${earned.creatorId}, ${earned.cause}, ${earned.points}, ${tx.now.toString()}) on conflict do nothing`,
  )
  return inserted === 1
}

const measureColumns = sql`id, creator_id as "creatorId", kind, mark, rule, violation_id as "violationId", score, restricts,
  starts_at as "startsAt", ends_at as "endsAt", recovered_at as "recoveredAt", lifted_at as "liftedAt"`

export type MeasureRow = Measure & { creatorId: string }

/** Newest first. */
export function loadMeasures(db: Db, creatorIds: readonly string[]): Promise<MeasureRow[]> {
  return all(
    db,
    sql<MeasureRow>`select ${measureColumns} from conduct.measures where creator_id = any(${[...creatorIds]}::uuid[])
      order by starts_at desc, mark`,
  )
}

export async function insertMeasure(
  tx: Tx,
  measure: {
    id: string
    creatorId: string
    kind: 'mark' | 'repeat'
    mark: number | null
    rule: string | null
    violationId: string | null
    score: number
    restricts: readonly Restriction[]
    endsAt: Temporal.Instant | null
  },
): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into conduct.measures (id, creator_id, kind, mark, rule, violation_id, score, restricts, starts_at, ends_at)
      values (${measure.id}, ${measure.creatorId}, ${measure.kind}, ${measure.mark}, ${measure.rule}, ${measure.violationId},
        ${measure.score}, ${[...measure.restricts]}::text[], ${tx.now.toString()},
        ${measure.endsAt?.toString() ?? null}::timestamptz) on conflict do nothing`,
  )
  return inserted === 1
}

export async function endMeasures(tx: Tx, ids: readonly string[], how: 'recovered' | 'lifted'): Promise<void> {
  if (ids.length === 0) return
  const column = how === 'lifted' ? sql`lifted_at` : sql`recovered_at`
  await sql`update conduct.measures set ${column} = ${tx.now.toString()}
    where id = any(${[...ids]}::uuid[]) and ${column} is null`.execute(tx.db)
}

export interface RuleRow {
  rule: ViolationRule
  version: number
  effectiveFrom: Temporal.Instant
  clause: string
  title: { en: string; zh: string }
  body: { en: string; zh: string }
  pointsMinor: number
  pointsSerious: number
  pointsSevere: number
  days: number
  publishedAt: Temporal.Instant
}

const ruleColumns = sql`rule, version, effective_from as "effectiveFrom", clause, title, body, points_minor as "pointsMinor",
  points_serious as "pointsSerious", points_severe as "pointsSevere", days, published_at as "publishedAt"`

/** All versions of all rules, by clause, the newest version first. */
export function loadRules(db: Db): Promise<RuleRow[]> {
  return all(db, sql<RuleRow>`select ${ruleColumns} from conduct.rules order by clause, rule, version desc`)
}

/** The version in force at that instant. */
export function findRule(db: Db, rule: ViolationRule, at: Temporal.Instant): Promise<RuleRow | null> {
  return first(
    db,
    sql<RuleRow>`select ${ruleColumns} from conduct.rules where rule = ${rule} and effective_from <= ${at.toString()}
      order by effective_from desc limit 1`,
  )
}

export async function insertRule(
  tx: Tx,
  rule: Omit<RuleRow, 'version' | 'publishedAt'>,
  publishedBy: string | null,
): Promise<number> {
  const row = await first(
    tx.db,
    sql<{
      version: number
    }>`insert into conduct.rules (rule, version, effective_from, clause, title, body, points_minor,
        points_serious, points_severe, days, published_by, published_at)
      select ${rule.rule}::text, max(version) + 1, ${rule.effectiveFrom.toString()}::timestamptz, ${rule.clause}::text,
        ${JSON.stringify(rule.title)}::jsonb, ${JSON.stringify(rule.body)}::jsonb, ${rule.pointsMinor}::integer,
        ${rule.pointsSerious}::integer, ${rule.pointsSevere}::integer, ${rule.days}::integer, ${publishedBy}::uuid,
        ${tx.now.toString()}::timestamptz
      from conduct.rules where rule = ${rule.rule} returning version`,
  )
  return row?.version ?? 0
}

export interface AppealRow {
  id: string
  violationId: string
  creatorId: string
  text: string
  sessionId: string | null
  atSecond: number | null
  files: string[]
  filedAt: Temporal.Instant
  decidedAt: Temporal.Instant | null
  decision: 'upheld' | 'rejected' | null
  answer: string | null
}

const appealColumns = sql`id, violation_id as "violationId", creator_id as "creatorId", text, session_id as "sessionId",
  at_second as "atSecond", files, filed_at as "filedAt", decided_at as "decidedAt", decision, answer`

/** False when the violation has an appeal, or the id is taken. */
export async function insertAppeal(
  tx: Tx,
  appeal: Pick<AppealRow, 'id' | 'violationId' | 'creatorId' | 'text' | 'sessionId' | 'atSecond' | 'files'>,
): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into conduct.appeals (id, violation_id, creator_id, text, session_id, at_second, files, filed_at)
      values (${appeal.id}, ${appeal.violationId}, ${appeal.creatorId}, ${appeal.text}, ${appeal.sessionId}, ${appeal.atSecond},
        ${appeal.files}::text[], ${tx.now.toString()}) on conflict do nothing`,
  )
  return inserted === 1
}

export function findAppeal(db: Db, id: string): Promise<AppealRow | null> {
  return first(db, sql<AppealRow>`select ${appealColumns} from conduct.appeals where id = ${id}`)
}

export function lockAppeal(tx: Tx, id: string): Promise<AppealRow | null> {
  return first(tx.db, sql<AppealRow>`select ${appealColumns} from conduct.appeals where id = ${id} for update`)
}

export function appealsOf(db: Db, violationIds: readonly string[]): Promise<AppealRow[]> {
  return all(
    db,
    sql<AppealRow>`select ${appealColumns} from conduct.appeals where violation_id = any(${[...violationIds]}::uuid[])`,
  )
}

export function appealsPage(
  db: Db,
  page: { open: boolean; before: { at: string; id: string } | null; limit: number },
): Promise<AppealRow[]> {
  const state = page.open ? sql`decided_at is null` : sql`true`
  const before =
    page.before === null ? sql`` : sql`and (filed_at, id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`
  return all(
    db,
    sql<AppealRow>`select ${appealColumns} from conduct.appeals where ${state} ${before}
      order by filed_at desc, id desc limit ${page.limit}`,
  )
}

export async function writeDecision(
  tx: Tx,
  decided: { id: string; decision: 'upheld' | 'rejected'; answer: string; by: string | null },
): Promise<void> {
  await sql`update conduct.appeals set decided_at = ${tx.now.toString()}, decided_by = ${decided.by},
      decision = ${decided.decision}, answer = ${decided.answer}
    where id = ${decided.id}`.execute(tx.db)
}

export async function recordsByIds(db: Db, ids: readonly string[]): Promise<ViolationRecord[]> {
  const rows = await all(db, sql<Row>`select ${columns} from conduct.violations where id = any(${[...ids]}::uuid[])`)
  return rows.map(recordOf)
}

export async function insertEvidence(tx: Tx, evidence: { id: string; creatorId: string }): Promise<void> {
  await sql`insert into conduct.evidence (id, creator_id, at) values (${evidence.id}, ${evidence.creatorId}, ${tx.now.toString()})
    on conflict do nothing`.execute(tx.db)
}

export async function countEvidence(db: Db, creatorId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ files: number }>`select count(*)::int as files from conduct.evidence where creator_id = ${creatorId}`,
  )
  return row?.files ?? 0
}

/** False when it was final already. */
export async function insertFinal(
  tx: Tx,
  final: { violationId: string; outcome: 'not_appealed' | 'appeal_rejected' },
): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into conduct.finals (violation_id, outcome, at) values (${final.violationId}, ${final.outcome}, ${tx.now.toString()})
      on conflict do nothing`,
  )
  return inserted === 1
}

/** Violations against which nobody has appealed in time, and that nobody has closed. */
export async function unappealedSince(
  db: Db,
  recordedBefore: Temporal.Instant,
  limit: number,
): Promise<ViolationRecord[]> {
  const rows = await all(
    db,
    sql<Row>`select ${columns} from conduct.violations v
      where v.recorded_at < ${recordedBefore.toString()} and v.closed_at is null
        and not exists (select 1 from conduct.appeals a where a.violation_id = v.id)
        and not exists (select 1 from conduct.finals f where f.violation_id = v.id)
      order by v.recorded_at limit ${limit}`,
  )
  return rows.map(recordOf)
}
