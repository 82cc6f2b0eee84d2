import type { text2 } from '#contract/endpoint'

type Text2 = (typeof text2)['_output']
export type ProductState = 'draft' | 'on_sale' | 'off_sale'

/** What a product is: words, pictures, options in a stable order, and its SKUs in theirs. */
export interface Product {
  id: string
  slug: string
  categoryCode: string
  title: Text2
  subtitle: Text2
  story: Text2
  pictures: string[]
  options: ProductOption[]
  state: ProductState
  createdAt: Temporal.Instant
  publishedAt: Temporal.Instant | null
  skus: ProductSku[]
}

export interface ProductOption {
  name: Text2
  values: Text2[]
}

export interface ProductSku {
  id: string
  code: string
  label: Text2
  /** One index into the values of each option of the product. */
  choices: number[]
  costMinor: number
  currency: string
  weightGrams: number
  barcode: string
}

/** A SKU with what its product says about it: enough to show it, sell it, pick it and ship it. */
export interface SkuFacts {
  skuId: string
  productId: string
  code: string
  barcode: string
  title: Text2
  label: Text2
  picture: string
  weightGrams: number
  state: ProductState
}

/** Shown where a product has no picture of its own. */
export const pictureMissing = 'products/no-picture.webp'
