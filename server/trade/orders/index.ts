/**
 * Orders: what a buyer agreed to, at the price that was shown.
 *
 * Always true: the terms of a placed order never change; stock, order, payment, commission and journal commit together;
 * the asker's id meets the same order however often it is sent; an order that waits for its payment holds its units for minutes and
 * then gives everything back, once; money that comes too late wins the goods again or goes back; states only go forward; no line gives back more than was paid for
 * it.
 * Not here: the queue in front (`trade/checkout`), money (`money/ledger`), parcels (`supply/fulfilment`).
 */
export {
  type Address,
  autoConfirmDays,
  mayBuyUnits,
  type OrderWish,
  type Priced,
  type PricedLine,
  priceLines,
  stockOf,
} from './order.ts'
export { type OrderAnswer, placeOrders, tryPlaceOrders, isStale, videoChannel } from './place-orders.ts'
export { confirmDueOrders, confirmOrder } from './confirm-order.ts'
export { cancelOrder } from './cancel-order.ts'
export { closeDueOrders, payWithReceived } from './pay-order.ts'
export { approveSilentAfterSales, finishReturn, lapseDueReturns } from './refund-order.ts'
export { noteReplacement } from './replace-goods.ts'
export { noteParcelOnOrder, tellCreatorsOfSales } from './note-parcel.ts'
export { boughtOf, historyOf, orderNumbersOf, placedAmong } from './store.ts'
export { explanationOf } from './views.ts'
export { type OrderFacts, orderFacts } from './order-facts.ts'
export { ordersRoutes } from './routes.ts'
export { promiseOf } from './promise.ts'
