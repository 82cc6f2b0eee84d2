/**
 * Showcase: the shopping bag of a broadcast, and the product that is being explained.
 *
 * Always true: at most 100 products hang in a bag and at most one is pinned; each explanation leaves a mark from when to
 * when; whatever changes for viewers is told on the room's topic in the commit that changed it; who waits for what is sold
 * out is told in the order in which they came; a comment claims only what its host lets comments claim.
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
export { mayExplain, mayPromote } from './may-promote.ts'
export { claimAll, claimIn } from './claims.ts'
export { type Mark, marksOf, moveMark } from './marks.ts'
export { tellRoomsOfProducts, tellRoomsOfStock } from './reactions.ts'
export { forgetSet, listSets, loadSet, saveSet } from './sets.ts'
export { claimModeOf, countClaims as claimsIn, setMode as setClaimMode } from './store.ts'
export { serveWaiting, serveWaitingOfStock, setWaiting, waitingOf } from './waiting.ts'
