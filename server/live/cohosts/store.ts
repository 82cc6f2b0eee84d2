import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { SeatRow, SeatState } from './seat.ts'

const columns =
  sql.raw(`id, session_id as "sessionId", room_id as "roomId", host_id as "hostId", guest_id as "guestId", rule,
  guest_basis_points as "guestBasisPoints", state, has_picture as "hasPicture", invited_at as "invitedAt", joined_at as "joinedAt"`)

/** False when the seat is offered or taken already, or the id is. */
export async function insertSeat(
  tx: Tx,
  seat: Omit<SeatRow, 'state' | 'hasPicture' | 'invitedAt' | 'joinedAt'>,
): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into cohosts.seats (id, session_id, room_id, host_id, guest_id, rule, guest_basis_points, state, invited_at)
      values (${seat.id}, ${seat.sessionId}, ${seat.roomId}, ${seat.hostId}, ${seat.guestId}, ${seat.rule},
        ${seat.guestBasisPoints}, 'invited', ${tx.now.toString()}) on conflict do nothing`,
  )
  return inserted === 1
}

export function findSeatRow(db: Db, id: string): Promise<SeatRow | null> {
  return first(db, sql<SeatRow>`select ${columns} from cohosts.seats where id = ${id}`)
}

export function lockSeat(tx: Tx, id: string): Promise<SeatRow | null> {
  return first(tx.db, sql<SeatRow>`select ${columns} from cohosts.seats where id = ${id} for update`)
}

export function seatByKey(db: Db, keyHash: string): Promise<SeatRow | null> {
  return first(db, sql<SeatRow>`select ${columns} from cohosts.seats where key_hash = ${keyHash}`)
}

/** Offered or taken, by session. */
export async function openSeats(db: Db, sessionIds: readonly string[]): Promise<Map<string, SeatRow>> {
  const rows = await all(
    db,
    sql<SeatRow>`select ${columns} from cohosts.seats
      where session_id = any(${[...sessionIds]}::uuid[]) and state in ('invited', 'joined')`,
  )
  return new Map(rows.map((row) => [row.sessionId, row]))
}

export function seatsOfGuest(db: Db, guestId: string, limit: number): Promise<SeatRow[]> {
  return all(
    db,
    sql<SeatRow>`select ${columns} from cohosts.seats where guest_id = ${guestId} and state in ('invited', 'joined')
      order by invited_at desc, id limit ${limit}`,
  )
}

export async function isJoinedIn(db: Db, of: { roomId: string; personId: string }): Promise<boolean> {
  const row = await first(
    db,
    sql<{ found: boolean }>`select exists (select 1 from cohosts.seats where guest_id = ${of.personId}
      and room_id = ${of.roomId} and state = 'joined') as found`,
  )
  return row?.found ?? false
}

/** All who ever sat there or were asked to. */
export async function seatsOfSession(db: Db, sessionId: string): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ id: string }>`select id from cohosts.seats where session_id = ${sessionId} limit 1000`,
  )
  return rows.map((row) => row.id)
}

/** False when the guest sits somewhere already: then nothing has changed. */
export async function seatGuest(tx: Tx, of: { id: string; keyHash: string }): Promise<boolean> {
  const changed = await touched(
    tx.db,
    sql`update cohosts.seats s set state = 'joined', joined_at = ${tx.now.toString()}, key_hash = ${of.keyHash}
      where s.id = ${of.id} and not exists (select 1 from cohosts.seats o where o.guest_id = s.guest_id and o.state = 'joined')`,
  )
  return changed === 1
}

export async function setKey(tx: Tx, of: { id: string; keyHash: string }): Promise<void> {
  await sql`update cohosts.seats set key_hash = ${of.keyHash} where id = ${of.id}`.execute(tx.db)
}

export async function endSeat(tx: Tx, of: { id: string; state: SeatState }): Promise<void> {
  await sql`update cohosts.seats set state = ${of.state}, over_at = ${tx.now.toString()}, key_hash = null,
    has_picture = false where id = ${of.id}`.execute(tx.db)
}

export async function setPicture(tx: Tx, of: { id: string; isArriving: boolean }): Promise<void> {
  await sql`update cohosts.seats set has_picture = ${of.isArriving} where id = ${of.id}`.execute(tx.db)
}
