import { sql } from 'kysely'
import { all, type Db, first, type Tx } from '#platform/database'
import type { News } from './notify.ts'

type Note = Omit<News, 'cause' | 'personId'> & { id: string }
export type KeptNote = Note & { at: Temporal.Instant; readAt: Temporal.Instant | null }

/** Those that were not there yet, as `person id`. */
export async function insertNotes(tx: Tx, notes: readonly (Note & { personId: string })[]): Promise<Set<string>> {
  const rows = await all(
    tx.db,
    sql<{ personId: string; id: string }>`insert into notifications.notes (person_id, id, kind, title, body, link, at)
      select person_id, id, kind, title::jsonb, body::jsonb, link, ${tx.now.toString()}
      from unnest(${notes.map((note) => note.personId)}::uuid[], ${notes.map((note) => note.id)}::uuid[],
        ${notes.map((note) => note.kind)}::text[], ${notes.map((note) => JSON.stringify(note.title))}::text[],
        ${notes.map((note) => JSON.stringify(note.body))}::text[], ${notes.map((note) => note.link)}::text[])
        as n (person_id, id, kind, title, body, link)
      order by person_id, id on conflict do nothing returning person_id as "personId", id`,
  )
  return new Set(rows.map((row) => `${row.personId} ${row.id}`))
}

export function listNotes(
  db: Db,
  of: { personId: string; after: { at: string; id: string } | null; limit: number },
): Promise<KeptNote[]> {
  return all(
    db,
    sql<KeptNote>`select id, kind, title, body, link, at, read_at as "readAt" from notifications.notes
      where person_id = ${of.personId}
        and (${of.after?.at ?? null}::timestamptz is null
          or (at, id) < (${of.after?.at ?? null}::timestamptz, ${of.after?.id ?? null}::uuid))
      order by at desc, id desc limit ${of.limit}`,
  )
}

export async function countUnread(db: Db, personId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ unread: number }>`select count(*) as unread from notifications.notes
      where person_id = ${personId} and read_at is null`,
  )
  return row?.unread ?? 0
}

export async function markRead(tx: Tx, personId: string): Promise<void> {
  await sql`update notifications.notes set read_at = ${tx.now.toString()}
    where person_id = ${personId} and read_at is null`.execute(tx.db)
}
