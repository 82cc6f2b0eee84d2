import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { Grade } from './grading.ts'

export type ReturnState = 'expected' | 'sent' | 'graded' | 'lapsed'

export interface ReturnRow {
  orderId: string
  id: string
  number: string
  orderNumber: string
  buyerId: string
  warehouseId: string
  currency: Currency
  state: ReturnState
  waybill: string | null
  openedAt: Temporal.Instant
  sendBy: Temporal.Instant
  gradedAt: Temporal.Instant | null
  lines: {
    lineNo: number
    skuId: string
    units: number
    title: { en: string; zh: string }
    label: { en: string; zh: string }
    picture: string
  }[]
  gradings: { lineNo: number; grade: Grade; units: number; costMinor: number; became: 'restock' | 'scrap' | null }[]
}

export interface NewReturn
  extends Pick<
    ReturnRow,
    'orderId' | 'id' | 'orderNumber' | 'buyerId' | 'warehouseId' | 'currency' | 'sendBy' | 'lines'
  > {}

/** False when it is there already. */
export async function insertReturn(tx: Tx, of: NewReturn): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into returns.returns (order_id, id, number, order_number, buyer_id, warehouse_id, currency, opened_at, send_by)
      values (${of.orderId}, ${of.id}, 'R' || nextval('returns.numbers'), ${of.orderNumber}, ${of.buyerId}, ${of.warehouseId},
        ${of.currency}, ${tx.now.toString()}, ${of.sendBy.toString()}) on conflict (order_id, id) do nothing`,
  )
  if (written === 0) return false
  await sql`insert into returns.lines (order_id, return_id, line_no, sku_id, units, title, label, picture)
    select ${of.orderId}, ${of.id}, l.no, l.sku, l.units, l.title::jsonb, l.label::jsonb, l.picture
    from unnest(${of.lines.map(({ lineNo }) => lineNo)}::integer[], ${of.lines.map(({ skuId }) => skuId)}::uuid[],
      ${of.lines.map(({ units }) => units)}::integer[], ${of.lines.map(({ title }) => JSON.stringify(title))}::text[],
      ${of.lines.map(({ label }) => JSON.stringify(label))}::text[], ${of.lines.map(({ picture }) => picture)}::text[])
      as l (no, sku, units, title, label, picture)`.execute(tx.db)
  return true
}

const returnColumns =
  sql.raw(`r.order_id as "orderId", r.id, r.number, r.order_number as "orderNumber", r.buyer_id as "buyerId",
  r.warehouse_id as "warehouseId", r.currency, r.state, r.waybill, r.opened_at as "openedAt", r.send_by as "sendBy",
  r.graded_at as "gradedAt",
  (select json_agg(json_build_object('lineNo', l.line_no, 'skuId', l.sku_id, 'units', l.units, 'title', l.title,
      'label', l.label, 'picture', l.picture) order by l.line_no)
    from returns.lines l where l.order_id = r.order_id and l.return_id = r.id) as lines,
  (select coalesce(json_agg(json_build_object('lineNo', g.line_no, 'grade', g.grade, 'units', g.units,
      'costMinor', g.cost_minor, 'became', g.became) order by g.line_no, g.grade), '[]')
    from returns.gradings g where g.order_id = r.order_id and g.return_id = r.id) as gradings`)

/** Read after the lock: a statement that waits for it sees the row as it is then, but the gradings as they were before. */
export async function lockReturn(tx: Tx, key: { orderId: string; id: string }): Promise<ReturnRow | null> {
  await sql`select 1 from returns.returns where order_id = ${key.orderId} and id = ${key.id} for update`.execute(tx.db)
  return first(
    tx.db,
    sql<ReturnRow>`select ${returnColumns} from returns.returns r where r.order_id = ${key.orderId} and r.id = ${key.id}`,
  )
}

/** By its own id alone: for people who scan. */
export function findReturn(db: Db, id: string): Promise<ReturnRow | null> {
  return first(db, sql<ReturnRow>`select ${returnColumns} from returns.returns r where r.id = ${id} limit 1`)
}

export function returnsOfOrders(db: Db, orderIds: readonly string[]): Promise<ReturnRow[]> {
  return all(
    db,
    sql<ReturnRow>`select ${returnColumns} from returns.returns r where r.order_id = any(${orderIds}::uuid[])
      order by r.opened_at, r.id`,
  )
}

/** Those that wait first, then by age; the words are the beginning of a return's, an order's or a waybill's number. */
export function returnsPage(
  db: Db,
  page: {
    state: ReturnState | undefined
    q: string | undefined
    before: { at: string; id: string } | null
    limit: number
  },
): Promise<ReturnRow[]> {
  const q = page.q?.trim().toUpperCase() ?? ''
  return all(
    db,
    sql<ReturnRow>`select ${returnColumns} from returns.returns r
      where (${page.state ?? null}::text is null or r.state = ${page.state ?? null})
        and (${q} = '' or starts_with(r.number, ${q}) or starts_with(r.order_number, ${q})
          or starts_with(upper(coalesce(r.waybill, '')), ${q}))
        ${
          page.before === null
            ? sql``
            : sql`and (r.opened_at, r.id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`
        }
      order by r.opened_at desc, r.id desc limit ${page.limit}`,
  )
}

export async function updateSent(tx: Tx, key: { orderId: string; id: string }, waybill: string): Promise<void> {
  await sql`update returns.returns set state = 'sent', waybill = ${waybill}, sent_at = ${tx.now.toString()}
    where order_id = ${key.orderId} and id = ${key.id} and state in ('expected', 'sent')`.execute(tx.db)
}

export async function updateLapsed(tx: Tx, key: { orderId: string; id: string }): Promise<void> {
  await sql`update returns.returns set state = 'lapsed'
    where order_id = ${key.orderId} and id = ${key.id} and state in ('expected', 'sent')`.execute(tx.db)
}

export async function updateGraded(tx: Tx, key: { orderId: string; id: string }, by: string | null): Promise<void> {
  await sql`update returns.returns set state = 'graded', graded_at = ${tx.now.toString()}, graded_by = ${by}
    where order_id = ${key.orderId} and id = ${key.id}`.execute(tx.db)
}

export async function insertGradings(
  tx: Tx,
  of: ReturnRow,
  gradings: readonly { lineNo: number; grade: Grade; units: number; costMinor: number }[],
): Promise<void> {
  await sql`insert into returns.gradings (order_id, return_id, line_no, grade, units, cost_minor, currency, at)
    select ${of.orderId}, ${of.id}, g.no, g.grade, g.units, g.cost, ${of.currency}, ${tx.now.toString()}::timestamptz
    from unnest(${gradings.map(({ lineNo }) => lineNo)}::integer[], ${gradings.map(({ grade }) => grade)}::text[],
      ${gradings.map(({ units }) => units)}::integer[], ${gradings.map(({ costMinor }) => costMinor)}::bigint[])
      as g (no, grade, units, cost)`.execute(tx.db)
}

/** What came back of an order's lines before, rejected units aside. */
export function backOfOrder(db: Db, orderId: string): Promise<{ lineNo: number; units: number; costMinor: number }[]> {
  return all(
    db,
    sql`select line_no as "lineNo", sum(units)::integer as units, sum(cost_minor)::bigint as "costMinor"
      from returns.gradings where order_id = ${orderId} and grade <> 'rejected' group by line_no`,
  )
}

/** One row when the units still waited. */
export function updateBecame(
  tx: Tx,
  of: { orderId: string; id: string; lineNo: number; became: 'restock' | 'scrap' },
): Promise<number> {
  return touched(
    tx.db,
    sql`update returns.gradings set became = ${of.became}, became_at = ${tx.now.toString()}
      where order_id = ${of.orderId} and return_id = ${of.id} and line_no = ${of.lineNo} and grade = 'refurbish'
        and became is null`,
  )
}
