import { skusOf } from '#goods/catalog'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { personIdOf } from './list-product.ts'
import { offersOfProducts } from './load-offers.ts'
import type { ShownSku } from './offer.ts'
import { everyChannel } from './price.ts'
import { insertPrices } from './store.ts'

export interface SetPrice {
  skuId: string
  priceMinor: number
  listPriceMinor: number | null
  /** How many one buyer may have at this price; none of it, as many as there are. */
  limitUnits?: number | null | undefined
  currency: string
  /** One storefront, or every one that has no price of its own. */
  channel?: string
}

/** Sets the shelf price from now on. Orders keep the price they were placed at; the old one stays in the history. */
export async function setPrice(
  tx: Tx,
  wish: SetPrice,
): Promise<Outcome<ShownSku, 'not_found' | 'list_price_below_price'>> {
  const sku = (await skusOf(tx.db, [wish.skuId])).get(wish.skuId)
  if (sku === undefined) return refuse('not_found')
  if (wish.listPriceMinor !== null && wish.listPriceMinor < wish.priceMinor) return refuse('list_price_below_price')
  const channel = wish.channel ?? everyChannel
  await insertPrices(tx.db, { channel, currency: wish.currency, from: tx.now, setBy: personIdOf(tx) }, [
    {
      ...{ id: newId(), skuId: wish.skuId, priceMinor: wish.priceMinor, listPriceMinor: wish.listPriceMinor },
      limitUnits: wish.limitUnits ?? null,
    },
  ])
  tx.emit({ name: 'products.changed', productIds: [sku.productId] })
  const offer = (await offersOfProducts(tx.db, [sku.productId], { channel, now: tx.now })).get(sku.productId)
  const shown = offer?.skus.find(({ skuId }) => skuId === wish.skuId)
  assert(shown, 'a SKU that has a price is shown')
  return done(shown)
}
