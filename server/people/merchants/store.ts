import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'

export interface Shop {
  id: string
  name: { en: string; zh: string }
  openedAt: Temporal.Instant
  /** It sells no more. */
  closedAt: Temporal.Instant | null
}

const shopColumns = sql.raw(
  `s.id, json_build_object('en', s.name_en, 'zh', s.name_zh) as name, s.opened_at as "openedAt",
  s.closed_at as "closedAt"`,
)

/** False when the id is there already. */
export async function insertShop(tx: Tx, shop: { id: string; name: Shop['name'] }): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into merchants.shops (id, name_en, name_zh, opened_at)
      values (${shop.id}, ${shop.name.en}, ${shop.name.zh}, ${tx.now.toString()}) on conflict (id) do nothing`,
  )
  return written === 1
}

export function findShop(db: Db, id: string): Promise<Shop | null> {
  return first(db, sql<Shop>`select ${shopColumns} from merchants.shops s where s.id = ${id}`)
}

export function loadShops(db: Db, ids: readonly string[]): Promise<Shop[]> {
  return all(db, sql<Shop>`select ${shopColumns} from merchants.shops s where s.id = any(${[...ids]}::uuid[])`)
}

/** Newest first, after the cursor. */
export function shopsPage(db: Db, page: { before: { at: string; id: string } | null; limit: number }): Promise<Shop[]> {
  return all(
    db,
    sql<Shop>`select ${shopColumns} from merchants.shops s
      where (${page.before?.at ?? null}::timestamptz is null
        or (s.opened_at, s.id) < (${page.before?.at ?? null}::timestamptz, ${page.before?.id ?? null}::uuid))
      order by s.opened_at desc, s.id desc limit ${page.limit}`,
  )
}

export function findShopOf(db: Db, personId: string): Promise<Shop | null> {
  return first(
    db,
    sql<Shop>`select ${shopColumns} from merchants.members m join merchants.shops s on s.id = m.shop_id
      where m.person_id = ${personId}`,
  )
}

export function membersOfShops(db: Db, shopIds: readonly string[]): Promise<{ shopId: string; personId: string }[]> {
  return all(
    db,
    sql`select shop_id as "shopId", person_id as "personId" from merchants.members
      where shop_id = any(${[...shopIds]}::uuid[]) order by shop_id, added_at, person_id`,
  )
}

/** Answers the shop that the person acts for after this: another's, if he acted for one before. */
export async function insertMember(tx: Tx, member: { shopId: string; personId: string }): Promise<string> {
  await sql`insert into merchants.members (person_id, shop_id, added_at, added_by)
    values (${member.personId}, ${member.shopId}, ${tx.now.toString()},
      ${tx.actor.kind === 'person' ? tx.actor.personId : null}) on conflict (person_id) do nothing`.execute(tx.db)
  const row = await first(
    tx.db,
    sql<{ shopId: string }>`select shop_id as "shopId" from merchants.members where person_id = ${member.personId}`,
  )
  return row?.shopId ?? member.shopId
}

export function deleteMember(tx: Tx, member: { shopId: string; personId: string }): Promise<number> {
  return touched(
    tx.db,
    sql`delete from merchants.members where person_id = ${member.personId} and shop_id = ${member.shopId}`,
  )
}

/** Closing again changes nothing. */
export async function writeClosing(tx: Tx, id: string): Promise<void> {
  await sql`update merchants.shops set closed_at = ${tx.now.toString()} where id = ${id} and closed_at is null`.execute(
    tx.db,
  )
}
