import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { Balance, MovementKind, Owner, OwnerKind } from './stock.ts'

/** Keeps our advisory locks apart from those of others. */
const openingLock = 4_100_010

export interface WarehouseRow {
  id: string
  code: string
  name: { en: string; zh: string }
  province: string
  city: string
  district: string
  street: string
  serves: string[]
}

export interface LockedStock extends Balance {
  skuId: string
  warehouseId: string
  warehouseRegion: string
  ownerKind: OwnerKind
  ownerId: string
  version: number
}

/** All rows of these SKUs, in the order of the primary key: whoever locks stock locks it in this order. */
export function lockRows(tx: Pick<Tx, 'hot'>, skuIds: readonly string[]): Promise<LockedStock[]> {
  return tx.hot<LockedStock>(
    'warehouse.lock_stock',
    `select s.sku_id as "skuId", s.warehouse_id as "warehouseId", w.province as "warehouseRegion",
      s.owner_kind as "ownerKind", s.owner_id as "ownerId", s.on_hand as "onHand", s.allocated, s.reserved,
      s.value_minor as "valueMinor", s.version
    from warehouse.stock s join warehouse.warehouses w on w.id = s.warehouse_id
    where s.sku_id = any($1::uuid[])
    order by s.sku_id, s.warehouse_id, s.owner_kind, s.owner_id
    for update of s`,
    [skuIds],
  )
}

export interface AllocatedSku {
  skuId: string
  unitsLeft: number
  version: number
  /** Units that were allocated now: 0 for a repetition. */
  taken: number
  /** Shelves that had too few. */
  short: number
}

/**
 * The hot path, one statement: lock in order, write the movements, take the units where they are. It answers from the
 * locked rows and not from a second look, since a statement sees the table as it was when the statement began.
 */
export function allocateRows(
  tx: Pick<Tx, 'hot' | 'now'>,
  rows: readonly { skuId: string; warehouseId: string; units: number; cause: string; id: string; owner: Owner }[],
): Promise<AllocatedSku[]> {
  return tx.hot<AllocatedSku>(
    'warehouse.allocate',
    `with wished as (
      select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::uuid[])
        as w (sku_id, warehouse_id, units, cause, id, owner_kind, owner_id)
    ), locked as (
      select sku_id, warehouse_id, owner_kind, owner_id, on_hand - allocated - reserved as available, version
      from warehouse.stock where sku_id = any($1::uuid[])
      order by sku_id, warehouse_id, owner_kind, owner_id for update
    ), moved as (
      insert into warehouse.movements (sku_id, warehouse_id, owner_kind, owner_id, id, kind, units, cause, at)
      select sku_id, warehouse_id, owner_kind, owner_id, id, 'allocated', units, cause, $8::timestamptz from wished
      on conflict (sku_id, warehouse_id, cause, kind) do nothing
      returning sku_id, warehouse_id, owner_kind, owner_id, units
    ), taken as (
      select sku_id, warehouse_id, owner_kind, owner_id, sum(units)::bigint as units from moved group by 1, 2, 3, 4
    ), changed as (
      update warehouse.stock s set allocated = s.allocated + t.units, version = s.version + 1
      from taken t join locked l on l.sku_id = t.sku_id and l.warehouse_id = t.warehouse_id
        and l.owner_kind = t.owner_kind and l.owner_id = t.owner_id
      where s.sku_id = t.sku_id and s.warehouse_id = t.warehouse_id and s.owner_kind = t.owner_kind and s.owner_id = t.owner_id
        and s.on_hand - s.allocated - s.reserved >= t.units
      returning s.sku_id
    ), left_over as (
      select sku_id, sum(available) as available, sum(version) as version from locked group by sku_id
    ), sums as (
      select sku_id, sum(units) as units, count(*) as shelves from taken group by sku_id
    ), counts as (
      select sku_id, count(*) as shelves from changed group by sku_id
    )
    select w.sku_id as "skuId",
      (coalesce(l.available, 0) - coalesce(s.units, 0))::bigint as "unitsLeft",
      (coalesce(l.version, 0) + coalesce(c.shelves, 0))::bigint as version,
      coalesce(s.units, 0)::bigint as taken,
      (coalesce(s.shelves, 0) - coalesce(c.shelves, 0))::bigint as short
    from (select distinct sku_id from wished) w
    left join left_over l using (sku_id) left join sums s using (sku_id) left join counts c using (sku_id)
    order by w.sku_id`,
    [
      rows.map(({ skuId }) => skuId),
      rows.map(({ warehouseId }) => warehouseId),
      rows.map(({ units }) => units),
      rows.map(({ cause }) => cause),
      rows.map(({ id }) => id),
      rows.map(({ owner }) => owner.kind),
      rows.map(({ owner }) => owner.id),
      tx.now.toString(),
    ],
  )
}

/**
 * Sells what is reserved, one statement: locks all shelves of the batch's SKUs in order, as the allocation after it does, writes
 * the movements and lets go of the units, so that they can be allocated in the same commit. Answers how many shelves changed.
 */
export async function unreserveRows(
  tx: Pick<Tx, 'hot' | 'now'>,
  of: {
    skuIds: readonly string[]
    rows: readonly { skuId: string; warehouseId: string; owner: Owner; units: number; cause: string; id: string }[]
  },
): Promise<number> {
  const { rows } = of
  const changed = await tx.hot(
    'warehouse.unreserve',
    `with wished as (
      select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::uuid[])
        as w (sku_id, warehouse_id, units, cause, id, owner_kind, owner_id)
    ), locked as (
      select sku_id, warehouse_id from warehouse.stock where sku_id = any($9::uuid[])
      order by sku_id, warehouse_id, owner_kind, owner_id for update
    ), moved as (
      insert into warehouse.movements (sku_id, warehouse_id, owner_kind, owner_id, id, kind, units, cause, at)
      select sku_id, warehouse_id, owner_kind, owner_id, id, 'unreserved', units, cause, $8::timestamptz from wished
      returning sku_id, warehouse_id, owner_kind, owner_id, units
    ), taken as (
      select m.sku_id, m.warehouse_id, m.owner_kind, m.owner_id, sum(m.units)::bigint as units from moved m
      where (select count(*) from locked) >= 0 group by 1, 2, 3, 4
    )
    update warehouse.stock s set reserved = s.reserved - t.units, version = s.version + 1 from taken t
    where s.sku_id = t.sku_id and s.warehouse_id = t.warehouse_id and s.owner_kind = t.owner_kind and s.owner_id = t.owner_id
      and s.reserved >= t.units
    returning 1`,
    [
      rows.map(({ skuId }) => skuId),
      rows.map(({ warehouseId }) => warehouseId),
      rows.map(({ units }) => units),
      rows.map(({ cause }) => cause),
      rows.map(({ id }) => id),
      rows.map(({ owner }) => owner.kind),
      rows.map(({ owner }) => owner.id),
      tx.now.toString(),
      of.skuIds,
    ],
  )
  return changed.length
}

/**
 * Rows of balance 0 for shelves that are new; a row that is there stays as it is. One at a time per SKU: a new row cannot
 * be locked by those who do not see it yet, and two first receipts would each tell only their own units.
 */
export async function openRows(
  db: Db,
  of: { owner: Owner; currency: string },
  shelves: readonly { skuId: string; warehouseId: string }[],
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(sku_id::text, ${openingLock}::bigint))
    from (select distinct sku_id from unnest(${shelves.map(({ skuId }) => skuId)}::uuid[]) as s (sku_id) order by sku_id) as skus`.execute(
    db,
  )
  await sql`insert into warehouse.stock (sku_id, warehouse_id, owner_kind, owner_id, currency)
    select distinct sku_id, warehouse_id, ${of.owner.kind}, ${of.owner.id}::uuid, ${of.currency}
    from unnest(${shelves.map(({ skuId }) => skuId)}::uuid[], ${shelves.map(({ warehouseId }) => warehouseId)}::uuid[])
      as s (sku_id, warehouse_id)
    order by sku_id, warehouse_id
    on conflict do nothing`.execute(db)
}

export interface MovementRow {
  id: string
  skuId: string
  warehouseId: string
  ownerKind: OwnerKind
  ownerId: string
  kind: MovementKind
  units: number
  valueMinor: number
  cause: string
  /** The cause of the allocation that it ends a part of; null where that is its own. */
  ends: string | null
  note: string
}

/** Movements of these causes, and those that end allocations of them; the asker filters by SKU and warehouse. */
export function selectMovementsOf(
  db: Db,
  of: { skuIds: readonly string[]; causes: readonly string[] },
): Promise<MovementRow[]> {
  return all(
    db,
    sql`select id, sku_id as "skuId", warehouse_id as "warehouseId", owner_kind as "ownerKind", owner_id as "ownerId", kind,
      units, value_minor as "valueMinor", cause, ends, note
    from warehouse.movements where sku_id = any(${of.skuIds}::uuid[])
      and (cause = any(${of.causes}::text[]) or ends = any(${of.causes}::text[]))`,
  )
}

export async function insertMovements(db: Db, rows: readonly MovementRow[], at: Temporal.Instant): Promise<void> {
  await sql`insert into warehouse.movements
      (sku_id, warehouse_id, owner_kind, owner_id, id, kind, units, value_minor, cause, ends, note, at)
    select sku_id, warehouse_id, owner_kind, owner_id, id, kind, units, value_minor, cause, ends, note, ${at.toString()}::timestamptz
    from unnest(${rows.map(({ skuId }) => skuId)}::uuid[], ${rows.map(({ warehouseId }) => warehouseId)}::uuid[],
      ${rows.map(({ ownerKind }) => ownerKind)}::text[], ${rows.map(({ ownerId }) => ownerId)}::uuid[],
      ${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ kind }) => kind)}::text[],
      ${rows.map(({ units }) => units)}::bigint[], ${rows.map(({ valueMinor }) => valueMinor)}::bigint[],
      ${rows.map(({ cause }) => cause)}::text[], ${rows.map(({ ends }) => ends)}::text[],
      ${rows.map(({ note }) => note)}::text[])
      as m (sku_id, warehouse_id, owner_kind, owner_id, id, kind, units, value_minor, cause, ends, note)`.execute(db)
}

/** Writes balances back, each only if it still has the version that was read. Answers how many were written. */
export function updateRows(db: Db, rows: readonly LockedStock[]): Promise<number> {
  return touched(
    db,
    sql`update warehouse.stock s set on_hand = n.on_hand, allocated = n.allocated, reserved = n.reserved, value_minor = n.value_minor,
      version = s.version + 1
    from unnest(${rows.map(({ skuId }) => skuId)}::uuid[], ${rows.map(({ warehouseId }) => warehouseId)}::uuid[],
      ${rows.map(({ ownerKind }) => ownerKind)}::text[], ${rows.map(({ ownerId }) => ownerId)}::uuid[],
      ${rows.map(({ onHand }) => onHand)}::bigint[], ${rows.map(({ allocated }) => allocated)}::bigint[],
      ${rows.map(({ reserved }) => reserved)}::bigint[],
      ${rows.map(({ valueMinor }) => valueMinor)}::bigint[], ${rows.map(({ version }) => version)}::bigint[])
      as n (sku_id, warehouse_id, owner_kind, owner_id, on_hand, allocated, reserved, value_minor, version)
    where s.sku_id = n.sku_id and s.warehouse_id = n.warehouse_id and s.owner_kind = n.owner_kind
      and s.owner_id = n.owner_id and s.version = n.version`,
  )
}

export async function insertWarehouse(db: Db, row: WarehouseRow): Promise<void> {
  await sql`insert into warehouse.warehouses (id, code, name_en, name_zh, province, city, district, street, serves)
    values (${row.id}, ${row.code}, ${row.name.en}, ${row.name.zh}, ${row.province}, ${row.city}, ${row.district}, ${row.street},
      ${row.serves}::text[])
    on conflict (id) do nothing`.execute(db)
}

export interface BinRow {
  code: string
  zone: string
  aisle: number
  slot: number
}

export async function insertBins(db: Db, warehouseId: string, bins: readonly BinRow[]): Promise<void> {
  await sql`insert into warehouse.bins (warehouse_id, code, zone, aisle, slot)
    select ${warehouseId}::uuid, code, zone, aisle, slot
    from unnest(${bins.map(({ code }) => code)}::text[], ${bins.map(({ zone }) => zone)}::text[],
      ${bins.map(({ aisle }) => aisle)}::integer[], ${bins.map(({ slot }) => slot)}::integer[]) as b (code, zone, aisle, slot)
    on conflict do nothing`.execute(db)
}

export function selectWarehouses(db: Db): Promise<WarehouseRow[]> {
  return all(
    db,
    sql`select id, code, json_build_object('en', name_en, 'zh', name_zh) as name, province, city, district, street, serves
      from warehouse.warehouses order by code limit 200`,
  )
}

export function selectBin(db: Db, of: { warehouseId: string; bin: string }): Promise<BinRow | null> {
  return first(
    db,
    sql`select code, zone, aisle, slot from warehouse.bins where warehouse_id = ${of.warehouseId} and code = ${of.bin}`,
  )
}

export async function upsertHome(db: Db, home: { skuId: string; warehouseId: string; bin: string }): Promise<void> {
  await sql`insert into warehouse.homes (sku_id, warehouse_id, bin) values (${home.skuId}, ${home.warehouseId}, ${home.bin})
    on conflict (sku_id, warehouse_id) do update set bin = excluded.bin`.execute(db)
}

export interface HomeRow extends BinRow {
  skuId: string
  warehouseId: string
}

export function selectHomes(db: Db, skuIds: readonly string[]): Promise<HomeRow[]> {
  return all(
    db,
    sql`select h.sku_id as "skuId", h.warehouse_id as "warehouseId", b.code, b.zone, b.aisle, b.slot
      from warehouse.homes h join warehouse.bins b on b.warehouse_id = h.warehouse_id and b.code = h.bin
      where h.sku_id = any(${skuIds}::uuid[])`,
  )
}

export function selectUnitsLeft(db: Db, skuIds: readonly string[]): Promise<{ skuId: string; unitsLeft: number }[]> {
  return all(
    db,
    sql`select sku_id as "skuId", sum(on_hand - allocated - reserved)::bigint as "unitsLeft" from warehouse.stock
      where sku_id = any(${skuIds}::uuid[]) group by sku_id`,
  )
}

/** What could be sold where, without locking it: for quotes. */
export function selectSellable(
  db: Db,
  skuIds: readonly string[],
): Promise<
  (Pick<LockedStock, 'skuId' | 'warehouseId' | 'warehouseRegion' | 'ownerKind' | 'ownerId'> & { available: number })[]
> {
  return all(
    db,
    sql`select s.sku_id as "skuId", s.warehouse_id as "warehouseId", w.province as "warehouseRegion",
        s.owner_kind as "ownerKind", s.owner_id as "ownerId", s.on_hand - s.allocated - s.reserved as available
      from warehouse.stock s join warehouse.warehouses w on w.id = s.warehouse_id
      where s.sku_id = any(${skuIds}::uuid[])
      order by s.sku_id, s.warehouse_id`,
  )
}

/** What left a shelf for one cause: how many, what they cost, whose they were. */
export async function shippedUnits(
  db: Db,
  of: { skuId: string; warehouseId: string; cause: string },
): Promise<{ units: number; costMinor: number; owner: Owner } | null> {
  const row = await first(
    db,
    sql<{ units: number; costMinor: number; kind: OwnerKind; id: string }>`select units, -value_minor as "costMinor",
        owner_kind as kind, owner_id as id
      from warehouse.movements where sku_id = ${of.skuId} and warehouse_id = ${of.warehouseId} and cause = ${of.cause}
        and kind = 'shipped'`,
  )
  return row === null ? null : { units: row.units, costMinor: row.costMinor, owner: { kind: row.kind, id: row.id } }
}

/** Whose goods lie on a shelf. */
export function selectOwners(db: Db, shelf: { skuId: string; warehouseId: string }): Promise<Owner[]> {
  return all(
    db,
    sql<Owner>`select owner_kind as kind, owner_id as id from warehouse.stock
      where sku_id = ${shelf.skuId} and warehouse_id = ${shelf.warehouseId} order by owner_kind, owner_id`,
  )
}

export interface StockPageRow extends Balance {
  skuId: string
  warehouseId: string
  ownerId: string
  bin: string | null
}

/** Scarcest first. There is no index for it: one would make each sale dearer, for a page that few people open. */
export function selectStockPage(
  db: Db,
  page: {
    after: { available: number; skuId: string; warehouseId: string } | null
    limit: number
    warehouseId: string | undefined
    skuIds: readonly string[] | undefined
  },
): Promise<StockPageRow[]> {
  const { after } = page
  return all(
    db,
    sql`select s.sku_id as "skuId", s.warehouse_id as "warehouseId", h.bin, sum(s.on_hand)::bigint as "onHand",
      sum(s.allocated)::bigint as allocated, sum(s.reserved)::bigint as reserved
    from warehouse.stock s left join warehouse.homes h on h.sku_id = s.sku_id and h.warehouse_id = s.warehouse_id
    where true ${page.warehouseId === undefined ? sql`` : sql`and s.warehouse_id = ${page.warehouseId}::uuid`}
      ${page.skuIds === undefined ? sql`` : sql`and s.sku_id = any(${page.skuIds}::uuid[])`}
    group by s.sku_id, s.warehouse_id, h.bin
    ${
      after === null
        ? sql``
        : sql`having (sum(s.on_hand - s.allocated - s.reserved), s.sku_id, s.warehouse_id)
          > (${after.available}::bigint, ${after.skuId}::uuid, ${after.warehouseId}::uuid)`
    }
    order by sum(s.on_hand - s.allocated - s.reserved), s.sku_id, s.warehouse_id limit ${page.limit}`,
  )
}

export function selectMovementsPage(
  db: Db,
  page: { skuId: string; after: string | null; limit: number },
): Promise<
  { id: string; kind: MovementKind; units: number; warehouseCode: string; cause: string; at: Temporal.Instant }[]
> {
  return all(
    db,
    sql`select m.id, m.kind, m.units, w.code as "warehouseCode",
      case when m.note = '' then m.cause else m.cause || ': ' || m.note end as cause, m.at
      from warehouse.movements m join warehouse.warehouses w on w.id = m.warehouse_id
      where m.sku_id = ${page.skuId} ${page.after === null ? sql`` : sql`and m.id < ${page.after}::uuid`}
      order by m.id desc limit ${page.limit}`,
  )
}
