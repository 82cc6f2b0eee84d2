import type { z } from 'zod'
import * as contract from '#contract/goods'
import { findMissingPicture } from '#goods/catalog'
import type { App } from '#platform/app'
import { inTransaction } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { listProduct } from './list-product.ts'
import { listEverything, listOnSale, offersOfProducts } from './load-offers.ts'
import { type ProductOffer, type ShownSku, unitsShownMax } from './offer.ts'
import { setPrice } from './set-price.ts'

export function listingsRoutes(app: Pick<App, 'database' | 'config' | 'clock' | 'storage'>): Route[] {
  const { db } = app.database
  return [
    route(contract.listProducts, async ({ query }) => {
      const page = await listOnSale(db, { ...query, after: query.cursor, now: app.clock.now() })
      return done({ items: page.items.map(cardOf), next: page.next })
    }),
    route(contract.getProduct, async ({ params }) => {
      const offer = (await offersOfProducts(db, [params.id], { now: app.clock.now() })).get(params.id)
      // Drafts are nobody's business; what was taken off sale is still shown to those who hold a link, as sold out.
      if (offer === undefined || offer.state === 'draft') return refuse('not_found')
      return done({ product: viewOf(offer) })
    }),
    route(contract.listAllianceProducts, async ({ query }) => {
      const page = await listOnSale(db, { ...query, after: query.cursor, now: app.clock.now() })
      const promoted = page.items.filter(({ commissionBasisPoints }) => commissionBasisPoints > 0)
      return done({
        items: promoted.map((offer) => ({
          ...cardOf(offer),
          commissionBasisPoints: offer.commissionBasisPoints,
          unitsLeft: Math.min(offer.unitsLeft, unitsShownMax),
        })),
        next: page.next,
      })
    }),
    route(contract.listCatalog, async ({ query }) => {
      const page = await listEverything(db, { ...query, after: query.cursor, now: app.clock.now() })
      return done({
        items: page.items.map((offer) => ({
          ...cardOf(offer),
          state: offer.state,
          skus: offer.skus.length,
          unitsLeft: offer.unitsLeft,
          commissionBasisPoints: offer.commissionBasisPoints,
        })),
        next: page.next,
      })
    }),
    route(contract.setSkuPrice, ({ actor, params, body }) =>
      inTransaction(app, actor, async (tx) => {
        const outcome = await setPrice(tx, { skuId: params.id, ...body, currency: app.config.currency })
        return outcome.ok ? done({ sku: skuViewOf(outcome.value) }) : outcome
      }),
    ),
    route(contract.createProduct, async ({ actor, body }) => {
      const { pictures = [], ...product } = body
      const picture = await findMissingPicture(app, pictures)
      if (picture !== null) return refuse('picture_missing', { picture })
      return inTransaction(app, actor, async (tx) => {
        const outcome = await listProduct(tx, { ...product, pictures, currency: app.config.currency })
        return outcome.ok ? done({ product: viewOf(outcome.value) }) : outcome
      })
    }),
  ]
}

/** A product as a card of any list shows it. */
export function cardOf(offer: ProductOffer): z.input<typeof contract.productCard> {
  return {
    id: offer.productId,
    slug: offer.slug,
    title: offer.title,
    subtitle: offer.subtitle,
    picture: offer.picture,
    categoryCode: offer.categoryCode,
    priceMinor: offer.priceMinor,
    priceToMinor: offer.priceToMinor,
    listPriceMinor: offer.listPriceMinor,
    currency: offer.currency as 'CNY',
    soldOut: offer.soldOut || !offer.onSale,
    unitsSold: offer.unitsSold,
  }
}

/** The whole product, for its page. */
export function viewOf(offer: ProductOffer): z.input<typeof contract.product> {
  return {
    ...cardOf(offer),
    story: offer.story,
    pictures: offer.pictures,
    skus: offer.skus.map(skuViewOf),
    sellerName: offer.sellerName,
    stockOwner: offer.stockOwner,
    publishedAt: offer.publishedAt?.toString() ?? null,
  }
}

function skuViewOf(sku: ShownSku): z.input<typeof contract.sku> {
  return {
    id: sku.skuId,
    code: sku.code,
    label: sku.label,
    priceMinor: sku.priceMinor,
    listPriceMinor: sku.listPriceMinor,
    currency: sku.currency as 'CNY',
    unitsLeft: Math.min(sku.unitsLeft, unitsShownMax),
    limitUnits: sku.limit?.units ?? null,
    barcode: sku.barcode,
  }
}
