import { sql } from 'kysely'
import { all, type Db } from '#platform/database'

export interface FactSum {
  sessionId: string
  minute: string
  productId: string
  impressions: number
  clicks: number
}

/** In key order, so that two processes that write the same room do not wait for each other in a ring. */
export async function addFacts(db: Db, sums: readonly FactSum[]): Promise<void> {
  await sql`insert into facts.session_minutes as f (session_id, minute, product_id, impressions, clicks)
    select session_id, minute, product_id, impressions, clicks
    from unnest(${sums.map((sum) => sum.sessionId)}::uuid[], ${sums.map((sum) => sum.minute)}::timestamptz[],
      ${sums.map((sum) => sum.productId)}::uuid[], ${sums.map((sum) => sum.impressions)}::bigint[],
      ${sums.map((sum) => sum.clicks)}::bigint[]) as n (session_id, minute, product_id, impressions, clicks)
    order by session_id, minute, product_id
    on conflict (session_id, minute, product_id) do update
      set impressions = f.impressions + excluded.impressions, clicks = f.clicks + excluded.clicks`.execute(db)
}

export function factsByMinute(
  db: Db,
  sessionId: string,
): Promise<{ minute: Temporal.Instant; impressions: number; clicks: number }[]> {
  return all(
    db,
    sql<{ minute: Temporal.Instant; impressions: number; clicks: number }>`select minute,
        sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks
      from facts.session_minutes where session_id = ${sessionId} group by minute order by minute`,
  )
}

export function factsByProduct(
  db: Db,
  sessionId: string,
): Promise<{ productId: string; impressions: number; clicks: number }[]> {
  return all(
    db,
    sql<{ productId: string; impressions: number; clicks: number }>`select product_id as "productId",
        sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks
      from facts.session_minutes where session_id = ${sessionId} group by product_id`,
  )
}
