import { sumOf } from '#contract/money'
import type { PaidOrder, SoldGoods } from '#events/trade'
import { categoryPathsOf } from '#goods/catalog'
import { loadOffers, platformSellerId } from '#goods/listings'
import { chainUnder, commissionLinesOf, freezeCommissions, loadPayeeChains, pactsInForce } from '#money/commissions'
import { feeLinesOf, freezeFees, loadFeeSchedule } from '#money/fees'
import { accounts, type Journal, lockBalances, postJournals, readBalances, walletOf } from '#money/ledger'
import { namesOf } from '#people/identity'
import { loadAddresses } from '#people/profiles'
import type { Config } from '#platform/config'
import { allOf, type Tx, violates } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { unwritten } from '#platform/snapshots'
import {
  allocateUnits,
  batchCause,
  lockStock,
  type Owner,
  ownerOf,
  type StockAt,
  sellableOf,
  warehousesOf,
} from '#supply/warehouse'
import {
  type FlashStock,
  type FlashTaken,
  loadFlash,
  lockFlash,
  sellFlashUnits,
  unpaidFlashMinutes,
} from '#trade/flash'

import {
  type Budget,
  budgetsOf,
  type Coupon,
  drawBudgets,
  loadCoupons,
  lockBudgets,
  lockCoupons,
  promotionsInForce,
  spendClaims,
} from '#trade/promotions'
import {
  type ChildOrder,
  childrenOf,
  type Decision,
  type DeskState,
  decideOrder,
  limitsOf,
  type OrderWish,
  type Placement,
  type PlaceOrderRefusal,
  unpaidMinutes,
} from './order.ts'
import { promiseOf } from './promise.ts'
import { sharedOf, snapshotOf } from './snapshot.ts'
import {
  countBought,
  insertOrders,
  loadBought,
  loadPriorGroups,
  type NewOrder,
  takeNumbers,
  unpaidOf,
} from './store.ts'

/** The storefront that this desk sells for. */
export const videoChannel = 'video'

/** What a wish became: one order for each seller and warehouse; the first has the wish's id and number. */
interface Told {
  orderId: string
  number: string
  payMinor: number
  currency: string
  /** Until when it waits for its payment; null when it is paid, or will not be. */
  payBy: string | null
  orders: { orderId: string; number: string; payMinor: number }[]
}

export type OrderAnswer =
  | ({ kind: 'placed'; walletMinor: number } & Told)
  | ({ kind: 'repeated' } & Told)
  | { kind: 'refused'; code: PlaceOrderRefusal; params?: Record<string, string | number> }

/**
 * Places a batch of wishes in one transaction; answers come in the order of the wishes. Locks stock, then coupons, budgets and
 * wallets, each by id, before it decides: whoever locks more than one of these does it in this order, so that nobody waits in
 * a ring.
 */
export async function placeOrders(app: Desk, tx: Tx, wishes: readonly OrderWish[]): Promise<OrderAnswer[]> {
  return mustBeDone(await place(app, tx, wishes, locked))
}

/**
 * The same with locks taken only where the changes are written, after everything else: batches over the same SKUs then wait for
 * each other from there to the commit, and decide and insert side by side. What was loaded may be old by then. The writes
 * themselves hold every floor and limit, so an old load never sells what is not there: it refuses with `stale`, or breaks a
 * constraint of `isStale`, the transaction is rolled back, and the caller places the batch with locks.
 */
export function tryPlaceOrders(
  app: Desk,
  tx: Tx,
  wishes: readonly OrderWish[],
): Promise<Outcome<OrderAnswer[], 'stale'>> {
  return place(app, tx, wishes, unlocked)
}

/** True for what a batch that was decided on an old load breaks when it is written. */
export function isStale(error: unknown): boolean {
  return [
    'bought_within_limit',
    'budgets_check',
    'stock_is_there',
    'flash_units_are_there',
    'balances_have_a_floor',
  ].some((constraint) => violates(error, constraint))
}

/** What decisions are made on, and what is only written down with them. */
interface Loaded extends DeskState {
  names: Awaited<ReturnType<typeof namesOf>>
  chains: Awaited<ReturnType<typeof loadPayeeChains>>
  pacts: Awaited<ReturnType<typeof pactsInForce>>
  guestChains: Awaited<ReturnType<typeof loadPayeeChains>>
}

type Desk = { config: Pick<Config, 'timeZone'>; database: object }

/** How the rows that a batch changes are read. */
interface Reading {
  stock(tx: Tx, skuIds: readonly string[]): Promise<StockAt[]>
  flash(tx: Tx, of: { skuIds: readonly string[]; saleIds: readonly string[] }): Promise<Map<string, FlashStock>>
  coupons(tx: Tx, ids: readonly string[]): Promise<Map<string, Coupon>>
  budgets(tx: Tx, ids: readonly string[]): Promise<Map<string, Budget>>
  balances(tx: Tx, accounts: readonly string[]): Promise<Map<string, number>>
}

const locked: Reading = {
  stock: lockStock,
  flash: lockFlash,
  coupons: lockCoupons,
  budgets: lockBudgets,
  balances: lockBalances,
}
const unlocked: Reading = {
  stock: (tx, skuIds) => sellableOf(tx.prepared, skuIds),
  flash: loadFlash,
  coupons: loadCoupons,
  budgets: (tx, ids) => budgetsOf(tx.prepared, ids),
  balances: readBalances,
}

async function place(
  app: Desk,
  tx: Tx,
  wishes: readonly OrderWish[],
  reading: Reading,
): Promise<Outcome<OrderAnswer[], 'stale'>> {
  const state = await loadDeskState(tx, wishes, reading)
  const decisions = wishes.map((wish) => decideOrder(state, wish)) // Pure; each decision sees those before it.
  const placements = decisions.flatMap((decision) => (decision.kind === 'placed' ? [decision.placement] : []))
  let placed = new Map<string, ChildOrder[]>()
  if (placements.length > 0) {
    const written = await writeOrders(app, tx, placements, state)
    if (!written.ok) {
      assert(reading === unlocked, 'what is locked is there')
      return written
    }
    placed = written.value
  }
  return done(decisions.map((decision, index) => answerOf(decision, wishes[index], placed)))
}

/**
 * What does not depend on each other is asked for at once and answered in order, so the whole batch waits for two round
 * trips. Locks keep their order: stock and then coupons in the first, budgets and then wallets in the second.
 */
async function loadDeskState(tx: Tx, wishes: readonly OrderWish[], reading: Reading): Promise<Loaded> {
  const skuIds = unique(wishes.flatMap((wish) => wish.lines.map((line) => line.skuId)))
  const [prior, offers, addresses, promotions, warehouses, names, chains, pacts, stock, flash, coupons] = await allOf([
    loadPriorGroups(tx, unique(wishes.map((wish) => wish.id))),
    loadOffers(tx.prepared, skuIds, { channel: videoChannel, now: tx.now }),
    loadAddresses(tx.prepared, unique(wishes.map((wish) => wish.addressId))),
    promotionsInForce(tx.prepared, { channel: videoChannel, now: tx.now }),
    warehousesOf(tx.prepared),
    namesOf(tx.prepared, unique(wishes.map((wish) => wish.buyerId))),
    loadPayeeChains(tx.prepared, unique(wishes.flatMap((wish) => wish.attribution?.creatorId ?? [])), tx.now),
    pactsInForce(tx.prepared, unique(wishes.flatMap((wish) => wish.attribution?.sessionId ?? []))),
    reading.stock(tx, skuIds),
    reading.flash(tx, { skuIds, saleIds: unique(wishes.flatMap((wish) => wish.flashSaleId ?? [])) }),
    reading.coupons(tx, unique(wishes.flatMap((wish) => wish.couponId ?? []))),
  ])
  const timed = [...offers.values()].flatMap((offer) => offer.timed)
  const budgetIds = unique([...promotions, ...coupons.values(), ...timed].flatMap(({ budgetId }) => budgetId ?? []))
  const [budgets, balances, guestChains, unpaid, bought] = await allOf([
    reading.budgets(tx, budgetIds),
    reading.balances(tx, unique(wishes.map((wish) => walletOf(wish.buyerId)))),
    loadPayeeChains(tx.prepared, unique([...pacts.values()].map((pact) => pact.guestId)), tx.now),
    // Read after the stock of these SKUs is locked, if it is: who sells them waits there, so nobody else counts meanwhile.
    unpaidOf(tx, unique(wishes.flatMap((wish) => (wish.payment === 'later' ? [wish.buyerId] : [])))),
    loadBought(
      tx,
      wishes.flatMap(({ buyerId, lines }) =>
        lines.flatMap(({ skuId }) => {
          const offer = offers.get(skuId)
          return offer === undefined ? [] : limitsOf(offer).map((limit) => ({ buyerId, skuId, limit }))
        }),
      ),
    ),
  ])
  const walletsMinor = new Map(wishes.map((wish) => [wish.buyerId, balances.get(walletOf(wish.buyerId)) ?? 0]))
  return {
    now: tx.now,
    prior,
    offers,
    addresses,
    warehouses,
    stock: Map.groupBy(stock, (each: StockAt) => each.skuId),
    flash,
    promotions,
    coupons,
    budgets,
    walletsMinor,
    unpaid,
    bought,
    names,
    chains,
    pacts,
    guestChains,
  }
}

/** Everything a batch leaves behind, in bulk: orders, stock, budgets, books, commissions, one event. */
async function writeOrders(
  app: Desk,
  tx: Tx,
  placements: readonly Placement[],
  { warehouses, names, chains, pacts, guestChains }: Loaded,
): Promise<Outcome<Map<string, ChildOrder[]>, 'stale'>> {
  const children = placements.flatMap((placement) =>
    childrenOf(placement).map((child, index) => ({ placement, child, isFirst: index === 0 })),
  )
  // Where all is sold by the operator himself, nobody owes him a fee, and nobody looks.
  const ofSellers = unique(
    children.flatMap(({ child }) =>
      child.sellerId === platformSellerId ? [] : child.lines.map(({ offer }) => offer.productId),
    ),
  )
  const paths = ofSellers.length === 0 ? null : await categoryPathsOf(tx.db, ofSellers)
  const schedule = ofSellers.length === 0 ? null : await loadFeeSchedule(tx.db, tx.now)
  const numbers = await takeNumbers(tx, children.length)
  const promises = new Map<string, { dispatchBy: string; deliverBy: string }>()
  const promiseFor = (warehouseId: string, province: string) => {
    // A batch has one instant, a few warehouses and a few dozen provinces: most of its promises are the same.
    const key = `${province} ${warehouseId}`
    let promise = promises.get(key)
    if (promise === undefined) {
      const { timeZone } = app.config
      const { dispatchBy, deliverBy } = promiseOf({
        warehouseIds: [warehouseId],
        warehouses,
        province,
        now: tx.now,
        timeZone,
      })
      promise = { dispatchBy: dispatchBy.toString(), deliverBy: deliverBy.toString() }
      promises.set(key, promise)
    }
    return promise
  }
  const batchId = newId()
  const payBy = tx.now.add({ minutes: unpaidMinutes }).toString()
  const payFlashBy = tx.now.add({ minutes: unpaidFlashMinutes }).toString()
  const orders = children.map(({ placement: placed, child, isFirst }, index): NewOrder => {
    // Who has left sells no more: what his token says brings him nothing now.
    const isLeft = placed.attribution !== null && !chains.has(placed.attribution.creatorId)
    const placement = isLeft ? { ...placed, attribution: null } : placed
    const number = numbers[index]
    assert(number !== undefined, 'every order has a number')
    return {
      id: isFirst ? placement.wish.id : newId(),
      placement,
      child,
      batchId,
      number,
      buyerName: names.get(placement.wish.buyerId)?.name ?? '',
      channel: videoChannel,
      payBy: placement.wish.payment !== 'later' ? null : isFlash(placement) ? payFlashBy : payBy,
      ...promiseFor(child.warehouseId, placement.shipTo.province),
    }
  })
  const sold = new Set(children.flatMap(({ child }) => child.lines.map(({ offer }) => snapshotOf(offer))))
  const snapshots = unwritten(tx, { database: app.database, table: 'orders.snapshots' }, sold)
  const shared = unwritten(
    tx,
    { database: app.database, table: 'orders.shared' },
    orders.flatMap(({ placement, child }) => [sharedOf(placement.shipTo), sharedOf(child.sellerName)]),
  )
  // Written at once: all of it or, where one statement fails, none. They run in this order: what nobody else waits for comes
  // first, and then stock, budgets and wallets.
  const claims = placements.flatMap(({ wish, discounts }) =>
    discounts.flatMap(({ claimId }) => (claimId === null ? [] : [{ id: claimId, groupId: wish.id }])),
  )
  let taken: { flashSold: boolean; allocated: Outcome<null, 'sold_out'>; used: number } | undefined
  const takeStock = async () => {
    const [flashSold, allocated, used] = await allOf([
      sellFlashUnits(tx, { taken: unitsOfFlash(placements), skuIds: skuIdsOf(placements), batchId }),
      allocateUnits(
        tx,
        unitsByShelf(placements).map((taken) => ({ ...taken, cause: batchCause(batchId) })),
      ),
      spendClaims(tx, claims),
      countBought(
        tx,
        placements.flatMap(({ wish, lines }) =>
          lines.flatMap(({ offer, units }) =>
            offer.limit === null ? [] : [{ buyerId: wish.buyerId, skuId: offer.skuId, limit: offer.limit, units }],
          ),
        ),
      ),
      drawBudgets(tx, budgetDraws(placements)),
    ])
    taken = { flashSold, allocated, used }
  }
  const [, , , posted] = await allOf([
    insertOrders(tx, { orders, batchId, snapshots, shared }),
    freezeFees(
      tx,
      orders.flatMap(({ id, placement: { currency }, child }) =>
        schedule === null || child.sellerId === platformSellerId
          ? []
          : child.lines.flatMap((line, index) =>
              feeLinesOf(schedule, {
                orderId: id,
                lineNo: index + 1,
                sellerId: child.sellerId,
                categoryPath: paths?.get(line.offer.productId) ?? [],
                currency,
                paidMinor: line.payMinor,
                platformMinor: line.subsidyMinor,
                units: line.units,
              }),
            ),
      ),
    ),
    freezeCommissions(
      app,
      tx,
      orders.flatMap(({ id, placement: { attribution, currency, wish }, child, number }) => {
        if (attribution === null) return []
        const host = chains.get(attribution.creatorId) ?? { creatorId: attribution.creatorId, agency: null }
        const pact = pacts.get(attribution.sessionId)
        const guest = pact === undefined ? undefined : guestChains.get(pact.guestId)
        return child.lines.flatMap((line, index) =>
          commissionLinesOf({
            orderId: id,
            orderNumber: String(number),
            lineNo: index + 1,
            title: line.offer.title,
            currency,
            baseMinor: line.payMinor,
            basisPoints: line.offer.commissionBasisPoints,
            chain: chainUnder({ host, pact, guest, buyerId: wish.buyerId, productId: line.offer.productId }),
            attribution,
          }),
        )
      }),
    ),
    postJournals(tx, journalsOf(batchId, orders), takeStock),
  ])
  if (!taken?.flashSold || !taken.allocated.ok || !posted.ok || taken.used !== claims.length) return refuse('stale')
  const placedAt = tx.now.toString()
  const paid = orders.filter((order) => order.payBy === null)
  if (paid.length > 0)
    tx.emit({
      name: 'orders.paid',
      goods: goodsOf(placements),
      orders: paid.map((order) => summaryOf(order, placedAt)),
    })
  const placed = new Map<string, ChildOrder[]>()
  for (const { id, placement, child, number, payBy } of orders) {
    const order = { orderId: id, number, payMinor: child.payMinor, payBy }
    const group = placed.get(placement.wish.id)
    if (group === undefined) placed.set(placement.wish.id, [order])
    else group.push(order)
  }
  return done(placed)
}

/** What a batch's buyers paid, as one journal a currency: wallets to the escrow, each part with its order. */
function journalsOf(batchId: string, orders: readonly NewOrder[]): Journal[] {
  const paid = orders.filter(({ child, payBy }) => child.payMinor > 0 && payBy === null)
  return [...Map.groupBy(paid, ({ placement }) => placement.currency)].map(([currency, ofCurrency]) => ({
    id: newId(),
    kind: 'orders.paid',
    cause: `orders.paid:${batchId}:${currency}`,
    currency,
    orderId: null,
    postings: [
      { account: accounts.escrow, amountMinor: -sumOf(ofCurrency.map(({ child }) => child.payMinor)) },
      ...ofCurrency.map(({ id, placement, child }) => ({
        account: walletOf(placement.wish.buyerId),
        amountMinor: child.payMinor,
        orderId: id,
      })),
    ],
  }))
}

function isFlash({ lines }: Placement): boolean {
  return lines.some(({ flash }) => flash !== null)
}

/** What a batch takes of each flash sale, by the warehouse that keeps it. */
function unitsOfFlash(placements: readonly Placement[]): FlashTaken[] {
  const taken = new Map<string, FlashTaken>()
  for (const { lines } of placements) {
    for (const { flash, offer, warehouseId, units } of lines) {
      if (flash === null) continue
      const key = `${flash.saleId} ${warehouseId}`
      const shelf = taken.get(key)
      if (shelf === undefined)
        taken.set(key, { saleId: flash.saleId, skuId: offer.skuId, warehouseId, units, owner: ownerOf(offer) })
      else shelf.units += units
    }
  }
  return [...taken.values()]
}

function skuIdsOf(placements: readonly Placement[]): string[] {
  return unique(placements.flatMap(({ lines }) => lines.map(({ offer }) => offer.skuId)))
}

/** What a batch takes from each shelf, as one movement: a hundred buyers of one SKU are not a hundred rows. */
function unitsByShelf(placements: readonly Placement[]) {
  const taken = new Map<string, { skuId: string; warehouseId: string; units: number; owner: Owner }>()
  for (const { lines } of placements) {
    for (const { offer, warehouseId, units } of lines) {
      const key = `${offer.skuId} ${warehouseId}`
      const shelf = taken.get(key)
      if (shelf === undefined) taken.set(key, { skuId: offer.skuId, warehouseId, units, owner: ownerOf(offer) })
      else shelf.units += units
    }
  }
  return [...taken.values()]
}

function budgetDraws(placements: readonly Placement[]): Map<string, number> {
  const draws = new Map<string, number>()
  for (const { budgetId, platformMinor } of placements.flatMap(({ discounts }) => discounts)) {
    if (budgetId !== null) draws.set(budgetId, (draws.get(budgetId) ?? 0) + platformMinor)
  }
  return draws
}

/** What was sold, once for all who bought it. */
function goodsOf(placements: readonly Placement[]): Record<string, SoldGoods> {
  const goods: Record<string, SoldGoods> = {}
  for (const { lines } of placements)
    for (const { offer } of lines)
      goods[offer.skuId] ??= { title: offer.title, label: offer.label, picture: offer.picture }
  return goods
}

function summaryOf({ id, placement, child, ...order }: NewOrder, placedAt: string): PaidOrder {
  const { wish, attribution } = placement
  return {
    orderId: id,
    batchId: order.batchId,
    number: String(order.number),
    buyerId: wish.buyerId,
    buyerName: order.buyerName,
    channel: order.channel,
    placedAt,
    payMinor: child.payMinor,
    currency: placement.currency,
    roomId: attribution?.roomId ?? null,
    sessionId: attribution?.sessionId ?? null,
    creatorId: attribution?.creatorId ?? null,
    roomTitle: attribution?.roomTitle ?? null,
    isDemo: wish.isDemo,
    shipTo: placement.shipTo,
    dispatchBy: order.dispatchBy,
    deliverBy: order.deliverBy,
    lines: child.lines.map((line, index) => ({
      no: index + 1,
      skuId: line.offer.skuId,
      productId: line.offer.productId,
      units: line.units,
      payMinor: line.payMinor,
      warehouseId: line.warehouseId,
    })),
  }
}

function answerOf(
  decision: Decision,
  wish: OrderWish | undefined,
  placed: ReadonlyMap<string, ChildOrder[]>,
): OrderAnswer {
  assert(wish !== undefined, 'every decision answers a wish')
  if (decision.kind === 'refused') return decision
  const isNew = decision.kind === 'placed'
  const orders = placed.get(wish.id) ?? (isNew ? [] : decision.prior.orders)
  const [first] = orders
  assert(first !== undefined, 'every placed order was written')
  const told = {
    orderId: wish.id,
    number: String(first.number),
    payMinor: sumOf(orders.map(({ payMinor }) => payMinor)),
    orders: orders.map(({ orderId, number, payMinor }) => ({ orderId, number: String(number), payMinor })),
  }
  // An order that waits says until when; one that was paid meanwhile does not.
  const payBy = first.payBy?.toString() ?? null
  if (!isNew) return { kind: 'repeated', ...told, currency: decision.prior.currency, payBy }
  const { currency, walletMinor } = decision.placement
  return { kind: 'placed', ...told, currency, walletMinor, payBy }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
