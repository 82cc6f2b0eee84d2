/**
 * Past orders by the million: rows as the desk leaves them, made by the database itself. Only what an order of today must find its way
 * around: orders, lines, commission lines, journals and postings with all their indexes. Nobody audits them.
 */
import type { Database } from '#platform/database'
import type { BenchWorld } from './seed.ts'

const ordersPerBite = 200_000
const ordersPerJournal = 500

export async function makePastOrders(
  database: Pick<Database, 'pool'>,
  world: BenchWorld,
  of: { orders: number; say: (sentence: string) => void },
): Promise<void> {
  const client = await database.pool.connect()
  try {
    // Triggers look at what a commit of the desk would have proven.
    await client.query(
      `set statement_timeout = 0; set session_replication_role = replica; set synchronous_commit = off`,
    )
    await client.query(
      `create temp table past_buyers as select row_number() over () - 1 as no, id
      from unnest($1::uuid[]) as b (id)`.replace('$1', () => literal(world.buyers.map(({ personId }) => personId))),
    )
    await client.query(
      `create temp table past_skus as select row_number() over () - 1 as no, id
      from unnest($1::uuid[]) as s (id)`.replace('$1', () => literal(world.skus.map(({ skuId }) => skuId))),
    )
    await client.query(`create unique index on past_buyers (no); create unique index on past_skus (no);
      analyze past_buyers; analyze past_skus`)
    for (let from = 0; from < of.orders; from += ordersPerBite) {
      const until = Math.min(of.orders, from + ordersPerBite)
      // Ids as they would have been made then: a day of one bite, the oldest first.
      await client.query(`create temp table bite on commit preserve rows as
        select g.no, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(g.no::text), 1, 3)
            || '8' || substr(md5(g.no::text), 4, 15))::uuid as id, at, b.id as buyer_id, s.id as sku_id,
          md5('creator' || g.no % 200)::uuid as creator_id, md5('journal' || g.no / ${ordersPerJournal})::uuid as journal_id
        from (select no, now() - interval '400 days' + no * interval '3 seconds' as at
          from generate_series(${from}, ${until - 1}) as n (no)) g
        join past_buyers b on b.no = g.no % ${world.buyers.length} join past_skus s on s.no = g.no % ${world.skus.length}`)
      await client.query(`insert into orders.orders (id, group_id, number, buyer_id, buyer_name, channel, seller_id, seller_name_id,
          state, currency, price_minor, discount_minor, subsidy_minor, pay_minor, creator_id, room_id, session_id, room_title,
          ship_to_id, dispatch_by, deliver_by, is_demo, placed_at, confirmed_at, batch_id, request_hash)
        select id, id, no + 1, buyer_id, 'Past buyer', 'video', sku_id, sku_id, 'confirmed', 'CNY', 20000, 0, 0, 20000, creator_id,
          creator_id, creator_id, 'Past room', buyer_id, at, at, false, at, at, journal_id, decode(md5(no::text), 'hex') from bite`)
      await client.query(`insert into orders.lines (order_id, no, sku_id, snapshot_id, units, unit_price_minor, discount_minor,
          pay_minor, warehouse_id) select id, 1, sku_id, sku_id, 1, 20000, 0, 20000, sku_id from bite`)
      await client.query(`insert into commissions.lines (order_id, line_no, party_kind, party_id, position, base_minor, basis_points,
          commission_minor, gross_minor, amount_minor, currency, plan_kind, room_id, session_id, attributed_at, order_number, title_id,
          placed_at) select id, 1, 'creator', creator_id, 1, 20000, 1000, 2000, 2000, 2000, 'CNY', 'open', creator_id, creator_id,
          at, (no + 1)::text, sku_id, at from bite`)
      await client.query(`insert into ledger.postings (journal_id, no, account, amount_minor, order_id)
        select journal_id, no % ${ordersPerJournal} + 1, 'wallet:' || buyer_id, 20000, id from bite`)
      await client.query(`insert into ledger.journals (id, kind, cause, currency, at)
        select journal_id, 'orders.paid', 'past:' || journal_id, 'CNY', min(at) from bite group by journal_id
        on conflict do nothing`)
      await client.query('drop table bite')
      of.say(`${until} past orders`)
    }
    await client.query('analyze orders.orders, orders.lines, commissions.lines, ledger.postings, ledger.journals')
    await client.query('checkpoint')
  } finally {
    // The connection has settings that no other work may have.
    client.release(true)
  }
}

function literal(ids: readonly string[]): string {
  return `'{${ids.join(',')}}'`
}
