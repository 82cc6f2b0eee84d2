/**
 * Fees: what a seller pays us of each line that he sells.
 *
 * Always true: a rule is never changed, only followed by another; a line has at most one fee of a kind, each with its own amount
 * and its tax stored apart; it comes from the rule of the deepest category of what was sold that has one, as it was when the order
 * was placed, and no later rule changes it; no more of it goes back than was taken.
 * Not here: what is left for the seller (`money/settlements`), categories (`goods/catalog`).
 */
export {
  feeAmount,
  feeKinds,
  type FeeKind,
  type FeeLine,
  feeLinesOf,
  type FeeReversal,
  type FeeRule,
  type FeeSchedule,
  reverseFee,
  ruleFor,
} from './fee.ts'
export { freezeFees, loadFeeSchedule, openFeeRule, openFeeTax } from './schedule.ts'
export { type FeeRow, feesByOrder as feesOfOrders, updateReversal as noteFeeReversal } from './store.ts'
export { feesRoutes } from './routes.ts'
