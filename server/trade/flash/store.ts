import { type RawBuilder, sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import { assert } from '#platform/outcome'
import type { FlashGrant, FlashSale, FlashState, FlashStock } from './flash.ts'

const saleColumns =
  sql.raw(`s.id, s.kind, s.room_id as "roomId", s.session_id as "sessionId", s.creator_id as "creatorId",
  s.grant_id as "grantId", s.sku_id as "skuId", s.product_id as "productId", s.title, s.label, s.picture,
  s.price_minor as "priceMinor", s.shelf_minor as "shelfMinor", s.currency, s.units, s.per_buyer_units as "perBuyerUnits",
  s.announced_at as "announcedAt", s.starts_at as "startsAt", s.ends_at as "endsAt", s.state, s.closed_at as "closedAt",
  json_build_object('kind', s.owner_kind, 'id', s.owner_id) as owner`)

/** A sale with what is left of it and what stands in orders. */
export interface ShownSale extends FlashSale {
  unitsLeft: number
  unitsSold: number
}

const shown = (where: RawBuilder<unknown>) => sql<ShownSale>`select ${saleColumns}, h.left as "unitsLeft",
    h.units - h.left - h.returned as "unitsSold"
  from flash.sales s cross join lateral (
    select sum(units)::int as units, sum(units_left)::int as left, sum(units_returned)::int as returned
    from flash.shelves where sale_id = s.id) h ${where}`

export function findSale(db: Db, id: string): Promise<ShownSale | null> {
  return first(db, shown(sql`where s.id = ${id}`))
}

/** Of a room: what is open, and what ended a moment ago, so that a page that comes back sees how it went. Newest first. */
export function salesOfRoom(
  db: Db,
  of: { roomId: string; endedAfter: Temporal.Instant; limit: number },
): Promise<ShownSale[]> {
  return all(
    db,
    shown(sql`where s.room_id = ${of.roomId} and s.ends_at > ${of.endedAfter.toString()}
      and (s.closed_at is null or s.closed_at > ${of.endedAfter.toString()}) order by s.announced_at desc, s.id desc limit ${of.limit}`),
  )
}

/** All, newest first. */
export function listSales(db: Db, page: { before: string | null; limit: number }): Promise<ShownSale[]> {
  return all(
    db,
    shown(
      sql`where (${page.before}::uuid is null or s.id < ${page.before}::uuid) order by s.id desc limit ${page.limit}`,
    ),
  )
}

export async function openSalesOfSession(db: Db, sessionId: string): Promise<FlashSale[]> {
  return all(
    db,
    sql<FlashSale>`select ${saleColumns} from flash.sales s where s.session_id = ${sessionId} and s.closed_at is null order by s.id`,
  )
}

/** Locks the sale: its state moves one step at a time. */
export function lockSale(tx: Tx, id: string): Promise<FlashSale | null> {
  return first(tx.db, sql<FlashSale>`select ${saleColumns} from flash.sales s where s.id = ${id} for update`)
}

/** False when the id is taken, or such a sale is open in that room. */
export async function insertSale(
  tx: Tx,
  sale: Omit<FlashSale, 'state' | 'closedAt'>,
  shelves: readonly { warehouseId: string; province: string; units: number }[],
): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into flash.sales (id, kind, room_id, session_id, creator_id, grant_id, sku_id, product_id, title, label, picture,
        price_minor, shelf_minor, currency, units, per_buyer_units, announced_at, starts_at, ends_at,
        owner_kind, owner_id)
      values (${sale.id}, ${sale.kind}, ${sale.roomId}, ${sale.sessionId}, ${sale.creatorId}, ${sale.grantId}, ${sale.skuId},
        ${sale.productId}, ${JSON.stringify(sale.title)}::jsonb, ${JSON.stringify(sale.label)}::jsonb, ${sale.picture},
        ${sale.priceMinor}, ${sale.shelfMinor}, ${sale.currency}, ${sale.units}, ${sale.perBuyerUnits},
        ${sale.announcedAt.toString()}, ${sale.startsAt.toString()}, ${sale.endsAt.toString()},
        ${sale.owner.kind}, ${sale.owner.id})
      on conflict do nothing`,
  )
  if (written === 0) return false
  await sql`insert into flash.shelves (sale_id, warehouse_id, province, units, units_left)
    select ${sale.id}::uuid, warehouse_id, province, units, units
    from unnest(${shelves.map(({ warehouseId }) => warehouseId)}::uuid[], ${shelves.map(({ province }) => province)}::text[],
      ${shelves.map(({ units }) => units)}::int[]) as h (warehouse_id, province, units)`.execute(tx.db)
  return true
}

export async function setState(
  tx: Tx,
  of: { id: string; state: FlashState; closedAt?: Temporal.Instant },
): Promise<void> {
  const moved = await touched(
    tx.db,
    sql`update flash.sales set state = ${of.state}, closed_at = ${of.closedAt?.toString() ?? null} where id = ${of.id}`,
  )
  assert(moved === 1, 'a locked sale is there')
}

export interface ShelfRow {
  saleId: string
  warehouseId: string
  unitsLeft: number
}

export function lockShelves(tx: Tx, saleIds: readonly string[]): Promise<ShelfRow[]> {
  return all(
    tx.db,
    sql<ShelfRow>`select sale_id as "saleId", warehouse_id as "warehouseId", units_left as "unitsLeft" from flash.shelves
      where sale_id = any(${[...saleIds]}::uuid[]) order by sale_id, warehouse_id for update`,
  )
}

/** What was left goes back to the shelf of the warehouse. */
export async function closeShelves(tx: Tx, saleId: string): Promise<void> {
  await sql`update flash.shelves set units_returned = units_returned + units_left, units_left = 0
    where sale_id = ${saleId}`.execute(tx.db)
}

/** Units of orders that were taken back: for sale in it again, or no longer its own. */
export async function returnUnits(
  tx: Tx,
  of: { saleId: string; warehouseId: string; units: number; isOpen: boolean },
): Promise<void> {
  const returned = await touched(
    tx.db,
    of.isOpen
      ? sql`update flash.shelves set units_left = units_left + ${of.units}
          where sale_id = ${of.saleId} and warehouse_id = ${of.warehouseId}`
      : sql`update flash.shelves set units_returned = units_returned + ${of.units}
          where sale_id = ${of.saleId} and warehouse_id = ${of.warehouseId}`,
  )
  assert(returned === 1, 'units go back to where they were taken from')
}

/** Which of these prices are flash sales. */
export async function salesAmong(db: Db, ids: readonly string[]): Promise<FlashSale[]> {
  return all(
    db,
    sql<FlashSale>`select ${saleColumns} from flash.sales s where s.id = any(${[...ids]}::uuid[]) order by s.id`,
  )
}

interface StockRow extends Omit<FlashStock, 'shelves'> {
  warehouseId: string
  warehouseRegion: string
  available: number
}

const stockSql = `select s.id as "saleId", s.sku_id as "skuId", s.session_id as "sessionId", s.starts_at as "startsAt",
    s.ends_at as "endsAt", s.closed_at as "closedAt", h.warehouse_id as "warehouseId", h.province as "warehouseRegion",
    h.units_left as available
  from flash.shelves h join flash.sales s on s.id = h.sale_id
  where h.sale_id in (select id from flash.sales where sku_id = any($1::uuid[]) and closed_at is null
    union all select unnest($2::uuid[]))
  order by h.sale_id, h.warehouse_id`

interface Wanted {
  skuIds: readonly string[]
  /** Sales that buyers name: of these the desk says why they do not sell. */
  saleIds: readonly string[]
}

/** For the desk: the open sales of these SKUs, and the named ones whatever became of them. */
export async function loadFlash(tx: Pick<Tx, 'hot'>, of: Wanted): Promise<Map<string, FlashStock>> {
  return stocksOf(await tx.hot<StockRow>('flash.load', stockSql, [of.skuIds, of.saleIds]))
}

/** The same with the shelves locked, in the order of their key. */
export async function lockFlash(tx: Pick<Tx, 'hot'>, of: Wanted): Promise<Map<string, FlashStock>> {
  return stocksOf(await tx.hot<StockRow>('flash.lock', `${stockSql} for update of h`, [of.skuIds, of.saleIds]))
}

/** The same for a quote. */
export async function flashOf(db: Db, of: Wanted): Promise<Map<string, FlashStock>> {
  return stocksOf(
    await all(
      db,
      sql<StockRow>`select s.id as "saleId", s.sku_id as "skuId", s.session_id as "sessionId", s.starts_at as "startsAt",
          s.ends_at as "endsAt", s.closed_at as "closedAt", h.warehouse_id as "warehouseId", h.province as "warehouseRegion",
          h.units_left as available
        from flash.shelves h join flash.sales s on s.id = h.sale_id
        where h.sale_id in (select id from flash.sales where sku_id = any(${[...of.skuIds]}::uuid[]) and closed_at is null
          union all select unnest(${[...of.saleIds]}::uuid[]))
        order by h.sale_id, h.warehouse_id`,
    ),
  )
}

function stocksOf(rows: readonly StockRow[]): Map<string, FlashStock> {
  const stocks = new Map<string, FlashStock>()
  for (const { warehouseId, warehouseRegion, available, ...sale } of rows) {
    let stock = stocks.get(sale.saleId)
    if (stock === undefined) {
      stock = { ...sale, shelves: [] }
      stocks.set(sale.saleId, stock)
    }
    stock.shelves.push({ skuId: sale.skuId, warehouseId, warehouseRegion, available })
  }
  return stocks
}

/** Takes units of sales, each only where so many are left. Answers how many shelves gave. */
export async function takeUnits(
  tx: Pick<Tx, 'hot'>,
  taken: readonly { saleId: string; warehouseId: string; units: number }[],
): Promise<number> {
  const rows = await tx.hot(
    'flash.take',
    `with wished as (
      select * from unnest($1::uuid[], $2::uuid[], $3::int[]) as w (sale_id, warehouse_id, units)
    ), locked as (
      select h.sale_id, h.warehouse_id from flash.shelves h join wished w using (sale_id, warehouse_id)
      order by h.sale_id, h.warehouse_id for update of h
    )
    update flash.shelves h set units_left = h.units_left - w.units from wished w join locked l using (sale_id, warehouse_id)
      where h.sale_id = w.sale_id and h.warehouse_id = w.warehouse_id and h.units_left >= w.units returning 1`,
    [taken.map(({ saleId }) => saleId), taken.map(({ warehouseId }) => warehouseId), taken.map(({ units }) => units)],
  )
  return rows.length
}

/** Sales whose next step is due, oldest first. */
export async function dueSales(db: Db, now: Temporal.Instant, limit: number): Promise<string[]> {
  const at = now.toString()
  const rows = await all(
    db,
    sql<{ id: string }>`select id from flash.sales where closed_at is null
      and ((state = 'announced' and starts_at <= ${at}) or ends_at <= ${at}) order by id limit ${limit}`,
  )
  return rows.map(({ id }) => id)
}

const grantColumns =
  sql.raw(`g.id, g.creator_id as "creatorId", g.sku_id as "skuId", g.price_minor as "priceMinor", g.units,
  g.units_left as "unitsLeft", g.per_buyer_units as "perBuyerUnits", g.budget_id as "budgetId", g.valid_until as "validUntil",
  json_build_object('platform', g.platform_points, 'seller', g.seller_points, 'creator', g.creator_points,
    'brand', g.brand_points) as funders`)

export function findGrant(db: Db, id: string): Promise<FlashGrant | null> {
  return first(db, sql<FlashGrant>`select ${grantColumns} from flash.grants g where g.id = ${id}`)
}

/** That a creator can still use, those that end first first. */
export function grantsOf(
  db: Db,
  of: { creatorId: string; now: Temporal.Instant; limit: number },
): Promise<FlashGrant[]> {
  return all(
    db,
    sql<FlashGrant>`select ${grantColumns} from flash.grants g where g.creator_id = ${of.creatorId}
      and g.valid_until > ${of.now.toString()} order by g.valid_until, g.id limit ${of.limit}`,
  )
}

/** All, newest first. */
export function listGrants(db: Db, page: { before: string | null; limit: number }): Promise<FlashGrant[]> {
  return all(
    db,
    sql<FlashGrant>`select ${grantColumns} from flash.grants g
      where (${page.before}::uuid is null or g.id < ${page.before}::uuid) order by g.id desc limit ${page.limit}`,
  )
}

/** False when the id is taken. */
export async function insertGrant(
  tx: Tx,
  grant: Omit<FlashGrant, 'unitsLeft'> & { by: string | null },
): Promise<boolean> {
  const { funders } = grant
  const written = await touched(
    tx.db,
    sql`insert into flash.grants (id, creator_id, sku_id, price_minor, units, units_left, per_buyer_units, platform_points,
        seller_points, creator_points, brand_points, budget_id, valid_until, granted_at, granted_by)
      values (${grant.id}, ${grant.creatorId}, ${grant.skuId}, ${grant.priceMinor}, ${grant.units}, ${grant.units},
        ${grant.perBuyerUnits}, ${funders.platform}, ${funders.seller}, ${funders.creator}, ${funders.brand}, ${grant.budgetId},
        ${grant.validUntil.toString()}, ${tx.now.toString()}, ${grant.by})
      on conflict (id) do nothing`,
  )
  return written === 1
}

/** Takes units from what a creator may sell; a negative number gives back. False when he has not so many left. */
export async function drawGrant(tx: Tx, of: { id: string; units: number }): Promise<boolean> {
  const drawn = await touched(
    tx.db,
    sql`update flash.grants set units_left = units_left - ${of.units} where id = ${of.id} and units_left >= ${of.units}`,
  )
  return drawn === 1
}
