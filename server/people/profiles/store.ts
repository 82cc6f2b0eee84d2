import { sql } from 'kysely'
import { all, type Db, first, touched } from '#platform/database'
import type { Address, OwnedAddress } from './address.ts'

interface Row {
  id: string
  owner_id: string
  slot: number
  recipient: string
  phone: string
  province: string
  city: string
  district: string
  street: string
  is_default: boolean
}

const columns = sql`id, owner_id, slot, recipient, phone, province, city, district, street, is_default`
const addressOf = ({ owner_id, is_default, slot: _, ...row }: Row): OwnedAddress => ({
  ...row,
  ownerId: owner_id,
  isDefault: is_default,
})

/** Changes to one person's addresses wait for each other. */
export async function lockOwner(db: Db, ownerId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${ownerId}::text, 43))`.execute(db)
}

/** The default first, then the latest saved. */
export async function loadOf(db: Db, ownerId: string): Promise<(OwnedAddress & { slot: number })[]> {
  const rows = await all(
    db,
    sql<Row>`select ${columns} from profiles.addresses where owner_id = ${ownerId}
      order by is_default desc, saved_at desc, id`,
  )
  return rows.map((row) => ({ ...addressOf(row), slot: row.slot }))
}

export async function loadByIds(db: Db, ids: readonly string[]): Promise<OwnedAddress[]> {
  if (ids.length === 0) return []
  return (await all(db, sql<Row>`select ${columns} from profiles.addresses where id = any(${ids}::uuid[])`)).map(
    addressOf,
  )
}

export async function findDefault(db: Db, ownerId: string): Promise<OwnedAddress | null> {
  const row = await first(
    db,
    sql<Row>`select ${columns} from profiles.addresses where owner_id = ${ownerId} and is_default`,
  )
  return row === null ? null : addressOf(row)
}

export async function clearDefault(db: Db, ownerId: string): Promise<void> {
  await sql`update profiles.addresses set is_default = false where owner_id = ${ownerId} and is_default`.execute(db)
}

export async function makeDefault(db: Db, id: string): Promise<void> {
  await sql`update profiles.addresses set is_default = true where id = ${id}`.execute(db)
}

/** False when the id is an address of somebody else. */
export async function upsertAddress(
  db: Db,
  address: Address & { ownerId: string; slot: number; savedAt: Temporal.Instant },
): Promise<boolean> {
  const written = await touched(
    db,
    sql`insert into profiles.addresses as a
        (id, owner_id, slot, recipient, phone, province, city, district, street, is_default, saved_at)
      values (${address.id}, ${address.ownerId}, ${address.slot}, ${address.recipient}, ${address.phone},
        ${address.province}, ${address.city}, ${address.district}, ${address.street}, ${address.isDefault},
        ${address.savedAt.toString()})
      on conflict (id) do update set recipient = excluded.recipient, phone = excluded.phone,
        province = excluded.province, city = excluded.city, district = excluded.district, street = excluded.street,
        is_default = excluded.is_default, saved_at = excluded.saved_at
      where a.owner_id = excluded.owner_id`,
  )
  return written === 1
}

export async function deleteRow(db: Db, id: string): Promise<void> {
  await sql`delete from profiles.addresses where id = ${id}`.execute(db)
}

export async function deleteAllOf(db: Db, ownerId: string): Promise<void> {
  await sql`delete from profiles.addresses where owner_id = ${ownerId}`.execute(db)
}
