/**
 * The one effective price: pure, and the same for a page, a bag, a quote and the desk.
 *
 * Below the price of the shelf there may be prices for a time: everywhere, or only in a room while it is on air. The strongest
 * kind that holds wins, whatever it costs; of equally strong ones the lowest, then the oldest. None ever costs more than the shelf.
 */
import { splitByWeight, timesUnits } from '#contract/money'

/** The strongest first; the two of a live room are equally strong. */
export const timedPriceKinds = ['creatorLiveFlash', 'liveFlash', 'campaign', 'flash', 'discount'] as const
export type TimedPriceKind = (typeof timedPriceKinds)[number]

const strengthOf: Readonly<Record<TimedPriceKind, number>> = {
  creatorLiveFlash: 4,
  liveFlash: 4,
  campaign: 3,
  flash: 2,
  discount: 1,
}

/** Who bears the difference to the shelf price, in basis points that sum to 10,000. */
export interface PriceFunders {
  platform: number
  seller: number
  creator: number
  brand: number
}

/** A price that holds for a time. Nothing of it changes but that it may end early or run out of units. */
export interface TimedPrice {
  id: string
  skuId: string
  kind: TimedPriceKind
  name: { en: string; zh: string }
  channel: string
  /** Null: in every room and outside of rooms. */
  roomId: string | null
  /** The broadcast of that room that is on air, if it is: only who comes out of it has the price. */
  onAirSessionId: string | null
  priceMinor: number
  currency: string
  from: Temporal.Instant
  until: Temporal.Instant
  /** How many one buyer may have at this price. */
  limitUnits: number | null
  funders: PriceFunders
  budgetId: string | null
  /** It has units of its own, and they are gone, as far as pages know. */
  soldOut: boolean
}

/** Where and when somebody asks for the price of so many units. */
export interface PriceAt {
  channel: string
  now: Temporal.Instant
  /** The broadcast that a token of ours says he comes from; null outside of rooms. */
  sessionId: string | null
  units: number
  /** What is left of prices that have units of their own, by price, where that is known better than from the price itself. */
  unitsLeft?: ReadonlyMap<string, number>
  /** What is left of the budgets that bear prices; left out by pages, which promise nothing. */
  budgets?: ReadonlyMap<string, { leftMinor: number }>
}

export type WhyNot =
  | 'not_yet'
  | 'over'
  | 'other_channel'
  | 'other_currency'
  | 'not_in_room'
  | 'not_below_shelf'
  | 'sold_out'
  | 'budget_gone'
  /** It holds, but a stronger kind does too. */
  | 'weaker'
  /** As strong as the one that wins, but not lower. */
  | 'not_lower'

interface Shelf {
  priceMinor: number
  currency: string
}

/** The price that holds instead of the shelf's, or null. */
export function winningPrice(shelf: Shelf, timed: readonly TimedPrice[], at: PriceAt): TimedPrice | null {
  let best: TimedPrice | null = null
  for (const price of timed) if (holds(shelf, price, at) === null && (best === null || beats(price, best))) best = price
  return best
}

/** The same with all that lost, and why. The shelf is among them unless it wins. */
export function explainPrice(
  shelf: Shelf,
  timed: readonly TimedPrice[],
  at: PriceAt,
): { winner: TimedPrice | null; losers: { price: TimedPrice | null; why: WhyNot }[] } {
  const winner = winningPrice(shelf, timed, at)
  const losers = timed.flatMap((price): { price: TimedPrice | null; why: WhyNot }[] => {
    if (price === winner) return []
    const why = holds(shelf, price, at)
    if (why !== null) return [{ price, why }]
    const isWeaker = winner !== null && strengthOf[price.kind] < strengthOf[winner.kind]
    return [{ price, why: isWeaker ? 'weaker' : 'not_lower' }]
  })
  if (winner !== null) losers.push({ price: null, why: 'weaker' })
  return { winner, losers }
}

/** What the platform bears of such a price for so many units: drawn from its budget. */
export function platformPartOf(shelf: Shelf, price: TimedPrice, units: number): number {
  const { platform, seller, creator, brand } = price.funders
  const off = timesUnits(shelf.priceMinor - price.priceMinor, units)
  return splitByWeight(off, [platform, seller, creator, brand])[0] ?? 0
}

/** Null if it holds; otherwise the first reason why it does not. */
function holds(shelf: Shelf, price: TimedPrice, at: PriceAt): WhyNot | null {
  if (Temporal.Instant.compare(at.now, price.from) < 0) return 'not_yet'
  if (Temporal.Instant.compare(at.now, price.until) >= 0) return 'over'
  if (price.channel !== everyChannel && price.channel !== at.channel) return 'other_channel'
  if (price.currency !== shelf.currency) return 'other_currency'
  if (price.roomId !== null && (at.sessionId === null || price.onAirSessionId !== at.sessionId)) return 'not_in_room'
  if (price.priceMinor >= shelf.priceMinor) return 'not_below_shelf'
  const unitsLeft = at.unitsLeft?.get(price.id)
  if (unitsLeft === undefined ? price.soldOut : unitsLeft < at.units) return 'sold_out'
  if (price.budgetId !== null && at.budgets !== undefined) {
    const leftMinor = at.budgets.get(price.budgetId)?.leftMinor ?? 0
    if (leftMinor < platformPartOf(shelf, price, at.units)) return 'budget_gone'
  }
  return null
}

function beats(price: TimedPrice, other: TimedPrice): boolean {
  const stronger = strengthOf[price.kind] - strengthOf[other.kind]
  if (stronger !== 0) return stronger > 0
  if (price.priceMinor !== other.priceMinor) return price.priceMinor < other.priceMinor
  return price.id < other.id
}

/** The storefront that pages and rooms show. */
export const videoChannel = 'video'
/** A price of this channel holds in every storefront that has none of its own. */
export const everyChannel = 'all'
