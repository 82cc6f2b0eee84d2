import type { text2 } from '#contract/endpoint'
import type { ProductState } from '#goods/catalog'
import type { TimedPrice } from './price.ts'

type Text2 = (typeof text2)['_output']
export type StockOwner = 'platform' | 'brand' | 'supplier'

/** The seller of record of everything that the operator sells itself, and the owner of its stock. */
export const platformSellerId = '00000000-0000-8000-8000-000000000001'

/** Under this name the operator itself sells, on every page and in every room. */
export const platformSellerName = { en: 'Hawker Select', zh: '海客自营' }

/** What a SKU is sold for in a channel, and by whom: all that an order freezes. */
export interface Offer {
  skuId: string
  productId: string
  title: Text2
  label: Text2
  picture: string
  /** Of the shelf. */
  priceMinor: number
  listPriceMinor: number | null
  /** The prices for a time that may hold instead, as `winningPrice` says. */
  timed: readonly TimedPrice[]
  /** How many one buyer may have at this price. */
  limit: { priceId: string; units: number } | null
  currency: string
  /** False for drafts, for what was taken off sale and for what has no price here. */
  onSale: boolean
  sellerId: string
  sellerName: Text2
  stockOwner: StockOwner
  commissionBasisPoints: number
  weightGrams: number
}

/** As pages show it: at the price that holds, with the shelf's crossed out beside it where that is higher. */
export interface ShownSku extends Offer {
  code: string
  barcode: string
  unitsLeft: number
}

/** A product as cards, bags and feeds show it. */
export interface ProductOffer {
  productId: string
  slug: string
  title: Text2
  subtitle: Text2
  story: Text2
  picture: string
  pictures: string[]
  categoryCode: string
  state: ProductState
  onSale: boolean
  publishedAt: Temporal.Instant | null
  /** From the cheapest to the dearest SKU; the list price is the cheapest one's. */
  priceMinor: number
  priceToMinor: number
  listPriceMinor: number | null
  currency: string
  unitsLeft: number
  soldOut: boolean
  unitsSold: number
  sellerId: string
  sellerName: Text2
  stockOwner: StockOwner
  commissionBasisPoints: number
  skus: ShownSku[]
}

/** How many units more than this exist is the operator's business. */
export const unitsShownMax = 999
