import { sql } from 'kysely'
import { all, type Db, first, type Tx } from '#platform/database'
import type { NewReport, ReportReason, Subject } from './report.ts'

export interface ReportRow {
  id: string
  kind: 'comment' | 'room' | 'person'
  reason: ReportReason
  note: string
  subject: Subject
  reporterId: string | null
  at: Temporal.Instant
  dueAt: Temporal.Instant
  decision: 'upheld' | 'dismissed' | null
  decidedAt: Temporal.Instant | null
  answer: string | null
}

const columns = sql.raw(`id, kind, reason, note, subject, reporter_id as "reporterId", at, due_at as "dueAt", decision,
  decided_at as "decidedAt", answer`)

export async function insertReport(tx: Tx, report: NewReport & { dueAt: Temporal.Instant }): Promise<void> {
  await sql`insert into moderation.reports (id, kind, reason, note, subject, reporter_id, at, due_at)
    values (${report.id}, ${report.kind}, ${report.reason}, ${report.note}, ${JSON.stringify(report.subject)}::jsonb,
      ${report.reporterId}, ${tx.now.toString()}, ${report.dueAt.toString()}) on conflict do nothing`.execute(tx.db)
}

export function lockReport(tx: Tx, id: string): Promise<ReportRow | null> {
  return first(tx.db, sql<ReportRow>`select ${columns} from moderation.reports where id = ${id} for update`)
}

export async function writeDecision(
  tx: Tx,
  of: { id: string; decision: string; answer: string; byId: string },
): Promise<void> {
  await sql`update moderation.reports set decision = ${of.decision}, answer = ${of.answer}, decided_by = ${of.byId},
    decided_at = ${tx.now.toString()} where id = ${of.id}`.execute(tx.db)
}

type Page = { after: { at: string; id: string } | null; limit: number }

export function listOpen(db: Db, { after, limit }: Page): Promise<ReportRow[]> {
  return all(
    db,
    sql<ReportRow>`select ${columns} from moderation.reports where decision is null
        and (${after?.at ?? null}::timestamptz is null
          or (due_at, id) > (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
      order by due_at, id limit ${limit}`,
  )
}

export function listDecided(db: Db, { after, limit }: Page): Promise<ReportRow[]> {
  return all(
    db,
    sql<ReportRow>`select ${columns} from moderation.reports where decision is not null
        and (${after?.at ?? null}::timestamptz is null
          or (decided_at, id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
      order by decided_at desc, id desc limit ${limit}`,
  )
}

export async function countOpen(db: Db, now: Temporal.Instant): Promise<{ open: number; overdue: number }> {
  const row = await first(
    db,
    sql<{ open: number; overdue: number }>`select count(*) as open,
      count(*) filter (where due_at <= ${now.toString()}) as overdue from moderation.reports where decision is null`,
  )
  return row ?? { open: 0, overdue: 0 }
}

/** Those that nobody may say, as they were written. */
export async function forbiddenWords(db: Db): Promise<string[]> {
  const rows = await all(db, sql<{ word: string }>`select word from moderation.words order by word`)
  return rows.map((row) => row.word)
}

export async function replaceWords(tx: Tx, words: readonly string[], byId: string): Promise<void> {
  await sql`delete from moderation.words where word <> all(${[...words]}::text[])`.execute(tx.db)
  await sql`insert into moderation.words (word, added_by, added_at)
    select word, ${byId}, ${tx.now.toString()} from unnest(${[...words]}::text[]) as w (word)
    on conflict do nothing`.execute(tx.db)
}
