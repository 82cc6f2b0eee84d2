/**
 * Promotions: discounts that apply by themselves, coupons that people claim and use, who bears them, and the budgets they draw on.
 *
 * Always true: the funders of a discount sum to 100 %; what the platform bears comes out of a budget that is never
 * overspent, however many orders come at once; a discount applies whole or not at all. A coupon is claimed by no more people than
 * there are coupons, by each as often as he may, and used once; it comes back when all orders that used it were taken back.
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
export { applyCoupon, type Coupon, usableCoupons } from './coupon.ts'
export { couponBooksOf, couponsOf, couponUseOf, loadCoupons, lockCoupons, returnClaims, spendClaims } from './store.ts'
export { claimCoupon } from './claim-coupon.ts'
export { handOutCoupon } from './hand-out.ts'
export { pricesRoutes } from './prices.ts'
export { openCoupon, promotionsRoutes, viewOf as couponViewOf } from './routes.ts'
export { budgetsOf, drawBudgets, insertBudget, insertPromotion, lockBudgets, promotionsInForce } from './store.ts'
