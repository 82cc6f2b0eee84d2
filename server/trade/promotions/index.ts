/**
 * Promotions: discounts that apply by themselves, who bears them, and the budgets they draw on.
 *
 * Always true: the funders of a discount sum to 100 %; what the platform bears comes out of a budget that is never
 * overspent, however many orders come at once; a discount applies whole or not at all.
 * Not here: the shelf price (`goods/listings`), the frozen discount lines (`trade/orders`).
 */
export {
  type AppliedDiscount,
  bestDiscount,
  type Budget,
  type Funders,
  payMinorMin,
  type Promotion,
} from './promotion.ts'
export { budgetsOf, drawBudgets, insertBudget, insertPromotion, lockBudgets, promotionsInForce } from './store.ts'
