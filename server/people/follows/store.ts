import { sql } from 'kysely'
import { all, type Db, first, touched } from '#platform/database'

/** False when the person follows already. */
export async function insertFollower(
  db: Db,
  follower: { creatorId: string; personId: string; since: Temporal.Instant },
): Promise<boolean> {
  const inserted = await touched(
    db,
    sql`insert into follows.followers (creator_id, person_id, since)
      values (${follower.creatorId}, ${follower.personId}, ${follower.since.toString()}) on conflict do nothing`,
  )
  return inserted === 1
}

/** False when the person did not follow. */
export async function deleteFollower(db: Db, follower: { creatorId: string; personId: string }): Promise<boolean> {
  const deleted = await touched(
    db,
    sql`delete from follows.followers where creator_id = ${follower.creatorId} and person_id = ${follower.personId}`,
  )
  return deleted === 1
}

/** Demo followers 1 to `count`; the first of one creator is the first of another too, so their ids come in order. */
export async function insertDemoFollowers(
  db: Db,
  wish: { creatorId: string; count: number; since: Temporal.Instant },
): Promise<void> {
  await sql`insert into follows.followers (creator_id, person_id, since, demo)
    select ${wish.creatorId}::uuid, ('00000000-0000-8000-8001-' || lpad(to_hex(number), 12, '0'))::uuid,
      ${wish.since.toString()}::timestamptz - make_interval(mins => number), true
    from generate_series(1, ${wish.count}::integer) as number on conflict do nothing`.execute(db)
}

export async function loadCounts(db: Db, creatorIds: readonly string[]): Promise<Map<string, number>> {
  if (creatorIds.length === 0) return new Map()
  const rows = await all(
    db,
    sql<{ creator_id: string; followers: number }>`select creator_id, followers from follows.follower_counts
      where creator_id = any(${creatorIds}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.creator_id, row.followers]))
}

export async function loadCount(db: Db, creatorId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ followers: number }>`select followers from follows.follower_counts where creator_id = ${creatorId}`,
  )
  return row?.followers ?? 0
}

export async function loadFollowed(db: Db, personId: string, creatorIds: readonly string[]): Promise<string[]> {
  if (creatorIds.length === 0) return []
  const rows = await all(
    db,
    sql<{ creator_id: string }>`select creator_id from follows.followers
      where person_id = ${personId} and creator_id = any(${creatorIds}::uuid[])`,
  )
  return rows.map((row) => row.creator_id)
}

export async function loadAmong(db: Db, creatorId: string, personIds: readonly string[]): Promise<string[]> {
  if (personIds.length === 0) return []
  const rows = await all(
    db,
    sql<{ person_id: string }>`select person_id from follows.followers
      where creator_id = ${creatorId} and person_id = any(${[...personIds]}::uuid[])`,
  )
  return rows.map((row) => row.person_id)
}

export async function listFollowed(db: Db, personId: string, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ creator_id: string }>`select creator_id from follows.followers
      where person_id = ${personId} and not demo order by since desc, creator_id limit ${limit}`,
  )
  return rows.map((row) => row.creator_id)
}
