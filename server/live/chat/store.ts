import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'

export interface CommentRow {
  id: string
  roomId: string
  sessionId: string
  personId: string
  name: string
  text: string
  at: Temporal.Instant
  productId: string | null
  isHost: boolean
  isQuestion: boolean
  isHidden: boolean
}

const columns = sql.raw(`id, room_id as "roomId", session_id as "sessionId", person_id as "personId", name, text, at,
  product_id as "productId", is_host as "isHost", is_question as "isQuestion", is_hidden as "isHidden"`)

/** False when the id was there already. */
export async function insertComment(tx: Tx, comment: CommentRow): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into chat.comments (room_id, id, session_id, person_id, name, text, at, product_id, is_host, is_question, is_hidden)
      values (${comment.roomId}, ${comment.id}, ${comment.sessionId}, ${comment.personId}, ${comment.name}, ${comment.text},
        ${comment.at.toString()}, ${comment.productId}, ${comment.isHost}, ${comment.isQuestion}, ${comment.isHidden})
      on conflict do nothing`,
  )
  return inserted === 1
}

export function findComment(db: Db, roomId: string, id: string): Promise<CommentRow | null> {
  return first(db, sql<CommentRow>`select ${columns} from chat.comments where room_id = ${roomId} and id = ${id}`)
}

/** The last comments of a session, oldest first. */
export async function lastComments(db: Db, sessionId: string, limit: number): Promise<CommentRow[]> {
  const rows = await all(
    db,
    sql<CommentRow>`select ${columns} from chat.comments where session_id = ${sessionId} and not is_hidden
      order by at desc, id desc limit ${limit}`,
  )
  return rows.reverse()
}

export async function isMuted(db: Db, roomId: string, personId: string): Promise<boolean> {
  return (await first(db, sql`select 1 from chat.mutes where room_id = ${roomId} and person_id = ${personId}`)) !== null
}

export async function insertMute(tx: Tx, mute: { roomId: string; personId: string; byId: string }): Promise<void> {
  await sql`insert into chat.mutes (room_id, person_id, by_id, at) values (${mute.roomId}, ${mute.personId}, ${mute.byId}, ${tx.now.toString()})
    on conflict do nothing`.execute(tx.db)
}

export async function addLikes(db: Db, taps: ReadonlyMap<string, number>): Promise<void> {
  await sql`insert into chat.likes as l (session_id, likes)
    select session_id, taps from unnest(${[...taps.keys()]}::uuid[], ${[...taps.values()]}::bigint[]) as t (session_id, taps)
    order by session_id
    on conflict (session_id) do update set likes = l.likes + excluded.likes`.execute(db)
}

export async function likesOf(db: Db, sessionIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await all(
    db,
    sql<{
      sessionId: string
      likes: number
    }>`select session_id as "sessionId", likes from chat.likes where session_id = any(${[...sessionIds]}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.sessionId, row.likes]))
}
