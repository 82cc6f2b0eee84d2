import { type Currency, type Minor, sumOf, timesUnits } from '#contract/money'
import type { orderStates, placeOrderRefusals } from '#contract/trade'
import { type Offer, platformPartOf, type TimedPrice, videoChannel, winningPrice } from '#goods/listings'
import type { Attribution } from '#money/commissions'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { ownerOf, routeLines, type StockAt, type Warehouse } from '#supply/warehouse'
import { type FlashStock, refuseFlash, unitsLeftOf } from '#trade/flash'
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
  /** The flash sale that he wants to buy in, and in no other way. */
  flashSaleId: string | null
  /** The lucky bag whose prize it is: then it costs nothing, at the platform's expense. */
  prizeOf?: string
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
  /** Flash sales of these SKUs, by id: what they sell is kept back from the stock. */
  flash: ReadonlyMap<string, FlashStock>
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
  /** At the price of the shelf. */
  priceMinor: Minor
  /** The flash sale that it is bought in: its units are that one's. */
  flash: FlashStock | null
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
  sellerName: { en: string; zh: string }
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
 * The price of what is asked for, in this order: shelf price times units; the price that holds instead, line by line; the best
 * discount in force, on what is left; the coupon, on what is left then. Used for the quote and for the order alike, so that what
 * is shown is what is paid. Refuses what is not on sale, carts of more than one currency, and a coupon that cannot be used on this
 * cart.
 */
export function priceLines(
  lines: readonly { skuId: string; units: number }[],
  state: Pick<DeskState, 'now' | 'offers' | 'promotions' | 'budgets' | 'flash'>,
  at: { sessionId: string | null; coupon: Coupon | null },
): Outcome<Priced, 'sku_not_on_sale' | 'coupon_not_usable'> {
  const found: Pick<PricedLine, 'offer' | 'units' | 'priceMinor' | 'flash'>[] = []
  const discounts: AppliedDiscount[] = []
  const merged = mergeLines(lines)
  for (const { skuId, units } of merged) {
    const offer = state.offers.get(skuId)
    if (offer === undefined || !offer.onSale) return refuse('sku_not_on_sale', { skuId })
    if (found[0] !== undefined && found[0].offer.currency !== offer.currency)
      return refuse('sku_not_on_sale', { skuId })
    const price = priceOf(offer, units, { ...state, ...at, budgets: lessDrawn(state.budgets, discounts) })
    const priceMinor = timesUnits(offer.priceMinor, units)
    if (price === null) found.push({ offer, units, priceMinor, flash: null })
    else {
      discounts.push(discountOf(price, { offer, units, index: found.length, lines: merged.length }))
      found.push({ offer: offerAt(offer, price), units, priceMinor, flash: state.flash.get(price.id) ?? null })
    }
  }
  const currency = found[0]?.offer.currency as Currency | undefined
  assert(currency !== undefined, 'a cart has a line')
  const leftMinor = (index: number) =>
    (found[index]?.priceMinor ?? 0) - sumOf(discounts.map(({ perLineMinor }) => perLineMinor[index] ?? 0))
  const discount = bestDiscount({
    promotions: state.promotions,
    budgets: lessDrawn(state.budgets, discounts),
    linePricesMinor: found.map((_, index) => leftMinor(index)),
    currency,
    inRoom: at.sessionId !== null,
  })
  if (discount !== null) discounts.push(discount)
  if (at.coupon !== null) {
    const budgets = lessDrawn(state.budgets, discounts)
    const left = found.map(({ offer }, index) => ({ productId: offer.productId, leftMinor: leftMinor(index) }))
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
  const priceMinor = sumOf(found.map((line) => line.priceMinor))
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

/** A prize: the whole price of the shelf is taken off, and the platform bears it. No other price or discount counts. */
function freeOf(priced: Priced, drawId: string): Priced {
  const perLineMinor = priced.lines.map((line) => line.priceMinor)
  const amountMinor = sumOf(perLineMinor)
  const discount: AppliedDiscount = {
    promotionId: drawId,
    claimId: null,
    name: { en: 'Prize of a lucky bag', zh: '福袋奖品' },
    funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
    budgetId: null,
    amountMinor,
    platformMinor: amountMinor,
    perLineMinor,
    platformPerLineMinor: perLineMinor,
  }
  return {
    ...priced,
    lines: priced.lines.map((line) => ({
      ...line,
      offer: { ...line.offer, limit: null },
      flash: null,
      discounts: [{ discount, amountMinor: line.priceMinor, platformMinor: line.priceMinor }],
      discountMinor: line.priceMinor,
      subsidyMinor: line.priceMinor,
      payMinor: 0,
    })),
    discounts: [discount],
    discountMinor: amountMinor,
    subsidyMinor: amountMinor,
    payMinor: 0,
  }
}

/** The price that holds instead of the shelf's for so many units, or null. Most products have none, and nobody looks further. */
function priceOf(
  offer: Offer,
  units: number,
  at: Pick<DeskState, 'now' | 'flash'> & { sessionId: string | null; budgets: ReadonlyMap<string, Budget> },
): TimedPrice | null {
  if (offer.timed.length === 0) return null
  const { now, sessionId, budgets, flash } = at
  const unitsLeft = new Map([...flash.values()].map((sale) => [sale.saleId, unitsLeftOf(sale)]))
  return winningPrice(offer, offer.timed, { channel: videoChannel, now, sessionId, units, unitsLeft, budgets })
}

// A price is loaded once for a batch, and sold many times in it.
const offersAt = new WeakMap<TimedPrice, Offer>()

/** The offer with the limit of the price that holds. */
function offerAt(offer: Offer, price: TimedPrice): Offer {
  let known = offersAt.get(price)
  if (known === undefined) {
    known = { ...offer, limit: price.limitUnits === null ? null : { priceId: price.id, units: price.limitUnits } }
    offersAt.set(price, known)
  }
  return known
}

/** What such a price takes off its line: a discount with a name and with those who bear it. */
function discountOf(
  price: TimedPrice,
  of: { offer: Offer; units: number; index: number; lines: number },
): AppliedDiscount {
  const amountMinor = timesUnits(of.offer.priceMinor - price.priceMinor, of.units)
  const platformMinor = platformPartOf(of.offer, price, of.units)
  const onItsLine = (minor: Minor) => Array.from({ length: of.lines }, (_, at) => (at === of.index ? minor : 0))
  return {
    promotionId: price.id,
    claimId: null,
    name: price.name,
    funders: price.funders,
    budgetId: price.budgetId,
    amountMinor,
    platformMinor,
    perLineMinor: onItsLine(amountMinor),
    platformPerLineMinor: onItsLine(platformMinor),
  }
}

/** Budgets as the next discount meets them: what those before it take from one is no longer there. */
function lessDrawn(
  budgets: ReadonlyMap<string, Budget>,
  discounts: readonly AppliedDiscount[],
): ReadonlyMap<string, Budget> {
  if (!discounts.some(({ budgetId }) => budgetId !== null)) return budgets
  const left = new Map(budgets)
  for (const { budgetId, platformMinor } of discounts) {
    const budget = budgetId === null ? undefined : left.get(budgetId)
    if (budget !== undefined) left.set(budget.id, { ...budget, leftMinor: budget.leftMinor - platformMinor })
  }
  return left
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

/** The limits that may count for an offer: the shelf's, and those of prices for a time. */
export function limitsOf(offer: Offer): { priceId: string; units: number }[] {
  const timed = offer.timed.flatMap(({ id, limitUnits }) =>
    limitUnits === null ? [] : [{ priceId: id, units: limitUnits }],
  )
  return offer.limit === null ? timed : [offer.limit, ...timed]
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
  const gone = wish.lines.find(({ skuId }) => state.offers.get(skuId)?.onSale !== true)
  if (gone !== undefined) return { kind: 'refused', code: 'sku_not_on_sale', params: { skuId: gone.skuId } }
  const address = wish.shipTo ? { ...wish.shipTo, ownerId: wish.buyerId } : state.addresses.get(wish.addressId)
  if (address === undefined || address.ownerId !== wish.buyerId) return { kind: 'refused', code: 'address_missing' }
  const coupon = wish.couponId === null ? null : (state.coupons.get(wish.couponId) ?? null)
  if (wish.couponId !== null && !isUsable(coupon, wish.buyerId, state.now))
    return { kind: 'refused', code: 'coupon_not_usable' }
  const sessionId = wish.attribution?.sessionId ?? null
  if (wish.flashSaleId !== null) {
    const lines = mergeLines(wish.lines)
    const no = refuseFlash(state.flash.get(wish.flashSaleId), { now: state.now, sessionId, lines })
    if (no !== null) return { kind: 'refused', ...no }
  }
  const found = priceLines(wish.lines, state, { sessionId, coupon })
  if (!found.ok) return { kind: 'refused', code: found.code }
  const priced = wish.prizeOf === undefined ? found : done(freeOf(found.value, wish.prizeOf))
  const { payMinor } = priced.value
  if (payMinor !== wish.shownPayMinor) return { kind: 'refused', code: 'price_changed', params: { payMinor } }
  const over = priced.value.lines.find(({ offer, units }) => mayBuyUnits(state, wish.buyerId, offer) < units)
  if (over !== undefined) {
    const leftUnits = mayBuyUnits(state, wish.buyerId, over.offer)
    return { kind: 'refused', code: 'limit_reached', params: { skuId: over.offer.skuId, leftUnits } }
  }
  const stocks = priced.value.lines.flatMap(
    (line) => line.flash?.shelves ?? stockOf(state.stock.get(line.offer.skuId) ?? [], line.offer),
  )
  const lines = priced.value.lines.map((line) => ({ skuId: line.offer.skuId, units: line.units }))
  const sources = routeLines({ lines, stocks, warehouses: state.warehouses, province: address.province })
  if (sources === null) return { kind: 'refused', code: 'sold_out', params: shortOf(state, lines, stocks) }
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

  return {
    kind: 'placed',
    placement: {
      ...priced.value,
      wish,
      shipTo: shipToOf(address),
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
    sellerName: own[0]?.offer.sellerName ?? { en: '', zh: '' },
    warehouseId: own[0]?.warehouseId ?? '',
    lines: own,
    priceMinor: sumOf(own.map((line) => line.priceMinor)),
    discountMinor: sumOf(own.map((line) => line.discountMinor)),
    subsidyMinor: sumOf(own.map((line) => line.subsidyMinor)),
    payMinor: sumOf(own.map((line) => line.payMinor)),
  }))
}

// An address is loaded once for a batch, and what is frozen of it is one object for all orders that go there.
const shipTos = new WeakMap<object, Address>()

function shipToOf(address: Address): Address {
  let shipTo = shipTos.get(address)
  if (shipTo === undefined) {
    const { recipient, phone, province, city, district, street } = address
    shipTo = { recipient, phone, province, city, district, street }
    shipTos.set(address, shipTo)
  }
  return shipTo
}

/** What of a SKU's stock is sold when this offer is: that of its owner. */
export function stockOf(stocks: readonly StockAt[], offer: Pick<Offer, 'stockOwner' | 'sellerId'>): StockAt[] {
  const owner = ownerOf(offer)
  return stocks.filter((stock) => stock.owner.kind === owner.kind && stock.owner.id === owner.id)
}

/**
 * The line that cannot be served from any one warehouse, with what the fullest of them holds. While a flash sale keeps units of it
 * back, its room may still buy: then nobody may conclude that it is gone for all.
 */
function shortOf(
  state: Pick<DeskState, 'flash'>,
  lines: readonly { skuId: string; units: number }[],
  stocks: readonly Omit<StockAt, 'owner'>[],
): Record<string, string | number> {
  const held = (skuId: string) =>
    Math.max(0, ...stocks.filter((stock) => stock.skuId === skuId).map((stock) => stock.available))
  const short = lines.find((line) => held(line.skuId) < line.units) ?? lines[0]
  const skuId = short?.skuId ?? ''
  const flash = [...state.flash.values()].find((sale) => sale.skuId === skuId && sale.closedAt === null)
  return { skuId, unitsLeft: held(skuId), ...(flash === undefined ? {} : { flashSaleId: flash.saleId }) }
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
