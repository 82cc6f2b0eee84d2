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
import { notSelling } from '#people/merchants'
import { allOf, type Db } from '#platform/database'
import { type Offer, type ProductOffer, platformSellerId, type ShownSku } from './offer.ts'
import { type TimedPrice, videoChannel, winningPrice } from './price.ts'
import {
  type PriceRow,
  selectPrices,
  selectStockShown,
  selectTerms,
  selectTimedInForce,
  type TermsRow,
} from './store.ts'

/** What these SKUs are sold for in a channel now. A SKU that nobody lists, or that has no price, is not in the answer. */
export async function loadOffers(
  db: Db,
  skuIds: readonly string[],
  of: { channel: string; now: Temporal.Instant },
): Promise<Map<string, Offer>> {
  // Prices are asked for together with the SKUs: the desk waits for both, and one way is shorter than two.
  const [skus, prices, timed] = await allOf([
    skusOf(db, skuIds),
    selectPrices(db, { skuIds: [...skuIds], channel: of.channel }),
    selectTimedInForce(db, { skuIds: [...skuIds], now: of.now }),
  ])
  if (skus.size === 0) return new Map()
  const productIds = [...new Set([...skus.values()].map(({ productId }) => productId))]
  const terms = await termsOf(db, productIds, of.now)
  const timedOf = Map.groupBy(timed, ({ skuId }) => skuId)
  const offers = new Map<string, Offer>()
  for (const price of prices) {
    const sku = skus.get(price.skuId)
    const term = sku && terms.get(sku.productId)
    if (sku && term) offers.set(price.skuId, offerOf(sku, { price, timed: timedOf.get(price.skuId) ?? [] }, term))
  }
  return offers
}

/**
 * Products as cards, bags and feeds show them, by id, at the price that holds now: outside of rooms, or in the one whose
 * broadcast is named. What is not listed or has no price is not in the answer.
 */
export async function offersOfProducts(
  db: Db,
  productIds: readonly string[],
  of: { now: Temporal.Instant; channel?: string; sessionId?: string | null },
): Promise<Map<string, ProductOffer>> {
  if (productIds.length === 0) return new Map()
  const at = { now: of.now, channel: of.channel ?? videoChannel, sessionId: of.sessionId ?? null, units: 1 }
  const products = await productsOf(db, productIds)
  const skuIds = [...products.values()].flatMap(({ skus }) => skus.map(({ id }) => id))
  const terms = await termsOf(db, [...products.keys()], of.now)
  const prices = new Map((await selectPrices(db, { skuIds, channel: at.channel })).map((row) => [row.skuId, row]))
  const timed = Map.groupBy(await selectTimedInForce(db, { skuIds, now: of.now }), ({ skuId }) => skuId)
  const stocks = new Map((await selectStockShown(db, skuIds)).map((row) => [row.skuId, row.unitsLeft]))

  const offers = new Map<string, ProductOffer>()
  for (const product of products.values()) {
    const term = terms.get(product.id)
    const offer = term && productOfferOf(product, { term, prices, timed, stocks, at })
    if (offer) offers.set(product.id, offer)
  }
  return offers
}

/** A page of what is on sale, newest first; shorter where it holds goods of shops that may not sell now. */
export async function listOnSale(
  db: Db,
  page: ProductPage & { now: Temporal.Instant },
): Promise<{ items: ProductOffer[]; next: string | null }> {
  const { items, next } = await itemsOf(db, await listOnSaleIds(db, page), page.now)
  return { items: items.filter(({ onSale }) => onSale), next }
}

/** A page of everything, drafts too, for the operator. */
export async function listEverything(
  db: Db,
  page: ProductPage & { now: Temporal.Instant },
): Promise<{ items: ProductOffer[]; next: string | null }> {
  return itemsOf(db, await listAllIds(db, page), page.now)
}

async function itemsOf(db: Db, page: { ids: string[]; next: string | null }, now: Temporal.Instant) {
  const offers = await offersOfProducts(db, page.ids, { now })
  return { items: page.ids.flatMap((id) => offers.get(id) ?? []), next: page.next }
}

/** Who sells what, and whether he may now. Where all of it is the operator's own, nobody asks about shops. */
async function termsOf(db: Db, productIds: readonly string[], now: Temporal.Instant): Promise<Map<string, Terms>> {
  const rows = await selectTerms(db, productIds)
  const sellers = [...new Set(rows.map(({ sellerId }) => sellerId))].filter((id) => id !== platformSellerId)
  const shut = sellers.length === 0 ? null : await notSelling(db, sellers, now)
  return new Map(rows.map((row) => [row.productId, { ...row, maySell: shut?.has(row.sellerId) !== true }]))
}

type Terms = TermsRow & { maySell: boolean }

function offerOf(sku: SkuFacts, of: { price: PriceRow; timed: readonly TimedPrice[] }, term: Terms): Offer {
  const { price, timed } = of
  return {
    skuId: sku.skuId,
    productId: sku.productId,
    title: sku.title,
    label: sku.label,
    picture: sku.picture,
    priceMinor: price.priceMinor,
    listPriceMinor: price.listPriceMinor,
    timed,
    limit: price.limitUnits === null ? null : { priceId: price.priceId, units: price.limitUnits },
    currency: price.currency,
    onSale: sku.state === 'on_sale' && term.maySell,
    sellerId: term.sellerId,
    sellerName: term.sellerName,
    stockOwner: term.stockOwner,
    commissionBasisPoints: term.commissionBasisPoints,
    weightGrams: sku.weightGrams,
  }
}

/** What a page shows while this price holds: the shelf's is crossed out, unless something dearer is already. */
function atPrice(offer: Offer, price: TimedPrice | null): Offer {
  if (price === null) return offer
  return {
    ...offer,
    priceMinor: price.priceMinor,
    listPriceMinor: offer.listPriceMinor ?? offer.priceMinor,
    limit: price.limitUnits === null ? null : { priceId: price.id, units: price.limitUnits },
  }
}

function productOfferOf(
  product: Product,
  of: {
    term: Terms
    prices: Map<string, PriceRow>
    timed: Map<string, TimedPrice[]>
    stocks: Map<string, number>
    at: Parameters<typeof winningPrice>[2]
  },
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
    const offer = offerOf(facts, { price, timed: of.timed.get(skuId) ?? [] }, of.term)
    return [
      {
        ...atPrice(offer, winningPrice(offer, offer.timed, of.at)),
        code,
        barcode,
        unitsLeft: of.stocks.get(skuId) ?? 0,
      },
    ]
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
    onSale: state === 'on_sale' && of.term.maySell,
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
