/**
 * Listings: what is sold where, by whom, at what price and for which commission.
 *
 * Always true: a price and a rate hold from the moment they are set and never change afterwards, the latest one of the shelf is the
 * present one, and a price for a time goes before it while it holds; the same function says so everywhere. What a page shows as
 * left comes from the warehouse and never goes back to an older fact.
 * Not here: what a product is (`goods/catalog`), whether a unit is really there (`supply/warehouse` decides), discounts
 * (`trade/promotions`), other plans than the open one.
 */
export {
  everyChannel,
  explainPrice,
  type PriceFunders,
  platformPartOf,
  type TimedPrice,
  type TimedPriceKind,
  videoChannel,
  timedPriceKinds,
  type WhyNot,
  winningPrice,
} from './price.ts'
export {
  type Offer,
  platformSellerId,
  platformSellerName,
  type ProductOffer,
  type ShownSku,
  type StockOwner,
  unitsShownMax,
} from './offer.ts'
export { listEverything, listOnSale, loadOffers, offersOfProducts } from './load-offers.ts'
export { type ListProduct, listProduct, setCommissionRate } from './list-product.ts'
export { type SetPrice, setPrice } from './set-price.ts'
export {
  endTimedPrice,
  forgetRoomOnAir,
  lowestPriceOf,
  priceWindowDays,
  priceHistoryOf,
  type SetTimedPrice,
  type TimedPriceRefusal,
  setTimedPrice,
  showSoldOut,
  timedPricesOf,
  noteRoomOnAir,
} from './timed-prices.ts'
export { type HistoryPoint, lowestOf, shelfHistory } from './price-history.ts'
export { showSalesOnListings, showStockOnListings, uncountSaleOnListings } from './show-stock.ts'
export { cardOf, listingsRoutes, viewOf } from './routes.ts'
