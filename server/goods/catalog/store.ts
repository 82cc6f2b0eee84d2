import { sql } from 'kysely'
import { all, type Db, first, touched } from '#platform/database'
import { type Product, type ProductOption, type ProductState, pictureMissing, type SkuFacts } from './product.ts'

export interface NewProduct extends Omit<Product, 'publishedAt' | 'createdAt' | 'skus'> {
  createdAt: Temporal.Instant
}
export interface NewSku {
  id: string
  code: string
  label: { en: string; zh: string }
  choices: readonly number[]
  costMinor: number
  weightGrams: number
  barcode: string
}

const productColumns = sql`id, slug, category_code as "categoryCode",
  json_build_object('en', title_en, 'zh', title_zh) as title,
  json_build_object('en', subtitle_en, 'zh', subtitle_zh) as subtitle,
  json_build_object('en', story_en, 'zh', story_zh) as story,
  pictures, options, state, created_at as "createdAt", published_at as "publishedAt"`

export async function insertCategories(
  db: Db,
  categories: readonly {
    code: string
    name: { en: string; zh: string }
    tagline?: { en: string; zh: string }
    /** The category that it is a part of, which is there or comes before it. */
    parentCode?: string
    /** False for what spoils, or is worn on the skin once it is open. */
    noReasonReturn?: boolean
  }[],
): Promise<void> {
  await sql`insert into catalog.categories (code, name_en, name_zh, tagline_en, tagline_zh, parent_code,
      no_reason_return, place)
    select code, name_en, name_zh, tagline_en, tagline_zh, parent_code, no_reason_return, place
    from unnest(${categories.map(({ code }) => code)}::text[], ${categories.map(({ name }) => name.en)}::text[],
      ${categories.map(({ name }) => name.zh)}::text[], ${categories.map(({ tagline }) => tagline?.en ?? '')}::text[],
      ${categories.map(({ tagline }) => tagline?.zh ?? '')}::text[],
      ${categories.map(({ parentCode }) => parentCode ?? null)}::text[],
      ${categories.map(({ noReasonReturn }) => noReasonReturn ?? true)}::boolean[])
      with ordinality as c (code, name_en, name_zh, tagline_en, tagline_zh, parent_code, no_reason_return, place)
    on conflict (code) do update set name_en = excluded.name_en, name_zh = excluded.name_zh,
      tagline_en = excluded.tagline_en, tagline_zh = excluded.tagline_zh, parent_code = excluded.parent_code,
      no_reason_return = excluded.no_reason_return, place = excluded.place`.execute(db)
}

export function selectCategories(
  db: Db,
): Promise<{ code: string; name: { en: string; zh: string }; products: number }[]> {
  return all(
    db,
    sql`select c.code, json_build_object('en', c.name_en, 'zh', c.name_zh) as name,
      (select count(*) from catalog.products p where p.category_code = c.code and p.state = 'on_sale') as products
    from catalog.categories c order by c.place, c.code`,
  )
}

/** More levels than this are a mistake, or a ring. */
const levelsMax = 10

/** The category of each product and those above it, the deepest first. */
export async function categoryPaths(db: Db, productIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await all<{ id: string; path: string[] }>(
    db,
    sql`with recursive path as (
        select p.id, p.category_code as code, 1 as level from catalog.products p where p.id = any(${productIds}::uuid[])
        union all
        select path.id, c.parent_code, level + 1 from path join catalog.categories c on c.code = path.code
        where c.parent_code is not null and level < ${levelsMax}
      ) select id, array_agg(code order by level) as path from path group by id`,
  )
  return new Map(rows.map(({ id, path }) => [id, path]))
}

/** Of these products, those that do not go back without a reason. */
export async function keptProducts(db: Db, productIds: readonly string[]): Promise<Set<string>> {
  const rows = await all<{ id: string }>(
    db,
    sql`select p.id from catalog.products p join catalog.categories c on c.code = p.category_code
      where p.id = any(${productIds}::uuid[]) and not c.no_reason_return`,
  )
  return new Set(rows.map(({ id }) => id))
}

export async function categoryExists(db: Db, code: string): Promise<boolean> {
  return (await first(db, sql`select 1 as one from catalog.categories where code = ${code}`)) !== null
}

/** Which of the names are taken already, by others than this product. */
export async function selectTaken(
  db: Db,
  of: { productId: string; slug: string; codes: readonly string[]; barcodes: readonly string[] },
): Promise<{ slug: boolean; code: boolean; id: boolean }> {
  const row = await first<{ slug: boolean; code: boolean; id: boolean }>(
    db,
    sql`select
      exists (select from catalog.products where slug = ${of.slug} and id <> ${of.productId}) as slug,
      exists (select from catalog.skus where product_id <> ${of.productId}
        and (code = any(${of.codes}::text[]) or barcode = any(${of.barcodes}::text[]))) as code,
      exists (select from catalog.products where id = ${of.productId}) as id`,
  )
  return row ?? { slug: false, code: false, id: false }
}

export async function insertProduct(
  db: Db,
  product: Omit<NewProduct, 'state' | 'options'> & { options: readonly ProductOption[] },
  skus: readonly NewSku[],
  currency: string,
): Promise<void> {
  await sql`insert into catalog.products (id, slug, category_code, title_en, title_zh, subtitle_en, subtitle_zh,
      story_en, story_zh, pictures, options, state, created_at)
    values (${product.id}, ${product.slug}, ${product.categoryCode}, ${product.title.en}, ${product.title.zh},
      ${product.subtitle.en}, ${product.subtitle.zh}, ${product.story.en}, ${product.story.zh}, ${product.pictures}::text[],
      ${JSON.stringify(product.options)}::jsonb, 'draft', ${product.createdAt.toString()})`.execute(db)
  // Choices differ in length from product to product, so they travel as text and are read as arrays there.
  await sql`insert into catalog.skus
      (id, product_id, place, code, label_en, label_zh, choices, cost_minor, currency, weight_grams, barcode)
    select id, ${product.id}::uuid, place - 1, code, label_en, label_zh, choices::integer[], cost_minor, ${currency}, weight_grams, barcode
    from unnest(${skus.map(({ id }) => id)}::uuid[], ${skus.map(({ code }) => code)}::text[],
      ${skus.map(({ label }) => label.en)}::text[], ${skus.map(({ label }) => label.zh)}::text[],
      ${skus.map(({ choices }) => `{${choices.join(',')}}`)}::text[], ${skus.map(({ costMinor }) => costMinor)}::bigint[],
      ${skus.map(({ weightGrams }) => weightGrams)}::integer[], ${skus.map(({ barcode }) => barcode)}::text[])
      with ordinality as s (id, code, label_en, label_zh, choices, cost_minor, weight_grams, barcode, place)`.execute(
    db,
  )
}

export async function updateState(
  db: Db,
  of: { id: string; state: ProductState; now: Temporal.Instant },
): Promise<boolean> {
  const rows = await touched(
    db,
    sql`update catalog.products set state = ${of.state}, published_at = coalesce(published_at, ${of.now.toString()})
      where id = ${of.id}`,
  )
  return rows === 1
}

export function updatePictures(db: Db, of: { id: string; pictures: readonly string[] }): Promise<number> {
  return touched(db, sql`update catalog.products set pictures = ${of.pictures}::text[] where id = ${of.id}`)
}

/** Products with their SKUs; in no order. */
export async function selectProducts(db: Db, ids: readonly string[]): Promise<Product[]> {
  return all<Product>(
    db,
    sql`select ${productColumns}, coalesce((
        select json_agg(json_build_object('id', s.id, 'code', s.code,
          'label', json_build_object('en', s.label_en, 'zh', s.label_zh), 'choices', s.choices, 'costMinor', s.cost_minor,
          'currency', s.currency, 'weightGrams', s.weight_grams, 'barcode', s.barcode) order by s.place)
        from catalog.skus s where s.product_id = p.id), '[]') as skus
    from catalog.products p where id = any(${ids}::uuid[])`,
  )
}

export function selectSkus(db: Db, where: { ids: readonly string[] }): Promise<SkuFacts[]> {
  return all(
    db,
    sql`select s.id as "skuId", s.product_id as "productId", s.code, s.barcode, s.weight_grams as "weightGrams", p.state,
      json_build_object('en', p.title_en, 'zh', p.title_zh) as title,
      json_build_object('en', s.label_en, 'zh', s.label_zh) as label,
      coalesce(p.pictures[1], ${pictureMissing}) as picture
    from catalog.skus s join catalog.products p on p.id = s.product_id
    where s.id = any(${where.ids}::uuid[])`,
  )
}

/** SKUs whose code begins with the words, whose barcode is them, or whose product's title holds them. */
export async function selectSkuIdsByWords(db: Db, of: { words: string; limit: number }): Promise<string[]> {
  const rows = await all<{ id: string }>(
    db,
    sql`select s.id from catalog.skus s where s.code ilike ${`${escapeLike(of.words)}%`} or s.barcode = ${of.words}
        or s.product_id in (select p.id from catalog.products p where p.words ilike ${`%${escapeLike(of.words)}%`})
      order by s.id limit ${of.limit}`,
  )
  return rows.map(({ id }) => id)
}

/** A page of products on sale, newest first. */
export function selectOnSale(
  db: Db,
  page: { after: Cursor | null; limit: number; category: string | undefined; words: string | undefined },
): Promise<{ id: string; at: Temporal.Instant }[]> {
  return all(
    db,
    sql`select id, published_at as at from catalog.products where state = 'on_sale' ${filters(page)}
      ${page.after === null ? sql`` : sql`and (published_at, id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)`}
      order by published_at desc, id desc limit ${page.limit}`,
  )
}

/** A page of all products, drafts too, youngest first. */
export function selectAll(
  db: Db,
  page: { after: Cursor | null; limit: number; category: string | undefined; words: string | undefined },
): Promise<{ id: string; at: Temporal.Instant }[]> {
  return all(
    db,
    sql`select id, created_at as at from catalog.products where true ${filters(page)}
      ${page.after === null ? sql`` : sql`and (created_at, id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)`}
      order by created_at desc, id desc limit ${page.limit}`,
  )
}

export interface Cursor {
  at: string
  id: string
}

function filters(of: { category: string | undefined; words: string | undefined }) {
  return sql`${of.category === undefined ? sql`` : sql`and category_code = ${of.category}`}
    ${of.words === undefined ? sql`` : sql`and words ilike ${`%${escapeLike(of.words)}%`}`}`
}

/** What people type is looked for as it stands: `%` and `_` have no power here. */
function escapeLike(words: string): string {
  return words.replace(/[\\%_]/g, (sign) => `\\${sign}`)
}
