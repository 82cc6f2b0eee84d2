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
  announcedFor: Temporal.Instant | null
  announcedMinutes: number | null
  endedReason: string | null
}

const columns = sql.raw(`id, room_id as "roomId", creator_id as "creatorId", title, state, created_at as "createdAt",
  started_at as "startedAt", ended_at as "endedAt", picture_lost_at as "pictureLostAt", has_picture as "hasPicture", is_demo as "isDemo",
  announced_for as "announcedFor", announced_minutes as "announcedMinutes", ended_reason as "endedReason"`)

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
    sql<SessionRow>`select ${columns} from rooms.sessions where creator_id = ${creatorId} and state in ('preparing', 'rehearsal', 'live', 'paused')`,
  )
}

/** The broadcast of this host, or of this room, that is on air; paused is on air too. */
export function findOnAir(
  db: Db,
  of: { creatorId: string } | { roomId: string },
): Promise<{ roomId: string; sessionId: string; creatorId: string } | null> {
  return first(
    db,
    sql`select room_id as "roomId", id as "sessionId", creator_id as "creatorId" from rooms.sessions
      where ${'creatorId' in of ? sql`creator_id = ${of.creatorId}` : sql`room_id = ${of.roomId}`} and state in ('live', 'paused')`,
  )
}

/** The session that a visitor of the room sees: the one on air, else the last that was. */
export function findShownSession(db: Db, roomId: string): Promise<SessionRow | null> {
  return first(
    db,
    sql<SessionRow>`select ${columns} from rooms.sessions where room_id = ${roomId} and started_at is not null
      order by (state in ('live', 'paused')) desc, created_at desc limit 1`,
  )
}

/** The same, held as it is until the transaction ends: it cannot be paused or ended meanwhile, but others may hold it too. */
export function holdShownSession(tx: Tx, roomId: string): Promise<SessionRow | null> {
  return first(
    tx.db,
    sql<SessionRow>`select ${columns} from rooms.sessions where room_id = ${roomId}
      order by (state in ('live', 'paused')) desc, created_at desc limit 1 for share`,
  )
}

export function findSessionByKey(db: Db, keyHash: string): Promise<SessionRow | null> {
  return first(db, sql<SessionRow>`select ${columns} from rooms.sessions where key_hash = ${keyHash}`)
}

/** The session on air in this room, held until the transaction ends: it cannot end under what is said or given in it. */
export function holdSessionOnAir(tx: Tx, roomId: string): Promise<SessionRow | null> {
  return first(
    tx.db,
    sql<SessionRow>`select ${columns} from rooms.sessions where room_id = ${roomId} and state in ('live', 'paused') for share`,
  )
}

/** The same for many rooms, by room; held in id order, so that two who hold several cannot wait for each other. */
export async function holdSessionsOnAir(tx: Tx, roomIds: readonly string[]): Promise<Map<string, SessionRow>> {
  const rows = await all(
    tx.db,
    sql<SessionRow>`select ${columns} from rooms.sessions where room_id = any(${[...roomIds]}::uuid[])
      and state in ('live', 'paused') order by id for share`,
  )
  return new Map(rows.map((row) => [row.roomId, row]))
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
      ended_at = case when ${state} in ('ended', 'banned', 'replay') then coalesce(ended_at, ${now}::timestamptz) end,
      ended_reason = coalesce(${reason}, ended_reason)
    where id = ${sessionId}`.execute(tx.db)
}

/** The next step of a session; its row is locked, so the number is free. */
export async function insertMove(
  tx: Tx,
  step: { sessionId: string; from: SessionState; to: SessionState; reason: string | null },
): Promise<void> {
  const byId = tx.actor.kind === 'person' ? tx.actor.personId : null
  await sql`insert into rooms.moves (session_id, no, from_state, to_state, at, by_id, reason)
    select ${step.sessionId}, coalesce(max(no), 0) + 1, ${step.from}, ${step.to}, ${tx.now.toString()}, ${byId}::uuid, ${step.reason}
    from rooms.moves where session_id = ${step.sessionId}`.execute(tx.db)
}

export async function legalMovesStored(db: Db): Promise<{ from: string; to: string }[]> {
  return all(
    db,
    sql<{ from: string; to: string }>`select from_state as "from", to_state as "to" from rooms.legal_moves`,
  )
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

/** False when the id was there already. */
export async function insertScheduled(
  tx: Tx,
  of: { id: string; roomId: string; creatorId: string; title: string; startsAt: Temporal.Instant; minutes: number },
): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into rooms.sessions (id, room_id, creator_id, title, state, created_at, announced_for, announced_minutes)
      values (${of.id}, ${of.roomId}, ${of.creatorId}, ${of.title}, 'scheduled', ${tx.now.toString()},
        ${of.startsAt.toString()}, ${of.minutes}) on conflict do nothing`,
  )
  return inserted === 1
}

/** Before anything is written of it, so that announcements of one creator are counted one after the other. */
export async function lockRoom(tx: Tx, roomId: string): Promise<void> {
  await sql`select 1 from rooms.rooms where id = ${roomId} for no key update`.execute(tx.db)
}

export async function countScheduled(tx: Tx, creatorId: string): Promise<number> {
  const row = await first(
    tx.db,
    sql<{
      waiting: number
    }>`select count(*) as waiting from rooms.sessions where creator_id = ${creatorId} and state = 'scheduled'`,
  )
  return row?.waiting ?? 0
}

export async function openAnnounced(tx: Tx, of: { id: string; title: string; keyHash: string }): Promise<void> {
  await sql`update rooms.sessions set title = ${of.title}, key_hash = ${of.keyHash} where id = ${of.id}`.execute(tx.db)
}

export function scheduledSessions(
  db: Db,
  of: { creatorId: string | null; since: Temporal.Instant; limit: number },
): Promise<SessionRow[]> {
  return all(
    db,
    sql<SessionRow>`select ${columns} from rooms.sessions where state = 'scheduled'
        and (${of.creatorId}::uuid is null or creator_id = ${of.creatorId}::uuid) and announced_for >= ${of.since.toString()}
      order by announced_for, id limit ${of.limit}`,
  )
}

export async function lapsedAnnouncements(db: Db, before: Temporal.Instant, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{
      id: string
    }>`select id from rooms.sessions where state = 'scheduled' and announced_for <= ${before.toString()}
      order by announced_for limit ${limit}`,
  )
  return rows.map((row) => row.id)
}

export async function insertReminder(tx: Tx, of: { sessionId: string; personId: string }): Promise<void> {
  await sql`insert into rooms.reminders (session_id, person_id, at)
    values (${of.sessionId}, ${of.personId}, ${tx.now.toString()}) on conflict do nothing`.execute(tx.db)
}

export async function deleteReminder(tx: Tx, of: { sessionId: string; personId: string }): Promise<void> {
  await sql`delete from rooms.reminders where session_id = ${of.sessionId} and person_id = ${of.personId}`.execute(
    tx.db,
  )
}

export async function remindersOf(db: Db, sessionIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await all(
    db,
    sql<{ id: string; reminders: number }>`select session_id as id, count(*) as reminders from rooms.reminders
      where session_id = any(${[...sessionIds]}::uuid[]) group by session_id`,
  )
  return new Map(rows.map((row) => [row.id, row.reminders]))
}

export async function remindedOf(db: Db, personId: string, sessionIds: readonly string[]): Promise<Set<string>> {
  const rows = await all(
    db,
    sql<{ id: string }>`select session_id as id from rooms.reminders
      where person_id = ${personId} and session_id = any(${[...sessionIds]}::uuid[])`,
  )
  return new Set(rows.map((row) => row.id))
}

/** The first who asked and were not told yet, marked as told. */
export async function takeReminders(tx: Tx, sessionId: string, limit: number): Promise<string[]> {
  const rows = await all(
    tx.db,
    sql<{ personId: string }>`update rooms.reminders r set told_at = ${tx.now.toString()}
      from (select session_id, person_id from rooms.reminders where session_id = ${sessionId} and told_at is null
        order by at, person_id limit ${limit} for update skip locked) t
      where r.session_id = t.session_id and r.person_id = t.person_id returning r.person_id as "personId"`,
  )
  return rows.map((row) => row.personId)
}

/** What has begun, or will not take place, and of which somebody still waits to hear. */
export async function sessionsWithUntoldReminders(db: Db, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{
      id: string
    }>`select distinct r.session_id as id from rooms.reminders r join rooms.sessions s on s.id = r.session_id
      where r.told_at is null and s.state not in ('scheduled', 'preparing', 'rehearsal') limit ${limit}`,
  )
  return rows.map((row) => row.id)
}
