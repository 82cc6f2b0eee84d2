import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { Permission } from './desk.ts'

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
  isHelper: boolean
  isQuestion: boolean
  isHidden: boolean
  hiddenFor: 'muted' | 'word' | null
  replyTo: string | null
  answeredAt: Temporal.Instant | null
}

export interface Helper {
  roomId: string
  personId: string
  permissions: Permission[]
}

const columns =
  sql.raw(`c.id, c.room_id as "roomId", c.session_id as "sessionId", c.person_id as "personId", c.name, c.text,
  c.at, c.product_id as "productId", c.is_host as "isHost", c.is_helper as "isHelper", c.is_question as "isQuestion",
  c.is_hidden as "isHidden", c.hidden_for as "hiddenFor", c.reply_to as "replyTo", c.answered_at as "answeredAt"`)

/** In one statement; their ids are known to be new, or taken by a transaction that comes first. */
export async function insertComments(tx: Tx, rows: readonly CommentRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.hot(
    'chat.insert_comments',
    `insert into chat.comments (room_id, id, session_id, person_id, name, text, at, product_id, is_host, is_helper,
        is_question, is_hidden, hidden_for, reply_to)
      select room_id, id, session_id, person_id, name, text, $1::timestamptz, product_id, is_host, is_helper, is_question,
        is_hidden, hidden_for, reply_to
      from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::boolean[],
        $10::boolean[], $11::boolean[], $12::boolean[], $13::text[], $14::uuid[])
        as n (room_id, id, session_id, person_id, name, text, product_id, is_host, is_helper, is_question, is_hidden,
          hidden_for, reply_to)
      on conflict do nothing`,
    [
      rows[0]?.at.toString(),
      rows.map((row) => row.roomId),
      rows.map((row) => row.id),
      rows.map((row) => row.sessionId),
      rows.map((row) => row.personId),
      rows.map((row) => row.name),
      rows.map((row) => row.text),
      rows.map((row) => row.productId),
      rows.map((row) => row.isHost),
      rows.map((row) => row.isHelper),
      rows.map((row) => row.isQuestion),
      rows.map((row) => row.isHidden),
      rows.map((row) => row.hiddenFor),
      rows.map((row) => row.replyTo),
    ],
  )
}

export function loadComments(db: Db, ids: readonly { roomId: string; id: string }[]): Promise<CommentRow[]> {
  if (ids.length === 0) return Promise.resolve([])
  return all(
    db,
    sql<CommentRow>`select ${columns} from chat.comments c
      join unnest(${ids.map((each) => each.roomId)}::uuid[], ${ids.map((each) => each.id)}::uuid[]) as w (room_id, id)
        on c.room_id = w.room_id and c.id = w.id`,
  )
}

/** The last comments of a session, oldest first. Of one instant, the order in which their ids were made. */
export async function lastComments(db: Db, sessionId: string, limit: number): Promise<CommentRow[]> {
  const rows = await all(
    db,
    sql<CommentRow>`select ${columns} from chat.comments c where session_id = ${sessionId} and not is_hidden
      order by at desc, id desc limit ${limit}`,
  )
  return rows.reverse()
}

/** Those that wait first, then the last answered. */
export function questionsOf(db: Db, sessionId: string, limit: number): Promise<CommentRow[]> {
  return all(
    db,
    sql<CommentRow>`select ${columns} from chat.comments c where session_id = ${sessionId} and is_question and not is_hidden
      order by (answered_at is null) desc, at desc, id desc limit ${limit}`,
  )
}

export async function countQuestionsWaiting(db: Db, sessionId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ waiting: number }>`select count(*) as waiting from chat.comments
      where session_id = ${sessionId} and is_question and not is_hidden and answered_at is null`,
  )
  return row?.waiting ?? 0
}

export async function loadStandings(
  db: Db,
  people: readonly { roomId: string; personId: string }[],
): Promise<Map<string, { isMuted: boolean; isBanned: boolean; lastAt: Temporal.Instant | null }>> {
  const rows = await all(
    db,
    sql<{
      roomId: string
      personId: string
      isMuted: boolean
      isBanned: boolean
      lastAt: Temporal.Instant | null
    }>`select w.room_id as "roomId", w.person_id as "personId",
        exists (select 1 from chat.mutes m where m.room_id = w.room_id and m.person_id = w.person_id) as "isMuted",
        exists (select 1 from chat.bans b where b.room_id = w.room_id and b.person_id = w.person_id) as "isBanned",
        (select max(c.at) from chat.comments c where c.room_id = w.room_id and c.person_id = w.person_id) as "lastAt"
      from (select distinct room_id, person_id from unnest(${people.map((each) => each.roomId)}::uuid[],
        ${people.map((each) => each.personId)}::uuid[]) as p (room_id, person_id)) w`,
  )
  return new Map(rows.map((row) => [`${row.roomId} ${row.personId}`, row]))
}

export async function rulesOf(
  db: Db,
  roomIds: readonly string[],
): Promise<Map<string, { slowSeconds: number; blockedWords: string[] }>> {
  const rows = await all(
    db,
    sql<{
      roomId: string
      slowSeconds: number
      blockedWords: string[]
    }>`select room_id as "roomId", slow_seconds as "slowSeconds", blocked_words as "blockedWords" from chat.rules
      where room_id = any(${[...roomIds]}::uuid[])`,
  )
  return new Map(rows.map(({ roomId, ...rules }) => [roomId, rules]))
}

export async function upsertRules(
  tx: Tx,
  of: { roomId: string; slowSeconds: number; blockedWords: readonly string[] },
): Promise<void> {
  await sql`insert into chat.rules (room_id, slow_seconds, blocked_words)
    values (${of.roomId}, ${of.slowSeconds}, ${[...of.blockedWords]}::text[])
    on conflict (room_id) do update set slow_seconds = excluded.slow_seconds, blocked_words = excluded.blocked_words`.execute(
    tx.db,
  )
}

/** By `room person`. */
export async function helpersOf(db: Db, roomIds: readonly string[]): Promise<Map<string, Helper>> {
  const rows = await all(
    db,
    sql<Helper>`select room_id as "roomId", person_id as "personId", permissions from chat.helpers
      where room_id = any(${[...roomIds]}::uuid[]) order by at, person_id`,
  )
  return new Map(rows.map((row) => [`${row.roomId} ${row.personId}`, row]))
}

export async function upsertHelper(tx: Tx, of: Helper): Promise<void> {
  await sql`insert into chat.helpers (room_id, person_id, permissions, at)
    values (${of.roomId}, ${of.personId}, ${of.permissions}::text[], ${tx.now.toString()})
    on conflict (room_id, person_id) do update set permissions = excluded.permissions`.execute(tx.db)
}

export async function deleteHelper(tx: Tx, of: { roomId: string; personId: string }): Promise<void> {
  await sql`delete from chat.helpers where room_id = ${of.roomId} and person_id = ${of.personId}`.execute(tx.db)
}

export function silencedIn(
  db: Db,
  roomId: string,
  limit: number,
): Promise<{ personId: string; kind: 'muted' | 'banned' }[]> {
  return all(
    db,
    sql<{ personId: string; kind: 'muted' | 'banned' }>`select person_id as "personId", kind from (
        select person_id, at, 'muted' as kind from chat.mutes where room_id = ${roomId}
        union all select person_id, at, 'banned' from chat.bans where room_id = ${roomId}) s
      order by at desc, person_id limit ${limit}`,
  )
}

type Silence = { roomId: string; personId: string; byId: string }

export async function insertMute(tx: Tx, of: Silence): Promise<void> {
  await sql`insert into chat.mutes (room_id, person_id, by_id, at)
    values (${of.roomId}, ${of.personId}, ${of.byId}, ${tx.now.toString()}) on conflict do nothing`.execute(tx.db)
}

export async function insertBan(tx: Tx, of: Silence): Promise<void> {
  await sql`insert into chat.bans (room_id, person_id, by_id, at)
    values (${of.roomId}, ${of.personId}, ${of.byId}, ${tx.now.toString()}) on conflict do nothing`.execute(tx.db)
}

export async function deleteSilences(tx: Tx, of: { roomId: string; personId: string }): Promise<void> {
  await sql`delete from chat.mutes where room_id = ${of.roomId} and person_id = ${of.personId}`.execute(tx.db)
  await sql`delete from chat.bans where room_id = ${of.roomId} and person_id = ${of.personId}`.execute(tx.db)
}

export async function isBanned(db: Db, roomId: string, personId: string): Promise<boolean> {
  return (await first(db, sql`select 1 from chat.bans where room_id = ${roomId} and person_id = ${personId}`)) !== null
}

export async function upsertPin(tx: Tx, of: { sessionId: string; commentId: string }): Promise<void> {
  await sql`insert into chat.pins (session_id, comment_id) values (${of.sessionId}, ${of.commentId})
    on conflict (session_id) do update set comment_id = excluded.comment_id`.execute(tx.db)
}

export async function deletePin(tx: Tx, sessionId: string): Promise<void> {
  await sql`delete from chat.pins where session_id = ${sessionId}`.execute(tx.db)
}

export function findPin(db: Db, sessionId: string): Promise<CommentRow | null> {
  return first(
    db,
    sql<CommentRow>`select ${columns} from chat.pins p join chat.comments c on c.id = p.comment_id
      and c.session_id = p.session_id where p.session_id = ${sessionId}`,
  )
}

export async function noteAnswers(
  tx: Tx,
  answers: readonly { roomId: string; id: string; byId: string }[],
): Promise<void> {
  if (answers.length === 0) return
  await sql`update chat.comments c set answered_at = ${tx.now.toString()}, answered_by = a.by_id
    from unnest(${answers.map((each) => each.roomId)}::uuid[], ${answers.map((each) => each.id)}::uuid[],
      ${answers.map((each) => each.byId)}::uuid[]) as a (room_id, id, by_id)
    where c.room_id = a.room_id and c.id = a.id and c.answered_at is null`.execute(tx.db)
}

/** False when there is no such question. */
export async function setAnswered(
  tx: Tx,
  of: { roomId: string; commentId: string; byId: string; answered: boolean },
): Promise<boolean> {
  const changed = await touched(
    tx.db,
    sql`update chat.comments set answered_at = ${of.answered ? tx.now.toString() : null}::timestamptz,
        answered_by = ${of.answered ? of.byId : null}::uuid
      where room_id = ${of.roomId} and id = ${of.commentId} and is_question and not is_hidden`,
  )
  return changed === 1
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

/** Which of these people have said a word in a session since then, for others to see. */
export async function whoSaid(
  db: Db,
  of: { sessionId: string; word: string; since: Temporal.Instant; personIds: readonly string[] },
): Promise<Set<string>> {
  const rows = await all(
    db,
    sql<{ personId: string }>`select distinct person_id as "personId" from chat.comments
      where session_id = ${of.sessionId} and not is_hidden and at >= ${of.since.toString()}
        and person_id = any(${[...of.personIds]}::uuid[]) and position(lower(${of.word}) in lower(text)) > 0`,
  )
  return new Set(rows.map((row) => row.personId))
}

/** What he said stays, and nobody said it. */
export async function renameAuthor(tx: Tx, author: { personId: string; name: string }): Promise<void> {
  await sql`update chat.comments set name = ${author.name} where person_id = ${author.personId}`.execute(tx.db)
}
