import { type Currency, type Minor, sumOf, timesUnits } from '#contract/money'
import type { orderStates, placeOrderRefusals } from '#contract/trade'
import type { Offer } from '#goods/listings'
import type { Attribution } from '#money/commissions'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { routeLines, type StockAt, type Warehouse } from '#supply/warehouse'
import {
  type AppliedDiscount,
  applyCoupon,
  type Budget,
  bestDiscount,
  type Coupon,
  type Promotion,
} from '#trade/promotions'

export type OrderState = (typeof orderStates)[number]
export type PlaceOrderRefusal = Exclude<keyof typeof placeOrderRefusals, 'desk_busy'>

/** Express orders are confirmed for the buyer this long after the goods left (`escrow.autoConfirmDays`). */
export const autoConfirmDays = 10
/** An order waits this long for its payment, then it is closed and its units are sold to others (`order.unpaid.close`). */
export const unpaidMinutes = 15
/** So many wishes of one buyer may wait at a time: who holds more keeps goods from those who would pay. */
export const unpaidGroupsMax = 5

export interface Address {
  recipient: string
  phone: string
  province: string
  city: string
  district: string
  street: string
}

/** What a buyer asks for, as the edge understood it. Price, stock and attribution are never his to say. */
export interface OrderWish {
  id: string
  requestHash: Buffer
  buyerId: string
  lines: readonly { skuId: string; units: number }[]
  addressId: string
  /** Where it goes, where that was agreed on before: an order that is placed again. */
  shipTo?: Address
  shownPayMinor: Minor
  /** The claimed coupon that he wants to use, if any. */
  couponId: string | null
  /** From the wallet in the same commit, or within some minutes. */
  payment: 'wallet' | 'later'
  /** Read from a token that this server signed, or null. */
  attribution: Attribution | null
  isDemo: boolean
}

/** What stands under an id: the first of its orders; the hash is null where the id is another order of some group. */
export interface PriorGroup {
  buyerId: string
  requestHash: Buffer | null
  currency: string
  orders: ChildOrder[]
}

/** One of the orders that a wish became. */
export interface ChildOrder {
  orderId: string
  number: number
  payMinor: Minor
  /** Until when it waits for its payment. */
  payBy: string | null
}

/** What the batch loaded; decisions change it, so that each sees those before it. */
export interface DeskState {
  now: Temporal.Instant
  prior: Map<string, PriorGroup>
  offers: ReadonlyMap<string, Offer>
  addresses: ReadonlyMap<string, Address & { ownerId: string }>
  stock: ReadonlyMap<string, StockAt[]>
  warehouses: readonly Warehouse[]
  promotions: readonly Promotion[]
  budgets: Map<string, Budget>
  /** The coupons that wishes name, by claim. */
  coupons: Map<string, Coupon>
  walletsMinor: Map<string, Minor>
  /** Wishes of these buyers that wait for their payment; read for those who want to pay later. */
  unpaid: Map<string, number>
  /** Units that these buyers have at limited prices, by `boughtKey`. */
  bought: Map<string, number>
}

/** One discount on one line. */
export interface LineDiscount {
  discount: AppliedDiscount
  amountMinor: Minor
  /** What the platform bears of it. */
  platformMinor: Minor
}

export interface PricedLine {
  offer: Offer
  units: number
  priceMinor: Minor
  discounts: LineDiscount[]
  discountMinor: Minor
  /** What the platform bears of the discounts. */
  subsidyMinor: Minor
  payMinor: Minor
}

export interface Priced {
  lines: PricedLine[]
  /** In the order in which they were taken off. */
  discounts: AppliedDiscount[]
  priceMinor: Minor
  discountMinor: Minor
  subsidyMinor: Minor
  payMinor: Minor
  currency: Currency
}

export interface PlacedLine extends PricedLine {
  warehouseId: string
}

export interface Placement extends Omit<Priced, 'lines'> {
  wish: OrderWish
  shipTo: Address
  lines: PlacedLine[]
  /** The creator whom the sale is attributed to; a creator does not earn on what he buys himself. */
  attribution: Attribution | null
  walletMinor: Minor
}

/** The part of a placement that one seller sends from one warehouse: an order of its own, with its own share of the payment. */
export interface Child {
  sellerId: string
  warehouseId: string
  lines: PlacedLine[]
  priceMinor: Minor
  discountMinor: Minor
  subsidyMinor: Minor
  payMinor: Minor
}

export type Decision =
  | { kind: 'placed'; placement: Placement }
  | { kind: 'repeated'; prior: PriorGroup }
  | { kind: 'refused'; code: PlaceOrderRefusal; params?: Record<string, string | number> }

/**
 * The price of what is asked for, in this order: shelf price times units; the best discount in force; the coupon, on what is left.
 * Used for the quote and for the order alike, so that what is shown is what is paid. Refuses what is not on sale, carts of more
 * than one currency, and a coupon that cannot be used on this cart.
 */
export function priceLines(
  lines: readonly { skuId: string; units: number }[],
  state: Pick<DeskState, 'offers' | 'promotions' | 'budgets'>,
  at: { inRoom: boolean; coupon: Coupon | null },
): Outcome<Priced, 'sku_not_on_sale' | 'coupon_not_usable'> {
  const found: { offer: Offer; units: number; priceMinor: Minor }[] = []
  for (const { skuId, units } of mergeLines(lines)) {
    const offer = state.offers.get(skuId)
    if (offer === undefined || !offer.onSale) return refuse('sku_not_on_sale', { skuId })
    if (found[0] !== undefined && found[0].offer.currency !== offer.currency)
      return refuse('sku_not_on_sale', { skuId })
    found.push({ offer, units, priceMinor: timesUnits(offer.priceMinor, units) })
  }
  const currency = found[0]?.offer.currency as Currency | undefined
  assert(currency !== undefined, 'a cart has a line')
  const linePricesMinor = found.map((line) => line.priceMinor)
  const discount = bestDiscount({
    promotions: state.promotions,
    budgets: state.budgets,
    linePricesMinor,
    currency,
    inRoom: at.inRoom,
  })
  const discounts = discount === null ? [] : [discount]
  if (at.coupon !== null) {
    const budgets = lessDrawn(state.budgets, discount)
    const left = found.map(({ offer, priceMinor }, index) => ({
      productId: offer.productId,
      leftMinor: priceMinor - (discount?.perLineMinor[index] ?? 0),
    }))
    const applied = applyCoupon({ coupon: at.coupon, budgets, lines: left, currency })
    if (applied === null) return refuse('coupon_not_usable')
    discounts.push(applied)
  }
  const priced = found.map((line, index): PricedLine => {
    const own = discounts.flatMap((each) => {
      const amountMinor = each.perLineMinor[index] ?? 0
      return amountMinor === 0
        ? []
        : [{ discount: each, amountMinor, platformMinor: each.platformPerLineMinor[index] ?? 0 }]
    })
    const discountMinor = sumOf(own.map(({ amountMinor }) => amountMinor))
    return {
      ...line,
      discounts: own,
      discountMinor,
      subsidyMinor: sumOf(own.map(({ platformMinor }) => platformMinor)),
      payMinor: line.priceMinor - discountMinor,
    }
  })
  const priceMinor = sumOf(linePricesMinor)
  const discountMinor = sumOf(discounts.map(({ amountMinor }) => amountMinor))
  return done({
    lines: priced,
    discounts,
    priceMinor,
    discountMinor,
    subsidyMinor: sumOf(discounts.map(({ platformMinor }) => platformMinor)),
    payMinor: priceMinor - discountMinor,
    currency,
  })
}

/** Budgets as the coupon meets them: what the discount before it takes from one is no longer there. */
function lessDrawn(
  budgets: ReadonlyMap<string, Budget>,
  discount: AppliedDiscount | null,
): ReadonlyMap<string, Budget> {
  const budget = discount?.budgetId ? budgets.get(discount.budgetId) : undefined
  if (budget === undefined || discount === null) return budgets
  return new Map(budgets).set(budget.id, { ...budget, leftMinor: budget.leftMinor - discount.platformMinor })
}

function isUsable(coupon: Coupon | null, buyerId: string, now: Temporal.Instant): boolean {
  return (
    coupon !== null &&
    coupon.ownerId === buyerId &&
    coupon.groupId === null &&
    Temporal.Instant.compare(now, coupon.validUntil) < 0
  )
}

/** One buyer, one SKU, one price. */
export function boughtKey(buyerId: string, offer: Pick<Offer, 'skuId' | 'limit'>): string {
  return `${buyerId} ${offer.skuId} ${offer.limit?.priceId}`
}

/** How many this buyer may still have at the price that holds. */
export function mayBuyUnits(state: Pick<DeskState, 'bought'>, buyerId: string, offer: Offer): number {
  if (offer.limit === null) return Number.POSITIVE_INFINITY
  return offer.limit.units - (state.bought.get(boughtKey(buyerId, offer)) ?? 0)
}

/** The same SKU twice in a cart is one line: its units are checked on the sum. */
function mergeLines(lines: readonly { skuId: string; units: number }[]): { skuId: string; units: number }[] {
  const units = new Map<string, number>()
  for (const line of lines) units.set(line.skuId, (units.get(line.skuId) ?? 0) + line.units)
  return [...units].map(([skuId, sum]) => ({ skuId, units: sum }))
}

/**
 * Decides one wish against the loaded state and, when it is placed, takes its stock, budget and money from that state.
 * Pure but for the state it is given; refusals come in the order of the contract.
 */
export function decideOrder(state: DeskState, wish: OrderWish): Decision {
  const prior = state.prior.get(wish.id)
  if (prior !== undefined) {
    const same = prior.buyerId === wish.buyerId && prior.requestHash?.equals(wish.requestHash) === true
    return same ? { kind: 'repeated', prior } : { kind: 'refused', code: 'order_id_reused' }
  }
  const coupon = wish.couponId === null ? null : (state.coupons.get(wish.couponId) ?? null)
  if (wish.couponId !== null && !isUsable(coupon, wish.buyerId, state.now))
    return { kind: 'refused', code: 'coupon_not_usable' }
  const priced = priceLines(wish.lines, state, { inRoom: wish.attribution !== null, coupon })
  if (!priced.ok) return { kind: 'refused', code: priced.code }
  const address = wish.shipTo ? { ...wish.shipTo, ownerId: wish.buyerId } : state.addresses.get(wish.addressId)
  if (address === undefined || address.ownerId !== wish.buyerId) return { kind: 'refused', code: 'address_missing' }
  const { payMinor } = priced.value
  if (payMinor !== wish.shownPayMinor) return { kind: 'refused', code: 'price_changed', params: { payMinor } }
  const over = priced.value.lines.find(({ offer, units }) => mayBuyUnits(state, wish.buyerId, offer) < units)
  if (over !== undefined) {
    const leftUnits = mayBuyUnits(state, wish.buyerId, over.offer)
    return { kind: 'refused', code: 'limit_reached', params: { skuId: over.offer.skuId, leftUnits } }
  }
  const stocks = priced.value.lines.flatMap((line) => state.stock.get(line.offer.skuId) ?? [])
  const lines = priced.value.lines.map((line) => ({ skuId: line.offer.skuId, units: line.units }))
  const sources = routeLines({ lines, stocks, warehouses: state.warehouses, province: address.province })
  if (sources === null) return { kind: 'refused', code: 'sold_out', params: firstShort(lines, stocks) }
  const walletMinor = state.walletsMinor.get(wish.buyerId) ?? 0
  const unpaid = state.unpaid.get(wish.buyerId) ?? 0
  if (wish.payment === 'later' && unpaid >= unpaidGroupsMax)
    return { kind: 'refused', code: 'too_many_unpaid', params: { ordersMax: unpaidGroupsMax } }
  if (wish.payment === 'wallet' && walletMinor < payMinor)
    return { kind: 'refused', code: 'balance_too_low', params: { missingMinor: payMinor - walletMinor } }

  for (const [index, line] of lines.entries()) {
    const source = stocks.find((stock) => stock.skuId === line.skuId && stock.warehouseId === sources[index])
    assert(source !== undefined && source.available >= line.units, 'a line ships from where its units are')
    source.available -= line.units
  }
  for (const { offer, units } of priced.value.lines) {
    if (offer.limit === null) continue
    const key = boughtKey(wish.buyerId, offer)
    state.bought.set(key, (state.bought.get(key) ?? 0) + units)
  }
  for (const { budgetId, platformMinor } of priced.value.discounts) {
    if (budgetId === null) continue
    const budget = state.budgets.get(budgetId)
    assert(budget !== undefined, 'a discount that applied has its budget loaded')
    budget.leftMinor -= platformMinor
  }
  if (coupon !== null) state.coupons.set(coupon.id, { ...coupon, groupId: wish.id })
  const leftMinor = wish.payment === 'wallet' ? walletMinor - payMinor : walletMinor
  state.walletsMinor.set(wish.buyerId, leftMinor)
  if (wish.payment === 'later') state.unpaid.set(wish.buyerId, unpaid + 1)
  // A later wish of the same batch under the same id meets this one, as it would meet its row.
  const { buyerId, requestHash } = wish
  state.prior.set(wish.id, { buyerId, requestHash, currency: priced.value.currency, orders: [] })

  const { recipient, phone, province, city, district, street } = address
  return {
    kind: 'placed',
    placement: {
      ...priced.value,
      wish,
      shipTo: { recipient, phone, province, city, district, street },
      lines: priced.value.lines.map((line, index) => ({
        ...line,
        warehouseId: sources[index] ?? '',
      })),
      attribution: wish.attribution?.creatorId === wish.buyerId ? null : wish.attribution,
      walletMinor: leftMinor,
    },
  }
}

/**
 * One child for each seller and warehouse, in the order of their first lines. Each bears the sums of its own lines, so that
 * together they are the payment and each can give back its own share and no more.
 */
export function childrenOf({ lines }: Pick<Placement, 'lines'>): Child[] {
  const [only] = lines
  const isOne = lines.every(
    ({ offer, warehouseId }) => offer.sellerId === only?.offer.sellerId && warehouseId === only.warehouseId,
  )
  const groups = isOne
    ? [lines]
    : [...Map.groupBy(lines, ({ offer, warehouseId }) => `${offer.sellerId} ${warehouseId}`).values()]
  return groups.map((own) => ({
    sellerId: own[0]?.offer.sellerId ?? '',
    warehouseId: own[0]?.warehouseId ?? '',
    lines: own,
    priceMinor: sumOf(own.map((line) => line.priceMinor)),
    discountMinor: sumOf(own.map((line) => line.discountMinor)),
    subsidyMinor: sumOf(own.map((line) => line.subsidyMinor)),
    payMinor: sumOf(own.map((line) => line.payMinor)),
  }))
}

/** The line that cannot be served from any one warehouse, with what the fullest of them holds. */
function firstShort(lines: readonly { skuId: string; units: number }[], stocks: readonly StockAt[]) {
  const held = (skuId: string) =>
    Math.max(0, ...stocks.filter((stock) => stock.skuId === skuId).map((stock) => stock.available))
  const short = lines.find((line) => held(line.skuId) < line.units) ?? lines[0]
  const skuId = short?.skuId ?? ''
  return { skuId, unitsLeft: held(skuId) }
}

const legalMoves: Record<OrderState, readonly OrderState[]> = {
  unpaid: ['paid', 'cancelled'],
  paid: ['packed', 'shipped', 'delivered', 'cancelled'],
  packed: ['shipped', 'delivered'],
  shipped: ['delivered', 'confirmed'],
  delivered: ['confirmed'],
  confirmed: [],
  cancelled: [],
}

/** States only go forward; tracks may skip one (a late or lost scan). */
export function mayMove(from: OrderState, to: OrderState): boolean {
  return legalMoves[from].includes(to)
}

/** Where an order stands when its parcels stand where they stand: as far as the last of them. */
export function stateOfParcels(parcels: readonly string[]): OrderState {
  const rank: Record<string, number> = {
    to_pick: 0,
    picked: 0,
    packed: 1,
    handed_over: 2,
    collected: 2,
    in_transit: 2,
    out_for_delivery: 2,
    exception: 2,
    delivered: 3,
  }
  const live = parcels.filter((state) => state !== 'cancelled')
  if (live.length === 0) return 'paid'
  const least = Math.min(...live.map((state) => rank[state] ?? 0))
  return (['paid', 'packed', 'shipped', 'delivered'] as const)[least] ?? 'paid'
}
