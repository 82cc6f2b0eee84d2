import { type CreateProduct, createProduct } from '#goods/catalog'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { offersOfProducts } from './load-offers.ts'
import { type ProductOffer, platformSellerId, platformSellerName, type StockOwner } from './offer.ts'
import { everyChannel } from './price.ts'
import { insertPrices, insertRate, insertTerms, selectTerms } from './store.ts'

export interface ListProduct extends Omit<CreateProduct, 'skus'> {
  commissionBasisPoints: number
  skus: readonly (CreateProduct['skus'][number] & { priceMinor: number; listPriceMinor: number | null })[]
  /** The operator itself and its own goods, unless said otherwise. */
  sellerId?: string
  sellerName?: { en: string; zh: string }
  stockOwner?: StockOwner
}

/**
 * Creates a product with its SKUs, their prices and the alliance's rate; it stays a draft until it is put on sale.
 * The same id again changes nothing.
 */
export async function listProduct(
  tx: Tx,
  wish: ListProduct,
): Promise<Outcome<ProductOffer, 'not_found' | 'slug_taken' | 'sku_code_taken'>> {
  const { commissionBasisPoints, sellerId, sellerName, stockOwner, ...product } = wish
  const created = await createProduct(tx, product)
  if (!created.ok) return created

  if ((await selectTerms(tx.db, [wish.id])).length === 0) {
    const setBy = personIdOf(tx)
    await insertTerms(tx.db, {
      productId: wish.id,
      sellerId: sellerId ?? platformSellerId,
      sellerName: sellerName ?? platformSellerName,
      stockOwner: stockOwner ?? 'platform',
    })
    await insertRate(tx.db, {
      id: newId(),
      productId: wish.id,
      basisPoints: commissionBasisPoints,
      from: tx.now,
      setBy,
    })
    await insertPrices(
      tx.db,
      { channel: everyChannel, currency: wish.currency, from: tx.now, setBy },
      wish.skus.map((sku) => ({
        id: newId(),
        skuId: sku.id,
        priceMinor: sku.priceMinor,
        listPriceMinor: sku.listPriceMinor !== null && sku.listPriceMinor > sku.priceMinor ? sku.listPriceMinor : null,
        limitUnits: null,
      })),
    )
  }
  const offer = (await offersOfProducts(tx.db, [wish.id], { now: tx.now })).get(wish.id)
  assert(offer, 'a product that was just listed has an offer')
  tx.emit({ name: 'products.changed', productIds: [wish.id] })
  return done(offer)
}

/** Who set it, for the history; the system itself (a seed) is nobody. */
export function personIdOf(tx: Pick<Tx, 'actor'>): string | null {
  return tx.actor.kind === 'person' ? tx.actor.personId : null
}

/** Sets the open rate from now on; orders that exist keep theirs. */
export async function setCommissionRate(
  tx: Tx,
  wish: { productId: string; basisPoints: number },
): Promise<Outcome<null, 'not_found'>> {
  if ((await selectTerms(tx.db, [wish.productId])).length === 0) return refuse('not_found')
  await insertRate(tx.db, { id: newId(), ...wish, from: tx.now, setBy: personIdOf(tx) })
  tx.emit({ name: 'products.changed', productIds: [wish.productId] })
  return done(null)
}
