/** What is sold: products (SPU), their SKUs, pictures, prices, and the alliance's commission. */
import { z } from 'zod'
import { byId, currency, endpoint, givenText2, id, instant, minor, pageOf, pageQuery, text2 } from './endpoint.ts'
import { pictureBytesMax, picturesPerProductMax } from './pictures.ts'

const tag = 'goods'
export const sku = z.object({
  id,
  code: z.string(),
  label: text2,
  priceMinor: minor,
  listPriceMinor: minor.nullable(),
  currency,
  /** Capped at 999: how many more exist is the operator's business. */
  unitsLeft: z.int(),
  /** How many one buyer may have at this price; null: as many as there are. */
  limitUnits: z.int().nullable(),
  barcode: z.string(),
})
export const productCard = z.object({
  id,
  slug: z.string(),
  title: text2,
  subtitle: text2,
  picture: z.string(),
  categoryCode: z.string(),
  priceMinor: minor,
  priceToMinor: minor,
  listPriceMinor: minor.nullable(),
  currency,
  soldOut: z.boolean(),
  unitsSold: z.int(),
})
export const product = productCard.extend({
  story: text2,
  pictures: z.array(z.string()),
  skus: z.array(sku),
  /** Who sells and whose goods, always shown. */
  sellerName: text2,
  stockOwner: z.enum(['platform', 'brand', 'supplier']),
  publishedAt: instant.nullable(),
})
export const category = z.object({ code: z.string(), name: text2, products: z.int() })

export const listCategories = endpoint({
  id: 'listCategories',
  method: 'GET',
  path: '/api/v1/categories',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Categories with the number of products on sale',
  reply: z.object({ categories: z.array(category) }),
})
export const listProducts = endpoint({
  id: 'listProducts',
  method: 'GET',
  path: '/api/v1/products',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Products on sale, newest first; by category and words',
  query: pageQuery.extend({ category: z.string().max(60).optional(), q: z.string().max(100).optional() }),
  reply: pageOf(productCard),
})
export const getProduct = endpoint({
  id: 'getProduct',
  method: 'GET',
  path: '/api/v1/products/:id',
  tag,
  who: 'anyone',
  summary: 'A product with its SKUs and how many are left',
  params: byId,
  reply: z.object({ product }),
  refusals: { not_found: 404 },
})
export const listAllianceProducts = endpoint({
  id: 'listAllianceProducts',
  method: 'GET',
  path: '/api/v1/alliance/products',
  tag,
  who: ['creator'],
  summary: 'The selection alliance: what creators may promote, with rate and stock',
  query: pageQuery.extend({ category: z.string().max(60).optional(), q: z.string().max(100).optional() }),
  reply: pageOf(productCard.extend({ commissionBasisPoints: z.int(), unitsLeft: z.int() })),
})
export const setSkuPrice = endpoint({
  id: 'setSkuPrice',
  method: 'POST',
  path: '/api/v1/skus/:id/prices',
  tag,
  who: ['operations', 'admin'],
  status: 201,
  summary: "Set a SKU's shelf price from now on; the history is kept",
  params: byId,
  body: z.strictObject({
    priceMinor: z.int().min(1).max(100_000_000),
    listPriceMinor: z.int().min(1).max(100_000_000).nullable(),
    limitUnits: z.int().min(1).max(999).nullable().optional(),
  }),
  reply: z.object({ sku }),
  refusals: { not_found: 404, list_price_below_price: 422 },
})
export const listCatalog = endpoint({
  id: 'listCatalog',
  method: 'GET',
  path: '/api/v1/catalog',
  tag,
  who: ['operations', 'admin', 'auditor', 'support', 'warehouse'],
  summary: 'All products for the console, drafts too',
  query: pageQuery.extend({ q: z.string().max(100).optional(), category: z.string().max(60).optional() }),
  reply: pageOf(
    productCard.extend({
      state: z.enum(['draft', 'on_sale', 'off_sale']),
      skus: z.int(),
      unitsLeft: z.int(),
      commissionBasisPoints: z.int(),
    }),
  ),
})
export const setProductState = endpoint({
  id: 'setProductState',
  method: 'PUT',
  path: '/api/v1/products/:id/state',
  tag,
  who: ['operations', 'admin'],
  summary: 'Put a product on sale or take it off',
  params: byId,
  body: z.strictObject({ state: z.enum(['on_sale', 'off_sale']) }),
  reply: z.object({ state: z.enum(['draft', 'on_sale', 'off_sale']) }),
  refusals: { not_found: 404 },
})
export const addPicture = endpoint({
  id: 'addPicture',
  method: 'POST',
  path: '/api/v1/pictures',
  tag,
  who: ['operations', 'admin'],
  status: 201,
  summary:
    'Bring a picture: the bytes of a PNG, JPEG or WebP of at most 8 MB, 200 to 12,000 pixels a side. The same picture is kept once',
  raw: true,
  bytesMax: pictureBytesMax,
  /** Its address is `/pictures/` and this; what lies there never changes. */
  reply: z.object({ picture: z.string(), width: z.int(), height: z.int() }),
  refusals: { unknown_picture_type: 422, picture_size_wrong: 422, picture_unreadable: 422 },
  limit: { per: 'person', count: 120, seconds: 600 },
})
export const createProduct = endpoint({
  id: 'createProduct',
  method: 'POST',
  path: '/api/v1/products',
  tag,
  who: ['operations', 'admin'],
  status: 201,
  summary: 'Create a product with its SKUs; the asker makes the ids',
  idempotent: true,
  body: z.strictObject({
    id,
    slug: z.string().regex(/^[a-z0-9-]{3,80}$/),
    categoryCode: z.string().max(60),
    title: givenText2(200),
    subtitle: givenText2(200),
    story: givenText2(5_000),
    /** As they were brought before; the first is the cover. */
    pictures: z
      .array(z.string().regex(/^uploads\/[0-9a-f]{64}\.webp$/))
      .max(picturesPerProductMax)
      .optional(),
    commissionBasisPoints: z.int().min(0).max(8_000),
    skus: z
      .array(
        z.strictObject({
          id,
          code: z.string().min(1).max(40),
          label: givenText2(100),
          priceMinor: z.int().min(1).max(100_000_000),
          listPriceMinor: z.int().min(1).max(100_000_000).nullable(),
          costMinor: z.int().min(0).max(100_000_000),
          weightGrams: z.int().min(1).max(100_000),
          barcode: z.string().regex(/^\d{13}$/),
        }),
      )
      .min(1)
      .max(200),
  }),
  reply: z.object({ product }),
  refusals: { picture_missing: 409, slug_taken: 409, sku_code_taken: 409, not_found: 404 },
})
