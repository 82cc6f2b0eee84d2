import { sql } from 'kysely'
import { all, type Db, touched } from '#platform/database'
import type { StockOwner } from './offer.ts'
import { everyChannel, type PriceFunders, type TimedPrice } from './price.ts'

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

const timedColumns = sql.raw(`p.sku_id as "skuId", p.id, p.kind, p.name, p.channel, p.room_id as "roomId",
  a.session_id as "onAirSessionId", p.price_minor as "priceMinor", p.currency, p.from_at as "from",
  least(p.until_at, p.ended_at) as "until", p.limit_units as "limitUnits", p.budget_id as "budgetId", p.sold_out as "soldOut",
  json_build_object('platform', p.platform_points, 'seller', p.seller_points, 'creator', p.creator_points,
    'brand', p.brand_points) as funders
  from listings.timed_prices p left join listings.on_air a on a.room_id = p.room_id`)

/** Prices for a time whose time it is, in whatever channel and room. */
export function selectTimedInForce(
  db: Db,
  of: { skuIds: readonly string[]; now: Temporal.Instant },
): Promise<TimedPrice[]> {
  return all(
    db,
    sql<TimedPrice>`select ${timedColumns} where p.sku_id = any(${of.skuIds}::uuid[]) and p.until_at > ${of.now.toString()}
      and p.from_at <= ${of.now.toString()} and (p.ended_at is null or p.ended_at > ${of.now.toString()})`,
  )
}

/** All prices for a time of a SKU that held, hold or will hold after an instant, newest first. */
export function selectTimed(
  db: Db,
  of: { skuId: string; after: Temporal.Instant; limit: number },
): Promise<TimedPrice[]> {
  return all(
    db,
    sql<TimedPrice>`select ${timedColumns} where p.sku_id = ${of.skuId} and p.until_at > ${of.after.toString()}
      and (p.ended_at is null or p.ended_at > p.from_at) order by p.from_at desc, p.id desc limit ${of.limit}`,
  )
}

/** The shelf's prices of a SKU in a channel and in all, in the order in which they were set. */
export function selectShelfPrices(
  db: Db,
  of: { skuId: string; channel: string },
): Promise<{ channel: string; priceMinor: number; from: Temporal.Instant }[]> {
  return all(
    db,
    sql`select channel, price_minor as "priceMinor", from_at as "from" from listings.prices
      where sku_id = ${of.skuId} and channel in (${everyChannel}, ${of.channel}) order by from_at, id`,
  )
}

/** False when the id is taken. */
export async function insertTimed(
  db: Db,
  price: Omit<TimedPrice, 'onAirSessionId' | 'soldOut'> & { setBy: string | null },
): Promise<boolean> {
  const funders: PriceFunders = price.funders
  const written = await touched(
    db,
    sql`insert into listings.timed_prices (sku_id, id, kind, name, channel, room_id, price_minor, currency, limit_units,
        platform_points, seller_points, creator_points, brand_points, budget_id, from_at, until_at, set_by)
      values (${price.skuId}, ${price.id}, ${price.kind}, ${JSON.stringify(price.name)}::jsonb, ${price.channel}, ${price.roomId},
        ${price.priceMinor}, ${price.currency}, ${price.limitUnits}, ${funders.platform}, ${funders.seller}, ${funders.creator},
        ${funders.brand}, ${price.budgetId}, ${price.from.toString()}, ${price.until.toString()}, ${price.setBy})
      on conflict (sku_id, id) do nothing`,
  )
  return written === 1
}

/** Answers whether there was one that had not ended. */
export async function endTimed(db: Db, of: { skuId: string; id: string; at: Temporal.Instant }): Promise<boolean> {
  const ended = await touched(
    db,
    sql`update listings.timed_prices set ended_at = ${of.at.toString()}
      where sku_id = ${of.skuId} and id = ${of.id} and ended_at is null and until_at > ${of.at.toString()}`,
  )
  return ended === 1
}

export async function setSoldOut(db: Db, of: { skuId: string; id: string; soldOut: boolean }): Promise<boolean> {
  const changed = await touched(
    db,
    sql`update listings.timed_prices set sold_out = ${of.soldOut}
      where sku_id = ${of.skuId} and id = ${of.id} and sold_out <> ${of.soldOut}`,
  )
  return changed === 1
}

export async function upsertOnAir(db: Db, of: { roomId: string; sessionId: string }): Promise<void> {
  await sql`insert into listings.on_air (room_id, session_id) values (${of.roomId}, ${of.sessionId})
    on conflict (room_id) do update set session_id = excluded.session_id`.execute(db)
}

export async function deleteOnAir(db: Db, of: { roomId: string; sessionId: string }): Promise<void> {
  await sql`delete from listings.on_air where room_id = ${of.roomId} and session_id = ${of.sessionId}`.execute(db)
}

/** Products of SKUs whose prices are only for this room. */
export async function skusPricedInRoom(db: Db, roomId: string, now: Temporal.Instant): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ skuId: string }>`select distinct sku_id as "skuId" from listings.timed_prices
      where room_id = ${roomId} and until_at > ${now.toString()} and ended_at is null`,
  )
  return rows.map(({ skuId }) => skuId)
}
