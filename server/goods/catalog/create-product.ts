import { isDeepStrictEqual } from 'node:util'
import { type Tx, violates } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import type { Product, ProductOption } from './product.ts'
import { categoryExists, insertProduct, type NewSku, selectProducts, selectTaken } from './store.ts'

export interface CreateProduct {
  id: string
  slug: string
  categoryCode: string
  title: { en: string; zh: string }
  subtitle: { en: string; zh: string }
  story: { en: string; zh: string }
  pictures?: readonly string[]
  options?: readonly ProductOption[]
  currency: string
  skus: readonly (Omit<NewSku, 'choices'> & { choices?: readonly number[] })[]
}

/** Creates a draft with its SKUs in the order given. The same id with the same SKUs again changes nothing. */
export async function createProduct(
  tx: Tx,
  wish: CreateProduct,
): Promise<Outcome<Product, 'not_found' | 'slug_taken' | 'sku_code_taken'>> {
  assert(wish.skus.length > 0, 'a product has a SKU')
  if (!(await categoryExists(tx.db, wish.categoryCode))) return refuse('not_found')
  const codes = wish.skus.map(({ code }) => code)
  const barcodes = wish.skus.map(({ barcode }) => barcode)
  if (new Set(codes).size < codes.length || new Set(barcodes).size < barcodes.length) return refuse('sku_code_taken')

  const taken = await selectTaken(tx.db, { productId: wish.id, slug: wish.slug, codes, barcodes })
  if (taken.id) {
    const [present] = await selectProducts(tx.db, [wish.id])
    // The asker made the id, so the same product means: the first answer was lost on its way.
    const same =
      present?.slug === wish.slug &&
      isDeepStrictEqual(
        present.skus.map(({ id }) => id),
        wish.skus.map(({ id }) => id),
      )
    return same ? done(present) : refuse('slug_taken')
  }
  if (taken.slug) return refuse('slug_taken')
  if (taken.code) return refuse('sku_code_taken')

  const { skus, currency, ...product } = wish
  try {
    await insertProduct(
      tx.db,
      { ...product, pictures: [...(wish.pictures ?? [])], options: wish.options ?? [], createdAt: tx.now },
      skus.map((sku) => ({ ...sku, choices: sku.choices ?? [] })),
      currency,
    )
  } catch (error) {
    // Somebody took the name since we looked. The refusal rolls back, so nothing of this product stays.
    if (violates(error, 'products_slug_once') || violates(error, 'products_pkey')) return refuse('slug_taken')
    if (violates(error, 'skus_code_once') || violates(error, 'skus_barcode_once')) return refuse('sku_code_taken')
    throw error
  }
  const [created] = await selectProducts(tx.db, [wish.id])
  assert(created, 'a product that was just written can be read')
  return done(created)
}
