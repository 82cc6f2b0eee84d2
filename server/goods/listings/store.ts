import { sql } from 'kysely'
import { all, type Db } from '#platform/database'
import { everyChannel, type StockOwner } from './offer.ts'

export interface PriceRow {
  skuId: string
  priceMinor: number
  listPriceMinor: number | null
  currency: string
  priceId: string
  limitUnits: number | null
}

/** The present price of each SKU in a channel: its own, or else the one that holds everywhere. */
export function selectPrices(db: Db, of: { skuIds: readonly string[]; channel: string }): Promise<PriceRow[]> {
  return all(
    db,
    sql`select wished.sku_id as "skuId", present.price_minor as "priceMinor", present.list_price_minor as "listPriceMinor",
      present.currency, present.id as "priceId", present.limit_units as "limitUnits"
    from unnest(${of.skuIds}::uuid[]) as wished (sku_id)
    cross join lateral (
      select p.id, p.price_minor, p.list_price_minor, p.currency, p.limit_units from listings.prices p
      where p.sku_id = wished.sku_id and p.channel in (${everyChannel}, ${of.channel})
      order by (p.channel <> ${everyChannel}) desc, p.from_at desc, p.id desc limit 1) present`,
  )
}

export interface TermsRow {
  productId: string
  sellerId: string
  sellerName: { en: string; zh: string }
  stockOwner: StockOwner
  commissionBasisPoints: number
  unitsSold: number
}

export function selectTerms(db: Db, productIds: readonly string[]): Promise<TermsRow[]> {
  return all(
    db,
    sql`select t.product_id as "productId", t.seller_id as "sellerId", t.stock_owner as "stockOwner",
      json_build_object('en', t.seller_name_en, 'zh', t.seller_name_zh) as "sellerName",
      coalesce((select r.basis_points from listings.commission_rates r where r.product_id = t.product_id
        order by r.from_at desc, r.id desc limit 1), 0) as "commissionBasisPoints",
      coalesce((select u.units from listings.units_sold u where u.product_id = t.product_id), 0) as "unitsSold"
    from listings.terms t where t.product_id = any(${productIds}::uuid[])`,
  )
}

export async function insertTerms(
  db: Db,
  terms: { productId: string; sellerId: string; sellerName: { en: string; zh: string }; stockOwner: StockOwner },
): Promise<void> {
  await sql`insert into listings.terms (product_id, seller_id, seller_name_en, seller_name_zh, stock_owner)
    values (${terms.productId}, ${terms.sellerId}, ${terms.sellerName.en}, ${terms.sellerName.zh}, ${terms.stockOwner})
    on conflict (product_id) do nothing`.execute(db)
}

export async function insertRate(
  db: Db,
  rate: { id: string; productId: string; basisPoints: number; from: Temporal.Instant; setBy: string | null },
): Promise<void> {
  await sql`insert into listings.commission_rates (product_id, id, basis_points, from_at, set_by)
    values (${rate.productId}, ${rate.id}, ${rate.basisPoints}, ${rate.from.toString()}, ${rate.setBy})`.execute(db)
}

export async function insertPrices(
  db: Db,
  of: { channel: string; currency: string; from: Temporal.Instant; setBy: string | null },
  prices: readonly {
    id: string
    skuId: string
    priceMinor: number
    listPriceMinor: number | null
    limitUnits: number | null
  }[],
): Promise<void> {
  await sql`insert into listings.prices (sku_id, id, channel, price_minor, list_price_minor, limit_units, currency, from_at, set_by)
    select sku_id, id, ${of.channel}, price_minor, list_price_minor, limit_units, ${of.currency}, ${of.from.toString()}::timestamptz,
      ${of.setBy}::uuid
    from unnest(${prices.map(({ skuId }) => skuId)}::uuid[], ${prices.map(({ id }) => id)}::uuid[],
      ${prices.map(({ priceMinor }) => priceMinor)}::bigint[], ${prices.map(({ listPriceMinor }) => listPriceMinor)}::bigint[],
      ${prices.map(({ limitUnits }) => limitUnits)}::int[])
      as p (sku_id, id, price_minor, list_price_minor, limit_units)`.execute(db)
}

export function selectStockShown(db: Db, skuIds: readonly string[]): Promise<{ skuId: string; unitsLeft: number }[]> {
  return all(
    db,
    sql`select sku_id as "skuId", units_left as "unitsLeft" from listings.stock_shown where sku_id = any(${skuIds}::uuid[])`,
  )
}

/** Rows are taken in SKU order, so two reactions at once cannot deadlock over them. */
export async function upsertStockShown(
  db: Db,
  stocks: readonly { skuId: string; unitsLeft: number; version: number }[],
): Promise<void> {
  await sql`insert into listings.stock_shown as shown (sku_id, units_left, version)
    select sku_id, units_left, version
    from unnest(${stocks.map(({ skuId }) => skuId)}::uuid[], ${stocks.map(({ unitsLeft }) => unitsLeft)}::bigint[],
      ${stocks.map(({ version }) => version)}::bigint[]) as s (sku_id, units_left, version)
    order by sku_id
    on conflict (sku_id) do update set units_left = excluded.units_left, version = excluded.version
    where excluded.version > shown.version`.execute(db)
}

export async function addUnitsSold(db: Db, sold: readonly { productId: string; units: number }[]): Promise<void> {
  await sql`insert into listings.units_sold as known (product_id, units)
    select product_id, units from unnest(${sold.map(({ productId }) => productId)}::uuid[],
      ${sold.map(({ units }) => units)}::bigint[]) as s (product_id, units)
    order by product_id
    on conflict (product_id) do update set units = known.units + excluded.units`.execute(db)
}
