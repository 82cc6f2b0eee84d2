/**
 * Settlements: from the day a buyer confirms to the day the money is at the party's bank.
 *
 * Always true: an order's escrow is released once, to the parties or back to the buyer; a party's pending, available, reserve
 * and payout accounts are the sums of the lines that stand behind them; a payout is the sum of its lines, and once closed
 * neither changes; a refund after a payout makes what is available negative, and later earnings net it.
 * Not here: who earns what (`commissions`), the provider that carries the money (`payments`), the books (`ledger`).
 *
 *   confirmed          pending      the return window is open: 15 days; of a seller's sale 3, 7 or 15 by his tier
 *   window over        available    less 5 % that is kept back for refunds and returned after 8 days
 *   payout closed      payout       itemised; the bank is told by a sweep
 *   bank has it        cash         or, if it came back, available again
 *   violation          frozen       from available and pending; given back, or forfeited, by what is decided
 */
export {
  type ConfirmedOrder,
  holdEarnings,
  type Refund,
  refundConfirmedOrder,
  returnUnconfirmedOrder,
  settleConfirmedOrder,
} from './settle-orders.ts'
export { releaseBite, releaseDueEarnings, reserveBasisPoints, reserveDays } from './release-earnings.ts'
export { sellerDaysDefault, sellerTiers, setSellerTier, type SoldLine } from './seller-sales.ts'
export { payoutLinesOf, sellerLinesOfOrders } from './store.ts'
export { lineNoOfCause } from './statement.ts'
export { forfeitEarnings, freezeEarnings, type Frozen, thawEarnings } from './freeze-earnings.ts'
export { forfeitOnFinalViolation, freezeOnViolation, thawOnClosedViolation } from './follow-violations.ts'
export { closePayout, payClosedPayouts, payoutLinesMax, payoutMinorMin } from './pay-out.ts'
export { payoutsByIds } from './store.ts'
export { noteEarnings, type OtherEarning } from './note-earnings.ts'
export { lockParty, partiesFrozen } from './store.ts'
export { sumsOf } from './sums.ts'
export { settlementsRoutes } from './routes.ts'
