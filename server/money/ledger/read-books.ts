import type { Db } from '#platform/database'
import { assert } from '#platform/outcome'
import { classOf } from './accounts.ts'
import { hasFloor, type PostedJournal } from './journal.ts'
import {
  accountEntries,
  accountsPage,
  type EntryRow,
  entriesPage,
  journalsByCause,
  journalsByOrder,
  sumOfCoins,
  sumsByAccount,
  walletBalance,
} from './store.ts'

/** All journals that name the order, oldest first. */
export function journalsOfOrder(db: Db, orderId: string): Promise<PostedJournal[]> {
  return journalsByOrder(db, orderId)
}

export async function findJournal(db: Db, cause: string): Promise<PostedJournal | null> {
  return (await journalsByCause(db, [cause]))[0] ?? null
}

/** Sums of postings, debits positive: what we owe is negative. Accounts that were never used have 0. */
export async function balancesOf(db: Db, accounts: readonly string[]): Promise<Map<string, number>> {
  const balances = new Map(accounts.map((account) => [account, 0]))
  for (const { account, amountMinor } of await sumsByAccount(db, accounts)) balances.set(account, amountMinor)
  return balances
}

/** What the owner of an account with a floor has, without a lock: for showing, not for deciding. */
export async function balanceOf(db: Db, account: string): Promise<number> {
  assert(hasFloor(account), 'only accounts with a floor hold a running balance')
  return (await walletBalance(db, account))[0]?.balance ?? 0
}

/** What we owe for all coins together, by the postings. */
export async function owedForCoins(db: Db): Promise<number> {
  return (await sumOfCoins(db))[0]?.minor ?? 0
}

export type Entry = EntryRow

/** The entries of one account, newest first. */
export function listEntries(db: Db, page: { account: string; before: string | null; limit: number }): Promise<Entry[]> {
  return entriesPage(db, page)
}

/** A line of the trial balance as the accounts that stand on it, by name; a line of one account has itself alone. */
export async function accountsOnLine(
  db: Db,
  page: { line: string; after: string | null; limit: number },
): Promise<{ account: string; amountMinor: number }[]> {
  const [begins = '', ends, more] = page.line.split('*')
  if (more !== undefined || !/^(wallet|coins|payable|deposit):/.test(begins)) return []
  if (ends === undefined) return []
  const without = begins === 'payable:' ? 'payable:supplier:' : null
  return accountsPage(db, { ...page, begins, ends, without })
}

/** Newest first; what the balance was after each follows from what it is now. */
export async function accountPage(
  db: Db,
  page: {
    account: string
    /** Where the page before ended, and what the balance was before that. */
    before: { journalId: string; no: number; balanceMinor: number } | null
    limit: number
  },
) {
  const total = (await balancesOf(db, [page.account])).get(page.account) ?? 0
  const rows = await accountEntries(db, page)
  let balanceMinor = page.before?.balanceMinor ?? total
  const entries = rows.map((row) => {
    const entry = { ...row, balanceMinor }
    balanceMinor -= row.amountMinor
    return entry
  })
  return { accountClass: classOf(page.account), balanceMinor: total, entries, beforeMinor: balanceMinor }
}
