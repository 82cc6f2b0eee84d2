/**
 * Showcase: the shopping bag of a broadcast, and the product that is being explained.
 *
 * Always true: at most 100 products hang in a bag and at most one is pinned; each explanation leaves a mark from when to
 * when; whatever changes for viewers is told on the room's topic in the commit that changed it.
 * Not here: whether the asker may touch this session (`live/rooms`), prices and stock (`goods/listings`).
 */
export {
  addToBag,
  type BagItemView,
  bagItemsMax,
  bagOf,
  closeBag,
  itemsInBags,
  openBag,
  orderBag,
  pin,
  pinnedProductsOf,
  removeFromBag,
  topicOf,
} from './bag.ts'
export { mayPromote } from './may-promote.ts'
export { tellRoomsOfProducts, tellRoomsOfStock } from './reactions.ts'
