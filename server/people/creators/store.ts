import { sql } from 'kysely'
import { all, type Db, first } from '#platform/database'
import type { Capability, GateClause, GateDecision, GateRule } from './gate.ts'

export interface CreatorRow {
  id: string
  wishId: string
  handle: string
  name: string
  bio: string
  avatar: string | null
  openedAt: Temporal.Instant
}

interface Row {
  id: string
  wish_id: string
  handle: string
  name: string
  bio: string
  avatar: string | null
  opened_at: Temporal.Instant
}

const columns = sql`id, wish_id, handle, name, bio, avatar, opened_at`
const creatorOf = ({ wish_id, opened_at, ...row }: Row): CreatorRow => ({
  ...row,
  wishId: wish_id,
  openedAt: opened_at,
})

/** False when the person is a creator already or the handle is somebody's. */
export async function insertCreator(db: Db, creator: CreatorRow): Promise<boolean> {
  const row = await first(
    db,
    sql<{ id: string }>`insert into creators.creators (id, wish_id, handle, name, bio, avatar, opened_at)
      values (${creator.id}, ${creator.wishId}, ${creator.handle}, ${creator.name}, ${creator.bio}, ${creator.avatar},
        ${creator.openedAt.toString()}) on conflict do nothing returning id`,
  )
  return row !== null
}

export async function loadCreators(db: Db, ids: readonly string[]): Promise<CreatorRow[]> {
  if (ids.length === 0) return []
  return (await all(db, sql<Row>`select ${columns} from creators.creators where id = any(${ids}::uuid[])`)).map(
    creatorOf,
  )
}

export async function creatorByHandle(db: Db, handle: string): Promise<string | null> {
  const row = await first(db, sql<{ id: string }>`select id from creators.creators where handle = ${handle}`)
  return row?.id ?? null
}

export async function hasCreator(db: Db, id: string): Promise<boolean> {
  const row = await first(
    db,
    sql<{ found: boolean }>`select exists (select 1 from creators.creators where id = ${id}) as found`,
  )
  return row?.found ?? false
}

export async function listRows(
  db: Db,
  query: { after: { at: string; id: string } | null; limit: number; q: string | null },
): Promise<CreatorRow[]> {
  const pattern = query.q === null ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
  const rows = await all(
    db,
    sql<Row>`select ${columns} from creators.creators
      where (${query.after?.at ?? null}::timestamptz is null
          or (opened_at, id) < (${query.after?.at ?? null}::timestamptz, ${query.after?.id ?? null}::uuid))
        and (${pattern}::text is null or name ilike ${pattern} or handle ilike ${pattern})
      order by opened_at desc, id desc limit ${query.limit}`,
  )
  return rows.map(creatorOf)
}

/** The rule in force at that instant. */
export async function findRule(db: Db, capability: Capability, at: Temporal.Instant): Promise<GateRule | null> {
  const row = await first(
    db,
    sql<{
      version: number
      followers_min: number | null
      active_violations_max: number | null
      verified_needed: boolean
      restrictions_max: number | null
      score_min: number | null
    }>`select version, followers_min, active_violations_max, verified_needed, restrictions_max, score_min
      from creators.gate_rules
      where capability = ${capability} and effective_from <= ${at.toString()} order by effective_from desc limit 1`,
  )
  if (row === null) return null
  return {
    capability,
    version: row.version,
    followersMin: row.followers_min,
    activeViolationsMax: row.active_violations_max,
    verifiedNeeded: row.verified_needed,
    restrictionsMax: row.restrictions_max,
    scoreMin: row.score_min,
  }
}

export async function insertRule(
  db: Db,
  rule: Omit<GateRule, 'version'> & { effectiveFrom: Temporal.Instant },
): Promise<number> {
  // Who announces beside us gets the next version and an instant of his own.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`creators.gate_rules ${rule.capability}`}, 0))`.execute(db)
  const row = await first(
    db,
    sql<{ version: number }>`insert into creators.gate_rules
        (capability, version, effective_from, followers_min, active_violations_max, verified_needed, restrictions_max, score_min)
      select ${rule.capability}, coalesce(max(version), 0) + 1, ${rule.effectiveFrom.toString()}::timestamptz
          + count(*) filter (where effective_from >= ${rule.effectiveFrom.toString()}::timestamptz and
            effective_from < ${rule.effectiveFrom.toString()}::timestamptz + interval '1 millisecond') * interval '1 microsecond',
        ${rule.followersMin}::integer,
        ${rule.activeViolationsMax}::integer, ${rule.verifiedNeeded}::boolean, ${rule.restrictionsMax}::integer,
        ${rule.scoreMin}::integer
      from creators.gate_rules where capability = ${rule.capability} returning version`,
  )
  return row?.version ?? 0
}

export async function insertDecision(db: Db, decision: GateDecision & { id: string; purpose: string }): Promise<void> {
  const clauses: GateClause[] = decision.clauses
  await sql`insert into creators.gate_decisions
      (id, creator_id, capability, rule_version, passed, clauses, decided_at, purpose)
    values (${decision.id}, ${decision.creatorId}, ${decision.capability}, ${decision.ruleVersion}, ${decision.passed},
      ${JSON.stringify(clauses)}::jsonb, ${decision.decidedAt.toString()}, ${decision.purpose})`.execute(db)
}

/** Which of these categories need how good a record at that instant. */
export function loadGatedCategories(
  db: Db,
  categoryCodes: readonly string[],
  at: Temporal.Instant,
): Promise<{ categoryCode: string; version: number; scoreMin: number }[]> {
  return all(
    db,
    sql<{ categoryCode: string; version: number; scoreMin: number }>`
      select category_code as "categoryCode", version, score_min as "scoreMin" from (
        select distinct on (category_code) category_code, version, score_min from creators.gated_categories
        where category_code = any(${[...categoryCodes]}::text[]) and effective_from <= ${at.toString()}
        order by category_code, effective_from desc) latest
      where score_min is not null`,
  )
}

export async function insertGatedCategory(
  db: Db,
  gate: { categoryCode: string; scoreMin: number | null; effectiveFrom: Temporal.Instant },
): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`creators.gated ${gate.categoryCode}`}, 0))`.execute(db)
  const row = await first(
    db,
    sql<{ version: number }>`insert into creators.gated_categories (category_code, version, effective_from, score_min)
      select ${gate.categoryCode}::text, coalesce(max(version), 0) + 1, ${gate.effectiveFrom.toString()}::timestamptz
          + count(*) filter (where effective_from >= ${gate.effectiveFrom.toString()}::timestamptz and
            effective_from < ${gate.effectiveFrom.toString()}::timestamptz + interval '1 millisecond') * interval '1 microsecond',
        ${gate.scoreMin}::integer
      from creators.gated_categories where category_code = ${gate.categoryCode} returning version`,
  )
  return row?.version ?? 0
}

/** False when he has left already. */
export async function writeLeaving(db: Db, id: string, at: Temporal.Instant): Promise<boolean> {
  const row = await first(
    db,
    sql<{
      id: string
    }>`update creators.creators set left_at = ${at.toString()} where id = ${id} and left_at is null returning id`,
  )
  return row !== null
}

/** Those of these creators who had left by then. */
export async function loadLeft(db: Db, ids: readonly string[], at: Temporal.Instant): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ id: string }>`select id from creators.creators
      where id = any(${[...ids]}::uuid[]) and left_at is not null and left_at <= ${at.toString()}`,
  )
  return rows.map((row) => row.id)
}

export interface GateRuleRow extends GateRule {
  effectiveFrom: Temporal.Instant
}

export function listGateRuleRows(db: Db, limit: number): Promise<GateRuleRow[]> {
  return all(
    db,
    sql<GateRuleRow>`select capability, version, effective_from as "effectiveFrom", followers_min as "followersMin",
        active_violations_max as "activeViolationsMax", verified_needed as "verifiedNeeded",
        restrictions_max as "restrictionsMax", score_min as "scoreMin"
      from creators.gate_rules order by effective_from desc, capability limit ${limit}`,
  )
}

export function listGatedCategoryRows(
  db: Db,
  limit: number,
): Promise<{ categoryCode: string; version: number; effectiveFrom: Temporal.Instant; scoreMin: number | null }[]> {
  return all(
    db,
    sql`select category_code as "categoryCode", version, effective_from as "effectiveFrom", score_min as "scoreMin"
      from creators.gated_categories order by effective_from desc, category_code limit ${limit}`,
  )
}
