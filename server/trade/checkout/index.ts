/**
 * Checkout: the price shown, and the order desk that commits wishes in groups.
 *
 * Always true: an asker hears "placed" only after the commit; the queue is bounded and says when to come back; what was
 * quoted is computed by the same function that computes what is paid.
 * What follows from a comment or a draw is noted first, and placed once its transaction is over.
 * Not here: the decision and the rows (`trade/orders`), discounts (`trade/promotions`).
 */
export { openOrderDesk, type OrderDesk, pressingWaitMs, reopenSoldOut } from './order-desk.ts'
export { noteClaims, notePrize, placeNotedWishes } from './hold-claims.ts'
export { quote } from './quote.ts'
export { checkoutRoutes, wishOf } from './routes.ts'
