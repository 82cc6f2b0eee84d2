import { sql } from 'kysely'
import { all, type Db, first } from '#platform/database'

export interface Contract {
  id: string
  agencyId: string
  creatorId: string
  /** The agency's share of the creator's commission. */
  basisPoints: number
  from: Temporal.Instant
  until: Temporal.Instant | null
}

/** False when the id is there already. */
export async function insertAgency(
  db: Db,
  agency: { id: string; name: string; now: Temporal.Instant },
): Promise<boolean> {
  const row = await first(
    db,
    sql<{ id: string }>`insert into agencies.agencies (id, name, opened_at)
      values (${agency.id}, ${agency.name}, ${agency.now.toString()}) on conflict (id) do nothing returning id`,
  )
  return row !== null
}

export async function hasAgency(db: Db, id: string): Promise<boolean> {
  const row = await first(
    db,
    sql<{ found: boolean }>`select exists (select 1 from agencies.agencies where id = ${id}) as found`,
  )
  return row?.found ?? false
}

export async function loadAgencyNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await all(
    db,
    sql<{ id: string; name: string }>`select id, name from agencies.agencies where id = any(${ids}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.id, row.name]))
}

interface ContractRow {
  id: string
  agency_id: string
  creator_id: string
  basis_points: number
  from_at: Temporal.Instant
  until_at: Temporal.Instant | null
}

const contractOf = (row: ContractRow): Contract => ({
  id: row.id,
  agencyId: row.agency_id,
  creatorId: row.creator_id,
  basisPoints: row.basis_points,
  from: row.from_at,
  until: row.until_at,
})

/** Throws the violation of `contracts_do_not_overlap` when the creator is bound in that time. */
export async function insertContract(db: Db, contract: Contract, now: Temporal.Instant): Promise<void> {
  await sql`insert into agencies.contracts (id, agency_id, creator_id, basis_points, from_at, until_at, signed_at)
    values (${contract.id}, ${contract.agencyId}, ${contract.creatorId}, ${contract.basisPoints},
      ${contract.from.toString()}, ${contract.until?.toString() ?? null}, ${now.toString()})`.execute(db)
}

export async function lockContract(db: Db, id: string): Promise<Contract | null> {
  const row = await first(
    db,
    sql<ContractRow>`select id, agency_id, creator_id, basis_points, from_at, until_at from agencies.contracts
      where id = ${id} for update`,
  )
  return row === null ? null : contractOf(row)
}

export async function writeEnd(db: Db, id: string, until: Temporal.Instant): Promise<void> {
  await sql`update agencies.contracts set until_at = ${until.toString()} where id = ${id}`.execute(db)
}

/** Without an instant, at the database's present. */
export async function loadInForce(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant | null,
): Promise<(Contract & { agencyName: string })[]> {
  if (creatorIds.length === 0) return []
  const rows = await all(
    db,
    sql<ContractRow & { agency_name: string }>`
      select c.id, c.agency_id, c.creator_id, c.basis_points, c.from_at, c.until_at, a.name as agency_name
      from agencies.contracts c join agencies.agencies a on a.id = c.agency_id
      where c.creator_id = any(${creatorIds}::uuid[])
        and tstzrange(c.from_at, c.until_at, '[)') @> coalesce(${at?.toString() ?? null}::timestamptz, clock_timestamp())`,
  )
  return rows.map((row) => ({ ...contractOf(row), agencyName: row.agency_name }))
}
