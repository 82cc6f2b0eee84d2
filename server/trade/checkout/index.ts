/**
 * Checkout: the price shown, and the order desk that commits wishes in groups.
 *
 * Always true: an asker hears "placed" only after the commit; the queue is bounded and says when to come back; what was
 * quoted is computed by the same function that computes what is paid.
 * Not here: the decision and the rows (`trade/orders`), discounts (`trade/promotions`).
 */
export { openOrderDesk, type OrderDesk, pressingWaitMs, reopenSoldOut } from './order-desk.ts'
export { holdClaims } from './hold-claims.ts'
export { quote } from './quote.ts'
export { checkoutRoutes, wishOf } from './routes.ts'
