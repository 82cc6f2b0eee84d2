import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, type Tx } from '#platform/database'
import type { Journal, JournalKind, PostedJournal, Posting } from './journal.ts'

/**
 * Journals and postings of all given journals by one statement, since the database accepts only whole journals.
 * Answers the ids that are new; a cause that was posted before is left out.
 */
export async function insertJournals(tx: Tx, journals: readonly Journal[]): Promise<Set<string>> {
  const ids: string[] = []
  const kinds: string[] = []
  const causes: string[] = []
  const currencies: string[] = []
  const orderIds: (string | null)[] = []
  const journalIds: string[] = []
  const numbers: number[] = []
  const accounts: string[] = []
  const amounts: number[] = []
  const orders: (string | null)[] = []
  for (const journal of journals) {
    ids.push(journal.id)
    kinds.push(journal.kind)
    causes.push(journal.cause)
    currencies.push(journal.currency)
    orderIds.push(journal.orderId)
    let number = 0
    for (const posting of journal.postings) {
      journalIds.push(journal.id)
      numbers.push(++number)
      accounts.push(posting.account)
      amounts.push(posting.amountMinor)
      orders.push(posting.orderId ?? null)
    }
  }
  const rows = await tx.hot<{ id: string }>(
    'ledger.insert_journals',
    `with fresh as (
      insert into ledger.causes (cause, journal_id)
      select cause, id from unnest($3::text[], $1::uuid[]) as g (cause, id) order by cause
      on conflict (cause) do nothing returning journal_id),
    journals as (
      insert into ledger.journals (id, kind, cause, currency, order_id, at)
      select g.id, g.kind, g.cause, g.currency, g.order_id, $6::timestamptz
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[]) as g (id, kind, cause, currency, order_id)
      where g.id in (select journal_id from fresh)),
    postings as (
      insert into ledger.postings (journal_id, no, account, amount_minor, order_id)
      select g.journal_id, g.no, g.account, g.amount_minor, g.order_id
      from unnest($7::uuid[], $8::smallint[], $9::text[], $10::bigint[], $11::uuid[])
        as g (journal_id, no, account, amount_minor, order_id)
      where g.journal_id in (select journal_id from fresh))
    select journal_id as id from fresh`,
    [ids, kinds, causes, currencies, orderIds, tx.now.toString(), journalIds, numbers, accounts, amounts, orders],
  )
  return new Set(rows.map((row) => row.id))
}

/** Locks in account order, so two transactions over the same wallets cannot deadlock. Answers those that exist. */
export function lockBalanceRows(tx: Tx, accounts: readonly string[]): Promise<{ account: string; balance: number }[]> {
  return tx.hot(
    'ledger.lock_balances',
    `select account, balance_minor as balance from ledger.balances where account = any($1::text[])
    order by account for update`,
    [accounts],
  )
}

export function readBalanceRows(tx: Tx, accounts: readonly string[]): Promise<{ account: string; balance: number }[]> {
  return tx.hot(
    'ledger.read_balances',
    'select account, balance_minor as balance from ledger.balances where account = any($1::text[])',
    [accounts],
  )
}

type Change = { account: string; currency: Currency; changeMinor: number }

/**
 * Locks the rows in account order and changes them, if each of these causes is posted by its journal and not by an earlier one.
 * Rows that took the change: one less than asked for means that a balance would have fallen below its floor, or that there is none.
 */
export async function changeBalances(
  tx: Tx,
  changes: readonly Change[],
  journals: readonly Pick<Journal, 'id' | 'cause'>[] = [],
): Promise<number> {
  const rows = await tx.hot(
    'ledger.change_balances',
    // Each change is looked up by its key: joined after the lock, five hundred changes were compared with five hundred rows.
    `with locked as (
      select b.account, c.change from unnest($1::text[], $2::bigint[], $3::text[]) as c (account, change, currency)
      join ledger.balances b on b.account = c.account and b.currency = c.currency
      where (select count(*) from unnest($4::text[], $5::uuid[]) as j (cause, id)
        where exists (select 1 from ledger.causes k where k.cause = j.cause and k.journal_id = j.id)) = cardinality($4::text[])
      order by b.account for update of b)
    update ledger.balances b set balance_minor = b.balance_minor + locked.change from locked
    where b.account = locked.account and b.balance_minor + locked.change >= 0
    returning 1`,
    [
      changes.map((each) => each.account),
      changes.map((each) => each.changeMinor),
      changes.map((each) => each.currency),
      journals.map(({ cause }) => cause),
      journals.map(({ id }) => id),
    ],
  )
  return rows.length
}

/** For accounts that had no row a moment ago; if another made it meanwhile, the change is added to that one. */
export async function openBalances(tx: Tx, changes: readonly Change[]): Promise<number> {
  const rows = await tx.hot(
    'ledger.open_balances',
    `insert into ledger.balances as b (account, balance_minor, currency)
    select account, change, currency from unnest($1::text[], $2::bigint[], $3::text[]) as c (account, change, currency)
    order by account
    on conflict (account) do update set balance_minor = b.balance_minor + excluded.balance_minor
      where b.currency = excluded.currency
    returning 1`,
    [
      changes.map((each) => each.account),
      changes.map((each) => each.changeMinor),
      changes.map((each) => each.currency),
    ],
  )
  return rows.length
}

interface JournalRow {
  id: string
  kind: JournalKind
  cause: string
  currency: Currency
  orderId: string | null
  at: Temporal.Instant
  postings: Posting[]
}

const posting = sql`json_strip_nulls(json_build_object('account', p.account, 'amountMinor', p.amount_minor, 'orderId', p.order_id))`
const journalColumns = sql`j.id, j.kind, j.cause, j.currency, j.order_id as "orderId", j.at, (
  select json_agg(${posting} order by p.no) from ledger.postings p where p.journal_id = j.id) as postings`

/** What lists show of a journal: that of a batch may hold thousands, of which nobody reads more than the first. */
export const postingsShownMax = 20

export function journalsByCause(db: Db, causes: readonly string[]): Promise<PostedJournal[]> {
  return all(
    db,
    sql<JournalRow>`select ${journalColumns} from ledger.causes c join ledger.journals j on j.id = c.journal_id
      where c.cause = any(${causes}::text[])`,
  )
}

/** Of a batch's journal only what is the order's: its own postings, and its part of the other side. */
export function journalsByOrder(db: Db, orderId: string): Promise<PostedJournal[]> {
  return all(
    db,
    sql<JournalRow>`select * from (
      select ${journalColumns} from ledger.journals j where j.order_id = ${orderId}
      union all
      select j.id, j.kind, j.cause, j.currency, own.order_id, j.at, (own.postings || jsonb_build_object(
        'account', (select s.account from ledger.postings s where s.journal_id = j.id and s.order_id is null),
        'amountMinor', -own.amount_minor, 'orderId', own.order_id))::json
      from (
        select p.journal_id, p.order_id, sum(p.amount_minor) as amount_minor, jsonb_agg(${posting} order by p.no) as postings
        from ledger.postings p where p.order_id = ${orderId} group by p.journal_id, p.order_id
      ) own join ledger.journals j on j.id = own.journal_id) journals
      order by at, id limit 100`,
  )
}

/** The index holds accounts with an owner only, and is used only where the query says so itself. */
function isAccount(account: string) {
  return /^(wallet|payable):/.test(account)
    ? sql`p.account = ${account} and (p.account like 'wallet:%' or p.account like 'payable:%')`
    : sql`p.account = ${account}`
}

/** Newest first. Ids are made in the order of time, so they are the cursor. */
export function journalsPage(
  db: Db,
  page: { account: string | null; before: string | null; limit: number },
): Promise<(PostedJournal & { morePostings: number })[]> {
  const ofAccount =
    page.account === null
      ? sql``
      : sql`and j.id in (select p.journal_id from ledger.postings p where ${isAccount(page.account)}
          and (${page.before}::uuid is null or p.journal_id < ${page.before}::uuid)
          order by p.journal_id desc limit ${page.limit * 2})`
  return all(
    db,
    sql<
      JournalRow & { morePostings: number }
    >`select j.id, j.kind, j.cause, j.currency, j.order_id as "orderId", j.at, (
        select json_agg(${posting} order by p.no) from ledger.postings p
        where p.journal_id = j.id and p.no <= ${postingsShownMax}) as postings,
        (select greatest(max(p.no) - ${postingsShownMax}, 0)::int from ledger.postings p where p.journal_id = j.id) as "morePostings"
      from ledger.journals j
      where (${page.before}::uuid is null or j.id < ${page.before}::uuid) ${ofAccount}
      order by j.id desc limit ${page.limit}`,
  )
}

/** Balances as folds of the postings, debits positive; accounts without postings are left out. */
export function sumsByAccount(
  db: Db,
  accounts: readonly string[],
): Promise<{ account: string; amountMinor: number }[]> {
  return all(
    db,
    accounts.every((account) => /^(wallet|payable):/.test(account))
      ? sql`select account, sum(amount_minor)::bigint as "amountMinor" from ledger.postings
          where account = any(${accounts}::text[]) and (account like 'wallet:%' or account like 'payable:%')
          group by account`
      : sql`select account, sum(amount_minor)::bigint as "amountMinor" from ledger.postings
          where account = any(${accounts}::text[]) group by account`,
  )
}

/** The whole books; wallets and payables of one kind in one sum. */
export function sumsByClass(db: Db): Promise<{ account: string; amountMinor: number }[]> {
  return all(
    db,
    sql`select case
        when account like 'wallet:%' then 'wallet:*'
        when account like 'coins:%' then 'coins:*'
        when account like 'deposit:%' then 'deposit:*'
        when account like 'payable:supplier:%' then 'payable:supplier:*'
        when account like 'payable:%' then 'payable:*:' || split_part(account, ':', 3)
        else account end as account, sum(amount_minor)::bigint as "amountMinor"
      from ledger.postings group by 1`,
  )
}

/** What all coins together are worth, as the postings say: what we owe for them is positive. */
export function sumOfCoins(db: Db): Promise<{ minor: number }[]> {
  return all(
    db,
    sql`select coalesce(-sum(amount_minor), 0)::bigint as minor from ledger.postings where account like 'coins:%'`,
  )
}

export function walletBalance(db: Db, account: string): Promise<{ balance: number }[]> {
  return all(db, sql`select balance_minor as balance from ledger.balances where account = ${account}`)
}

export interface EntryRow {
  journalId: string
  no: number
  kind: JournalKind
  orderId: string | null
  at: Temporal.Instant
  amountMinor: number
}

/** The entries of one account, newest first, after the cursor. */
export function entriesPage(
  db: Db,
  page: { account: string; before: string | null; limit: number },
): Promise<EntryRow[]> {
  return all(
    db,
    sql`select j.id as "journalId", p.no, j.kind, coalesce(p.order_id, j.order_id) as "orderId", j.at,
        p.amount_minor as "amountMinor"
      from ledger.postings p join ledger.journals j on j.id = p.journal_id
      where ${isAccount(page.account)} and (${page.before}::uuid is null or p.journal_id < ${page.before}::uuid)
      order by p.journal_id desc, p.no desc limit ${page.limit}`,
  )
}

export interface AccountEntryRow {
  journalId: string
  no: number
  kind: JournalKind
  cause: string
  orderId: string | null
  at: Temporal.Instant
  amountMinor: number
}

/** The entries of any account, newest first, after the cursor. */
export function accountEntries(
  db: Db,
  page: { account: string; before: { journalId: string; no: number } | null; limit: number },
): Promise<AccountEntryRow[]> {
  const { before } = page
  return all(
    db,
    sql<AccountEntryRow>`select j.id as "journalId", p.no, j.kind, j.cause, coalesce(p.order_id, j.order_id) as "orderId", j.at,
        p.amount_minor as "amountMinor"
      from ledger.postings p join ledger.journals j on j.id = p.journal_id
      where ${isAccount(page.account)} and (${before?.journalId ?? null}::uuid is null
        or (p.journal_id, p.no) < (${before?.journalId ?? null}::uuid, ${before?.no ?? null}::smallint))
      order by p.journal_id desc, p.no desc limit ${page.limit}`,
  )
}

/** Accounts with an owner whose names begin and end so, by name, after the cursor; those of suppliers stand on a line of their own. */
export function accountsPage(
  db: Db,
  page: { begins: string; ends: string; without: string | null; after: string | null; limit: number },
): Promise<{ account: string; amountMinor: number }[]> {
  const after = page.after ?? ''
  return all(
    db,
    sql`select p.account, sum(p.amount_minor)::bigint as "amountMinor" from ledger.postings p
      where starts_with(p.account, ${page.begins}) and right(p.account, ${page.ends.length}) = ${page.ends}
        and (${page.without}::text is null or not starts_with(p.account, ${page.without}))
        and p.account > ${after}
        ${/^(wallet|payable):/.test(page.begins) ? sql`and (p.account like 'wallet:%' or p.account like 'payable:%')` : sql``}
      group by p.account order by p.account limit ${page.limit}`,
  )
}

/** One journal with its first postings; of a batch, only what an order has in it, where one is named. */
export async function journalById(
  db: Db,
  of: { id: string; orderId: string | null },
): Promise<(PostedJournal & { morePostings: number }) | null> {
  const [row] = await all(
    db,
    sql<
      JournalRow & { morePostings: number }
    >`select j.id, j.kind, j.cause, j.currency, j.order_id as "orderId", j.at, (
        select json_agg(${posting} order by p.no) from ledger.postings p
        where p.journal_id = j.id and p.no <= ${postingsShownMax}) as postings,
        (select greatest(max(p.no) - ${postingsShownMax}, 0)::int from ledger.postings p where p.journal_id = j.id) as "morePostings"
      from ledger.journals j where j.id = ${of.id}`,
  )
  if (row === undefined || of.orderId === null || row.orderId !== null) return row ?? null
  const ofOrder = (await journalsByOrder(db, of.orderId)).find(({ id }) => id === of.id)
  return ofOrder === undefined ? null : { ...ofOrder, orderId: null, morePostings: 0 }
}
