/**
 * Listings: what is sold where, by whom, at what price and for which commission.
 *
 * Always true: a price and a rate hold from the moment they are set and never change afterwards, the latest one is the
 * present one; what a page shows as left comes from the warehouse and never goes back to an older fact.
 * Not here: what a product is (`goods/catalog`), whether a unit is really there (`supply/warehouse` decides), discounts
 * (`trade/promotions`), other plans than the open one.
 */
export {
  everyChannel,
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
export { showSalesOnListings, showStockOnListings, uncountSaleOnListings } from './show-stock.ts'
export { cardOf, listingsRoutes, viewOf } from './routes.ts'
