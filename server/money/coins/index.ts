/**
 * Coins: money that buyers spend on gifts, and whose a gift is.
 *
 * Always true: the coins that people have, times what a coin is worth, are what the books owe them for coins, person by person;
 * a purchase, a gift and a return happen once per id; the parts of a gift sum to what its coins were worth, by terms that are
 * kept with it; a gift that is given back takes every part back, also from who was paid already.
 * Not here: rooms, catalogue, limits and top lists (`live/gifts`), the provider (`payments`), payouts (`settlements`).
 *
 *   bought      wallet -> coins        the same money under another name
 *   given       coins -> pending       of creator and agency; the platform's part is revenue at once
 *   released    pending -> available   after the days of the terms
 *   returned    all of it back to coins; for a minor, on to the wallet
 */
export {
  coinPacks,
  coinValueMinor,
  type Share,
  type Spend,
  type Split,
  splitGift,
  type Terms,
  worthOf,
} from './coins.ts'
export {
  buyCoins,
  buyCoinsWithPayment,
  type BuyCoinsRefusal,
  type CoinWish,
  finishWaitingPurchases,
} from './buy-coins.ts'
export { cashOutCoins, giveCoins, lockCoins, returnCoins, termsAt } from './give-coins.ts'
export { giftReleaseBite, releaseDueGifts, releaseGifts } from './release-gifts.ts'
export { coinsRoutes } from './routes.ts'
export { giftEarningsOf, insertTerms as setTerms } from './store.ts'
