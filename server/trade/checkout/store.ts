import { sql } from 'kysely'
import { all, type Db, type Tx } from '#platform/database'

export interface NotedWish<Wish = unknown> {
  orderId: string
  kind: 'claim' | 'prize'
  wish: Wish
}

export async function noteWishes(tx: Tx, wishes: readonly NotedWish[]): Promise<void> {
  if (wishes.length === 0) return
  await sql`insert into checkout.wishes (order_id, kind, wish, noted_at, due_at)
    select order_id, kind, wish::jsonb, ${tx.now.toString()}, ${tx.now.toString()}
    from unnest(${wishes.map((each) => each.orderId)}::uuid[], ${wishes.map((each) => each.kind)}::text[],
      ${wishes.map((each) => JSON.stringify(each.wish))}::text[]) as n (order_id, kind, wish)
    on conflict do nothing`.execute(tx.db)
}

/** In the order in which they were noted: who was first is served first. */
export function dueWishes(db: Db, now: Temporal.Instant, limit: number): Promise<NotedWish[]> {
  return all(
    db,
    sql<NotedWish>`select order_id as "orderId", kind, wish from checkout.wishes where due_at <= ${now.toString()}
      order by noted_at, order_id limit ${limit}`,
  )
}

/** False when somebody else has answered it meanwhile. */
export async function answerWish(tx: Tx, of: { orderId: string; outcome: string }): Promise<boolean> {
  const rows = await all(
    tx.db,
    sql<{ id: string }>`update checkout.wishes set due_at = null, outcome = ${of.outcome}
      where order_id = ${of.orderId} and due_at is not null returning order_id as id`,
  )
  return rows.length === 1
}

export async function tryLater(tx: Tx, of: { orderId: string; dueAt: Temporal.Instant }): Promise<void> {
  await sql`update checkout.wishes set due_at = ${of.dueAt.toString()}
    where order_id = ${of.orderId} and due_at is not null`.execute(tx.db)
}
