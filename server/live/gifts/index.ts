/**
 * Gifts: what viewers give a host in his room, in combos, and who gave most.
 *
 * Always true: a batch is given once per id, however many units it holds; only to a room that is on air, never by its own host
 * or by a known minor, never beyond the day's limit; numbers of a session have no gaps; a top list is the sum of the gifts behind it
 * that were not given back.
 * Not here: coins and whose a gift is (`money/coins`), who is a minor (`people/verification`).
 *
 * Delivery: a gift is whispered, and its number is a counter on the room's topic. Whispers may be lost and counters are not, so
 * who has seen a smaller number asks for what is between: each gift arrives at least once, under the same id.
 */
export {
  type CatalogueGift,
  decideGift,
  gapGiftsMax,
  type GiftState,
  rankingShown,
  type SendGiftRefusal,
} from './gift.ts'
export { dayLimitOf, type GiftWish, type GivenGift, sendGift, type SentGift } from './send-gift.ts'
export { type CaseWish, giftsPerCaseMax, openMinorCase } from './return-gifts.ts'
export { giftsRoutes } from './routes.ts'
