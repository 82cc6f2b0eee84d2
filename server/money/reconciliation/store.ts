import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, first, type Tx } from '#platform/database'
import type { About, BreakKind } from './match.ts'

export interface StatementRow {
  id: string
  provider: string
  name: string
  from: Temporal.Instant | null
  until: Temporal.Instant | null
  importedAt: Temporal.Instant
  lines: number
  matched: number
  broken: number
  takenMinor: number
  givenBackMinor: number
  feesMinor: number
  currency: Currency | null
}

export interface NewStatement {
  id: string
  provider: string
  name: string
  sha256: Buffer
  from: Temporal.Instant | null
  until: Temporal.Instant | null
  lines: number
  importedBy: string | null
}

/** The id that the statement has: its own, or that of the same file before. */
export async function insertStatement(tx: Tx, statement: NewStatement): Promise<{ id: string; isNew: boolean }> {
  const row = await first(
    tx.db,
    sql<{
      id: string
    }>`insert into reconciliation.statements (id, provider, name, sha256, from_at, until_at, lines, imported_at,
        imported_by)
      values (${statement.id}, ${statement.provider}, ${statement.name}, ${statement.sha256},
        ${statement.from?.toString() ?? null}, ${statement.until?.toString() ?? null}, ${statement.lines}, ${tx.now.toString()},
        ${statement.importedBy})
      on conflict (provider, sha256) do nothing returning id`,
  )
  if (row !== null) return { id: row.id, isNew: true }
  const earlier = await first(
    tx.db,
    sql<{ id: string }>`select id from reconciliation.statements
      where provider = ${statement.provider} and sha256 = ${statement.sha256}`,
  )
  return { id: earlier?.id ?? statement.id, isNew: false }
}

export interface LineRow {
  statementId: string
  provider: string
  no: number
  kind: About
  reference: string
  providerReference: string
  amountMinor: number
  feeMinor: number
  currency: Currency
  at: Temporal.Instant
}

export async function insertLines(
  tx: Tx,
  statementId: string,
  lines: readonly Omit<LineRow, 'statementId' | 'provider'>[],
): Promise<void> {
  await sql`insert into reconciliation.lines (statement_id, no, kind, reference, provider_reference, amount_minor, fee_minor,
      currency, at)
    select ${statementId}::uuid, l.*
    from unnest(${lines.map((line) => line.no)}::integer[], ${lines.map((line) => line.kind)}::text[],
      ${lines.map((line) => line.reference)}::text[], ${lines.map((line) => line.providerReference)}::text[],
      ${lines.map((line) => line.amountMinor)}::bigint[], ${lines.map((line) => line.feeMinor)}::bigint[],
      ${lines.map((line) => line.currency)}::text[], ${lines.map((line) => line.at.toString())}::timestamptz[]) as l`.execute(
    tx.db,
  )
}

const lineColumns = sql`l.statement_id as "statementId", s.provider, l.no, l.kind, l.reference,
  l.provider_reference as "providerReference", l.amount_minor as "amountMinor", l.fee_minor as "feeMinor", l.currency, l.at`

/** Lines that nobody has looked at, locked; what another process is at is left to it. */
export function lockNewLines(tx: Tx, limit: number): Promise<LineRow[]> {
  return all(
    tx.db,
    sql<LineRow>`select ${lineColumns} from reconciliation.lines l join reconciliation.statements s on s.id = l.statement_id
      where l.state = 'new' order by l.statement_id, l.no limit ${limit} for update of l skip locked`,
  )
}

/** Lines whose break is still open: what was missing may have come. */
export function lockBrokenLines(tx: Tx, limit: number): Promise<LineRow[]> {
  return all(
    tx.db,
    sql<LineRow>`select ${lineColumns} from reconciliation.lines l join reconciliation.statements s on s.id = l.statement_id
      where l.state = 'broken' and exists (select 1 from reconciliation.breaks b
        where b.statement_id = l.statement_id and b.line_no = l.no and b.state = 'open')
      order by l.at desc limit ${limit} for update of l skip locked`,
  )
}

/** Which of ours a line speaks of already. */
export async function matchedAmong(db: Db, kind: About, ids: readonly string[]): Promise<Set<string>> {
  const rows = await all(
    db,
    sql<{ id: string }>`select matched_id as id from reconciliation.lines
      where kind = ${kind} and matched_id = any(${ids}::uuid[])`,
  )
  return new Set(rows.map(({ id }) => id))
}

export async function noteLines(
  tx: Tx,
  lines: readonly { statementId: string; no: number; matchedId: string | null }[],
): Promise<void> {
  await sql`update reconciliation.lines l
    set state = case when g.matched_id is null then 'broken' else 'matched' end, matched_id = g.matched_id
    from unnest(${lines.map((line) => line.statementId)}::uuid[], ${lines.map((line) => line.no)}::integer[],
      ${lines.map((line) => line.matchedId)}::uuid[]) as g (statement_id, no, matched_id)
    where l.statement_id = g.statement_id and l.no = g.no`.execute(tx.db)
}

export interface BreakRow {
  id: string
  kind: BreakKind
  state: 'open' | 'explained' | 'resolved'
  provider: string
  about: About
  reference: string
  statementId: string | null
  statementName: string | null
  lineNo: number | null
  oursMinor: number | null
  theirsMinor: number | null
  currency: Currency
  note: string
  foundAt: Temporal.Instant
  closedAt: Temporal.Instant | null
}

export type NewBreak = Omit<BreakRow, 'state' | 'statementName' | 'note' | 'foundAt' | 'closedAt'> & { cause: string }

/** One that was found before stays as it is. */
export async function insertBreaks(tx: Tx, breaks: readonly NewBreak[]): Promise<void> {
  if (breaks.length === 0) return
  await sql`insert into reconciliation.breaks (id, cause, kind, provider, about, reference, statement_id, line_no, ours_minor,
      theirs_minor, currency, found_at)
    select b.*, ${tx.now.toString()}::timestamptz
    from unnest(${breaks.map((each) => each.id)}::uuid[], ${breaks.map((each) => each.cause)}::text[],
      ${breaks.map((each) => each.kind)}::text[], ${breaks.map((each) => each.provider)}::text[],
      ${breaks.map((each) => each.about)}::text[], ${breaks.map((each) => each.reference)}::text[],
      ${breaks.map((each) => each.statementId)}::uuid[], ${breaks.map((each) => each.lineNo)}::integer[],
      ${breaks.map((each) => each.oursMinor)}::bigint[], ${breaks.map((each) => each.theirsMinor)}::bigint[],
      ${breaks.map((each) => each.currency)}::text[]) as b
    on conflict (cause) do nothing`.execute(tx.db)
}

/** What was found about these is settled: a line matches now. Fees that differ stay, since they differ. */
export async function resolveBreaks(tx: Tx, about: About, references: readonly string[], note: string): Promise<void> {
  if (references.length === 0) return
  await sql`update reconciliation.breaks set state = 'resolved', closed_at = ${tx.now.toString()}, note = ${note}
    where about = ${about} and reference = any(${references}::text[]) and state = 'open'
      and kind in ('unknown_to_provider', 'not_taken_by_us')`.execute(tx.db)
}

export async function resolveBreaksOfLines(
  tx: Tx,
  lines: readonly { statementId: string; no: number }[],
  note: string,
): Promise<void> {
  if (lines.length === 0) return
  await sql`update reconciliation.breaks b set state = 'resolved', closed_at = ${tx.now.toString()}, note = ${note}
    from unnest(${lines.map((line) => line.statementId)}::uuid[], ${lines.map((line) => line.no)}::integer[]) as g (id, no)
    where b.statement_id = g.id and b.line_no = g.no and b.state = 'open' and b.kind <> 'fee_differs'`.execute(tx.db)
}

const breakColumns = sql`b.id, b.kind, b.state, b.provider, b.about, b.reference, b.statement_id as "statementId",
  (select s.name from reconciliation.statements s where s.id = b.statement_id) as "statementName", b.line_no as "lineNo",
  b.ours_minor as "oursMinor", b.theirs_minor as "theirsMinor", b.currency, b.note, b.found_at as "foundAt", b.closed_at as "closedAt"`

export function breaksPage(
  db: Db,
  page: { state?: BreakRow['state']; before: { at: string; id: string } | null; limit: number },
): Promise<BreakRow[]> {
  const ofState = page.state ? sql`and b.state = ${page.state}` : sql``
  const before = page.before
    ? sql`and (b.found_at, b.id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`
    : sql``
  return all(
    db,
    sql<BreakRow>`select ${breakColumns} from reconciliation.breaks b where true ${ofState} ${before}
      order by b.found_at desc, b.id desc limit ${page.limit}`,
  )
}

export function lockBreak(tx: Tx, id: string): Promise<BreakRow | null> {
  return first(
    tx.db,
    sql<BreakRow>`select ${breakColumns} from reconciliation.breaks b where b.id = ${id} for update of b`,
  )
}

export async function noteBreak(
  tx: Tx,
  id: string,
  said: { state: 'open' | 'explained'; note: string; by: string | null },
): Promise<void> {
  const closedAt = said.state === 'open' ? null : tx.now.toString()
  await sql`update reconciliation.breaks set state = ${said.state}, note = ${said.note}, closed_at = ${closedAt},
      closed_by = ${said.by}
    where id = ${id}`.execute(tx.db)
}

export async function openBreaks(db: Db): Promise<number> {
  const row = await first(
    db,
    sql<{ count: number }>`select count(*) as count from reconciliation.breaks where state = 'open'`,
  )
  return row?.count ?? 0
}

const statementColumns = sql`s.id, s.provider, s.name, s.from_at as "from", s.until_at as "until",
  s.imported_at as "importedAt", s.lines, l.*`
const counts = sql`(select count(*) filter (where state = 'matched') as matched, count(*) filter (where state = 'broken') as broken,
    coalesce(sum(amount_minor) filter (where kind = 'payment'), 0)::bigint as "takenMinor",
    coalesce(sum(amount_minor) filter (where kind = 'refund'), 0)::bigint as "givenBackMinor",
    coalesce(sum(fee_minor), 0)::bigint as "feesMinor", min(currency) as currency
  from reconciliation.lines where statement_id = s.id)`

export function statementsPage(
  db: Db,
  page: { before: { at: string; id: string } | null; limit: number },
): Promise<StatementRow[]> {
  const before = page.before
    ? sql`where (s.imported_at, s.id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`
    : sql``
  return all(
    db,
    sql<StatementRow>`select ${statementColumns} from reconciliation.statements s cross join lateral ${counts} l ${before}
      order by s.imported_at desc, s.id desc limit ${page.limit}`,
  )
}

export function findStatement(db: Db, id: string): Promise<StatementRow | null> {
  return first(
    db,
    sql<StatementRow>`select ${statementColumns} from reconciliation.statements s cross join lateral ${counts} l
      where s.id = ${id}`,
  )
}

/** Until when the provider's statements have been fetched. */
export async function fetchedUntil(db: Db, provider: string): Promise<Temporal.Instant | null> {
  const row = await first(
    db,
    sql<{ until: Temporal.Instant | null }>`select max(until_at) as until from reconciliation.statements
      where provider = ${provider}`,
  )
  return row?.until ?? null
}
