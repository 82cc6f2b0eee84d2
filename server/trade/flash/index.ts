/**
 * Flash sales: so many units of one SKU, in one room, for some minutes, at a price that beats the last two weeks.
 *
 * Always true: the units are carved from what is for sale when the countdown begins, and every one of them is left in the sale,
 * in an order, or back on the shelf; the server's clock alone says when it sells; a creator sells what he was granted, or less, at
 * the price that was granted; viewers are told each step once, in the commit that takes it.
 * Not here: which price wins (`goods/listings`), the order (`trade/orders`), what is on air (`live/rooms`).
 */
export {
  countdownSecondsMax,
  countdownSecondsMin,
  type FlashGrant,
  type FlashRefusal,
  type FlashSale,
  type FlashStock,
  flashMinutesMax,
  flashMinutesMin,
  refuseFlash,
  unitsLeftOf,
  unpaidFlashMinutes,
} from './flash.ts'
export { announceFromGrant, announceSale, type OnAir } from './announce-sale.ts'
export { grantFlash } from './grant-flash.ts'
export { flashOf, grantsOf as flashGrantsOf, loadFlash, lockFlash } from './store.ts'
export { areOfFlashSales, type FlashTaken, returnFlashUnits, sellFlashUnits } from './sell-units.ts'
export { moveFlashSales, stopFlashOfSession, stopSale, tellFlashUnits } from './move-sale.ts'
export { flashRoutes } from './routes.ts'
