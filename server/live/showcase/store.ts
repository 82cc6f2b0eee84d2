import { sql } from 'kysely'
import { all, type Db, first, type Tx } from '#platform/database'
import { newId } from '#platform/ids'

export interface BagRow {
  sessionId: string
  roomId: string
  pinnedItemId: string | null
  closedAt: Temporal.Instant | null
}

export interface ItemRow {
  id: string
  productId: string
  position: number
}

export async function insertBag(tx: Tx, bag: { sessionId: string; roomId: string }): Promise<void> {
  await sql`insert into showcase.bags (session_id, room_id) values (${bag.sessionId}, ${bag.roomId}) on conflict do nothing`.execute(
    tx.db,
  )
}

/** Locks the bag: its items, their order and the pin change one at a time. */
export function lockBag(tx: Tx, sessionId: string): Promise<BagRow | null> {
  return first(
    tx.db,
    sql<BagRow>`select session_id as "sessionId", room_id as "roomId", pinned_item_id as "pinnedItemId", closed_at as "closedAt"
      from showcase.bags where session_id = ${sessionId} for update`,
  )
}

export function findBag(db: Db, sessionId: string): Promise<BagRow | null> {
  return first(
    db,
    sql<BagRow>`select session_id as "sessionId", room_id as "roomId", pinned_item_id as "pinnedItemId", closed_at as "closedAt"
      from showcase.bags where session_id = ${sessionId}`,
  )
}

export function pinnedIn(db: Db, sessionIds: readonly string[]): Promise<{ sessionId: string; productId: string }[]> {
  return all(
    db,
    sql<{ sessionId: string; productId: string }>`select b.session_id as "sessionId", i.product_id as "productId"
      from showcase.bags b join showcase.items i on i.session_id = b.session_id and i.id = b.pinned_item_id
      where b.session_id = any(${[...sessionIds]}::uuid[])`,
  )
}

export function itemsOf(db: Db, sessionId: string): Promise<ItemRow[]> {
  return all(
    db,
    sql<ItemRow>`select id, product_id as "productId", position from showcase.items where session_id = ${sessionId} order by position, id`,
  )
}

export function countItems(db: Db, sessionIds: readonly string[]): Promise<{ sessionId: string; items: number }[]> {
  return all(
    db,
    sql<{ sessionId: string; items: number }>`select session_id as "sessionId", count(*) as items from showcase.items
      where session_id = any(${[...sessionIds]}::uuid[]) group by session_id`,
  )
}

export async function insertItems(
  tx: Tx,
  sessionId: string,
  items: readonly ItemRow[],
  skus: readonly { skuId: string; productId: string }[],
): Promise<void> {
  await sql`insert into showcase.items (session_id, id, product_id, position)
    select ${sessionId}, id, product_id, position
    from unnest(${items.map((item) => item.id)}::uuid[], ${items.map((item) => item.productId)}::uuid[], ${items.map((item) => item.position)}::int[])
      as i (id, product_id, position)`.execute(tx.db)
  await sql`insert into showcase.item_skus (session_id, sku_id, product_id)
    select ${sessionId}, sku_id, product_id
    from unnest(${skus.map((sku) => sku.skuId)}::uuid[], ${skus.map((sku) => sku.productId)}::uuid[]) as s (sku_id, product_id)
    on conflict do nothing`.execute(tx.db)
}

export async function deleteItem(tx: Tx, sessionId: string, item: ItemRow): Promise<void> {
  await sql`delete from showcase.items where session_id = ${sessionId} and id = ${item.id}`.execute(tx.db)
  await sql`delete from showcase.item_skus where session_id = ${sessionId} and product_id = ${item.productId}`.execute(
    tx.db,
  )
}

export async function setPositions(tx: Tx, sessionId: string, itemIds: readonly string[]): Promise<void> {
  await sql`update showcase.items i set position = p.position
    from unnest(${[...itemIds]}::uuid[], ${itemIds.map((_, index) => index)}::int[]) as p (id, position)
    where i.session_id = ${sessionId} and i.id = p.id`.execute(tx.db)
}

/** Ends the running explanation and begins another, or none. */
export async function setPin(tx: Tx, sessionId: string, item: { id: string; productId: string } | null): Promise<void> {
  await sql`update showcase.bags set pinned_item_id = ${item?.id ?? null} where session_id = ${sessionId}`.execute(
    tx.db,
  )
  await sql`update showcase.marks set until_at = ${tx.now.toString()} where session_id = ${sessionId} and until_at is null`.execute(
    tx.db,
  )
  if (item === null) return
  await sql`insert into showcase.marks (session_id, id, product_id, from_at)
    values (${sessionId}, ${newId()}, ${item.productId}, ${tx.now.toString()})`.execute(tx.db)
}

export async function closeBagRow(tx: Tx, sessionId: string): Promise<void> {
  await sql`update showcase.bags set closed_at = ${tx.now.toString()}, pinned_item_id = null
    where session_id = ${sessionId} and closed_at is null`.execute(tx.db)
  // A closed bag hears of no stock any more.
  await sql`delete from showcase.item_skus where session_id = ${sessionId}`.execute(tx.db)
}

/** Rooms whose open bag holds any of these SKUs. */
export function roomsOfSkus(db: Db, skuIds: readonly string[]): Promise<{ roomId: string; skuId: string }[]> {
  return all(
    db,
    sql<{ roomId: string; skuId: string }>`select b.room_id as "roomId", s.sku_id as "skuId"
      from showcase.item_skus s join showcase.bags b on b.session_id = s.session_id
      where s.sku_id = any(${[...skuIds]}::uuid[]) and b.closed_at is null order by b.room_id`,
  )
}

/** Sessions whose open bag holds any of these products. */
export function sessionsOfProducts(
  db: Db,
  productIds: readonly string[],
): Promise<{ roomId: string; sessionId: string }[]> {
  return all(
    db,
    sql<{ roomId: string; sessionId: string }>`select distinct b.room_id as "roomId", b.session_id as "sessionId"
      from showcase.items i join showcase.bags b on b.session_id = i.session_id
      where i.product_id = any(${[...productIds]}::uuid[]) and b.closed_at is null order by 1`,
  )
}
