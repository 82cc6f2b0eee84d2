import {
  listAllIds,
  listOnSaleIds,
  type Product,
  type ProductPage,
  pictureMissing,
  productsOf,
  type SkuFacts,
  skusOf,
} from '#goods/catalog'
import { allOf, type Db } from '#platform/database'
import { everyChannel, type Offer, type ProductOffer, type ShownSku } from './offer.ts'
import { type PriceRow, selectPrices, selectStockShown, selectTerms, type TermsRow } from './store.ts'

/** What these SKUs are sold for in a channel now. A SKU that nobody lists, or that has no price, is not in the answer. */
export async function loadOffers(
  db: Db,
  skuIds: readonly string[],
  of: { channel: string },
): Promise<Map<string, Offer>> {
  // Prices are asked for together with the SKUs: the desk waits for both, and one way is shorter than two.
  const [skus, prices] = await allOf([
    skusOf(db, skuIds),
    selectPrices(db, { skuIds: [...skuIds], channel: of.channel }),
  ])
  if (skus.size === 0) return new Map()
  const productIds = [...new Set([...skus.values()].map(({ productId }) => productId))]
  const terms = new Map((await selectTerms(db, productIds)).map((row) => [row.productId, row]))
  const offers = new Map<string, Offer>()
  for (const price of prices) {
    const sku = skus.get(price.skuId)
    const term = sku && terms.get(sku.productId)
    if (sku && term) offers.set(price.skuId, offerOf(sku, price, term))
  }
  return offers
}

/** Products as cards, bags and feeds show them, by id; what is not listed or has no price is not in the answer. */
export async function offersOfProducts(
  db: Db,
  productIds: readonly string[],
  of: { channel: string } = { channel: everyChannel },
): Promise<Map<string, ProductOffer>> {
  if (productIds.length === 0) return new Map()
  const products = await productsOf(db, productIds)
  const skuIds = [...products.values()].flatMap(({ skus }) => skus.map(({ id }) => id))
  const terms = new Map((await selectTerms(db, [...products.keys()])).map((row) => [row.productId, row]))
  const prices = new Map((await selectPrices(db, { skuIds, channel: of.channel })).map((row) => [row.skuId, row]))
  const stocks = new Map((await selectStockShown(db, skuIds)).map((row) => [row.skuId, row.unitsLeft]))

  const offers = new Map<string, ProductOffer>()
  for (const product of products.values()) {
    const term = terms.get(product.id)
    const offer = term && productOfferOf(product, { term, prices, stocks })
    if (offer) offers.set(product.id, offer)
  }
  return offers
}

/** A page of what is on sale, newest first. */
export async function listOnSale(db: Db, page: ProductPage): Promise<{ items: ProductOffer[]; next: string | null }> {
  return itemsOf(db, await listOnSaleIds(db, page))
}

/** A page of everything, drafts too, for the operator. */
export async function listEverything(
  db: Db,
  page: ProductPage,
): Promise<{ items: ProductOffer[]; next: string | null }> {
  return itemsOf(db, await listAllIds(db, page))
}

async function itemsOf(db: Db, page: { ids: string[]; next: string | null }) {
  const offers = await offersOfProducts(db, page.ids)
  return { items: page.ids.flatMap((id) => offers.get(id) ?? []), next: page.next }
}

function offerOf(sku: SkuFacts, price: PriceRow, term: TermsRow): Offer {
  return {
    skuId: sku.skuId,
    productId: sku.productId,
    title: sku.title,
    label: sku.label,
    picture: sku.picture,
    priceMinor: price.priceMinor,
    listPriceMinor: price.listPriceMinor,
    limit: price.limitUnits === null ? null : { priceId: price.priceId, units: price.limitUnits },
    currency: price.currency,
    onSale: sku.state === 'on_sale',
    sellerId: term.sellerId,
    sellerName: term.sellerName,
    stockOwner: term.stockOwner,
    commissionBasisPoints: term.commissionBasisPoints,
    weightGrams: sku.weightGrams,
  }
}

function productOfferOf(
  product: Product,
  of: { term: TermsRow; prices: Map<string, PriceRow>; stocks: Map<string, number> },
): ProductOffer | null {
  const picture = product.pictures[0] ?? pictureMissing
  const skus = product.skus.flatMap((sku): ShownSku[] => {
    const price = of.prices.get(sku.id)
    if (price === undefined) return []
    const { id: skuId, code, barcode, label, weightGrams } = sku
    const facts = {
      skuId,
      productId: product.id,
      code,
      barcode,
      title: product.title,
      label,
      picture,
      weightGrams,
      state: product.state,
    }
    return [{ ...offerOf(facts, price, of.term), code, barcode, unitsLeft: of.stocks.get(skuId) ?? 0 }]
  })
  const [first, ...others] = skus
  if (first === undefined) return null
  const cheapest = others.reduce((best, sku) => (sku.priceMinor < best.priceMinor ? sku : best), first)
  const unitsLeft = skus.reduce((sum, sku) => sum + sku.unitsLeft, 0)
  const { slug, title, subtitle, story, pictures, categoryCode, state, publishedAt } = product
  const { sellerId, sellerName, stockOwner, commissionBasisPoints, unitsSold } = of.term
  return {
    productId: product.id,
    slug,
    title,
    subtitle,
    story,
    picture,
    pictures: pictures.length > 0 ? pictures : [picture],
    categoryCode,
    state,
    onSale: state === 'on_sale',
    publishedAt,
    priceMinor: cheapest.priceMinor,
    priceToMinor: Math.max(...skus.map(({ priceMinor }) => priceMinor)),
    listPriceMinor: cheapest.listPriceMinor,
    currency: cheapest.currency,
    unitsLeft,
    soldOut: unitsLeft === 0,
    unitsSold,
    sellerId,
    sellerName,
    stockOwner,
    commissionBasisPoints,
    skus,
  }
}
