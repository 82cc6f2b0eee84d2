import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { PaysBy, Rule, Withdrawal, WithdrawalState } from './withdrawal.ts'

const ruleColumns = sql`version, valid_from as "validFrom", minimum_minor as "minimumMinor", fee_minor as "feeMinor",
  fee_basis_points as "feeBasisPoints", review_above_minor as "reviewAboveMinor", per_day_minor_max as "perDayMinorMax"`

/** The rule that holds at an instant; there is always one. */
export async function ruleAt(db: Db, now: Temporal.Instant): Promise<Rule> {
  const rule = await first(
    db,
    sql<Rule>`select ${ruleColumns} from withdrawals.rules where valid_from <= ${now.toString()}
      order by valid_from desc limit 1`,
  )
  if (rule === null) throw new Error('There is no rule for withdrawals.')
  return rule
}

export function rulesOf(db: Db, limit: number): Promise<Rule[]> {
  return all(db, sql<Rule>`select ${ruleColumns} from withdrawals.rules order by valid_from desc limit ${limit}`)
}

/** False when another rule begins at that instant. */
export async function insertRule(tx: Tx, rule: Omit<Rule, 'version'>, setBy: string | null): Promise<boolean> {
  const rows = await touched(
    tx.db,
    sql`insert into withdrawals.rules (version, valid_from, minimum_minor, fee_minor, fee_basis_points, review_above_minor,
        per_day_minor_max, set_by)
      select max(version) + 1, ${rule.validFrom.toString()}::timestamptz, ${rule.minimumMinor}::bigint, ${rule.feeMinor}::bigint,
        ${rule.feeBasisPoints}::integer, ${rule.reviewAboveMinor}::bigint, ${rule.perDayMinorMax}::bigint, ${setBy}::uuid
      from withdrawals.rules
      on conflict (valid_from) do nothing`,
  )
  return rows === 1
}

const columns = sql`id, number, person_id as "personId", person_name as "personName", amount_minor as "amountMinor",
  fee_minor as "feeMinor", currency, holder, bank, account, rule_version as "ruleVersion", state, pays_by as "paysBy", note,
  requested_at as "requestedAt", file_id as "fileId", ended_at as "endedAt", asks`

export type NewWithdrawal = Omit<Withdrawal, 'number' | 'note' | 'requestedAt' | 'fileId' | 'endedAt' | 'asks'>

/** True when it is new; an id that was used before is left alone. */
export async function insertWithdrawal(tx: Tx, wanted: NewWithdrawal): Promise<boolean> {
  const now = tx.now.toString()
  const rows = await touched(
    tx.db,
    sql`insert into withdrawals.withdrawals (id, number, person_id, person_name, amount_minor, fee_minor, currency, holder, bank,
        account, rule_version, state, pays_by, requested_at, ask_at)
      values (${wanted.id}, 'W' || nextval('withdrawals.numbers'), ${wanted.personId}, ${wanted.personName}, ${wanted.amountMinor},
        ${wanted.feeMinor}, ${wanted.currency}, ${wanted.holder}, ${wanted.bank}, ${wanted.account}, ${wanted.ruleVersion},
        ${wanted.state}, ${wanted.paysBy}, ${now}, ${now})
      on conflict (id) do nothing`,
  )
  return rows === 1
}

export function findWithdrawal(db: Db, id: string): Promise<Withdrawal | null> {
  return first(db, sql<Withdrawal>`select ${columns} from withdrawals.withdrawals where id = ${id}`)
}

export function lockWithdrawal(tx: Tx, id: string): Promise<Withdrawal | null> {
  return first(tx.db, sql<Withdrawal>`select ${columns} from withdrawals.withdrawals where id = ${id} for update`)
}

export function withdrawalsByIds(db: Db, ids: readonly string[]): Promise<Withdrawal[]> {
  if (ids.length === 0) return Promise.resolve([])
  return all(db, sql<Withdrawal>`select ${columns} from withdrawals.withdrawals where id = any(${ids}::uuid[])`)
}

/** What a person has asked for since an instant and has not had back. */
export async function askedSince(db: Db, personId: string, since: Temporal.Instant): Promise<number> {
  const row = await first(
    db,
    sql<{ sum: number }>`select coalesce(sum(amount_minor), 0)::bigint as sum from withdrawals.withdrawals
      where person_id = ${personId} and requested_at > ${since.toString()} and state not in ('refused', 'failed')`,
  )
  return row?.sum ?? 0
}

export function withdrawalsPage(
  db: Db,
  page: {
    personId?: string
    state?: WithdrawalState
    before: { at: string; id: string } | null
    limit: number
  },
): Promise<Withdrawal[]> {
  const conditions = [
    page.personId ? sql`and person_id = ${page.personId}` : sql``,
    page.state ? sql`and state = ${page.state}` : sql``,
    page.before ? sql`and (requested_at, id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)` : sql``,
  ]
  return all(
    db,
    sql<Withdrawal>`select ${columns} from withdrawals.withdrawals where true ${sql.join(conditions, sql` `)}
      order by requested_at desc, id desc limit ${page.limit}`,
  )
}

export async function noteReview(
  tx: Tx,
  id: string,
  review: { state: 'approved' | 'refused'; paysBy: PaysBy; note: string; by: string | null },
): Promise<void> {
  const now = tx.now.toString()
  const endedAt = review.state === 'refused' ? now : null
  await sql`update withdrawals.withdrawals set state = ${review.state}, pays_by = ${review.paysBy}, note = ${review.note},
      reviewed_at = ${now}, reviewed_by = ${review.by}, ended_at = ${endedAt}, ask_at = ${now}
    where id = ${id}`.execute(tx.db)
}

export async function noteEnd(tx: Tx, id: string, state: 'paid' | 'failed', note: string): Promise<void> {
  await sql`update withdrawals.withdrawals set state = ${state}, ended_at = ${tx.now.toString()},
      note = case when ${note}::text = '' then note else ${note}::text end
    where id = ${id}`.execute(tx.db)
}

export function withdrawalsToPay(db: Db, now: Temporal.Instant, limit: number): Promise<Withdrawal[]> {
  return all(
    db,
    sql<Withdrawal>`select ${columns} from withdrawals.withdrawals
      where state = 'approved' and pays_by = 'provider' and ask_at <= ${now.toString()} order by ask_at limit ${limit}`,
  )
}

export async function noteAsked(tx: Tx, id: string, askAt: Temporal.Instant): Promise<void> {
  await sql`update withdrawals.withdrawals set asks = asks + 1, ask_at = ${askAt.toString()}
    where id = ${id} and state = 'approved'`.execute(tx.db)
}

export interface PayoutFile {
  id: string
  number: string
  madeAt: Temporal.Instant
  lines: number
  sumMinor: number
  currency: string
  /** How many of its lines the bank has answered. */
  ended: number
}

/** The approved ones that go by file, oldest first, locked; what another is at is left to him. */
export function lockForFile(tx: Tx, limit: number): Promise<{ id: string }[]> {
  return all(
    tx.db,
    sql`select id from withdrawals.withdrawals where state = 'approved' and pays_by = 'file'
      order by requested_at, id limit ${limit} for update skip locked`,
  )
}

export async function insertFile(
  tx: Tx,
  file: { id: string; by: string | null; ids: readonly string[] },
): Promise<void> {
  await sql`insert into withdrawals.files (id, number, made_at, made_by)
    values (${file.id}, 'F' || nextval('withdrawals.file_numbers'), ${tx.now.toString()}, ${file.by})`.execute(tx.db)
  await sql`update withdrawals.withdrawals set state = 'sent', file_id = ${file.id}
    where id = any(${file.ids}::uuid[])`.execute(tx.db)
}

const fileColumns = sql`f.id, f.number, f.made_at as "madeAt", w.*`
const fileSums = sql`(select count(*) as lines, coalesce(sum(amount_minor - fee_minor), 0)::bigint as "sumMinor",
    coalesce(min(currency), '') as currency, count(ended_at) as ended
  from withdrawals.withdrawals where file_id = f.id)`

export function filesPage(
  db: Db,
  page: { before: { at: string; id: string } | null; limit: number },
): Promise<PayoutFile[]> {
  const before = page.before
    ? sql`where (f.made_at, f.id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`
    : sql``
  return all(
    db,
    sql<PayoutFile>`select ${fileColumns} from withdrawals.files f cross join lateral ${fileSums} w ${before}
      order by f.made_at desc, f.id desc limit ${page.limit}`,
  )
}

export function findFile(db: Db, id: string): Promise<PayoutFile | null> {
  return first(
    db,
    sql<PayoutFile>`select ${fileColumns} from withdrawals.files f cross join lateral ${fileSums} w where f.id = ${id}`,
  )
}

export function withdrawalsOfFile(db: Db, fileId: string): Promise<Withdrawal[]> {
  return all(
    db,
    sql<Withdrawal>`select ${columns} from withdrawals.withdrawals where file_id = ${fileId} order by number limit 1000`,
  )
}
