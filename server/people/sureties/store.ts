import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'

export type SuretyKind = 'creator' | 'shop'

export interface Level {
  kind: SuretyKind
  version: number
  minorMin: number
  effectiveFrom: Temporal.Instant
}

const levelColumns = sql.raw(`kind, version, minor_min as "minorMin", effective_from as "effectiveFrom"`)

export function levelAt(db: Db, kind: SuretyKind, now: Temporal.Instant): Promise<Level | null> {
  return first(
    db,
    sql<Level>`select ${levelColumns} from sureties.levels where kind = ${kind} and effective_from <= ${now.toString()}
      order by effective_from desc limit 1`,
  )
}

/** The latest first. */
export function allLevels(db: Db, limit: number): Promise<Level[]> {
  return all(
    db,
    sql<Level>`select ${levelColumns} from sureties.levels order by effective_from desc, kind limit ${limit}`,
  )
}

/** None when another begins at the same instant, or is set at the same time. */
export function insertLevel(
  tx: Tx,
  level: { kind: SuretyKind; minorMin: number; effectiveFrom: Temporal.Instant },
): Promise<number> {
  return touched(
    tx.db,
    sql`insert into sureties.levels (kind, version, minor_min, effective_from, set_by)
      select ${level.kind}::text, coalesce(max(version), 0) + 1, ${level.minorMin}::bigint, ${level.effectiveFrom.toString()}::timestamptz,
        ${tx.actor.kind === 'person' ? tx.actor.personId : null}::uuid
      from sureties.levels where kind = ${level.kind} on conflict do nothing`,
  )
}

export async function setHeld(tx: Tx, partyId: string, heldMinor: number): Promise<void> {
  await sql`insert into sureties.held (party_id, held_minor) values (${partyId}, ${heldMinor})
    on conflict (party_id) do update set held_minor = excluded.held_minor`.execute(tx.db)
}

export async function heldOf(db: Db, partyIds: readonly string[]): Promise<Map<string, number>> {
  if (partyIds.length === 0) return new Map()
  const rows = await all(
    db,
    sql<{
      partyId: string
      heldMinor: number
    }>`select party_id as "partyId", held_minor as "heldMinor" from sureties.held
      where party_id = any(${[...partyIds]}::uuid[])`,
  )
  return new Map(rows.map(({ partyId, heldMinor }) => [partyId, heldMinor]))
}
