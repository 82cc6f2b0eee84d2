import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import { newId } from '#platform/ids'
import type { ClaimMode } from './claims.ts'
import type { Mark } from './marks.ts'

export interface BagRow {
  sessionId: string
  roomId: string
  pinnedItemId: string | null
  closedAt: Temporal.Instant | null
  claimMode: ClaimMode
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
    sql<BagRow>`select session_id as "sessionId", room_id as "roomId", pinned_item_id as "pinnedItemId", closed_at as "closedAt",
        claim_mode as "claimMode"
      from showcase.bags where session_id = ${sessionId} for update`,
  )
}

export function findBag(db: Db, sessionId: string): Promise<BagRow | null> {
  return first(
    db,
    sql<BagRow>`select session_id as "sessionId", room_id as "roomId", pinned_item_id as "pinnedItemId", closed_at as "closedAt",
        claim_mode as "claimMode"
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

export interface SetRow {
  id: string
  name: string
  productIds: string[]
}

export function setsOf(db: Db, creatorId: string): Promise<SetRow[]> {
  return all(
    db,
    sql<SetRow>`select id, name, product_ids as "productIds" from showcase.sets where creator_id = ${creatorId}
      order by saved_at desc, id`,
  )
}

export function findSet(db: Db, of: { creatorId: string; id: string }): Promise<SetRow | null> {
  return first(
    db,
    sql<SetRow>`select id, name, product_ids as "productIds" from showcase.sets
      where creator_id = ${of.creatorId} and id = ${of.id}`,
  )
}

/** One at a time counts and saves. */
export async function lockCreatorSets(tx: Tx, creatorId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`showcase.sets ${creatorId}`}, 0))`.execute(tx.db)
}

export async function countSets(db: Db, creatorId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ sets: number }>`select count(*) as sets from showcase.sets where creator_id = ${creatorId}`,
  )
  return row?.sets ?? 0
}

export async function upsertSet(tx: Tx, of: SetRow & { creatorId: string }): Promise<void> {
  await sql`insert into showcase.sets (creator_id, id, name, product_ids, saved_at)
    values (${of.creatorId}, ${of.id}, ${of.name}, ${of.productIds}::uuid[], ${tx.now.toString()})
    on conflict (creator_id, id) do update set name = excluded.name, product_ids = excluded.product_ids,
      saved_at = excluded.saved_at`.execute(tx.db)
}

export async function deleteSet(tx: Tx, of: { creatorId: string; id: string }): Promise<boolean> {
  return (
    (await touched(tx.db, sql`delete from showcase.sets where creator_id = ${of.creatorId} and id = ${of.id}`)) === 1
  )
}

export async function insertWaiting(tx: Tx, of: { productId: string; personId: string }): Promise<void> {
  // Who was told and asks again stands at the end of the line.
  await sql`insert into showcase.waiting as w (product_id, person_id, at)
    values (${of.productId}, ${of.personId}, ${tx.now.toString()})
    on conflict (product_id, person_id) do update set at = excluded.at, told_at = null
      where w.told_at is not null`.execute(tx.db)
}

export async function deleteWaiting(tx: Tx, of: { productId: string; personId: string }): Promise<void> {
  await sql`delete from showcase.waiting where product_id = ${of.productId} and person_id = ${of.personId}
    and told_at is null`.execute(tx.db)
}

export function findWaiting(db: Db, of: { productId: string; personId: string }): Promise<{ ahead: number } | null> {
  return first(
    db,
    sql<{ ahead: number }>`select (select count(*) from showcase.waiting o where o.product_id = w.product_id
        and o.told_at is null and (o.at, o.person_id) < (w.at, w.person_id)) as ahead
      from showcase.waiting w where w.product_id = ${of.productId} and w.person_id = ${of.personId} and w.told_at is null`,
  )
}

export async function productsWaitedFor(db: Db, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ id: string }>`select distinct product_id as id from showcase.waiting where told_at is null limit ${limit}`,
  )
  return rows.map((row) => row.id)
}

/** One at a time tells who waits for a product. */
export async function lockWaitingOf(tx: Tx, productId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`showcase.waiting ${productId}`}, 0))`.execute(tx.db)
}

export async function countToldSince(db: Db, productId: string, since: Temporal.Instant): Promise<number> {
  const row = await first(
    db,
    sql<{ told: number }>`select count(*) as told from showcase.waiting
      where product_id = ${productId} and told_at > ${since.toString()}`,
  )
  return row?.told ?? 0
}

/** The first in line, marked as told; in their order. */
export async function takeWaiting(
  tx: Tx,
  productId: string,
  limit: number,
): Promise<{ personId: string; at: Temporal.Instant }[]> {
  const rows = await all(
    tx.db,
    sql<{ personId: string; at: Temporal.Instant }>`update showcase.waiting w set told_at = ${tx.now.toString()}
      from (select person_id from showcase.waiting where product_id = ${productId} and told_at is null
        order by at, person_id limit ${limit}) f
      where w.product_id = ${productId} and w.person_id = f.person_id
      returning w.person_id as "personId", w.at`,
  )
  return rows.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at) || (a.personId < b.personId ? -1 : 1))
}

export async function modesOf(db: Db, sessionIds: readonly string[]): Promise<Map<string, ClaimMode>> {
  const rows = await all(
    db,
    sql<{ id: string; mode: ClaimMode }>`select session_id as id, claim_mode as mode from showcase.bags
      where session_id = any(${[...sessionIds]}::uuid[]) and closed_at is null`,
  )
  return new Map(rows.map((row) => [row.id, row.mode]))
}

export async function claimModeOf(db: Db, sessionId: string): Promise<ClaimMode> {
  return (await findBag(db, sessionId))?.claimMode ?? 'off'
}

export async function setMode(tx: Tx, sessionId: string, mode: ClaimMode): Promise<void> {
  await sql`update showcase.bags set claim_mode = ${mode} where session_id = ${sessionId}`.execute(tx.db)
}

export interface ClaimRow {
  sessionId: string
  id: string
  personId: string
  productId: string
  skuId: string
  units: number
  mode: ClaimMode
}

export async function insertClaims(tx: Tx, rows: readonly ClaimRow[]): Promise<void> {
  await sql`insert into showcase.claims (session_id, id, person_id, product_id, sku_id, units, mode, at)
    select session_id, id, person_id, product_id, sku_id, units, mode, ${tx.now.toString()}
    from unnest(${rows.map((row) => row.sessionId)}::uuid[], ${rows.map((row) => row.id)}::uuid[],
      ${rows.map((row) => row.personId)}::uuid[], ${rows.map((row) => row.productId)}::uuid[],
      ${rows.map((row) => row.skuId)}::uuid[], ${rows.map((row) => row.units)}::int[], ${rows.map((row) => row.mode)}::text[])
      as n (session_id, id, person_id, product_id, sku_id, units, mode)
    on conflict do nothing`.execute(tx.db)
}

export async function countClaims(db: Db, sessionId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ claims: number }>`select count(*) as claims from showcase.claims where session_id = ${sessionId}`,
  )
  return row?.claims ?? 0
}

export function marksIn(db: Db, sessionId: string): Promise<Mark[]> {
  return all(
    db,
    sql<Mark>`select id, product_id as "productId", from_at as "fromAt", until_at as "untilAt" from showcase.marks
      where session_id = ${sessionId} order by from_at, id`,
  )
}

export async function writeMark(
  tx: Tx,
  of: { sessionId: string; markId: string; fromAt: Temporal.Instant; untilAt: Temporal.Instant },
): Promise<boolean> {
  const changed = await touched(
    tx.db,
    sql`update showcase.marks set from_at = ${of.fromAt.toString()}, until_at = ${of.untilAt.toString()}
      where session_id = ${of.sessionId} and id = ${of.markId}`,
  )
  return changed === 1
}
