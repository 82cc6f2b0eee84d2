import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import { assert } from '#platform/outcome'
import type { SessionState } from './session.ts'

export interface RoomRow {
  id: string
  creatorId: string
  cover: string
}

export interface SessionRow {
  id: string
  roomId: string
  creatorId: string
  title: string
  state: SessionState
  createdAt: Temporal.Instant
  startedAt: Temporal.Instant | null
  endedAt: Temporal.Instant | null
  pictureLostAt: Temporal.Instant | null
  hasPicture: boolean
  isDemo: boolean
}

const columns = sql.raw(`id, room_id as "roomId", creator_id as "creatorId", title, state, created_at as "createdAt",
  started_at as "startedAt", ended_at as "endedAt", picture_lost_at as "pictureLostAt", has_picture as "hasPicture", is_demo as "isDemo"`)

/** The creator's room; made with his first session. */
export async function roomOfCreator(
  tx: Tx,
  of: { creatorId: string; newRoomId: string; cover: string },
): Promise<RoomRow> {
  await sql`insert into rooms.rooms (id, creator_id, cover, created_at)
    values (${of.newRoomId}, ${of.creatorId}, ${of.cover}, ${tx.now.toString()}) on conflict (creator_id) do nothing`.execute(
    tx.db,
  )
  const room = await first(
    tx.db,
    sql<RoomRow>`select id, creator_id as "creatorId", cover from rooms.rooms where creator_id = ${of.creatorId}`,
  )
  assert(room !== null, 'a creator who opens a session has a room')
  return room
}

export function findRoom(db: Db, id: string): Promise<RoomRow | null> {
  return first(db, sql<RoomRow>`select id, creator_id as "creatorId", cover from rooms.rooms where id = ${id}`)
}

export async function coversOf(db: Db, roomIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await all(
    db,
    sql<{ id: string; cover: string }>`select id, cover from rooms.rooms where id = any(${[...roomIds]}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.id, row.cover]))
}

/** False when the creator has an open session already. */
export async function insertSession(
  tx: Tx,
  session: { id: string; roomId: string; creatorId: string; title: string; keyHash: string; isDemo: boolean },
): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into rooms.sessions (id, room_id, creator_id, title, state, key_hash, created_at, is_demo)
      values (${session.id}, ${session.roomId}, ${session.creatorId}, ${session.title}, 'preparing', ${session.keyHash},
        ${tx.now.toString()}, ${session.isDemo}) on conflict do nothing`,
  )
  return inserted === 1
}

export function findSession(db: Db, id: string): Promise<SessionRow | null> {
  return first(db, sql<SessionRow>`select ${columns} from rooms.sessions where id = ${id}`)
}

export function lockSession(tx: Tx, id: string): Promise<SessionRow | null> {
  return first(tx.db, sql<SessionRow>`select ${columns} from rooms.sessions where id = ${id} for update`)
}

export function findOpenSession(db: Db, creatorId: string): Promise<SessionRow | null> {
  return first(
    db,
    sql<SessionRow>`select ${columns} from rooms.sessions where creator_id = ${creatorId} and state in ('preparing', 'live', 'paused')`,
  )
}

/** The session that a visitor of the room sees: the open one, else the last. */
export function findShownSession(db: Db, roomId: string): Promise<SessionRow | null> {
  return first(
    db,
    sql<SessionRow>`select ${columns} from rooms.sessions where room_id = ${roomId}
      order by (state in ('live', 'paused')) desc, created_at desc limit 1`,
  )
}

export function findSessionByKey(db: Db, keyHash: string): Promise<SessionRow | null> {
  return first(db, sql<SessionRow>`select ${columns} from rooms.sessions where key_hash = ${keyHash}`)
}

/** What a page of rooms can hold; more on air at once need a feed that chooses. */
export const roomsListedMax = 100

export function sessionsOnAir(db: Db): Promise<SessionRow[]> {
  return all(
    db,
    sql<SessionRow>`select ${columns} from rooms.sessions where state in ('live', 'paused') order by started_at desc, id limit ${roomsListedMax}`,
  )
}

export async function setKeyHash(tx: Tx, sessionId: string, keyHash: string): Promise<void> {
  await sql`update rooms.sessions set key_hash = ${keyHash} where id = ${sessionId}`.execute(tx.db)
}

export async function setState(
  tx: Tx,
  sessionId: string,
  state: SessionState,
  reason: string | null = null,
): Promise<void> {
  const now = tx.now.toString()
  await sql`update rooms.sessions set state = ${state},
      started_at = case when ${state} = 'live' then coalesce(started_at, ${now}) else started_at end,
      ended_at = case when ${state} in ('ended', 'banned') then ${now}::timestamptz end,
      ended_reason = ${reason}
    where id = ${sessionId}`.execute(tx.db)
}

export async function setPicture(tx: Tx, sessionId: string, isArriving: boolean): Promise<void> {
  await sql`update rooms.sessions set has_picture = ${isArriving},
      picture_lost_at = ${isArriving ? null : tx.now.toString()}::timestamptz where id = ${sessionId}`.execute(tx.db)
}

export async function sessionsAbandonedSince(
  db: Db,
  since: { live: Temporal.Instant; paused: Temporal.Instant },
  limit: number,
): Promise<string[]> {
  const rows = await all(
    db,
    sql<{
      id: string
    }>`select id from rooms.sessions where (state = 'live' and picture_lost_at <= ${since.live.toString()})
        or (state = 'paused' and picture_lost_at <= ${since.paused.toString()})
      order by picture_lost_at limit ${limit}`,
  )
  return rows.map((row) => row.id)
}

export async function addSales(
  tx: Tx,
  sales: readonly { sessionId: string; orders: number; paidMinor: number }[],
): Promise<void> {
  if (sales.length === 0) return
  await sql`insert into rooms.session_sales as s (session_id, orders, paid_minor)
    select session_id, orders, paid_minor
    from unnest(${sales.map((each) => each.sessionId)}::uuid[], ${sales.map((each) => each.orders)}::bigint[], ${sales.map((each) => each.paidMinor)}::bigint[])
      as n (session_id, orders, paid_minor)
    order by session_id
    on conflict (session_id) do update set orders = s.orders + excluded.orders, paid_minor = s.paid_minor + excluded.paid_minor`.execute(
    tx.db,
  )
}

export async function salesOf(db: Db, sessionId: string): Promise<{ orders: number; paidMinor: number }> {
  const row = await first(
    db,
    sql<{
      orders: number
      paidMinor: number
    }>`select orders, paid_minor as "paidMinor" from rooms.session_sales where session_id = ${sessionId}`,
  )
  return row ?? { orders: 0, paidMinor: 0 }
}
