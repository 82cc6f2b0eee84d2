import { sql } from 'kysely'
import { all, type Db, first, type Tx } from '#platform/database'

export type Dimension = 'day' | 'minute' | 'product' | 'room' | 'province'

export interface Sum {
  day: string
  dimension: Dimension
  key: string
  label: object | null
  paidMinor: number
  orders: number
  units: number
}

/** Adds in one statement, in key order, so that two reactions cannot deadlock over the same rows. */
export async function addSums(tx: Tx, sums: readonly Sum[]): Promise<void> {
  if (sums.length === 0) return
  await tx.hot(
    'gmv.add_sums',
    `insert into gmv.sums as s (day, dimension, key, label, paid_minor, orders, units)
      select day, dimension, key, label::jsonb, paid_minor, orders, units
      from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
        as n (day, dimension, key, label, paid_minor, orders, units)
      order by day, dimension, key
      on conflict (day, dimension, key) do update set paid_minor = s.paid_minor + excluded.paid_minor,
        orders = s.orders + excluded.orders, units = s.units + excluded.units, label = coalesce(excluded.label, s.label)`,
    [
      sums.map((sum) => sum.day),
      sums.map((sum) => sum.dimension),
      sums.map((sum) => sum.key),
      sums.map((sum) => (sum.label === null ? null : JSON.stringify(sum.label))),
      sums.map((sum) => sum.paidMinor),
      sums.map((sum) => sum.orders),
      sums.map((sum) => sum.units),
    ],
  )
}

export async function addBuyers(
  tx: Tx,
  buyers: readonly { day: string; buyerId: string; orders: number }[],
): Promise<void> {
  if (buyers.length === 0) return
  await tx.hot(
    'gmv.add_buyers',
    `insert into gmv.buyers as b (day, buyer_id, orders)
      select day, buyer_id, orders from unnest($1::date[], $2::uuid[], $3::int[]) as n (day, buyer_id, orders) order by day, buyer_id
      on conflict (day, buyer_id) do update set orders = b.orders + excluded.orders`,
    [buyers.map((each) => each.day), buyers.map((each) => each.buyerId), buyers.map((each) => each.orders)],
  )
}

export async function keepLatest(
  tx: Tx,
  orders: readonly { orderId: string; day: string; body: object; at: string }[],
  keep: number,
): Promise<void> {
  await sql`insert into gmv.latest (order_id, day, body, at)
    select order_id, day, body::jsonb, at from unnest(${orders.map((each) => each.orderId)}::uuid[], ${orders.map((each) => each.day)}::date[],
      ${orders.map((each) => JSON.stringify(each.body))}::text[], ${orders.map((each) => each.at)}::timestamptz[]) as n (order_id, day, body, at)
    on conflict do nothing`.execute(tx.db)
  await sql`delete from gmv.latest where at < (select at from gmv.latest order by at desc offset ${keep} limit 1)`.execute(
    tx.db,
  )
}

export async function dropLatest(tx: Tx, orderId: string): Promise<void> {
  await sql`delete from gmv.latest where order_id = ${orderId}`.execute(tx.db)
}

export async function daySum(db: Db, day: string): Promise<{ paidMinor: number; orders: number; units: number }> {
  const sum = await first(
    db,
    sql<{
      paidMinor: number
      orders: number
      units: number
    }>`select paid_minor as "paidMinor", orders, units from gmv.sums
      where day = ${day} and dimension = 'day'`,
  )
  return { paidMinor: sum?.paidMinor ?? 0, orders: sum?.orders ?? 0, units: sum?.units ?? 0 }
}

/** Who bought on a day, each once. Reads all of them: for who opens the screen, not for every batch. */
export async function countBuyers(db: Db, day: string): Promise<number> {
  const row = await first(
    db,
    sql<{ buyers: number }>`select count(*) as buyers from gmv.buyers where day = ${day} and orders > 0`,
  )
  return row?.buyers ?? 0
}

export interface RankedSum {
  key: string
  label: Record<string, unknown> | null
  paidMinor: number
  orders: number
  units: number
}

export function topSums(db: Db, day: string, dimension: Dimension, limit: number): Promise<RankedSum[]> {
  return all(
    db,
    sql<RankedSum>`select key, label, paid_minor as "paidMinor", orders, units from gmv.sums
      where day = ${day} and dimension = ${dimension} and orders > 0 order by paid_minor desc, key limit ${limit}`,
  )
}

/** The last minutes that sold something, oldest first. */
export async function lastMinutes(db: Db, day: string, limit: number): Promise<RankedSum[]> {
  const rows = await all(
    db,
    sql<RankedSum>`select key, label, paid_minor as "paidMinor", orders, units from gmv.sums
      where day = ${day} and dimension = 'minute' order by key desc limit ${limit}`,
  )
  return rows.reverse()
}

export async function latestOrders(db: Db, limit: number): Promise<Record<string, unknown>[]> {
  const rows = await all(
    db,
    sql<{ body: Record<string, unknown> }>`select body from gmv.latest order by at desc limit ${limit}`,
  )
  return rows.map((row) => row.body)
}
