import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { Closed } from './listing.ts'

export interface Listing {
  id: string
  personId: string
  restricts: Closed[]
  reason: string
  startsAt: Temporal.Instant
  endsAt: Temporal.Instant | null
  objection: string | null
  liftedAt: Temporal.Instant | null
  liftedReason: string | null
}

const columns = sql`id, person_id as "personId", restricts, reason, starts_at as "startsAt", ends_at as "endsAt", objection,
  lifted_at as "liftedAt", lifted_reason as "liftedReason"`

/** False when the id is there already. */
export async function insertListing(
  tx: Tx,
  listing: {
    id: string
    personId: string
    restricts: readonly Closed[]
    reason: string
    endsAt: Temporal.Instant | null
  },
  by: string | null,
): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into blacklist.listings (id, person_id, restricts, reason, listed_by, starts_at, ends_at)
      values (${listing.id}, ${listing.personId}, ${[...listing.restricts]}::text[], ${listing.reason}, ${by},
        ${tx.now.toString()}, ${listing.endsAt?.toString() ?? null}::timestamptz) on conflict do nothing`,
  )
  return inserted === 1
}

export function findListing(db: Db, id: string): Promise<Listing | null> {
  return first(db, sql<Listing>`select ${columns} from blacklist.listings where id = ${id}`)
}

export function lockListing(tx: Tx, id: string): Promise<Listing | null> {
  return first(tx.db, sql<Listing>`select ${columns} from blacklist.listings where id = ${id} for update`)
}

export async function writeLifting(tx: Tx, of: { id: string; reason: string }): Promise<void> {
  await sql`update blacklist.listings set lifted_at = ${tx.now.toString()}, lifted_reason = ${of.reason}
    where id = ${of.id}`.execute(tx.db)
}

export async function writeObjection(tx: Tx, of: { id: string; text: string }): Promise<void> {
  await sql`update blacklist.listings set objection = ${of.text}, objected_at = ${tx.now.toString()}
    where id = ${of.id}`.execute(tx.db)
}

/** Newest first. */
export function loadListings(db: Db, personIds: readonly string[]): Promise<Listing[]> {
  return all(
    db,
    sql<Listing>`select ${columns} from blacklist.listings where person_id = any(${[...personIds]}::uuid[])
      order by starts_at desc, id limit 1000`,
  )
}

export function listingsPage(
  db: Db,
  page: { before: { at: string; id: string } | null; limit: number },
): Promise<Listing[]> {
  const before =
    page.before === null
      ? sql``
      : sql`where (starts_at, id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`
  return all(
    db,
    sql<Listing>`select ${columns} from blacklist.listings ${before} order by starts_at desc, id desc limit ${page.limit}`,
  )
}
