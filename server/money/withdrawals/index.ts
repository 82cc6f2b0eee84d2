/**
 * Withdrawals: money that people take out of their wallets to their banks.
 *
 * Always true: what is asked for is reserved in the same commit; what is on its way is the sum of what has not ended; it ends once, at
 * the bank, less the fee of the rule that held when it was asked for, or all of it back in the wallet; above the rule's limit
 * somebody else has looked at it.
 * Not here: what parties earn and have paid out (`settlements`), the provider that carries it (`payments`).
 *
 *   review      above the limit: a second person looks
 *   approved    a provider is told by a sweep, or it waits for the next file
 *   sent        it stands in a file that somebody takes to the bank
 *   paid        the bank has it; failed, refused: it is in the wallet again
 */
export { withdrawalsByIds } from './store.ts'
export {
  makePayoutFile,
  noteWithdrawalEnd,
  payApprovedWithdrawals,
  requestWithdrawal,
  reviewWithdrawal,
} from './withdraw.ts'
export { withdrawalsRoutes } from './routes.ts'
