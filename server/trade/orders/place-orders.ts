import { sumOf } from '#contract/money'
import { loadOffers } from '#goods/listings'
import { commissionLinesOf, freezeCommissions, loadPayeeChains } from '#money/commissions'
import { accounts, type Journal, lockBalances, postJournals, walletOf } from '#money/ledger'
import { namesOf } from '#people/identity'
import { loadAddresses } from '#people/profiles'
import type { Config } from '#platform/config'
import { allOf, type Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, mustBeDone } from '#platform/outcome'
import { allocateUnits, batchCause, lockStock, type StockAt, type Warehouse, warehousesOf } from '#supply/warehouse'
import { drawBudgets, lockBudgets, promotionsInForce } from '#trade/promotions'
import {
  type Decision,
  type DeskState,
  decideOrder,
  type OrderWish,
  type Placement,
  type PlaceOrderRefusal,
} from './order.ts'
import { type DeliveryPromise, promiseOf } from './promise.ts'
import { countBought, insertOrders, loadBought, loadPriorGroups, type NewOrder, takeNumbers } from './store.ts'

/** The storefront that this desk sells for. */
export const videoChannel = 'video'

export type OrderAnswer =
  | { kind: 'placed'; orderId: string; number: string; payMinor: number; currency: string; walletMinor: number }
  | { kind: 'repeated'; orderId: string; number: string; payMinor: number; currency: string }
  | { kind: 'refused'; code: PlaceOrderRefusal; params?: Record<string, string | number> }

/**
 * Places a batch of wishes in one transaction; answers come in the order of the wishes. Locks stock, then budgets, then
 * wallets, each by id: whoever locks more than one of these does it in this order, so that nobody waits in a ring.
 */
export async function placeOrders(
  app: { config: Pick<Config, 'timeZone'> },
  tx: Tx,
  wishes: readonly OrderWish[],
): Promise<OrderAnswer[]> {
  const state = await loadDeskState(tx, wishes)
  const decisions = wishes.map((wish) => decideOrder(state, wish)) // Pure; each decision sees those before it.
  const placements = decisions.flatMap((decision) => (decision.kind === 'placed' ? [decision.placement] : []))
  const placed =
    placements.length === 0 ? new Map<string, NewOrder>() : await writeOrders(app, tx, placements, state.warehouses)
  return decisions.map((decision, index) => answerOf(decision, wishes[index], placed))
}

/**
 * What does not depend on each other is asked for at once and answered in order, so the whole batch waits for two round
 * trips. The locks keep their order: stock in the first, budgets and then wallets in the second.
 */
async function loadDeskState(tx: Tx, wishes: readonly OrderWish[]): Promise<DeskState> {
  const skuIds = unique(wishes.flatMap((wish) => wish.lines.map((line) => line.skuId)))
  const [prior, offers, addresses, promotions, warehouses, stock] = await allOf([
    loadPriorGroups(tx, unique(wishes.map((wish) => wish.id))),
    loadOffers(tx.db, skuIds, { channel: videoChannel }),
    loadAddresses(tx.db, unique(wishes.map((wish) => wish.addressId))),
    promotionsInForce(tx.db, { channel: videoChannel, now: tx.now }),
    warehousesOf(tx.db),
    lockStock(tx, skuIds),
  ])
  const budgetIds = unique(promotions.flatMap((promotion) => (promotion.budgetId === null ? [] : [promotion.budgetId])))
  const [budgets, balances, bought] = await allOf([
    lockBudgets(tx, budgetIds),
    lockBalances(tx, unique(wishes.map((wish) => walletOf(wish.buyerId)))),
    // Read after the stock of these SKUs is locked: who sells them waits there, so nobody else counts meanwhile.
    loadBought(
      tx,
      wishes.flatMap(({ buyerId, lines }) =>
        lines.flatMap(({ skuId }) => {
          const limit = offers.get(skuId)?.limit ?? null
          return limit === null ? [] : [{ buyerId, skuId, limit }]
        }),
      ),
    ),
  ])
  const walletsMinor = new Map(wishes.map((wish) => [wish.buyerId, balances.get(walletOf(wish.buyerId)) ?? 0]))
  return {
    prior,
    offers,
    addresses,
    warehouses,
    stock: Map.groupBy(stock, (each: StockAt) => each.skuId),
    promotions,
    budgets,
    walletsMinor,
    bought,
  }
}

/** Everything a batch leaves behind, in bulk: orders, stock, budgets, books, commissions, one event. */
async function writeOrders(
  app: { config: Pick<Config, 'timeZone'> },
  tx: Tx,
  placements: readonly Placement[],
  warehouses: readonly Warehouse[],
): Promise<Map<string, NewOrder>> {
  const creatorIds = unique(placements.flatMap((placement) => placement.attribution?.creatorId ?? []))
  const [numbers, names, chains] = await allOf([
    takeNumbers(tx, placements.length),
    namesOf(tx.db, unique(placements.map((placement) => placement.wish.buyerId))),
    loadPayeeChains(tx.db, creatorIds, tx.now),
  ])
  const promises = new Map<string, DeliveryPromise>()
  const promiseFor = ({ lines, shipTo }: Placement): DeliveryPromise => {
    const warehouseIds = lines.map((line) => line.warehouseId)
    // A batch has one instant, a few warehouses and a few dozen provinces: most of its promises are the same.
    const key = `${shipTo.province} ${warehouseIds}`
    let promise = promises.get(key)
    if (promise === undefined) {
      promise = promiseOf({
        warehouseIds,
        warehouses,
        province: shipTo.province,
        now: tx.now,
        timeZone: app.config.timeZone,
      })
      promises.set(key, promise)
    }
    return promise
  }
  const batchId = newId()
  const orders = placements.map((placement, index): NewOrder => {
    const number = numbers[index]
    assert(number !== undefined, 'every order has a number')
    return {
      placement,
      batchId,
      number,
      buyerName: names.get(placement.wish.buyerId)?.name ?? '',
      channel: videoChannel,
      ...promiseFor(placement),
    }
  })
  // Written at once: all of it or, where one statement fails, none.
  const [, allocated, , posted] = await allOf([
    insertOrders(tx, orders),
    allocateUnits(
      tx,
      unitsByShelf(placements).map((taken) => ({ ...taken, cause: batchCause(batchId) })),
    ),
    drawBudgets(tx, budgetDraws(placements)),
    postJournals(tx, journalsOf(batchId, placements)),
    freezeCommissions(
      tx,
      orders.flatMap(({ placement, number }) => {
        const { attribution } = placement
        if (attribution === null) return []
        return placement.lines.flatMap((line) =>
          commissionLinesOf({
            orderId: placement.wish.id,
            orderNumber: String(number),
            lineNo: line.no,
            title: line.offer.title,
            currency: placement.currency,
            baseMinor: line.payMinor,
            basisPoints: line.offer.commissionBasisPoints,
            chain: chains.get(attribution.creatorId) ?? { creatorId: attribution.creatorId, agency: null },
            attribution,
          }),
        )
      }),
    ),
    countBought(
      tx,
      placements.flatMap(({ wish, lines }) =>
        lines.flatMap(({ offer, units }) =>
          offer.limit === null ? [] : [{ buyerId: wish.buyerId, skuId: offer.skuId, limit: offer.limit, units }],
        ),
      ),
    ),
  ])
  mustBeDone(allocated)
  mustBeDone(posted)
  tx.emit({ name: 'orders.paid', orders: orders.map((order) => summaryOf(order, tx.now)) })
  return new Map(orders.map((order) => [order.placement.wish.id, order]))
}

/** What a batch's buyers paid, as one journal a currency: wallets to the escrow, each with its order. */
function journalsOf(batchId: string, placements: readonly Placement[]): Journal[] {
  return [...Map.groupBy(placements, (placement) => placement.currency)].map(([currency, ofCurrency]) => ({
    id: newId(),
    kind: 'orders.paid',
    cause: `orders.paid:${batchId}:${currency}`,
    currency,
    orderId: null,
    postings: [
      { account: accounts.escrow, amountMinor: -sumOf(ofCurrency.map(({ payMinor }) => payMinor)) },
      ...ofCurrency.map(({ wish, payMinor }) => ({
        account: walletOf(wish.buyerId),
        amountMinor: payMinor,
        orderId: wish.id,
      })),
    ],
  }))
}

/** What a batch takes from each shelf, as one movement: a hundred buyers of one SKU are not a hundred rows. */
function unitsByShelf(placements: readonly Placement[]) {
  const taken = new Map<string, { skuId: string; warehouseId: string; units: number }>()
  for (const { lines } of placements) {
    for (const { offer, warehouseId, units } of lines) {
      const key = `${offer.skuId} ${warehouseId}`
      const shelf = taken.get(key)
      if (shelf === undefined) taken.set(key, { skuId: offer.skuId, warehouseId, units })
      else shelf.units += units
    }
  }
  return [...taken.values()]
}

function budgetDraws(placements: readonly Placement[]): Map<string, number> {
  const draws = new Map<string, number>()
  for (const { discount } of placements) {
    if (discount?.budgetId) draws.set(discount.budgetId, (draws.get(discount.budgetId) ?? 0) + discount.platformMinor)
  }
  return draws
}

function summaryOf(order: NewOrder, now: Temporal.Instant) {
  const { placement } = order
  return {
    orderId: placement.wish.id,
    batchId: order.batchId,
    number: String(order.number),
    buyerId: placement.wish.buyerId,
    buyerName: order.buyerName,
    channel: order.channel,
    placedAt: now.toString(),
    payMinor: placement.payMinor,
    currency: placement.currency,
    roomId: placement.attribution?.roomId ?? null,
    sessionId: placement.attribution?.sessionId ?? null,
    creatorId: placement.attribution?.creatorId ?? null,
    roomTitle: placement.attribution?.roomTitle ?? null,
    isDemo: placement.wish.isDemo,
    shipTo: placement.shipTo,
    dispatchBy: order.dispatchBy.toString(),
    deliverBy: order.deliverBy.toString(),
    lines: placement.lines.map((line) => ({
      no: line.no,
      skuId: line.offer.skuId,
      productId: line.offer.productId,
      title: line.offer.title,
      label: line.offer.label,
      picture: line.offer.picture,
      units: line.units,
      payMinor: line.payMinor,
      warehouseId: line.warehouseId,
    })),
  }
}

function answerOf(decision: Decision, wish: OrderWish | undefined, placed: ReadonlyMap<string, NewOrder>): OrderAnswer {
  assert(wish !== undefined, 'every decision answers a wish')
  if (decision.kind === 'refused') return decision
  if (decision.kind === 'placed') {
    const { placement } = decision
    const number = placed.get(wish.id)?.number
    assert(number !== undefined, 'every placed order was written')
    return {
      kind: 'placed',
      orderId: wish.id,
      number: String(number),
      payMinor: placement.payMinor,
      currency: placement.currency,
      walletMinor: placement.walletMinor,
    }
  }
  const number = placed.get(wish.id)?.number ?? decision.prior.number
  return {
    kind: 'repeated',
    orderId: wish.id,
    number: String(number),
    payMinor: decision.prior.payMinor,
    currency: decision.prior.currency,
  }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
