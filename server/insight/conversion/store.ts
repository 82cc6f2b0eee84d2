import { sql } from 'kysely'
import { all, type Db, type Tx } from '#platform/database'

export interface SaleSum {
  sessionId: string
  minute: string
  paidMinor: number
  orders: number
  units: number
}

export interface ProductSum {
  sessionId: string
  productId: string
  paidMinor: number
  orders: number
  units: number
}

export async function addSales(tx: Tx, sums: readonly SaleSum[]): Promise<void> {
  if (sums.length === 0) return
  await sql`insert into conversion.session_minutes as m (session_id, minute, paid_minor, orders, units)
    select session_id, minute, paid_minor, orders, units
    from unnest(${sums.map((sum) => sum.sessionId)}::uuid[], ${sums.map((sum) => sum.minute)}::timestamptz[],
      ${sums.map((sum) => sum.paidMinor)}::bigint[], ${sums.map((sum) => sum.orders)}::bigint[],
      ${sums.map((sum) => sum.units)}::bigint[]) as n (session_id, minute, paid_minor, orders, units)
    order by session_id, minute
    on conflict (session_id, minute) do update set paid_minor = m.paid_minor + excluded.paid_minor,
      orders = m.orders + excluded.orders, units = m.units + excluded.units`.execute(tx.db)
}

export async function addProducts(tx: Tx, sums: readonly ProductSum[]): Promise<void> {
  if (sums.length === 0) return
  await sql`insert into conversion.session_products as p (session_id, product_id, paid_minor, orders, units)
    select session_id, product_id, paid_minor, orders, units
    from unnest(${sums.map((sum) => sum.sessionId)}::uuid[], ${sums.map((sum) => sum.productId)}::uuid[],
      ${sums.map((sum) => sum.paidMinor)}::bigint[], ${sums.map((sum) => sum.orders)}::bigint[],
      ${sums.map((sum) => sum.units)}::bigint[]) as n (session_id, product_id, paid_minor, orders, units)
    order by session_id, product_id
    on conflict (session_id, product_id) do update set paid_minor = p.paid_minor + excluded.paid_minor,
      orders = p.orders + excluded.orders, units = p.units + excluded.units`.execute(tx.db)
}

export async function addLooks(
  db: Db,
  minute: string,
  looks: readonly { sessionId: string; viewers: number }[],
): Promise<void> {
  if (looks.length === 0) return
  await sql`insert into conversion.session_minutes as m (session_id, minute, viewers_sum, viewers_looks, viewers_peak)
    select session_id, ${minute}, viewers, 1, viewers
    from unnest(${looks.map((look) => look.sessionId)}::uuid[], ${looks.map((look) => look.viewers)}::bigint[])
      as n (session_id, viewers)
    order by session_id
    on conflict (session_id, minute) do update set viewers_sum = m.viewers_sum + excluded.viewers_sum,
      viewers_looks = m.viewers_looks + 1, viewers_peak = greatest(m.viewers_peak, excluded.viewers_peak)`.execute(db)
}

export interface MinuteRow {
  minute: Temporal.Instant
  paidMinor: number
  orders: number
  units: number
  sum: number
  looks: number
  peak: number
}

export function minutesOf(db: Db, sessionId: string): Promise<MinuteRow[]> {
  return all(
    db,
    sql<MinuteRow>`select minute, paid_minor as "paidMinor", orders, units, viewers_sum as sum, viewers_looks as looks,
      viewers_peak as peak from conversion.session_minutes where session_id = ${sessionId} order by minute`,
  )
}

export function productsOf(db: Db, sessionId: string): Promise<Omit<ProductSum, 'sessionId'>[]> {
  return all(
    db,
    sql<Omit<ProductSum, 'sessionId'>>`select product_id as "productId", paid_minor as "paidMinor", orders, units
      from conversion.session_products where session_id = ${sessionId} order by paid_minor desc, product_id`,
  )
}
