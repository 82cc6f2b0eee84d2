import { type RawBuilder, sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { Parcel, ParcelLine, ParcelState } from './parcel.ts'

const columns = sql`p.id, p.number, p.order_id as "orderId", p.order_number as "orderNumber", p.buyer_id as "buyerId",
  p.warehouse_id as "warehouseId", p.state,
  coalesce(p.ship_to, (select s.body from fulfilment.shared s where s.id = p.ship_to_id)) as "shipTo", p.promised_by as "promisedBy", p.created_at as "createdAt",
  p.weight_grams as "weightGrams", p.waybill, p.carrier, p.packed_at as "packedAt", p.handed_over_at as "handedOverAt",
  p.cost_minor as "costMinor", p.currency, p.batch_id as "batchId", p.turn`

/** What a line was sold as: its own on older lines, shared on others. */
const goodsKeys = ['skuCode', 'barcode', 'title', 'label', 'picture'] as const
const goodsColumns = {
  skuCode: 'sku_code',
  barcode: 'barcode',
  title: 'title',
  label: 'label',
  picture: 'picture',
} as const
const goodsColumn = (key: (typeof goodsKeys)[number]) =>
  key === 'title' || key === 'label'
    ? `coalesce(l.${goodsColumns[key]}, g.body -> '${key}')`
    : `coalesce(l.${goodsColumns[key]}, g.body ->> '${key}')`
const goodsOf = sql.raw(goodsKeys.map((key) => `'${key}', ${goodsColumn(key)}`).join(', '))

const linesOfParcel = sql`(select coalesce(json_agg(json_build_object('lineNo', l.line_no, 'skuId', l.sku_id, 'units', l.units,
    'pickedUnits', l.picked_units, ${goodsOf}) order by l.line_no), '[]')
  from fulfilment.lines l left join fulfilment.shared g on g.id = l.goods_id where l.order_id = p.order_id and l.warehouse_id = p.warehouse_id) as lines`

export interface ParcelRow extends Parcel {
  turn: number
}

export interface NewParcel {
  id: string
  orderId: string
  batchId: string | null
  warehouseId: string
  orderNumber: string
  buyerId: string
  shipTo: Shared
  promisedBy: string
  deliverBy: string
  currency: string
  lines: (Pick<ParcelLine, 'lineNo' | 'skuId' | 'units'> & { goods: Shared })[]
}

/** What many parcels share, named by its content: where they go, what lies in them. */
export interface Shared {
  id: string
  body: object
}

/** What was not written before of what parcels share. */
export async function insertShared(tx: Pick<Tx, 'hot'>, shared: readonly Shared[]): Promise<void> {
  if (shared.length === 0) return
  await tx.hot(
    'fulfilment.insert_shared',
    `insert into fulfilment.shared (id, body) select id, body::jsonb from unnest($1::uuid[], $2::text[]) as s (id, body)
      order by id on conflict (id) do nothing`,
    [shared.map(({ id }) => id), shared.map(({ body }) => JSON.stringify(body))],
  )
}

/** Writes parcels that are not there yet, with their lines: two statements, whatever their number. Answers the ids of the new ones. */
export async function insertParcels(
  tx: Pick<Tx, 'hot' | 'now'>,
  state: 'to_pick' | 'cancelled',
  parcels: readonly NewParcel[],
): Promise<string[]> {
  const rows = await tx.hot<{ id: string }>(
    'fulfilment.insert_parcels',
    `insert into fulfilment.parcels
        (order_id, warehouse_id, id, order_number, buyer_id, state, ship_to_id, promised_by, deliver_by, created_at, currency,
          batch_id)
      select order_id, warehouse_id, id, order_number, buyer_id, $10, ship_to_id, promised_by, deliver_by, $11::timestamptz,
        currency, batch_id
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::timestamptz[], $8::timestamptz[], $9::text[],
          $12::uuid[])
        as p (order_id, warehouse_id, id, order_number, buyer_id, ship_to_id, promised_by, deliver_by, currency, batch_id)
      on conflict (order_id, warehouse_id) do nothing
      returning id`,
    [
      parcels.map((parcel) => parcel.orderId),
      parcels.map((parcel) => parcel.warehouseId),
      parcels.map((parcel) => parcel.id),
      parcels.map((parcel) => parcel.orderNumber),
      parcels.map((parcel) => parcel.buyerId),
      parcels.map((parcel) => parcel.shipTo.id),
      parcels.map((parcel) => parcel.promisedBy),
      parcels.map((parcel) => parcel.deliverBy),
      parcels.map((parcel) => parcel.currency),
      state,
      tx.now.toString(),
      parcels.map((parcel) => parcel.batchId),
    ],
  )
  const opened = new Set(rows.map(({ id }) => id))
  const lines = parcels
    .filter(({ id }) => opened.has(id))
    .flatMap(({ orderId, warehouseId, lines }) => lines.map((line) => ({ orderId, warehouseId, line })))
  if (lines.length > 0)
    await tx.hot(
      'fulfilment.insert_lines',
      `insert into fulfilment.lines
          (order_id, warehouse_id, line_no, sku_id, goods_id, units)
        select order_id, warehouse_id, line_no, sku_id, goods_id, units
        from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::integer[])
          as l (order_id, warehouse_id, line_no, sku_id, goods_id, units)`,
      [
        lines.map(({ orderId }) => orderId),
        lines.map(({ warehouseId }) => warehouseId),
        lines.map(({ line }) => line.lineNo),
        lines.map(({ line }) => line.skuId),
        lines.map(({ line }) => line.goods.id),
        lines.map(({ line }) => line.units),
      ],
    )
  return [...opened]
}

/** The parcels of an order, locked; packing and cancelling wait for each other here. */
export function lockParcelsOfOrder(db: Db, orderId: string): Promise<{ id: string; state: ParcelState }[]> {
  return all(
    db,
    sql`select id, state from fulfilment.parcels where order_id = ${orderId} order by warehouse_id for update`,
  )
}

/** Locks first and reads then: a read that had to wait for the lock would show the lines as they were before. */
export async function lockParcel(db: Db, id: string): Promise<ParcelRow | null> {
  const locked = await first(db, sql`select id from fulfilment.parcels where id = ${id} for update`)
  return locked === null ? null : selectParcel(db, id)
}

export function selectParcel(db: Db, id: string): Promise<ParcelRow | null> {
  return first(db, sql`select ${columns}, ${linesOfParcel} from fulfilment.parcels p where id = ${id}`)
}

export function selectParcelsOfOrders(db: Db, orderIds: readonly string[]): Promise<ParcelRow[]> {
  return all(
    db,
    sql`select ${columns}, ${linesOfParcel} from fulfilment.parcels p where order_id = any(${orderIds}::uuid[])
      order by order_id, number`,
  )
}

export async function updatePicked(
  db: Db,
  parcel: Pick<Parcel, 'orderId' | 'warehouseId'>,
  picked: readonly { lineNo: number; pickedUnits: number }[],
): Promise<void> {
  await sql`update fulfilment.lines l set picked_units = n.picked_units
    from unnest(${picked.map(({ lineNo }) => lineNo)}::integer[], ${picked.map(({ pickedUnits }) => pickedUnits)}::integer[])
      as n (line_no, picked_units)
    where l.order_id = ${parcel.orderId} and l.warehouse_id = ${parcel.warehouseId} and l.line_no = n.line_no`.execute(
    db,
  )
}

export function updateState(
  db: Db,
  parcel: Pick<Parcel, 'orderId' | 'warehouseId'>,
  state: ParcelState,
): Promise<number> {
  return updateParcel(db, parcel, sql`state = ${state}`)
}

export function updatePacked(
  db: Db,
  parcel: Pick<Parcel, 'orderId' | 'warehouseId'>,
  of: { weightGrams: number; waybill: string; carrier: string; at: Temporal.Instant },
): Promise<number> {
  return updateParcel(
    db,
    parcel,
    sql`state = 'packed', weight_grams = ${of.weightGrams}, waybill = ${of.waybill}, carrier = ${of.carrier},
      packed_at = ${of.at.toString()}`,
  )
}

export function updateHandedOver(
  db: Db,
  parcel: Pick<Parcel, 'orderId' | 'warehouseId'>,
  of: { costMinor: number; at: Temporal.Instant },
): Promise<number> {
  return updateParcel(
    db,
    parcel,
    sql`state = 'handed_over', cost_minor = ${of.costMinor}, handed_over_at = ${of.at.toString()}`,
  )
}

function updateParcel(
  db: Db,
  parcel: Pick<Parcel, 'orderId' | 'warehouseId'>,
  set: RawBuilder<unknown>,
): Promise<number> {
  return touched(
    db,
    sql`update fulfilment.parcels set ${set} where order_id = ${parcel.orderId} and warehouse_id = ${parcel.warehouseId}`,
  )
}

/** An order whose parcels have not left is dropped; what has left has left. */
export function cancelParcels(db: Db, orderId: string): Promise<number> {
  return touched(
    db,
    sql`update fulfilment.parcels set state = 'cancelled' where order_id = ${orderId} and handed_over_at is null`,
  )
}

export async function selectCostOfOrder(db: Db, orderId: string): Promise<number> {
  const row = await first<{ cost: number }>(
    db,
    sql`select coalesce(sum(cost_minor), 0)::bigint as cost from fulfilment.parcels where order_id = ${orderId}`,
  )
  return row?.cost ?? 0
}

export interface PageOfParcels {
  after: { turn: number; promisedBy: string; id: string } | null
  limit: number
  warehouseId: string | undefined
  state: ParcelState | undefined
  /** The beginning of a parcel's or an order's number, or a whole waybill. */
  words: string | undefined
}

/** What waits for hands first, by promise: the late ones stand on top. */
export function selectParcelsPage(db: Db, page: PageOfParcels): Promise<ParcelRow[]> {
  const { after, words, warehouseId, state } = page
  return all(
    db,
    sql`select ${columns}, ${linesOfParcel} from fulfilment.parcels p where true
      ${warehouseId === undefined ? sql`` : sql`and p.warehouse_id = ${warehouseId}::uuid`}
      ${state === undefined ? sql`` : sql`and p.state = ${state}`}
      ${words === undefined ? sql`` : sql`and (${beginsWith(sql.raw('p.number'), words)} or ${beginsWith(sql.raw('p.order_number'), words)} or p.waybill = ${words})`}
      ${after === null ? sql`` : sql`and (p.turn, p.promised_by, p.id) > (${after.turn}::smallint, ${after.promisedBy}::timestamptz, ${after.id}::uuid)`}
      order by p.turn, p.promised_by, p.id limit ${page.limit}`,
  )
}

/** As bounds, which the index of page bounds knows; by code points, whatever the database sorts words by. */
function beginsWith(column: RawBuilder<unknown>, words: string): RawBuilder<boolean> {
  return sql`(${column} collate "C" >= ${words} and ${column} collate "C" < ${`${words}\u{10ffff}`})`
}

export interface OpenLine {
  parcelId: string
  number: string
  skuId: string
  skuCode: string
  barcode: string
  title: { en: string; zh: string }
  label: { en: string; zh: string }
  picture: string
  units: number
}

/** What is still to be picked for the parcels whose promise comes first. */
export function selectOpenLines(db: Db, of: { warehouseId: string; parcelsMax: number }): Promise<OpenLine[]> {
  return all(
    db,
    sql`select p.id as "parcelId", p.number, l.sku_id as "skuId", ${sql.raw(goodsKeys.map((key) => `${goodsColumn(key)} as "${key}"`).join(', '))},
      l.units - l.picked_units as units
    from (select * from fulfilment.parcels where warehouse_id = ${of.warehouseId} and state = 'to_pick'
      order by turn, promised_by, id limit ${of.parcelsMax}) p
    join fulfilment.lines l on l.order_id = p.order_id and l.warehouse_id = p.warehouse_id
    left join fulfilment.shared g on g.id = l.goods_id
    where l.picked_units < l.units order by p.promised_by, p.id, l.line_no`,
  )
}
