import { sql } from 'kysely'
import { all, type Db, type Tx } from '#platform/database'

export interface CreatorDay {
  day: string
  creatorId: string
  paidMinor: number
  orders: number
  reachedAt: string
}

export async function addCreatorDays(tx: Tx, days: readonly CreatorDay[]): Promise<void> {
  if (days.length === 0) return
  await tx.hot(
    'leaderboards.add_days',
    `insert into leaderboards.creator_days as c (day, creator_id, paid_minor, orders, reached_at)
      select day, creator_id, paid_minor, orders, reached_at
      from unnest($1::date[], $2::uuid[], $3::bigint[], $4::bigint[], $5::timestamptz[]) as n (day, creator_id, paid_minor, orders, reached_at)
      order by day, creator_id
      on conflict (day, creator_id) do update set paid_minor = c.paid_minor + excluded.paid_minor, orders = c.orders + excluded.orders,
        reached_at = greatest(c.reached_at, excluded.reached_at)`,
    [
      days.map((each) => each.day),
      days.map((each) => each.creatorId),
      days.map((each) => each.paidMinor),
      days.map((each) => each.orders),
      days.map((each) => each.reachedAt),
    ],
  )
}

export async function upsertHost(
  tx: Tx,
  host: { creatorId: string; name: string; avatar: string | null },
): Promise<void> {
  await sql`insert into leaderboards.hosts (creator_id, name, avatar) values (${host.creatorId}, ${host.name}, ${host.avatar})
    on conflict (creator_id) do update set name = excluded.name, avatar = excluded.avatar`.execute(tx.db)
}

export interface Ranked {
  rank: number
  creatorId: string
  name: string
  avatar: string | null
  paidMinor: number
  orders: number
}

/** Most paid first over the days, both included; ties by who was there first. */
export async function ranking(db: Db, days: { from: string; to: string }, limit: number): Promise<Ranked[]> {
  const rows = await all(
    db,
    sql<Omit<Ranked, 'rank'>>`select c.creator_id as "creatorId", coalesce(h.name, '') as name, h.avatar,
        sum(c.paid_minor)::bigint as "paidMinor", sum(c.orders)::bigint as orders
      from leaderboards.creator_days c left join leaderboards.hosts h on h.creator_id = c.creator_id
      where c.day between ${days.from} and ${days.to}
      group by c.creator_id, h.name, h.avatar having sum(c.paid_minor) > 0
      order by sum(c.paid_minor) desc, max(c.reached_at), c.creator_id limit ${limit}`,
  )
  return rows.map((row, index) => ({ rank: index + 1, ...row }))
}
