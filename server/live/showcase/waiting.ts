import type { EventOf } from '#events/index'
import { offersOfProducts } from '#goods/listings'
import { notify } from '#people/notifications'
import type { App } from '#platform/app'
import { type Db, type Tx, transact } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import {
  countToldSince,
  deleteWaiting,
  findWaiting,
  insertWaiting,
  lockWaitingOf,
  productsWaitedFor,
  takeWaiting,
} from './store.ts'

/** Who is told has this long before the next in line is told of the same unit. */
export const headStartMinutes = 10
const toldPerTurnMax = 200

export async function setWaiting(
  tx: Tx,
  of: { productId: string; personId: string; wanted: boolean },
): Promise<Outcome<{ waits: boolean; ahead: number }, 'not_found'>> {
  if (!(await offersOfProducts(tx.db, [of.productId], { now: tx.now })).has(of.productId)) return refuse('not_found')
  if (of.wanted) await insertWaiting(tx, of)
  else await deleteWaiting(tx, of)
  return done(await waitingOf(tx.db, of))
}

export async function waitingOf(
  db: Db,
  of: { productId: string; personId: string },
): Promise<{ waits: boolean; ahead: number }> {
  const found = await findWaiting(db, of)
  return { waits: found !== null, ahead: found?.ahead ?? 0 }
}

/** Stock came back: as many are told as there are units, in the order in which they came. */
export async function serveWaitingOfStock(tx: Tx, event: EventOf<'stock.changed'>): Promise<void> {
  const skuIds = event.stocks.filter((stock) => stock.unitsLeft > 0).map((stock) => stock.skuId)
  if (skuIds.length === 0) return
  // Of all that changes, most is waited for by nobody.
  const waited = await productsWaitedFor(tx.db, toldPerTurnMax)
  if (waited.length === 0) return
  const offers = await offersOfProducts(tx.db, waited, { now: tx.now })
  for (const [productId, offer] of offers)
    if (offer.skus.some((sku) => skuIds.includes(sku.skuId))) await serve(tx, productId, offer)
}

/** The head start of some is over and something is left: the next in line are told. */
export async function serveWaiting(app: App): Promise<{ more: boolean }> {
  for (const productId of await productsWaitedFor(app.database.db, 100)) {
    await transact(app, async (tx) => {
      const offer = (await offersOfProducts(tx.db, [productId], { now: tx.now })).get(productId)
      if (offer !== undefined) await serve(tx, productId, offer)
    })
  }
  return { more: false }
}

async function serve(
  tx: Tx,
  productId: string,
  offer: { unitsLeft: number; onSale: boolean; title: { en: string; zh: string } },
): Promise<void> {
  if (!offer.onSale || offer.unitsLeft <= 0) return
  await lockWaitingOf(tx, productId)
  const ahead = await countToldSince(tx.db, productId, tx.now.subtract({ minutes: headStartMinutes }))
  const limit = Math.min(offer.unitsLeft - ahead, toldPerTurnMax)
  if (limit <= 0) return
  const people = await takeWaiting(tx, productId, limit)
  await notify(
    tx,
    people.map(({ personId, at }) => ({
      personId,
      kind: 'back_in_stock',
      cause: `${productId} ${at}`,
      title: { en: `Back: ${offer.title.en}`, zh: `到货了：${offer.title.zh}` },
      body: { en: 'You are among the first to know.', zh: '您排在前面，手快有。' },
      link: `/products/${productId}`,
    })),
  )
}
