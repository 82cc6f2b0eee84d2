/**
 * The limit: what one connection can insert of the very rows that orders leave behind, when nobody asks whether it may. Same
 * columns, checks and indexes, one durable commit per batch; no triggers, no foreign keys, no reads, no other process.
 */
import type { Database } from '#platform/database'

const ordersMax = 40_000

/** Where each table's rows come from: those of the batches of the desk in `staged`, and of their orders in `staged_orders`. */
const sources: readonly { table: string; from: 'staged' | 'staged_orders'; join: string }[] = [
  { table: 'orders.orders', from: 'staged_orders', join: 't.id = s.id' },
  { table: 'orders.lines', from: 'staged_orders', join: 't.order_id = s.id' },
  { table: 'orders.discounts', from: 'staged_orders', join: 't.order_id = s.id' },
  { table: 'warehouse.movements', from: 'staged', join: `t.kind = 'allocated' and t.cause = 'batch:' || s.batch_id` },
  { table: 'ledger.causes', from: 'staged', join: `t.cause = s.cause` },
  { table: 'ledger.journals', from: 'staged', join: 't.cause = s.cause' },
  { table: 'ledger.postings', from: 'staged', join: 't.journal_id = s.journal_id' },
  { table: 'commissions.lines', from: 'staged_orders', join: 't.order_id = s.id' },
]

export async function measureLimit(database: Pick<Database, 'pool'>): Promise<{ perSecond: number; orders: number }> {
  const client = await database.pool.connect()
  try {
    await client.query(`set statement_timeout = '120s'; set enable_nestloop = off; drop schema if exists bench cascade;
      create schema bench`)
    await client.query(`create table bench.staged as
      select (row_number() over (order by b.batch_id) - 1)::int as batch, b.batch_id, j.id as journal_id, j.cause from (
        select batch_id, sum(count(*)) over (order by batch_id desc) as orders from orders.orders group by batch_id
      ) b join ledger.journals j on j.cause = 'orders.paid:' || b.batch_id || ':CNY' where b.orders <= ${ordersMax}`)
    await client.query(`create table bench.staged_orders as
      select o.id, s.batch from orders.orders o join bench.staged s on s.batch_id = o.batch_id`)
    const names: string[] = []
    for (const [index, { table, from, join }] of sources.entries()) {
      const name = `t${index}`
      names.push(name)
      await client.query(`create table bench.${name} (like ${table} including all)`)
      await client.query(
        `create table bench.from_${name} as select s.batch, t.* from bench.${from} s join ${table} t on ${join}`,
      )
      await client.query(`create index on bench.from_${name} (batch)`)
    }
    // Events hold a batch each, so there are as many as batches, of the size that the desk wrote.
    await client.query('create table bench.events (like platform.events including all)')
    await client.query(`create table bench.from_events as
      select s.batch, e.* from platform.events e join bench.staged s on s.batch_id::text = coalesce(
        e.body -> 'orders' -> 'columns' -> 'batchId' -> 'values' ->> 0, e.body -> 'orders' -> 0 ->> 'batchId')
      where e.name = 'orders.paid'`)
    await client.query('analyze')
    const batches = (await client.query<{ batches: number }>('select max(batch) + 1 as batches from bench.staged'))
      .rows[0]?.batches
    if (batches == null) return { perSecond: 0, orders: 0 }
    const writes: string[] = []
    for (const name of [...names, 'events']) {
      const columns = await client.query<{ names: string }>(
        `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as names
          from information_schema.columns where table_schema = 'bench' and table_name = $1`,
        [names.includes(name) ? name : 'events'],
      )
      const list = columns.rows[0]?.names ?? ''
      writes.push(`insert into bench.${name} (${list}) select ${list} from bench.from_${name} where batch = `)
    }
    await client.query('reset enable_nestloop; checkpoint')
    const startedMs = performance.now()
    for (let batch = 0; batch < batches; batch++) {
      // One round trip a batch: a text of several statements is one transaction.
      await client.query(writes.map((write) => write + String(batch)).join(';'))
    }
    const seconds = (performance.now() - startedMs) / 1_000
    const orders = (await client.query<{ count: number }>('select count(*) as count from bench.t0')).rows[0]?.count ?? 0
    return { perSecond: Math.round(orders / seconds), orders }
  } finally {
    await client.query('reset statement_timeout; drop schema if exists bench cascade').catch(() => undefined)
    client.release()
  }
}
