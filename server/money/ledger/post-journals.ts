import { allOf, type Tx } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { changesOfFloors, checkJournal, hasFloor, isSameJournal, type Journal } from './journal.ts'
import {
  changeBalances,
  insertJournals,
  journalsByCause,
  lockBalanceRows,
  openBalances,
  readBalanceRows,
} from './store.ts'

export const journalsPerPostingMax = 5_000

// What a transaction has locked already, so that the desk, which locks wallets before it decides, does not lock them twice.
const lockedIn = new WeakMap<Tx, Map<string, number | null>>()

/**
 * What the owners of these accounts have, locked until the transaction ends, in account order. For accounts with a floor
 * only: the others hold no running balance, and locking one would make a queue of all sales. An account that was never
 * used has 0, and no row to lock: nothing can be taken from it.
 */
export async function lockBalances(tx: Tx, accounts: readonly string[]): Promise<Map<string, number>> {
  const balances = await lockRows(tx, accounts)
  return new Map([...balances].map(([account, balance]) => [account, balance ?? 0]))
}

/** The same without locks: somebody may spend it a moment later. Postings hold the floor, whatever was read. */
export async function readBalances(tx: Tx, accounts: readonly string[]): Promise<Map<string, number>> {
  assert(accounts.every(hasFloor), 'only accounts with a floor hold a running balance')
  const balances = new Map(accounts.map((account) => [account, 0]))
  for (const row of await readBalanceRows(tx, accounts)) balances.set(row.account, row.balance)
  return balances
}

async function lockRows(tx: Tx, accounts: readonly string[]): Promise<Map<string, number | null>> {
  assert(accounts.every(hasFloor), 'only accounts with a floor are locked')
  let known = lockedIn.get(tx)
  if (known === undefined) {
    known = new Map()
    lockedIn.set(tx, known)
  }
  const unknown = [...new Set(accounts)].filter((account) => !known.has(account)).sort()
  if (unknown.length > 0) {
    for (const account of unknown) known.set(account, null)
    for (const row of await lockBalanceRows(tx, unknown)) known.set(row.account, row.balance)
  }
  return new Map(accounts.map((account) => [account, known.get(account) ?? null]))
}

/**
 * Writes journals in bulk, and what wallets have in the same transaction. A cause that was posted before is left alone
 * when it is the same journal; when it is another one, that is a fault. Refuses when a wallet would fall below zero.
 * Wallets are locked last, so a caller who locks something else gives what asks for it as `lockFirst`.
 */
export async function postJournals(
  tx: Tx,
  journals: readonly Journal[],
  lockFirst: () => Promise<unknown> = async () => undefined,
): Promise<Outcome<{ posted: number }, 'balance_too_low'>> {
  if (journals.length === 0) {
    await lockFirst()
    return done({ posted: 0 })
  }
  assert(journals.length <= journalsPerPostingMax, 'journals are posted in bounded batches')
  for (const journal of journals) checkJournal(journal)

  // What a sale does, only to take from wallets, is asked for at once: the update itself holds the floor and the causes.
  const asked = changesOfFloors(journals)
  const taking = asked.length > 0 && asked.every(({ changeMinor }) => changeMinor < 0)
  const [freshIds, , taken] = await allOf([
    insertJournals(tx, journals),
    lockFirst(),
    taking ? changeBalances(tx, asked, journals) : 0,
  ])
  if (taking && freshIds.size === journals.length) {
    if (taken !== asked.length) return refuse('balance_too_low')
    noteChanged(tx, asked)
    return done({ posted: journals.length })
  }
  const fresh = freshIds.size === journals.length ? journals : journals.filter((journal) => freshIds.has(journal.id))
  if (fresh.length < journals.length) await compareRepeated(tx, journals, freshIds)

  const changes = changesOfFloors(fresh)
  if (changes.length === 0) return done({ posted: fresh.length })

  const balances = await lockRows(
    tx,
    changes.map((change) => change.account),
  )
  for (const { account, changeMinor } of changes) {
    if ((balances.get(account) ?? 0) + changeMinor < 0) return refuse('balance_too_low')
  }
  const toOpen = changes.filter((change) => balances.get(change.account) === null)
  const toChange = changes.filter((change) => balances.get(change.account) !== null)
  if (toOpen.length > 0) {
    assert((await openBalances(tx, toOpen)) === toOpen.length, 'a wallet holds one currency')
  }
  if (toChange.length > 0 && (await changeBalances(tx, toChange)) !== toChange.length) return refuse('balance_too_low')

  // What was read under the lock is kept up to date, so that a second posting in this transaction decides on the truth.
  for (const { account } of toOpen) lockedIn.get(tx)?.delete(account)
  noteChanged(tx, toChange)
  return done({ posted: fresh.length })
}

function noteChanged(tx: Tx, changes: readonly { account: string; changeMinor: number }[]): void {
  const known = lockedIn.get(tx)
  for (const { account, changeMinor } of changes) {
    const before = known?.get(account)
    if (before != null) known?.set(account, before + changeMinor)
  }
}

async function compareRepeated(tx: Tx, journals: readonly Journal[], freshIds: ReadonlySet<string>): Promise<void> {
  const repeated = journals.filter((journal) => !freshIds.has(journal.id))
  const earlier = await journalsByCause(
    tx.db,
    repeated.map((journal) => journal.cause),
  )
  const byCause = new Map(earlier.map((journal) => [journal.cause, journal]))
  for (const journal of repeated) {
    const before = byCause.get(journal.cause)
    assert(before !== undefined, `the journal of cause ${journal.cause} can be read`)
    assert(isSameJournal(journal, before), `the cause ${journal.cause} was posted before, with something else`)
  }
}
