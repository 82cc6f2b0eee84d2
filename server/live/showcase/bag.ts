import type { z } from 'zod'
import type { bagItem } from '#contract/live'
import { offersOfProducts } from '#goods/listings'
import type { Db, Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import {
  closeBagRow,
  countItems,
  deleteItem,
  findBag,
  insertBag,
  insertItems,
  itemsOf,
  lockBag,
  pinnedIn,
  setPin,
  setPositions,
} from './store.ts'

export type BagItemView = z.input<typeof bagItem>

/** `live.bag.max`: the trade's own limit for one broadcast. */
export const bagItemsMax = 100
/** How many units more than this exist is the operator's business. */
const unitsShownMax = 999

export async function openBag(tx: Tx, bag: { sessionId: string; roomId: string }): Promise<void> {
  await insertBag(tx, bag)
}

/** The bag as viewers see it, at the prices that hold in the room, with the pin. Closed bags are shown as they were. */
export async function bagOf(
  db: Db,
  sessionId: string,
  now: Temporal.Instant,
): Promise<{ bag: BagItemView[]; pinnedItemId: string | null }> {
  const row = await findBag(db, sessionId)
  const items = await itemsOf(db, sessionId)
  const pinnedItemId = row?.pinnedItemId ?? null
  const offers = await offersOfProducts(
    db,
    items.map((item) => item.productId),
    { now, sessionId },
  )
  const bag = items.flatMap((item, index): BagItemView[] => {
    const offer = offers.get(item.productId)
    if (offer === undefined) return []
    return [
      {
        id: item.id,
        position: index + 1,
        productId: item.productId,
        title: offer.title,
        picture: offer.picture,
        priceMinor: offer.priceMinor,
        listPriceMinor: offer.listPriceMinor,
        currency: offer.currency as BagItemView['currency'],
        unitsLeft: Math.min(offer.unitsLeft, unitsShownMax),
        soldOut: offer.soldOut,
        pinned: item.id === pinnedItemId,
        skus: offer.skus.map((sku) => ({
          id: sku.skuId,
          label: sku.label,
          priceMinor: sku.priceMinor,
          unitsLeft: Math.min(sku.unitsLeft, unitsShownMax),
        })),
      },
    ]
  })
  return { bag, pinnedItemId }
}

export async function itemsInBags(db: Db, sessionIds: readonly string[]): Promise<Map<string, number>> {
  return new Map((await countItems(db, sessionIds)).map((row) => [row.sessionId, row.items]))
}

/** Adds products of the alliance; what is in the bag already stays where it is. Answers those that are new in it. */
export async function addToBag(
  tx: Tx,
  of: { sessionId: string; productIds: readonly string[] },
): Promise<Outcome<string[], 'not_found' | 'bag_full' | 'not_in_alliance'>> {
  const bag = await lockBag(tx, of.sessionId)
  if (bag === null || bag.closedAt !== null) return refuse('not_found')
  const items = await itemsOf(tx.db, of.sessionId)
  const present = new Set(items.map((item) => item.productId))
  const fresh = [...new Set(of.productIds)].filter((productId) => !present.has(productId))
  const offers = await offersOfProducts(tx.db, fresh, { now: tx.now })
  for (const productId of fresh) {
    const offer = offers.get(productId)
    if (offer === undefined || !offer.onSale || offer.commissionBasisPoints === 0)
      return refuse('not_in_alliance', { productId })
  }
  if (items.length + fresh.length > bagItemsMax)
    return refuse('bag_full', { itemsMax: bagItemsMax, items: items.length })
  if (fresh.length === 0) return done([])
  const start = (items.at(-1)?.position ?? -1) + 1
  const skus = fresh.flatMap((productId) =>
    (offers.get(productId)?.skus ?? []).map((sku) => ({ skuId: sku.skuId, productId })),
  )
  await insertItems(
    tx,
    of.sessionId,
    fresh.map((productId, index) => ({ id: newId(), productId, position: start + index })),
    skus,
  )
  await tellBag(tx, bag.roomId, of.sessionId)
  return done(fresh)
}

export async function removeFromBag(
  tx: Tx,
  of: { sessionId: string; itemId: string },
): Promise<Outcome<null, 'not_found'>> {
  const bag = await lockBag(tx, of.sessionId)
  const item = (await itemsOf(tx.db, of.sessionId)).find((each) => each.id === of.itemId)
  if (bag === null || bag.closedAt !== null || item === undefined) return refuse('not_found')
  if (bag.pinnedItemId === item.id) {
    await setPin(tx, of.sessionId, null)
    tx.tell(topicOf(bag.roomId), { kind: 'pinned', itemId: null })
  }
  await deleteItem(tx, of.sessionId, item)
  await tellBag(tx, bag.roomId, of.sessionId)
  return done(null)
}

/** The whole order at once; refused when the bag holds other items than the asker saw. */
export async function orderBag(
  tx: Tx,
  of: { sessionId: string; itemIds: readonly string[] },
): Promise<Outcome<null, 'not_found' | 'bag_changed'>> {
  const bag = await lockBag(tx, of.sessionId)
  if (bag === null || bag.closedAt !== null) return refuse('not_found')
  const present = (await itemsOf(tx.db, of.sessionId)).map((item) => item.id)
  const wanted = new Set(of.itemIds)
  if (wanted.size !== of.itemIds.length || wanted.size !== present.length || !present.every((id) => wanted.has(id)))
    return refuse('bag_changed')
  await setPositions(tx, of.sessionId, of.itemIds)
  await tellBag(tx, bag.roomId, of.sessionId)
  return done(null)
}

/** Explains one product, or none. Pinning what is pinned changes nothing. */
export async function pin(
  tx: Tx,
  of: { sessionId: string; itemId: string | null },
): Promise<Outcome<{ pinnedItemId: string | null }, 'not_found'>> {
  const bag = await lockBag(tx, of.sessionId)
  if (bag === null || bag.closedAt !== null) return refuse('not_found')
  if (bag.pinnedItemId === of.itemId) return done({ pinnedItemId: of.itemId })
  const item = of.itemId === null ? null : (await itemsOf(tx.db, of.sessionId)).find((each) => each.id === of.itemId)
  if (item === undefined) return refuse('not_found')
  await setPin(tx, of.sessionId, item)
  tx.tell(topicOf(bag.roomId), { kind: 'pinned', itemId: of.itemId })
  return done({ pinnedItemId: of.itemId })
}

/** The broadcast is over: the explanation ends, stock is told no more. */
export async function closeBag(tx: Tx, sessionId: string): Promise<void> {
  const bag = await lockBag(tx, sessionId)
  if (bag === null || bag.closedAt !== null) return
  if (bag.pinnedItemId !== null) await setPin(tx, sessionId, null)
  await closeBagRow(tx, sessionId)
}

/** The products that are being explained now, by session; comments are bound to them. */
export async function pinnedProductsOf(db: Db, sessionIds: readonly string[]): Promise<Map<string, string>> {
  return new Map((await pinnedIn(db, sessionIds)).map((row) => [row.sessionId, row.productId]))
}

export async function tellBag(tx: Tx, roomId: string, sessionId: string): Promise<void> {
  const { bag } = await bagOf(tx.db, sessionId, tx.now)
  tx.tell(topicOf(roomId), { kind: 'bag', bag })
}

export function topicOf(roomId: string): string {
  return `room:${roomId}`
}
