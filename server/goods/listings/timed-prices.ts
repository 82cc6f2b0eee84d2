import type { EventOf } from '#events/index'
import { skusOf } from '#goods/catalog'
import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { personIdOf } from './list-product.ts'
import { type TimedPrice, videoChannel } from './price.ts'
import { type HistoryPoint, lowestOf, shelfHistory } from './price-history.ts'
import {
  deleteOnAir,
  endTimed,
  insertTimed,
  selectPrices,
  selectShelfPrices,
  selectTimed,
  setSoldOut,
  skusPricedInRoom,
  upsertOnAir,
} from './store.ts'

/** A price cut is one against what people could pay within so many days before it (`price.flash.mustBeatLowestOfDays`). */
export const priceWindowDays = 14
/** So many prices for a time of one SKU are read for its history. */
const historyTimedMax = 500

export type SetTimedPrice = Omit<TimedPrice, 'onAirSessionId' | 'soldOut' | 'currency'>

/** In the order in which they are told. */
export type TimedPriceRefusal = 'not_found' | 'window_empty' | 'not_below_shelf' | 'above_recent_low' | 'id_reused'

/**
 * Promises a price for a time. It must be below the shelf's, and what calls itself a flash sale may not be dearer than the
 * product was on any day of the last `priceWindowDays`.
 */
export async function setTimedPrice(tx: Tx, wish: SetTimedPrice): Promise<Outcome<TimedPrice, TimedPriceRefusal>> {
  const { skuId, kind } = wish
  const sku = (await skusOf(tx.db, [skuId])).get(skuId)
  const shelf = (await selectPrices(tx.db, { skuIds: [skuId], channel: videoChannel }))[0]
  if (sku === undefined || shelf === undefined) return refuse('not_found')
  if (Temporal.Instant.compare(wish.from, wish.until) >= 0 || Temporal.Instant.compare(wish.until, tx.now) <= 0)
    return refuse('window_empty')
  if (wish.priceMinor >= shelf.priceMinor) return refuse('not_below_shelf', { shelfMinor: shelf.priceMinor })
  if (kind === 'flash' || kind === 'liveFlash' || kind === 'creatorLiveFlash') {
    const low = await lowestPriceOf(tx.db, { skuId, now: tx.now })
    if (low !== null && wish.priceMinor > low.priceMinor)
      return refuse('above_recent_low', { lowestMinor: low.priceMinor, at: low.at.toString() })
  }
  const price = { ...wish, currency: shelf.currency }
  if (!(await insertTimed(tx.db, { ...price, setBy: personIdOf(tx) }))) return refuse('id_reused')
  tx.emit({ name: 'products.changed', productIds: [sku.productId] })
  return done({ ...price, onAirSessionId: null, soldOut: false })
}

/** Ends a price before its time; what was ordered at it stays. */
export async function endTimedPrice(tx: Tx, of: { skuId: string; id: string }): Promise<Outcome<null, 'not_found'>> {
  if (!(await endTimed(tx.db, { ...of, at: tx.now }))) return refuse('not_found')
  await tellProductsOf(tx, [of.skuId])
  return done(null)
}

/** Its own units are gone, or some came back: pages show the next price, or this one again. */
export async function showSoldOut(tx: Tx, of: { skuId: string; id: string; soldOut: boolean }): Promise<void> {
  if (await setSoldOut(tx.db, of)) await tellProductsOf(tx, [of.skuId])
}

/** The lowest price that a SKU had within the window before now, and when it last had it. */
export async function lowestPriceOf(
  db: Db,
  of: { skuId: string; now: Temporal.Instant },
): Promise<{ priceMinor: number; at: Temporal.Instant } | null> {
  const since = of.now.subtract({ hours: 24 * priceWindowDays })
  return lowestOf(await priceHistoryOf(db, { ...of, since }), { since, now: of.now })
}

/** The prices for a time that held, hold or will hold after an instant, newest first. */
export function timedPricesOf(db: Db, of: { skuId: string; since: Temporal.Instant }): Promise<TimedPrice[]> {
  return selectTimed(db, { skuId: of.skuId, after: of.since, limit: historyTimedMax })
}

/** Everything that a SKU cost, and costs, from an instant on. */
export async function priceHistoryOf(db: Db, of: { skuId: string; since: Temporal.Instant }): Promise<HistoryPoint[]> {
  const shelf = shelfHistory(await selectShelfPrices(db, { skuId: of.skuId, channel: videoChannel }))
  const timed = await timedPricesOf(db, of)
  return [
    ...shelf.filter(({ until }) => until === null || Temporal.Instant.compare(until, of.since) > 0),
    ...timed.map(({ kind, priceMinor, from, until }) => ({ kind, priceMinor, from, until })),
  ]
}

/** A room goes on air: its own prices begin to hold for who comes out of this broadcast. */
export async function noteRoomOnAir(tx: Tx, event: EventOf<'session.started'>): Promise<void> {
  await upsertOnAir(tx.db, event)
  await tellProductsOf(tx, await skusPricedInRoom(tx.db, event.roomId, tx.now))
}

/** The broadcast is over, and with it the prices of the room. */
export async function forgetRoomOnAir(tx: Tx, event: EventOf<'session.ended'>): Promise<void> {
  await deleteOnAir(tx.db, event)
}

async function tellProductsOf(tx: Tx, skuIds: readonly string[]): Promise<void> {
  const productIds = [...new Set([...(await skusOf(tx.db, skuIds)).values()].map(({ productId }) => productId))]
  if (productIds.length > 0) tx.emit({ name: 'products.changed', productIds })
}
