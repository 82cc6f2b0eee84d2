/**
 * Ledger: the books. A journal is one flow of money (or of goods at cost), written once, for one cause.
 *
 * Always true: journals and postings never change; a journal has two postings or more and they sum to zero, which the
 * database itself refuses to break; a cause is posted once; what a wallet has is minus the sum of its postings, changes in
 * the same transaction, and is never below zero.
 * Not here: why money moves (`payments`, `settlements`, `trade/orders`), who earns what (`commissions`).
 *
 * Locks: wallets in account order, after stock. Accounts without a floor are never locked and hold no running balance;
 * theirs is the fold of the postings.
 */
export {
  accounts,
  coinsOf,
  depositOf,
  feeAccountOf,
  payableKinds,
  type PayableKind,
  payableOf,
  payableOfSupplier,
  walletOf,
} from './accounts.ts'
export { type Journal, type JournalKind, type PostedJournal, type Posting, withoutZeros } from './journal.ts'
export { journalsPerPostingMax, lockBalances, postJournals, readBalances } from './post-journals.ts'
export { journalById } from './store.ts'
export {
  accountPage,
  accountsOnLine,
  balanceOf,
  balancesOf,
  type Entry,
  findJournal,
  journalsOfOrder,
  listEntries,
  owedForCoins,
} from './read-books.ts'
export { ledgerRoutes } from './routes.ts'
