import type { Db } from '#platform/database'
import type { Product, SkuFacts } from './product.ts'
import { type Cursor, selectAll, selectOnSale, selectProducts, selectSkuIdsByWords, selectSkus } from './store.ts'

export const skusFoundMax = 500

export interface ProductPage {
  after?: string | undefined
  limit: number
  category?: string | undefined
  /** Words in the title, in either language. */
  q?: string | undefined
}

export async function productsOf(db: Db, ids: readonly string[]): Promise<Map<string, Product>> {
  if (ids.length === 0) return new Map()
  return new Map((await selectProducts(db, ids)).map((product) => [product.id, product]))
}

export async function skusOf(db: Db, skuIds: readonly string[]): Promise<Map<string, SkuFacts>> {
  if (skuIds.length === 0) return new Map()
  return new Map((await selectSkus(db, { ids: skuIds })).map((sku) => [sku.skuId, sku]))
}

/** At most `skusFoundMax` SKUs by code, barcode or words of the title. */
export function findSkuIds(db: Db, words: string): Promise<string[]> {
  return selectSkuIdsByWords(db, { words: words.trim(), limit: skusFoundMax })
}

/** Ids of products on sale, newest first, and the cursor of the next page. */
export function listOnSaleIds(db: Db, page: ProductPage): Promise<{ ids: string[]; next: string | null }> {
  return pageOver(page, (asked) => selectOnSale(db, asked))
}

/** Ids of all products, drafts too, youngest first. */
export function listAllIds(db: Db, page: ProductPage): Promise<{ ids: string[]; next: string | null }> {
  return pageOver(page, (asked) => selectAll(db, asked))
}

async function pageOver(
  page: ProductPage,
  select: (asked: Parameters<typeof selectOnSale>[1]) => ReturnType<typeof selectOnSale>,
): Promise<{ ids: string[]; next: string | null }> {
  const words = page.q?.trim()
  const rows = await select({
    after: readCursor(page.after),
    limit: page.limit + 1,
    category: page.category,
    words: words ? words : undefined,
  })
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    ids: shown.map(({ id }) => id),
    next: rows.length > page.limit && last ? `${last.at.epochMilliseconds}~${last.id}` : null,
  }
}

/** A cursor that is none of ours begins at the start: there is nothing else to say about it. */
function readCursor(text: string | undefined): Cursor | null {
  const parts = /^(\d{1,13})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? '')
  if (!parts?.[1] || !parts[2]) return null
  return { at: Temporal.Instant.fromEpochMilliseconds(Number(parts[1])).toString(), id: parts[2] }
}
