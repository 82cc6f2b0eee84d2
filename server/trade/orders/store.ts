import { type RawBuilder, sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, allOf, type Db, first, type Tx, touched } from '#platform/database'
import { assert } from '#platform/outcome'
import type { Funders } from '#trade/promotions'
import type { AfterSaleKind, AfterSaleReason, AfterSaleState } from './after-sale.ts'
import { type Address, boughtKey, type Child, type OrderState, type Placement, type PriorGroup } from './order.ts'
import { type Shared, type Snapshot, sharedOf, snapshotOf } from './snapshot.ts'

/** Answers given before under these ids. */
export async function loadPriorGroups(tx: Tx, ids: readonly string[]): Promise<Map<string, PriorGroup>> {
  const rows = await tx.hot<Omit<PriorGroup, 'orders'> & { id: string; orders: PriorGroup['orders'] | null }>(
    'orders.load_prior',
    `select o.id, o.buyer_id as "buyerId", o.request_hash as "requestHash", o.currency, (
        select json_agg(json_build_object('orderId', c.id, 'number', c.number, 'payMinor', c.pay_minor,
            'payBy', case when c.state = 'unpaid' then to_char(c.pay_by at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end) order by c.number)
        from (select * from orders.orders where id = o.id
          union all select * from orders.orders where group_id = o.id and group_id <> id) c) as orders
      from orders.orders o where o.id = any($1::uuid[])`,
    [[...ids]],
  )
  return new Map(rows.map((row) => [row.id, { ...row, orders: row.orders ?? [] }]))
}

/** Which of these ids are orders by now. */
export async function placedAmong(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const rows = await all(db, sql<{ id: string }>`select id from orders.orders where id = any(${[...ids]}::uuid[])`)
  return new Set(rows.map((row) => row.id))
}

/** What somebody has bought since then and not given up, as three figures; the average is of what he paid for an order. */
export async function historyOf(
  db: Db,
  of: { buyerId: string; currency: string; since: Temporal.Instant },
): Promise<{ orders: number; lastAt: Temporal.Instant | null; averageMinor: number | null }> {
  const row = await first(
    db,
    sql<{
      orders: number
      lastAt: Temporal.Instant | null
      averageMinor: number | null
    }>`select count(*)::int as orders,
        max(placed_at) as "lastAt", round(avg(pay_minor))::bigint as "averageMinor" from orders.orders
      where buyer_id = ${of.buyerId} and currency = ${of.currency} and placed_at >= ${of.since.toString()}
        and state not in ('unpaid', 'cancelled')`,
  )
  return row ?? { orders: 0, lastAt: null, averageMinor: null }
}

// Numbers are taken from the sequence in blocks of a thousand (its increment); what a stopped process leaves is skipped.
const numberBlock = 1_000
let block = { next: 0, end: 0 }

/** Short numbers that people can say aloud. Gaps are normal; a number is never given twice. */
export async function takeNumbers(tx: Tx, count: number): Promise<number[]> {
  const numbers: number[] = []
  while (numbers.length < count) {
    if (block.next >= block.end) {
      const [row] = await tx.hot<{ next: number }>(
        'orders.take_numbers',
        `select nextval('orders.numbers') as next`,
        [],
      )
      assert(row !== undefined, 'a sequence answers')
      block = { next: row.next, end: row.next + numberBlock }
    }
    numbers.push(block.next++)
  }
  return numbers
}

interface Limited {
  buyerId: string
  skuId: string
  limit: { priceId: string; units: number }
}

/** What buyers have at limited prices; nobody asks when no price has a limit. */
export async function loadBought(db: Pick<Tx, 'hot'>, of: readonly Limited[]): Promise<Map<string, number>> {
  if (of.length === 0) return new Map()
  const rows = await db.hot<{ buyerId: string; skuId: string; priceId: string; units: number }>(
    'orders.load_bought',
    // Each by its key: a plan that was made while few had bought must not read over all who have.
    `select w.buyer_id as "buyerId", w.sku_id as "skuId", w.price_id as "priceId", b.units
      from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as w (buyer_id, sku_id, price_id) cross join lateral (
        select units from orders.bought
        where buyer_id = w.buyer_id and sku_id = w.sku_id and price_id = w.price_id offset 0) b`,
    [of.map(({ buyerId }) => buyerId), of.map(({ skuId }) => skuId), of.map(({ limit }) => limit.priceId)],
  )
  return new Map(
    rows.map(({ buyerId, skuId, priceId, units }) => [boughtKey(buyerId, { skuId, limit: { priceId, units } }), units]),
  )
}

/** As `loadBought`, for a quote. */
export async function boughtOf(db: Db, of: readonly Limited[]): Promise<Map<string, number>> {
  if (of.length === 0) return new Map()
  const rows = await all(
    db,
    sql<{
      buyerId: string
      skuId: string
      priceId: string
      units: number
    }>`select buyer_id as "buyerId", sku_id as "skuId",
        price_id as "priceId", units from orders.bought
      where (buyer_id, sku_id, price_id) in (select * from unnest(${of.map(({ buyerId }) => buyerId)}::uuid[],
        ${of.map(({ skuId }) => skuId)}::uuid[], ${of.map(({ limit }) => limit.priceId)}::uuid[]))`,
  )
  return new Map(
    rows.map(({ buyerId, skuId, priceId, units }) => [boughtKey(buyerId, { skuId, limit: { priceId, units } }), units]),
  )
}

/** Counts units at limited prices; negative ones come back. The check on the table is the last word. */
export async function countBought(tx: Tx, of: readonly (Limited & { units: number })[]): Promise<void> {
  if (of.length === 0) return
  const sums = new Map<string, Limited & { units: number }>()
  for (const each of of) {
    const key = boughtKey(each.buyerId, each)
    sums.set(key, { ...each, units: (sums.get(key)?.units ?? 0) + each.units })
  }
  const rows = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
  await tx.hot(
    'orders.count_bought',
    `insert into orders.bought as b (buyer_id, sku_id, price_id, units, limit_units)
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::int[])
      on conflict (buyer_id, sku_id, price_id) do update set units = b.units + excluded.units`,
    [
      rows.map(({ buyerId }) => buyerId),
      rows.map(({ skuId }) => skuId),
      rows.map(({ limit }) => limit.priceId),
      rows.map(({ units }) => units),
      rows.map(({ limit }) => limit.units),
    ],
  )
}

/** A cancelled order gives the buyer his units back. */
export async function uncountBought(
  tx: Tx,
  buyerId: string,
  lines: readonly { skuId: string; limitedPriceId: string | null; units: number }[],
): Promise<void> {
  const limited = lines.filter((line) => line.limitedPriceId !== null)
  if (limited.length === 0) return
  await sql`update orders.bought b set units = b.units - l.units
    from unnest(${limited.map(({ skuId }) => skuId)}::uuid[], ${limited.map(({ limitedPriceId }) => limitedPriceId)}::uuid[],
      ${limited.map(({ units }) => units)}::int[]) as l (sku_id, price_id, units)
    where b.buyer_id = ${buyerId} and b.sku_id = l.sku_id and b.price_id = l.price_id`.execute(tx.db)
}

export interface OrderRow {
  id: string
  groupId: string
  batchId: string | null
  number: number
  buyerId: string
  buyerName: string
  channel: string
  sellerId: string
  sellerName: { en: string; zh: string }
  state: OrderState
  currency: Currency
  priceMinor: number
  discountMinor: number
  subsidyMinor: number
  payMinor: number
  creatorId: string | null
  roomId: string | null
  sessionId: string | null
  roomTitle: string | null
  shipTo: Address
  dispatchBy: Temporal.Instant
  deliverBy: Temporal.Instant
  isDemo: boolean
  placedAt: Temporal.Instant
  /** Until when it waits, or waited, for its payment; null for what was paid when it was placed. */
  payBy: Temporal.Instant | null
  paidAt: Temporal.Instant | null
  confirmBy: Temporal.Instant | null
  confirmedAt: Temporal.Instant | null
  cancelledAt: Temporal.Instant | null
}

export interface NewOrder {
  /** The first order of a wish has the wish's id. */
  id: string
  placement: Placement
  child: Child
  batchId: string
  number: number
  buyerName: string
  channel: string
  dispatchBy: string
  deliverBy: string
  /** Until when it waits for its payment; null when it is paid now. */
  payBy: string | null
}

/** Orders, lines and discounts of a batch, and what it froze that was not written before: bulk inserts that travel together. */
export async function insertOrders(
  tx: Tx,
  of: { orders: readonly NewOrder[]; batchId: string; snapshots: readonly Snapshot[]; shared: readonly Shared[] },
): Promise<void> {
  const { orders } = of
  const works: Promise<unknown>[] = []
  const write = (name: string, text: string, values: readonly unknown[]) => works.push(tx.hot(name, text, values))
  if (of.snapshots.length > 0)
    write(
      'orders.insert_snapshots',
      `insert into orders.snapshots (id, product_id, title, label, picture)
        select id, product_id, title::jsonb, label::jsonb, picture
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as s (id, product_id, title, label, picture)
        order by id on conflict (id) do nothing`,
      [
        of.snapshots.map(({ id }) => id),
        of.snapshots.map(({ productId }) => productId),
        of.snapshots.map(({ title }) => JSON.stringify(title)),
        of.snapshots.map(({ label }) => JSON.stringify(label)),
        of.snapshots.map(({ picture }) => picture),
      ],
    )
  if (of.shared.length > 0)
    write(
      'orders.insert_shared',
      `insert into orders.shared (id, body) select id, body::jsonb from unnest($1::uuid[], $2::text[]) as s (id, body)
        order by id on conflict (id) do nothing`,
      [of.shared.map(({ id }) => id), of.shared.map(({ body }) => JSON.stringify(body))],
    )
  write(
    'orders.insert_orders',
    `insert into orders.orders (id, group_id, number, buyer_id, buyer_name, channel, seller_id, seller_name_id, state, currency,
        price_minor, discount_minor, subsidy_minor, pay_minor, creator_id, room_id, session_id, room_title, ship_to_id,
        dispatch_by, deliver_by, is_demo, placed_at, batch_id, request_hash, pay_by)
      select id, group_id, number, buyer_id, buyer_name, channel, seller_id, seller_name_id,
        case when pay_by is null then 'paid' else 'unpaid' end, currency, price_minor,
        discount_minor, subsidy_minor, pay_minor, creator_id, room_id, session_id, room_title, ship_to_id, dispatch_by,
        deliver_by, is_demo, $20, $22, case when group_id = id then request_hash end, pay_by
      from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[],
        $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::uuid[], $14::uuid[], $15::uuid[], $16::text[],
        $17::uuid[], $18::timestamptz[], $19::timestamptz[], $21::boolean[], $23::uuid[], $24::bytea[], $25::timestamptz[])
        as o (id, number, buyer_id, buyer_name, channel, seller_id, seller_name_id, currency, price_minor, discount_minor,
          subsidy_minor, pay_minor, creator_id, room_id, session_id, room_title, ship_to_id, dispatch_by, deliver_by, is_demo,
          group_id, request_hash, pay_by)`,
    [
      orders.map(({ id }) => id),
      orders.map(({ number }) => number),
      orders.map(({ placement }) => placement.wish.buyerId),
      orders.map(({ buyerName }) => buyerName),
      orders.map(({ channel }) => channel),
      orders.map(({ child }) => child.sellerId),
      orders.map(({ child }) => sharedOf(child.sellerName).id),
      orders.map(({ placement }) => placement.currency),
      orders.map(({ child }) => child.priceMinor),
      orders.map(({ child }) => child.discountMinor),
      orders.map(({ child }) => child.subsidyMinor),
      orders.map(({ child }) => child.payMinor),
      orders.map(({ placement }) => placement.attribution?.creatorId ?? null),
      orders.map(({ placement }) => placement.attribution?.roomId ?? null),
      orders.map(({ placement }) => placement.attribution?.sessionId ?? null),
      orders.map(({ placement }) => placement.attribution?.roomTitle ?? null),
      orders.map(({ placement }) => sharedOf(placement.shipTo).id),
      orders.map(({ dispatchBy }) => dispatchBy),
      orders.map(({ deliverBy }) => deliverBy),
      tx.now.toString(),
      orders.map(({ placement }) => placement.wish.isDemo),
      of.batchId,
      orders.map(({ placement }) => placement.wish.id),
      orders.map(({ placement }) => placement.wish.requestHash),
      orders.map(({ payBy }) => payBy),
    ],
  )
  const lines = orders.flatMap(({ id, child }) => child.lines.map((line, index) => ({ id, no: index + 1, line })))
  write(
    'orders.insert_lines',
    `insert into orders.lines
        (order_id, no, sku_id, snapshot_id, units, unit_price_minor, discount_minor, pay_minor, warehouse_id, limited_price_id)
      select order_id, no, sku_id, snapshot_id, units, unit_price_minor, discount_minor, pay_minor, warehouse_id, limited_price_id
      from unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[], $9::uuid[],
        $10::uuid[])
        as l (order_id, no, sku_id, snapshot_id, units, unit_price_minor, discount_minor, pay_minor, warehouse_id, limited_price_id)`,
    [
      lines.map(({ id }) => id),
      lines.map(({ no }) => no),
      lines.map(({ line }) => line.offer.skuId),
      lines.map(({ line }) => snapshotOf(line.offer).id),
      lines.map(({ line }) => line.units),
      lines.map(({ line }) => line.offer.priceMinor),
      lines.map(({ line }) => line.discountMinor),
      lines.map(({ line }) => line.payMinor),
      lines.map(({ line }) => line.warehouseId),
      lines.map(({ line }) => line.offer.limit?.priceId ?? null),
    ],
  )
  const discounts = orders.flatMap(({ id, child }) =>
    child.lines.flatMap((line, index) => line.discounts.map((each) => ({ id, no: index + 1, ...each }))),
  )
  if (discounts.length > 0)
    write(
      'orders.insert_discounts',
      `insert into orders.discounts (order_id, line_no, promotion_id, name, amount_minor, platform_points, seller_points, creator_points,
        brand_points, budget_id, platform_minor)
      select order_id, line_no, promotion_id, name::jsonb, amount_minor, platform, seller, creator, brand, budget_id, platform_minor
      from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::bigint[], $6::int[], $7::int[], $8::int[], $9::int[], $10::uuid[],
        $11::bigint[])
        as d (order_id, line_no, promotion_id, name, amount_minor, platform, seller, creator, brand, budget_id, platform_minor)`,
      [
        discounts.map(({ id }) => id),
        discounts.map(({ no }) => no),
        discounts.map(({ discount }) => discount.promotionId),
        discounts.map(({ discount }) => JSON.stringify(discount.name)),
        discounts.map(({ amountMinor }) => amountMinor),
        discounts.map(({ discount }) => discount.funders.platform),
        discounts.map(({ discount }) => discount.funders.seller),
        discounts.map(({ discount }) => discount.funders.creator),
        discounts.map(({ discount }) => discount.funders.brand),
        discounts.map(({ discount }) => discount.budgetId),
        discounts.map(({ platformMinor }) => platformMinor),
      ],
    )
  await allOf(works)
}

const orderColumns =
  sql.raw(`id, group_id as "groupId", batch_id as "batchId", number, buyer_id as "buyerId", buyer_name as "buyerName", channel,
  seller_id as "sellerId", coalesce(seller_name, (select s.body from orders.shared s where s.id = seller_name_id)) as "sellerName", state, currency, price_minor as "priceMinor",
  discount_minor as "discountMinor", subsidy_minor as "subsidyMinor", pay_minor as "payMinor", creator_id as "creatorId",
  room_id as "roomId", session_id as "sessionId", room_title as "roomTitle",
  coalesce(ship_to, (select s.body from orders.shared s where s.id = ship_to_id)) as "shipTo",
  dispatch_by as "dispatchBy", deliver_by as "deliverBy", is_demo as "isDemo", placed_at as "placedAt",
  pay_by as "payBy", paid_at as "paidAt",
  confirm_by as "confirmBy", confirmed_at as "confirmedAt", cancelled_at as "cancelledAt"`)

export function findOrder(db: Db, id: string): Promise<OrderRow | null> {
  return first(db, sql<OrderRow>`select ${orderColumns} from orders.orders where id = ${id}`)
}

/** What people call these orders. */
export async function orderNumbersOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await all(
    db,
    sql<{ id: string; number: number }>`select id, number from orders.orders where id = any(${[...ids]}::uuid[])`,
  )
  return new Map(rows.map(({ id, number }) => [id, String(number)]))
}

/** True while another order of the same wish is not cancelled. Its orders are cancelled one at a time: the first is locked for it. */
export async function isAnythingLeft(tx: Tx, order: { id: string; groupId: string }): Promise<boolean> {
  await sql`select 1 from orders.orders where id = ${order.groupId} for update`.execute(tx.db)
  const row = await first(
    tx.db,
    sql<{ left: boolean }>`select exists (select 1 from orders.orders
      where (id = ${order.groupId} or (group_id = ${order.groupId} and group_id <> id)) and id <> ${order.id}
        and state <> 'cancelled') as left`,
  )
  return row?.left ?? false
}

/** Wishes of these buyers that wait for their payment. */
export async function unpaidOf(tx: Tx, buyerIds: readonly string[]): Promise<Map<string, number>> {
  if (buyerIds.length === 0) return new Map()
  const rows = await tx.hot<{ buyerId: string; groups: number }>(
    'orders.count_unpaid',
    `select buyer_id as "buyerId", count(distinct group_id) as groups from orders.orders
      where state = 'unpaid' and buyer_id = any($1::uuid[]) group by buyer_id`,
    [[...buyerIds]],
  )
  return new Map(rows.map(({ buyerId, groups }) => [buyerId, groups]))
}

/** All orders of a group, locked in the order of their ids. */
export function lockGroup(tx: Tx, groupId: string): Promise<OrderRow[]> {
  return all(
    tx.db,
    sql<OrderRow>`select ${orderColumns} from orders.orders where id = ${groupId} or (group_id = ${groupId} and group_id <> id)
      order by id for update`,
  )
}

/** What the orders of each group that wait cost together. */
export async function waitingOf(db: Db, groupIds: readonly string[]): Promise<Map<string, number>> {
  if (groupIds.length === 0) return new Map()
  const rows = await all(
    db,
    sql<{ id: string; minor: number }>`select group_id as id, sum(pay_minor)::bigint as minor from orders.orders
      where state = 'unpaid' and (id = any(${[...groupIds]}::uuid[]) or (group_id = any(${[...groupIds]}::uuid[]) and group_id <> id))
      group by group_id`,
  )
  return new Map(rows.map(({ id, minor }) => [id, minor]))
}

/** Groups whose time to be paid is over, oldest first. */
export async function groupsToClose(db: Db, now: Temporal.Instant, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ id: string }>`select group_id as id from orders.orders where state = 'unpaid' and pay_by <= ${now.toString()}
      group by group_id order by min(pay_by) limit ${limit}`,
  )
  return rows.map(({ id }) => id)
}

/** Locks the order: its state is decided by one transaction at a time. */
export function lockOrder(tx: Tx, id: string): Promise<OrderRow | null> {
  return first(tx.db, sql<OrderRow>`select ${orderColumns} from orders.orders where id = ${id} for update`)
}

export interface OrderFilter {
  buyerId?: string
  creatorId?: string
  sellerId?: string
  states?: readonly OrderState[]
  /** The beginning of an order's number, or of a buyer's name. */
  q?: string
  before?: string
  limit: number
}

/** Newest first: ids are UUIDv7, so their order is the order of birth. */
export function listOrderRows(db: Db, filter: OrderFilter): Promise<OrderRow[]> {
  const numbers = numbersBeginning(filter.q ?? '')
  return all(
    db,
    sql<OrderRow>`select ${orderColumns} from orders.orders
      where (${filter.buyerId ?? null}::uuid is null or buyer_id = ${filter.buyerId ?? null})
        and (${filter.creatorId ?? null}::uuid is null or creator_id = ${filter.creatorId ?? null})
        and (${filter.sellerId ?? null}::uuid is null or seller_id = ${filter.sellerId ?? null})
        and (${filter.states ? [...filter.states] : null}::text[] is null or state = any(${filter.states ? [...filter.states] : null}::text[]))
        and (${filter.before ?? null}::uuid is null or id < ${filter.before ?? null})
        and ${numbers === null ? sql`true` : sql`(${sql.join(numbers, sql` or `)})`}
        and (${filter.q === undefined || numbers !== null ? null : filter.q}::text is null or starts_with(buyer_name, ${filter.q ?? ''}))
      order by id desc limit ${filter.limit}`,
  )
}

/** Numbers that begin with these digits, as ranges that the index knows; null if these are no digits of a number. */
function numbersBeginning(digits: string): RawBuilder<boolean>[] | null {
  if (!/^[1-9]\d{0,14}$/.test(digits)) return null
  return Array.from({ length: 16 - digits.length }, (_, more) => {
    const low = Number(digits) * 10 ** more
    return sql<boolean>`number >= ${low} and number < ${low + 10 ** more}`
  })
}

export interface LineRow {
  orderId: string
  no: number
  skuId: string
  productId: string
  title: { en: string; zh: string }
  label: { en: string; zh: string }
  picture: string
  units: number
  unitPriceMinor: number
  discountMinor: number
  payMinor: number
  warehouseId: string
  limitedPriceId: string | null
}

export function linesOf(db: Db, orderIds: readonly string[]): Promise<LineRow[]> {
  return all(
    db,
    sql<LineRow>`select l.order_id as "orderId", l.no, l.sku_id as "skuId", coalesce(l.product_id, s.product_id) as "productId",
        coalesce(l.title, s.title) as title, coalesce(l.label, s.label) as label, coalesce(l.picture, s.picture) as picture,
        l.units, l.unit_price_minor as "unitPriceMinor", l.discount_minor as "discountMinor", l.pay_minor as "payMinor",
        l.warehouse_id as "warehouseId", l.limited_price_id as "limitedPriceId"
      from orders.lines l left join orders.snapshots s on s.id = l.snapshot_id
      where l.order_id = any(${[...orderIds]}::uuid[]) order by l.order_id, l.no`,
  )
}

export interface DiscountRow extends Funders {
  orderId: string
  lineNo: number
  promotionId: string
  name: { en: string; zh: string }
  amountMinor: number
  budgetId: string | null
  /** What the platform bears of it; null on lines of before, where it follows from the shares of the whole order. */
  platformMinor: number | null
}

export function discountsOf(db: Db, orderIds: readonly string[]): Promise<DiscountRow[]> {
  return all(
    db,
    sql<DiscountRow>`select order_id as "orderId", line_no as "lineNo", promotion_id as "promotionId", name, amount_minor as "amountMinor",
        platform_points as platform, seller_points as seller, creator_points as creator, brand_points as brand, budget_id as "budgetId",
        platform_minor as "platformMinor"
      from orders.discounts where order_id = any(${[...orderIds]}::uuid[]) order by order_id, line_no`,
  )
}

export interface StepRow {
  orderId: string
  step: string
  at: Temporal.Instant
  sentence: { en: string; zh: string }
}

export function stepsOf(db: Db, orderIds: readonly string[]): Promise<StepRow[]> {
  return all(
    db,
    sql<StepRow>`select order_id as "orderId", step, at, sentence from orders.steps
      where order_id = any(${[...orderIds]}::uuid[]) order by order_id, at, step`,
  )
}

/** A step is told once, whoever tells it how often. */
export async function addStep(
  tx: Tx,
  orderId: string,
  step: string,
  at: string,
  sentence: { en: string; zh: string },
): Promise<void> {
  await sql`insert into orders.steps (order_id, step, at, sentence)
    values (${orderId}, ${step}, ${at}, ${JSON.stringify(sentence)}::jsonb) on conflict do nothing`.execute(tx.db)
}

/** Moves a locked order on; sets the instants that go with the state. */
export async function setState(
  tx: Tx,
  orderId: string,
  state: OrderState,
  instants: {
    paidAt?: Temporal.Instant
    confirmBy?: Temporal.Instant
    confirmedAt?: Temporal.Instant
    cancelledAt?: Temporal.Instant
  } = {},
): Promise<void> {
  const moved = await touched(
    tx.db,
    sql`update orders.orders set state = ${state},
        paid_at = coalesce(${instants.paidAt?.toString() ?? null}::timestamptz, paid_at),
        confirm_by = coalesce(${instants.confirmBy?.toString() ?? null}::timestamptz, confirm_by),
        confirmed_at = coalesce(${instants.confirmedAt?.toString() ?? null}::timestamptz, confirmed_at),
        cancelled_at = coalesce(${instants.cancelledAt?.toString() ?? null}::timestamptz, cancelled_at)
      where id = ${orderId}`,
  )
  assert(moved === 1, 'a locked order is there')
}

export interface AfterSaleRow {
  id: string
  orderId: string
  orderNumber: string
  buyerId: string
  buyerName: string
  currency: string
  kind: AfterSaleKind
  reasonCode: AfterSaleReason
  reason: string
  state: AfterSaleState
  amountMinor: number
  lines: { no: number; amountMinor: number; units: number | null }[]
  askedAt: Temporal.Instant
  decidedAt: Temporal.Instant | null
  /** Until when the goods have to be sent back. */
  dueAt: Temporal.Instant | null
  answer: string
}

const afterSaleColumns =
  sql.raw(`a.id, a.order_id as "orderId", o.number::text as "orderNumber", a.buyer_id as "buyerId",
  o.buyer_name as "buyerName", o.currency, a.kind, a.reason_code as "reasonCode", a.reason, a.state, a.asked_at as "askedAt",
  a.decided_at as "decidedAt", a.due_at as "dueAt", a.answer,
  (select sum(l.amount_minor)::bigint from orders.after_sale_lines l
    where l.order_id = a.order_id and l.after_sale_id = a.id) as "amountMinor",
  (select json_agg(json_build_object('no', l.line_no, 'amountMinor', l.amount_minor, 'units', l.units) order by l.line_no)
    from orders.after_sale_lines l where l.order_id = a.order_id and l.after_sale_id = a.id) as lines`)

export function findAfterSale(db: Db, orderId: string, id: string): Promise<AfterSaleRow | null> {
  return first(
    db,
    sql<AfterSaleRow>`select ${afterSaleColumns} from orders.after_sales a join orders.orders o on o.id = a.order_id
      where a.order_id = ${orderId} and a.id = ${id}`,
  )
}

/** By its own id alone: a parcel with goods that are sent again goes by it. */
export function findAfterSaleById(db: Db, id: string): Promise<AfterSaleRow | null> {
  return first(
    db,
    sql<AfterSaleRow>`select ${afterSaleColumns} from orders.after_sales a join orders.orders o on o.id = a.order_id
      where a.id = ${id} limit 1`,
  )
}

export function afterSalesOf(db: Db, orderIds: readonly string[]): Promise<AfterSaleRow[]> {
  return all(
    db,
    sql<AfterSaleRow>`select ${afterSaleColumns} from orders.after_sales a join orders.orders o on o.id = a.order_id
      where a.order_id = any(${[...orderIds]}::uuid[]) order by a.asked_at, a.id`,
  )
}

/** Newest first. */
export function listAfterSales(
  db: Db,
  of: { state?: AfterSaleState; before?: string; limit: number },
): Promise<AfterSaleRow[]> {
  return all(
    db,
    sql<AfterSaleRow>`select ${afterSaleColumns} from orders.after_sales a join orders.orders o on o.id = a.order_id
      where (${of.state ?? null}::text is null or a.state = ${of.state ?? null})
        and (${of.before ?? null}::uuid is null or a.id < ${of.before ?? null})
      order by a.id desc limit ${of.limit}`,
  )
}

const openStates = sql.raw(`('asked', 'accepted', 'sent', 'replacing')`)

/** False when another wish of the order is open. */
export async function insertAfterSale(
  tx: Tx,
  of: {
    id: string
    orderId: string
    buyerId: string
    kind: AfterSaleKind
    reasonCode: AfterSaleReason
    reason: string
    lines: readonly { no: number; amountMinor: number; units: number | null }[]
  },
): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into orders.after_sales (order_id, id, buyer_id, kind, reason_code, reason, asked_at)
      values (${of.orderId}, ${of.id}, ${of.buyerId}, ${of.kind}, ${of.reasonCode}, ${of.reason}, ${tx.now.toString()})
      on conflict (order_id) where state in ${openStates} do nothing`,
  )
  if (written === 0) return false
  await sql`insert into orders.after_sale_lines (order_id, after_sale_id, line_no, amount_minor, units)
    select ${of.orderId}, ${of.id}, no, amount, units
    from unnest(${of.lines.map(({ no }) => no)}::int[], ${of.lines.map(({ amountMinor }) => amountMinor)}::bigint[],
      ${of.lines.map(({ units }) => units)}::int[]) as l (no, amount, units)`.execute(tx.db)
  return true
}

/** Its goods come back first. */
export async function acceptAfterSale(
  tx: Tx,
  of: { orderId: string; id: string; answer: string; by: string | null; dueAt: Temporal.Instant },
): Promise<void> {
  const accepted = await touched(
    tx.db,
    sql`update orders.after_sales set state = 'accepted', accepted_at = ${tx.now.toString()}, due_at = ${of.dueAt.toString()},
        decided_by = ${of.by}, answer = ${of.answer}
      where order_id = ${of.orderId} and id = ${of.id} and state = 'asked'`,
  )
  assert(accepted === 1, 'what is accepted was waiting')
}

/** To another state; from the moment it is answered for good it says when. Which moves there are says `mayAfterSaleMove`. */
export async function moveAfterSale(
  tx: Tx,
  of: { orderId: string; id: string; to: AfterSaleState; answer: string; by: string | null },
): Promise<void> {
  const moved = await touched(
    tx.db,
    sql`update orders.after_sales set state = ${of.to}, answer = ${of.answer}, decided_by = coalesce(${of.by}::uuid, decided_by),
        decided_at = case when ${of.to} in ${openStates} then null else ${tx.now.toString()}::timestamptz end
      where order_id = ${of.orderId} and id = ${of.id} and state in ${openStates}`,
  )
  assert(moved === 1, 'what moves on was open')
}

/** Units of each line that came back, or are to come back. */
export async function backUnitsOf(db: Db, orderId: string): Promise<Map<number, number>> {
  const rows = await all(
    db,
    sql<{ no: number; units: number }>`select l.line_no as no, sum(l.units)::int as units
      from orders.after_sale_lines l join orders.after_sales a on a.order_id = l.order_id and a.id = l.after_sale_id
      where l.order_id = ${orderId} and a.kind in ('returnRefund', 'exchange') and a.state not in ('refused', 'lapsed')
      group by l.line_no`,
  )
  return new Map(rows.map(({ no, units }) => [no, units]))
}

/** Wishes whose goods should have been sent back by now. */
export function dueAfterSales(
  db: Db,
  now: Temporal.Instant,
  limit: number,
): Promise<{ orderId: string; id: string }[]> {
  return all(
    db,
    sql`select order_id as "orderId", id from orders.after_sales
      where state = 'accepted' and due_at <= ${now.toString()} order by due_at, id limit ${limit}`,
  )
}

/** Adds to what lines have given back; the table refuses more than was paid. */
export async function addRefunded(
  tx: Tx,
  orderId: string,
  lines: readonly { no: number; payMinor: number; amountMinor: number }[],
): Promise<void> {
  await sql`insert into orders.refunded as r (order_id, line_no, pay_minor, refunded_minor)
    select ${orderId}::uuid, no, pay, amount
    from unnest(${lines.map(({ no }) => no)}::int[], ${lines.map(({ payMinor }) => payMinor)}::bigint[],
      ${lines.map(({ amountMinor }) => amountMinor)}::bigint[]) as l (no, pay, amount)
    on conflict (order_id, line_no) do update set refunded_minor = r.refunded_minor + excluded.refunded_minor`.execute(
    tx.db,
  )
}

/** What lines have given back, by order and line. */
export async function refundedOf(db: Db, orderIds: readonly string[]): Promise<Map<string, Map<number, number>>> {
  const rows = await all(
    db,
    sql<{
      orderId: string
      no: number
      minor: number
    }>`select order_id as "orderId", line_no as no, refunded_minor as minor
      from orders.refunded where order_id = any(${[...orderIds]}::uuid[])`,
  )
  return new Map(
    [...Map.groupBy(rows, (row) => row.orderId)].map(([orderId, ofOrder]) => [
      orderId,
      new Map(ofOrder.map(({ no, minor }) => [no, minor])),
    ]),
  )
}

/** Wishes that have waited since before this instant, oldest first. */
export function silentAfterSales(
  db: Db,
  askedBefore: Temporal.Instant,
  limit: number,
): Promise<{ orderId: string; id: string }[]> {
  return all(
    db,
    sql`select order_id as "orderId", id from orders.after_sales
      where state = 'asked' and asked_at <= ${askedBefore.toString()} order by asked_at, id limit ${limit}`,
  )
}

/** Whether something is asked of an order that is not answered for good. */
export async function isAskedBack(db: Db, orderId: string): Promise<boolean> {
  const open = await first(
    db,
    sql`select 1 as open from orders.after_sales where order_id = ${orderId} and state in ${openStates} limit 1`,
  )
  return open !== null
}

/** Orders whose time to be confirmed has come and about which nobody asks, oldest first. */
export async function ordersToConfirm(db: Db, now: Temporal.Instant, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{
      id: string
    }>`select id from orders.orders o where state in ('shipped', 'delivered') and confirm_by <= ${now.toString()}
        and not exists (select 1 from orders.after_sales a where a.order_id = o.id and a.state in ${openStates})
      order by confirm_by limit ${limit}`,
  )
  return rows.map((row) => row.id)
}
