/**
 * The shop as plain numbers: what the platform must answer, and what must be so afterwards. It shares no code with the
 * server: it is the second opinion.
 *
 * A command is a value, and everything it speaks of has a name of its own (`ann`, `tea`, `o3`): so the same commands can be
 * played again in another shop, and fewer of them. `apply` changes the model and answers what the server must answer. Time
 * moves in whole minutes, in steps of five.
 */

export interface Line {
  sku: string
  units: number
}

export type AfterSaleKind = 'refundOnly' | 'returnRefund' | 'exchange' | 'resend'

export type Command =
  | {
      do: 'place'
      id: string
      buyer: string
      lines: Line[]
      shownPayMinor: number
      payment: 'wallet' | 'later'
      /** Whose token it carries: the creator of the shop, the host of the room, or nobody's. */
      by: 'creator' | 'host' | null
      coupon: string | null
      flash: string | null
    }
  | { do: 'pay'; orderId: string; buyer: string; id: string }
  | { do: 'payThrough'; orderId: string; buyer: string; id: string; useWallet: boolean }
  | { do: 'cancel'; orderId: string; buyer: string }
  | { do: 'pick'; parcel: string; sku: string; units: number; wrongItem: boolean }
  | { do: 'pack'; parcel: string }
  | { do: 'handOver'; parcel: string }
  | { do: 'scan'; parcel: string }
  | { do: 'confirm'; orderId: string; buyer: string }
  | {
      do: 'askBack'
      id: string
      orderId: string
      buyer: string
      kind: AfterSaleKind
      lines: { sku: string; no: number; amountMinor: number; units: number }[]
    }
  | { do: 'decide'; id: string; orderId: string; approve: boolean }
  | { do: 'sendBack'; id: string; orderId: string; buyer: string }
  | { do: 'grade'; id: string; as: 'restock' | 'scrap' | 'rejected'; lines: { no: number; units: number }[] }
  | { do: 'advance'; minutes: number }
  | { do: 'topUp'; id: string; buyer: string; amountMinor: number }
  | { do: 'withdraw'; id: string; buyer: string; amountMinor: number }
  | { do: 'review'; id: string; approve: boolean }
  | { do: 'claim'; id: string; buyer: string }
  | { do: 'announce'; id: string; sku: string; units: number; perBuyer: number }
  | { do: 'stopFlash'; id: string }
  | { do: 'price'; sku: string; priceMinor: number }
  | { do: 'receive'; id: string; sku: string; units: number; unitCostMinor: number }
  | { do: 'adjust'; id: string; sku: string; units: number }
  | { do: 'sell'; sku: string; onSale: boolean }
  | { do: 'payOut'; id: string }
  | { do: 'violation'; id: string }
  | { do: 'forgive'; id: string }
  | { do: 'follow'; buyer: string; follows: boolean }
  | { do: 'buyCoins'; id: string; buyer: string; coins: number }
  | { do: 'gift'; id: string; buyer: string; roses: number }

export const kinds = [
  'place',
  'pay',
  'payThrough',
  'cancel',
  'pick',
  'pack',
  'handOver',
  'scan',
  'confirm',
  'askBack',
  'decide',
  'sendBack',
  'grade',
  'advance',
  'topUp',
  'withdraw',
  'review',
  'claim',
  'announce',
  'stopFlash',
  'price',
  'receive',
  'adjust',
  'sell',
  'payOut',
  'violation',
  'forgive',
  'follow',
  'buyCoins',
  'gift',
] as const satisfies Command['do'][]

/** What can be seen of an answer from outside; a refusal is its code. */
export type Answer = { ok: true; value?: Record<string, unknown> } | { ok: false; code: string }

export type Party = 'creator' | 'agency'
export const parties = ['creator', 'agency'] as const

export interface Sku {
  /** Ours, or the marketplace seller's, whose goods have no value in our books. */
  seller: 'us' | 'kiln'
  onHand: number
  allocated: number
  /** Kept back for flash sales. */
  reserved: number
  valueMinor: number
  priceMinor: number
  onSale: boolean
  commissionBasisPoints: number
}

export type OrderState = 'unpaid' | 'paid' | 'packed' | 'shipped' | 'delivered' | 'confirmed' | 'cancelled'

interface Share {
  state: 'estimated' | 'pending' | 'settled' | 'frozen' | 'ineligible'
  grossMinor: number
  passedMinor: number
  amountMinor: number
  reversedMinor: number
  freeze: string | null
}

export interface OrderLine extends Line {
  payMinor: number
  subsidyMinor: number
  /** What the creator of the shop and his agency earn with it; nothing where another's token, or none, was shown. */
  shares: Record<Party, Share> | null
  refundedMinor: number
  /** What all its units cost when they left, and what of that came back. */
  costMinor: number
  costBackMinor: number
  gradedUnits: number
  sold: { amountMinor: number; reversedMinor: number; isSettled: boolean; dueAt: number } | null
}

export interface Order {
  id: string
  group: string
  buyer: string
  seller: Sku['seller']
  by: 'creator' | 'host' | null
  flash: string | null
  coupon: string | null
  lines: OrderLine[]
  payMinor: number
  state: OrderState
  payBy: number | null
  /** Closed because nobody paid it in time. */
  isLapsed: boolean
  wasPaid: boolean
  leftAt: number
  confirmedAt: number
  /** When its shares and its seller's part become available. */
  releaseAt: number
  isHeld: boolean
  /** What was paid from outside, and what of that went back there. */
  fromOutsideMinor: number
  backOutsideMinor: number
}

export interface Parcel {
  /** The order that is sent, or the after-sale whose goods are sent again. */
  key: string
  orderId: string
  lines: { sku: string; units: number; pickedUnits: number; lineNo: number }[]
  state: 'to_pick' | 'picked' | 'packed' | 'handed_over' | 'cancelled'
  leftAt: number
  scans: number
}

interface Reserve {
  orderId: string
  party: Party
  amountMinor: number
  dueAt: number
}

interface Payment {
  buyer: string
  amountMinor: number
  holdMinor: number
  /** The orders that it is for; null: a top-up. */
  group: string | null
  state: 'pending' | 'succeeded' | 'failed'
  requestedAt: number
  askAt: number
  asks: number
}

export type AfterSaleState =
  | 'asked'
  | 'accepted'
  | 'sent'
  | 'replacing'
  | 'approved'
  | 'replaced'
  | 'refused'
  | 'lapsed'

export interface AfterSale {
  id: string
  orderId: string
  kind: AfterSaleKind
  body: string
  lines: { sku: string; lineNo: number; amountMinor: number; units: number }[]
  state: AfterSaleState
  askedAt: number
  sendBy: number
  gradedAs: string | null
}

export interface Flash {
  sku: string
  units: number
  unitsLeft: number
  perBuyer: number
  startsAt: number
  endsAt: number
  closed: boolean
  bought: Record<string, number>
}

export interface Model {
  /** Minutes since the beginning. */
  now: number
  skus: Record<string, Sku>
  walletsMinor: Record<string, number>
  coins: Record<string, number>
  /** What stands under the id of a wish. */
  groups: Record<string, { body: string; buyer: string; payMinor: number; orders: string[] }>
  orders: Record<string, Order>
  parcels: Record<string, Parcel>
  payments: Record<string, Payment>
  afterSales: Record<string, AfterSale>
  coupon: { claimedUnits: number; spentMinor: number }
  claims: Record<string, { buyer: string; validUntil: number; group: string | null }>
  flash: Record<string, Flash>
  withdrawals: Record<string, { buyer: string; amountMinor: number; state: string }>
  receipts: Record<string, string>
  adjustments: Record<string, { sku: string; units: number }>
  violations: Record<
    string,
    { at: number; isClosed: boolean; freeze: 'frozen' | 'thawed' | 'forfeited'; amountMinor: number }
  >
  followers: string[]
  coinPurchases: Record<string, string>
  gifts: Record<string, string>
  escrowMinor: number
  reserves: Reserve[]
  availableMinor: Record<Party | 'kiln', number>
  paidOutMinor: number
  payouts: Record<string, number>
}

/** What the agency keeps of its creator's commission. */
export const agencyBasisPoints = 3_000
export const couponTerms = {
  thresholdMinor: 3_000,
  offMinor: 501,
  platformPoints: 6_000,
  sellerPoints: 4_000,
  /** Enough for three. */
  budgetMinor: 1_000,
  quotaUnits: 5,
  perPersonUnits: 2,
  validDays: 30,
} as const
export const flashPriceMinor = 100
export const flashMinutes = 12
export const coinMinor = 10
const hour = 60
const day = 24 * hour
const unpaidMinutes = 15
const unpaidFlashMinutes = 5
const unpaidGroupsMax = 5
const scanMinutes = [2, 6, 20, 26].map((hours) => hours * hour)
const confirmAfter = 10 * day
const releaseAfter = 15 * day
const reserveFor = 8 * day
const reserveBasisPoints = 500
const payoutMinorMin = 100
const afterSaleFor = 15 * day
const silentFor = 3 * day
const sendBackFor = 7 * day
const appealFor = 30 * day
const giveUpAfter = 30
const withdrawal = { minimumMinor: 1_000, reviewAboveMinor: 500_000 }

export function emptyModel(): Model {
  return {
    now: 0,
    skus: {},
    walletsMinor: {},
    coins: {},
    groups: {},
    orders: {},
    parcels: {},
    payments: {},
    afterSales: {},
    coupon: { claimedUnits: 0, spentMinor: 0 },
    claims: {},
    flash: {},
    withdrawals: {},
    receipts: {},
    adjustments: {},
    violations: {},
    followers: [],
    coinPurchases: {},
    gifts: {},
    escrowMinor: 0,
    reserves: [],
    availableMinor: { creator: 0, agency: 0, kiln: 0 },
    paidOutMinor: 0,
    payouts: {},
  }
}

export const availableOf = (sku: Sku) => sku.onHand - sku.allocated - sku.reserved
export const skuOf = (model: Model, name: string): Sku => must(model.skus[name])
const done = (value?: Record<string, unknown>): Answer => (value === undefined ? { ok: true } : { ok: true, value })
const refuse = (code: string): Answer => ({ ok: false, code })
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The model lacks what it speaks of.')
  return value
}

/** Half up, with whole numbers only. */
function part(whole: number, of: number, by: number): number {
  return by === 0 ? 0 : Number((BigInt(whole) * BigInt(of) * 2n + BigInt(by)) / (BigInt(by) * 2n))
}
const shareOf = (amount: number, basisPoints: number) => part(amount, basisPoints, 10_000)

/** By weight; what is left over goes to those who lost most by rounding, the first of equals first. */
function split(amount: number, weights: readonly number[]): number[] {
  const total = BigInt(sum(weights))
  if (total === 0n) return weights.map(() => 0)
  const parts = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / total))
  const lost = weights.map((weight, index) => ({ index, left: (BigInt(amount) * BigInt(weight)) % total }))
  lost.sort((a, b) => (a.left === b.left ? a.index - b.index : a.left > b.left ? -1 : 1))
  for (const { index } of lost.slice(0, amount - sum(parts))) parts[index] = (parts[index] ?? 0) + 1
  return parts
}

export function mergedLines(lines: readonly Line[]): Line[] {
  const units = new Map<string, number>()
  for (const line of lines) units.set(line.sku, (units.get(line.sku) ?? 0) + line.units)
  return [...units].map(([sku, count]) => ({ sku, units: count }))
}

/** What a cart costs, and what the coupon takes off each line; null where it cannot be used on it. */
export function priced(
  model: Model,
  cart: readonly Line[],
  with_: { coupon: boolean; flash: boolean },
): { payMinor: number; lines: { offMinor: number; platformMinor: number; payMinor: number }[] } | null {
  const prices = cart.map((line) => (with_.flash ? flashPriceMinor : skuOf(model, line.sku).priceMinor) * line.units)
  const total = sum(prices)
  let off = prices.map(() => 0)
  let platform = off
  if (with_.coupon) {
    const offMinor = Math.min(couponTerms.offMinor, total - 1)
    const [platformMinor = 0] = split(offMinor, [couponTerms.platformPoints, couponTerms.sellerPoints, 0, 0])
    if (total < couponTerms.thresholdMinor || offMinor <= 0) return null
    if (model.coupon.spentMinor + platformMinor > couponTerms.budgetMinor) return null
    off = split(offMinor, prices)
    platform = split(platformMinor, off)
  }
  const lines = prices.map((price, index) => ({
    offMinor: off[index] ?? 0,
    platformMinor: platform[index] ?? 0,
    payMinor: price - (off[index] ?? 0),
  }))
  return { payMinor: sum(lines.map(({ payMinor }) => payMinor)), lines }
}

/** Changes the model as the command would; answers what the server must answer. */
export function apply(model: Model, command: Command): Answer {
  switch (command.do) {
    case 'place':
      return place(model, command)
    case 'pay':
      return pay(model, command)
    case 'payThrough':
      return payThrough(model, command)
    case 'cancel':
      return cancel(model, command)
    case 'pick':
      return pick(model, command)
    case 'pack':
      return pack(model, command)
    case 'handOver':
      return handOver(model, command)
    case 'scan':
      return scan(model, command)
    case 'confirm':
      return confirmByBuyer(model, command)
    case 'askBack':
      return askBack(model, command)
    case 'decide':
      return decide(model, command)
    case 'sendBack':
      return sendBack(model, command)
    case 'grade':
      return grade(model, command)
    case 'advance':
      return advance(model, command)
    case 'topUp':
      return topUp(model, command)
    case 'withdraw':
      return withdraw(model, command)
    case 'review':
      return review(model, command)
    case 'claim':
      return claim(model, command)
    case 'announce':
      return announce(model, command)
    case 'stopFlash':
      endFlash(model, must(model.flash[command.id]))
      return done()
    case 'price':
      skuOf(model, command.sku).priceMinor = command.priceMinor
      return done()
    case 'receive':
      return receive(model, command)
    case 'adjust':
      return adjust(model, command)
    case 'sell':
      // Each SKU of the simulation is a product of its own.
      skuOf(model, command.sku).onSale = command.onSale
      return done()
    case 'payOut':
      return payOut(model, command)
    case 'violation':
      return violation(model, command)
    case 'forgive':
      return forgive(model, command)
    case 'follow':
      model.followers = [
        ...model.followers.filter((each) => each !== command.buyer),
        ...(command.follows ? [command.buyer] : []),
      ].sort()
      return done()
    case 'buyCoins':
      return buyCoins(model, command)
    case 'gift':
      return gift(model, command)
  }
}

type Of<Kind extends Command['do']> = Extract<Command, { do: Kind }>

function place(model: Model, wish: Of<'place'>): Answer {
  const body = JSON.stringify([wish.buyer, wish.lines, wish.shownPayMinor, wish.payment, wish.coupon, wish.flash])
  const prior = model.groups[wish.id]
  if (prior !== undefined) {
    return prior.body === body ? done({ payMinor: prior.payMinor, repeated: true }) : refuse('order_id_reused')
  }
  const cart = mergedLines(wish.lines)
  if (cart.some((line) => !skuOf(model, line.sku).onSale)) return refuse('sku_not_on_sale')
  const coupon = wish.coupon === null ? null : model.claims[wish.coupon]
  if (coupon === undefined) return refuse('coupon_not_usable')
  if (coupon !== null && (coupon.buyer !== wish.buyer || coupon.group !== null || coupon.validUntil <= model.now))
    return refuse('coupon_not_usable')
  const flash = wish.flash === null ? null : must(model.flash[wish.flash])
  const first = must(cart[0])
  if (flash !== null) {
    if (wish.by !== 'host') return refuse('flash_room_only')
    if (flash.closed || model.now >= flash.endsAt) return refuse('flash_ended')
    if (model.now < flash.startsAt) return refuse('flash_not_started')
    if (flash.unitsLeft < first.units) return refuse('flash_sold_out')
  }
  const price = priced(model, cart, { coupon: coupon !== null, flash: flash !== null })
  if (price === null) return refuse('coupon_not_usable')
  if (price.payMinor !== wish.shownPayMinor) return refuse('price_changed')
  if (flash !== null && (flash.bought[wish.buyer] ?? 0) + first.units > flash.perBuyer) return refuse('limit_reached')
  if (flash === null && cart.some((line) => availableOf(skuOf(model, line.sku)) < line.units)) return refuse('sold_out')
  const walletMinor = must(model.walletsMinor[wish.buyer])
  if (wish.payment === 'later' && unpaidGroupsOf(model, wish.buyer) >= unpaidGroupsMax) return refuse('too_many_unpaid')
  if (wish.payment === 'wallet' && walletMinor < price.payMinor) return refuse('balance_too_low')

  openOrders(model, { ...wish, body }, cart, price.lines)
  if (wish.payment === 'wallet') {
    model.walletsMinor[wish.buyer] = walletMinor - price.payMinor
    model.escrowMinor += price.payMinor
    for (const order of ordersOf(model, wish.id)) becomePaid(model, order)
  }
  return done({ payMinor: price.payMinor, repeated: false })
}

const ordersOf = (model: Model, group: string): Order[] =>
  (model.groups[group]?.orders ?? []).map((id) => must(model.orders[id]))

function unpaidGroupsOf(model: Model, buyer: string): number {
  const waiting = Object.values(model.orders).filter((order) => order.buyer === buyer && order.state === 'unpaid')
  return new Set(waiting.map(({ group }) => group)).size
}

/** Takes the units, the coupon and the budget, and writes an order for each seller. */
function openOrders(
  model: Model,
  wish: Pick<Of<'place'>, 'id' | 'buyer' | 'by' | 'coupon' | 'flash' | 'payment'> & { body: string },
  cart: readonly Line[],
  prices: readonly { platformMinor: number; payMinor: number }[],
): void {
  for (const line of cart) skuOf(model, line.sku).allocated += line.units
  const flash = wish.flash === null ? null : must(model.flash[wish.flash])
  if (flash !== null) {
    const units = sum(cart.map((line) => line.units))
    skuOf(model, flash.sku).reserved -= units
    flash.unitsLeft -= units
    flash.bought[wish.buyer] = (flash.bought[wish.buyer] ?? 0) + units
  }
  if (wish.coupon !== null) must(model.claims[wish.coupon]).group = wish.id
  model.coupon.spentMinor += sum(prices.map(({ platformMinor }) => platformMinor))
  const lines = cart.map((line, index): OrderLine => {
    const { payMinor, platformMinor } = must(prices[index])
    const sku = skuOf(model, line.sku)
    const commission = wish.by === 'creator' ? shareOf(payMinor, sku.commissionBasisPoints) : 0
    const agency = shareOf(commission, agencyBasisPoints)
    const share = (grossMinor: number, passedMinor: number): Share => {
      const amountMinor = grossMinor - passedMinor
      return { state: 'estimated', grossMinor, passedMinor, amountMinor, reversedMinor: 0, freeze: null }
    }
    return {
      ...line,
      payMinor,
      subsidyMinor: platformMinor,
      shares:
        commission === 0
          ? null
          : { agency: share(commission, commission - agency), creator: share(commission - agency, 0) },
      ...{ refundedMinor: 0, costMinor: 0, costBackMinor: 0, gradedUnits: 0, sold: null },
    }
  })
  const sellers = [...new Set(lines.map((line) => skuOf(model, line.sku).seller))]
  const ids = sellers.map((_, index) => (index === 0 ? wish.id : `${wish.id}.${index + 1}`))
  const payMinor = sum(lines.map((line) => line.payMinor))
  model.groups[wish.id] = { body: wish.body, buyer: wish.buyer, payMinor, orders: ids }
  for (const [index, seller] of sellers.entries()) {
    const own = lines.filter((line) => skuOf(model, line.sku).seller === seller)
    const id = must(ids[index])
    model.orders[id] = {
      ...{ id, group: wish.id, buyer: wish.buyer, seller, by: wish.by, flash: wish.flash, coupon: wish.coupon },
      lines: own,
      payMinor: sum(own.map((line) => line.payMinor)),
      state: 'unpaid',
      payBy: wish.payment === 'later' ? model.now + (flash === null ? unpaidMinutes : unpaidFlashMinutes) : null,
      ...{ isLapsed: false, wasPaid: false, leftAt: 0, confirmedAt: 0, releaseAt: 0, isHeld: false },
      ...{ fromOutsideMinor: 0, backOutsideMinor: 0 },
    }
  }
}

function becomePaid(model: Model, order: Order): void {
  order.state = 'paid'
  order.wasPaid = true
  model.parcels[order.id] = parcelOf(order.id, order, order.lines)
}

function parcelOf(key: string, order: Order, lines: readonly Line[]): Parcel {
  return {
    ...{ key, orderId: order.id, state: 'to_pick', leftAt: 0, scans: 0 },
    lines: lines.map(({ sku, units }) => ({ sku, units, pickedUnits: 0, lineNo: lineNoOf(order, sku) })),
  }
}

const lineNoOf = (order: Order, sku: string) => order.lines.findIndex((line) => line.sku === sku) + 1
const isPayable = (model: Model, order: Order) =>
  order.state === 'unpaid' && order.payBy !== null && model.now < order.payBy

function pay(model: Model, { orderId, buyer }: Of<'pay'>): Answer {
  const order = model.orders[orderId]
  if (order === undefined || order.buyer !== buyer) return refuse('not_found')
  const orders = ordersOf(model, order.group)
  const waiting = orders.filter((each) => isPayable(model, each))
  if (waiting.length === 0) {
    const isPaid = orders.some(({ state }) => state !== 'unpaid' && state !== 'cancelled')
    return isPaid ? done({ state: 'paid' }) : refuse('order_not_payable')
  }
  const total = sum(waiting.map(({ payMinor }) => payMinor))
  if (must(model.walletsMinor[buyer]) < total) return refuse('balance_too_low')
  payFromWallet(model, waiting)
  return done({ state: 'paid' })
}

function payFromWallet(model: Model, orders: readonly Order[]): void {
  for (const order of orders) {
    model.walletsMinor[order.buyer] = must(model.walletsMinor[order.buyer]) - order.payMinor
    model.escrowMinor += order.payMinor
    becomePaid(model, order)
  }
}

function payThrough(model: Model, { orderId, buyer, id, useWallet }: Of<'payThrough'>): Answer {
  const order = model.orders[orderId]
  if (order === undefined || order.buyer !== buyer) return refuse('not_found')
  const orders = ordersOf(model, order.group)
  const waiting = orders.filter((each) => isPayable(model, each))
  if (waiting.length === 0) {
    const isPaid = orders.some(({ state }) => state !== 'unpaid' && state !== 'cancelled')
    return isPaid ? done({ state: 'paid' }) : refuse('order_not_payable')
  }
  const earlier = model.payments[id]
  if (earlier !== undefined && (earlier.buyer !== buyer || earlier.group !== order.group)) return refuse('id_reused')
  if (earlier === undefined) {
    const total = sum(waiting.map(({ payMinor }) => payMinor))
    const walletMinor = must(model.walletsMinor[buyer])
    const holdMinor = useWallet && walletMinor < total ? walletMinor : 0
    model.walletsMinor[buyer] = walletMinor - holdMinor
    const at = { requestedAt: model.now, askAt: model.now + 1, asks: 0 }
    const amountMinor = total - holdMinor
    model.payments[id] = { buyer, amountMinor, holdMinor, group: order.group, state: 'pending', ...at }
  }
  const payment = must(model.payments[id])
  hear(model, id, payment, answers(payment, earlier !== undefined))
  if (payment.state === 'failed') return refuse('provider_failed')
  return done({ state: payment.state === 'pending' ? 'pending' : 'paid' })
}

/** The sandbox provider's switch is the last two digits of the amount. What it answers, at first and when it is asked again. */
function answers(payment: Payment, again: boolean): Payment['state'] {
  const digits = payment.amountMinor % 100
  if (payment.state !== 'pending') return payment.state
  if (digits === 1) return 'failed'
  // It has the money, and only its answer was lost.
  if (digits === 4) return again ? 'succeeded' : 'pending'
  return digits >= 2 && digits <= 7 ? 'pending' : 'succeeded'
}

function hear(model: Model, id: string, payment: Payment, state: Payment['state']): void {
  if (payment.state !== 'pending' || state === 'pending') return
  payment.state = state
  const { buyer, group, amountMinor, holdMinor } = payment
  const give = (minor: number) => {
    model.walletsMinor[buyer] = must(model.walletsMinor[buyer]) + minor
  }
  if (state === 'failed') give(holdMinor)
  else if (group === null) give(amountMinor)
  else spendMoney(model, id, payment, group)
}

/** Money for orders has arrived: it pays those that wait, or wins the goods again, or goes back. */
function spendMoney(model: Model, id: string, { buyer, amountMinor, holdMinor }: Payment, group: string): void {
  const received = amountMinor + holdMinor
  let waiting = ordersOf(model, group).filter(({ state }) => state === 'unpaid')
  if (waiting.length === 0) waiting = placeAgain(model, group, `again-${id}`)
  const total = sum(waiting.map(({ payMinor }) => payMinor))
  if (waiting.length === 0 || total > received) {
    // What was held is free again, and the rest is sent back to where it came from.
    model.walletsMinor[buyer] = must(model.walletsMinor[buyer]) + holdMinor
    return
  }
  const needed = Math.min(amountMinor, Math.max(0, total - holdMinor))
  const shares = split(
    needed,
    waiting.map(({ payMinor }) => payMinor),
  )
  for (const [index, order] of waiting.entries()) order.fromOutsideMinor = shares[index] ?? 0
  model.walletsMinor[buyer] = must(model.walletsMinor[buyer]) + received - (amountMinor - needed)
  payFromWallet(model, waiting)
}

function placeAgain(model: Model, group: string, id: string): Order[] {
  const closed = ordersOf(model, group).filter(({ isLapsed }) => isLapsed)
  const [first] = closed
  if (first === undefined || first.flash !== null) return []
  const cart = mergedLines(closed.flatMap(({ lines }) => lines))
  if (cart.some((line) => !skuOf(model, line.sku).onSale)) return []
  const price = must(priced(model, cart, { coupon: false, flash: false }) ?? undefined)
  if (price.payMinor !== sum(closed.map(({ payMinor }) => payMinor))) return []
  if (cart.some((line) => availableOf(skuOf(model, line.sku)) < line.units)) return []
  if (unpaidGroupsOf(model, first.buyer) >= unpaidGroupsMax) return []
  const wish = { id, buyer: first.buyer, by: first.by, coupon: null, flash: null, payment: 'later' as const, body: id }
  openOrders(model, wish, cart, price.lines)
  return ordersOf(model, id)
}

function cancel(model: Model, { orderId, buyer }: Of<'cancel'>): Answer {
  const order = model.orders[orderId]
  if (order === undefined || order.buyer !== buyer) return refuse('not_found')
  if (order.state === 'cancelled') return done({ state: 'cancelled' })
  if (order.state === 'unpaid') {
    takeBack(model, order)
    return done({ state: 'cancelled' })
  }
  const parcel = must(model.parcels[order.id])
  if (parcel.state !== 'to_pick' && parcel.state !== 'picked') return refuse('order_not_cancellable')
  takeBack(model, order)
  model.escrowMinor -= order.payMinor
  giveMoney(model, order, order.payMinor)
  parcel.state = 'cancelled'
  return done({ state: 'cancelled' })
}

/** Money of an order goes back to where it came from: from outside first. */
function giveMoney(model: Model, order: Order, minor: number): void {
  const outside = Math.min(minor, order.fromOutsideMinor - order.backOutsideMinor)
  order.backOutsideMinor += outside
  model.walletsMinor[order.buyer] = must(model.walletsMinor[order.buyer]) + minor - outside
}

/** Everything that an order took is there again. */
function takeBack(model: Model, order: Order): void {
  order.state = 'cancelled'
  for (const line of order.lines) skuOf(model, line.sku).allocated -= line.units
  if (order.flash !== null) {
    const flash = must(model.flash[order.flash])
    const units = sum(order.lines.map((line) => line.units))
    flash.bought[order.buyer] = (flash.bought[order.buyer] ?? 0) - units
    if (!flash.closed && model.now < flash.endsAt) {
      flash.unitsLeft += units
      skuOf(model, flash.sku).reserved += units
    }
  }
  model.coupon.spentMinor -= sum(order.lines.map((line) => line.subsidyMinor))
  const isAnythingLeft = ordersOf(model, order.group).some(({ state }) => state !== 'cancelled')
  if (order.coupon !== null && !isAnythingLeft) must(model.claims[order.coupon]).group = null
  for (const line of order.lines) for (const share of sharesOf(line)) share.state = 'ineligible'
}

const sharesOf = (line: OrderLine): Share[] => (line.shares === null ? [] : [line.shares.agency, line.shares.creator])

function pick(model: Model, scanned: Of<'pick'>): Answer {
  const parcel = must(model.parcels[scanned.parcel])
  if (parcel.state !== 'to_pick') return refuse('parcel_not_pickable')
  const line = scanned.wrongItem ? undefined : parcel.lines.find((each) => each.sku === scanned.sku)
  if (line === undefined) return refuse('wrong_item')
  if (scanned.units > line.units - line.pickedUnits) return refuse('too_many_units')
  line.pickedUnits += scanned.units
  if (parcel.lines.every((each) => each.pickedUnits === each.units)) parcel.state = 'picked'
  return done({ state: parcel.state })
}

function pack(model: Model, of: Of<'pack'>): Answer {
  const parcel = must(model.parcels[of.parcel])
  if (parcel.state === 'packed') return done({ state: 'packed' })
  if (parcel.state !== 'picked') return refuse('parcel_not_picked')
  parcel.state = 'packed'
  follow(model, parcel, 'packed')
  return done({ state: 'packed' })
}

/** The order follows its own parcel, not the one in which its goods are sent again. */
function follow(model: Model, parcel: Parcel, state: OrderState): void {
  const order = must(model.orders[parcel.orderId])
  if (parcel.key === order.id && order.state !== 'confirmed') order.state = state
}

function handOver(model: Model, of: Of<'handOver'>): Answer {
  const parcel = must(model.parcels[of.parcel])
  if (parcel.state === 'handed_over') return done()
  if (parcel.state !== 'packed') return refuse('parcel_not_packed')
  const order = must(model.orders[parcel.orderId])
  for (const line of parcel.lines) {
    const sku = skuOf(model, line.sku)
    const costMinor = part(sku.valueMinor, line.units, sku.onHand)
    sku.valueMinor -= costMinor
    sku.onHand -= line.units
    sku.allocated -= line.units
    if (parcel.key === order.id) must(order.lines[line.lineNo - 1]).costMinor = costMinor
  }
  parcel.state = 'handed_over'
  parcel.leftAt = model.now
  if (parcel.key === order.id) order.leftAt = model.now
  follow(model, parcel, 'shipped')
  return done()
}

function scan(model: Model, of: Of<'scan'>): Answer {
  const parcel = must(model.parcels[of.parcel])
  if (parcel.state !== 'handed_over' || parcel.scans === scanMinutes.length) return refuse('parcel_at_rest')
  scanned(model, parcel, parcel.scans + 1)
  return done()
}

function scanned(model: Model, parcel: Parcel, scans: number): void {
  const isNew = scans > parcel.scans
  parcel.scans = scans
  if (!isNew || scans < scanMinutes.length) return
  follow(model, parcel, 'delivered')
  const wish = model.afterSales[parcel.key]
  if (wish?.state !== 'replacing') return
  wish.state = 'replaced'
  must(model.orders[wish.orderId]).isHeld = false
}

function confirmByBuyer(model: Model, { orderId, buyer }: Of<'confirm'>): Answer {
  const order = model.orders[orderId]
  if (order === undefined || order.buyer !== buyer) return refuse('not_found')
  if (order.state === 'confirmed') return done({ state: 'confirmed' })
  if (order.state !== 'delivered') return refuse('order_not_delivered')
  confirm(model, order)
  return done({ state: 'confirmed' })
}

function confirm(model: Model, order: Order): void {
  order.state = 'confirmed'
  order.confirmedAt = model.now
  order.releaseAt = model.now + releaseAfter
  model.escrowMinor -= order.payMinor
  for (const line of order.lines) {
    for (const share of sharesOf(line)) if (share.state === 'estimated') share.state = 'pending'
    if (order.seller === 'us') continue
    const commission = sum(sharesOf(line).map(({ amountMinor }) => amountMinor))
    const amountMinor = line.payMinor + line.subsidyMinor - commission
    line.sold = { amountMinor, reversedMinor: 0, isSettled: false, dueAt: order.releaseAt }
  }
}

const isOpen = ({ state }: AfterSale) => ['asked', 'accepted', 'sent', 'replacing'].includes(state)
const afterSalesOf = (model: Model, orderId: string) =>
  Object.values(model.afterSales).filter((each) => each.orderId === orderId)

function askBack(model: Model, wish: Of<'askBack'>): Answer {
  const order = model.orders[wish.orderId]
  if (order === undefined || order.buyer !== wish.buyer) return refuse('not_found')
  const isMoney = wish.kind === 'refundOnly' || wish.kind === 'returnRefund'
  const lines = wish.lines.map((line) => ({
    sku: line.sku,
    lineNo: line.no,
    amountMinor: isMoney ? line.amountMinor : 0,
    units: wish.kind === 'refundOnly' ? 0 : line.units,
  }))
  const body = JSON.stringify([wish.kind, lines.toSorted((a, b) => a.lineNo - b.lineNo)])
  const earlier = model.afterSales[wish.id]
  if (earlier !== undefined && earlier.orderId === order.id)
    return earlier.body === body ? done({ state: earlier.state }) : refuse('id_reused')
  const isInTime = order.state === 'confirmed' && model.now <= order.confirmedAt + afterSaleFor
  if (order.state !== 'delivered' && !isInTime) return refuse('order_not_refundable')
  const lineOf = (lineNo: number) => must(order.lines[lineNo - 1])
  for (const { lineNo, amountMinor } of lines)
    if (amountMinor > lineOf(lineNo).payMinor - lineOf(lineNo).refundedMinor) return refuse('amount_too_high')
  const counting = afterSalesOf(model, order.id).filter(
    ({ kind, state }) => (kind === 'returnRefund' || kind === 'exchange') && state !== 'refused' && state !== 'lapsed',
  )
  for (const { lineNo, units } of lines) {
    const back = sum(
      counting.flatMap((each) => each.lines.flatMap((line) => (line.lineNo === lineNo ? line.units : []))),
    )
    if (units > lineOf(lineNo).units - back) return refuse('too_many_back')
  }
  if (afterSalesOf(model, order.id).some(isOpen)) return refuse('after_sale_open')
  const { id, kind } = wish
  const wait = { state: 'asked', askedAt: model.now, sendBy: 0, gradedAs: null } as const
  model.afterSales[id] = { id, orderId: order.id, kind, body, lines, ...wait }
  order.isHeld = true
  return done({ state: 'asked' })
}

function decide(model: Model, { id, orderId, approve }: Of<'decide'>): Answer {
  const wish = model.afterSales[id]
  if (wish === undefined || wish.orderId !== orderId) return refuse('not_found')
  const order = must(model.orders[orderId])
  if (wish.state !== 'asked') {
    return (wish.state === 'refused') === !approve ? done({ state: wish.state }) : refuse('after_sale_decided')
  }
  if (!approve) {
    refuseWish(order, wish)
    return done({ state: 'refused' })
  }
  const isAgain = wish.kind === 'exchange' || wish.kind === 'resend'
  if (isAgain && wish.lines.some(({ sku, units }) => availableOf(skuOf(model, sku)) < units)) return refuse('sold_out')
  if (order.state === 'delivered') confirm(model, order)
  if (wish.kind === 'refundOnly') moneyBack(model, order, wish)
  if (isAgain) for (const { sku, units } of wish.lines) skuOf(model, sku).allocated += units
  if (wish.kind === 'resend') sendAgain(model, order, wish)
  if (wish.kind === 'returnRefund' || wish.kind === 'exchange') {
    wish.state = 'accepted'
    wish.sendBy = model.now + sendBackFor
  }
  return done({ state: wish.state })
}

function refuseWish(order: Order, wish: AfterSale): void {
  wish.state = 'refused'
  order.isHeld = false
}

function sendAgain(model: Model, order: Order, wish: AfterSale): void {
  wish.state = 'replacing'
  model.parcels[wish.id] = parcelOf(wish.id, order, wish.lines)
}

/** Sale, subsidy and commission of each line go back by the part of it that the buyer has back in total. */
function moneyBack(model: Model, order: Order, wish: AfterSale): void {
  let backMinor = 0
  const settledParties = new Set<Party>()
  for (const { lineNo, amountMinor } of wish.lines) {
    const line = must(order.lines[lineNo - 1])
    backMinor += amountMinor
    line.refundedMinor += amountMinor
    const backOf = (minor: number) => part(minor, line.refundedMinor, line.payMinor)
    for (const party of parties) {
      const share = line.shares?.[party]
      if (share === undefined || share.state === 'estimated' || share.state === 'ineligible') continue
      const reversed = backOf(share.grossMinor) - backOf(share.passedMinor)
      if (share.state === 'settled') {
        model.availableMinor[party] -= reversed - share.reversedMinor
        settledParties.add(party)
      }
      share.reversedMinor = reversed
    }
    if (line.sold === null) continue
    const commissionBack = sum(sharesOf(line).map(({ reversedMinor }) => reversedMinor))
    const reversed = backOf(line.payMinor + line.subsidyMinor) - commissionBack
    if (line.sold.isSettled) model.availableMinor.kiln -= reversed - line.sold.reversedMinor
    line.sold.reversedMinor = reversed
  }
  // What was kept for refunds of this order is set free by one.
  for (const reserve of model.reserves.filter((each) => each.orderId === order.id && settledParties.has(each.party)))
    model.availableMinor[reserve.party] += reserve.amountMinor
  model.reserves = model.reserves.filter((each) => each.orderId !== order.id || !settledParties.has(each.party))
  giveMoney(model, order, backMinor)
  wish.state = 'approved'
  order.isHeld = false
}

function sendBack(model: Model, { id, orderId, buyer }: Of<'sendBack'>): Answer {
  const wish = model.afterSales[id]
  if (wish === undefined || wish.orderId !== orderId || must(model.orders[orderId]).buyer !== buyer)
    return refuse('not_found')
  if (wish.state !== 'accepted' && wish.state !== 'sent') return refuse('return_closed')
  wish.state = 'sent'
  return done({ state: 'sent' })
}

function grade(model: Model, { id, as, lines }: Of<'grade'>): Answer {
  const wish = must(model.afterSales[id])
  const isWhole = wish.lines.every(({ lineNo, units }) =>
    lines.some((line) => line.no === lineNo && line.units === units),
  )
  const order = must(model.orders[wish.orderId])
  if (wish.kind !== 'returnRefund' && wish.kind !== 'exchange') return refuse('not_found')
  if (wish.state === 'asked' || wish.state === 'refused') {
    // Refused by a person there was never anything to expect; refused by its grades, it is looked at already.
    if (wish.sendBy === 0) return refuse('not_found')
    return as === 'rejected' && isWhole ? done() : refuse('return_closed')
  }
  if (wish.state === 'lapsed') return refuse('return_closed')
  if (wish.state !== 'accepted' && wish.state !== 'sent')
    return wish.gradedAs === as && isWhole ? done() : refuse('return_closed')
  if (!isWhole) return refuse('units_not_graded')
  wish.gradedAs = as
  for (const { lineNo, sku, units } of wish.lines) {
    const line = must(order.lines[lineNo - 1])
    if (as === 'rejected') continue
    const total = part(line.costMinor, line.gradedUnits + units, line.units)
    const costMinor = total - line.costBackMinor
    line.gradedUnits += units
    line.costBackMinor = total
    if (as !== 'restock') continue
    skuOf(model, sku).onHand += units
    skuOf(model, sku).valueMinor += costMinor
  }
  if (as === 'rejected') {
    if (wish.kind === 'exchange') releaseReplacement(model, wish)
    refuseWish(order, wish)
  } else if (wish.kind === 'exchange') sendAgain(model, order, wish)
  else moneyBack(model, order, wish)
  return done()
}

function releaseReplacement(model: Model, wish: AfterSale): void {
  for (const { sku, units } of wish.lines) skuOf(model, sku).allocated -= units
}

/** What comes due by the clock, in the order in which the platform sweeps, until nothing is due any more. */
function advance(model: Model, { minutes }: Of<'advance'>): Answer {
  model.now += minutes
  sweep(model)
  sweep(model)
  return done()
}

function sweep(model: Model): void {
  const { now } = model
  const orders = Object.values(model.orders)
  for (const parcel of Object.values(model.parcels)) {
    if (parcel.state !== 'handed_over') continue
    const due = scanMinutes.filter((after) => parcel.leftAt + after <= now).length
    scanned(model, parcel, Math.max(parcel.scans, due))
  }
  for (const order of orders) {
    if (order.state !== 'unpaid' || order.payBy === null || order.payBy > now) continue
    takeBack(model, order)
    order.isLapsed = true
  }
  for (const flash of Object.values(model.flash)) if (flash.endsAt <= now) endFlash(model, flash)
  for (const order of orders) {
    const isOut = order.state === 'shipped' || order.state === 'delivered'
    if (isOut && order.leftAt + confirmAfter <= now && !afterSalesOf(model, order.id).some(isOpen))
      confirm(model, order)
  }
  const silent = Object.values(model.afterSales)
    .filter((wish) => wish.state === 'asked' && wish.askedAt + silentFor <= now)
    .toSorted((a, b) => a.askedAt - b.askedAt)
  for (const { id, orderId } of silent) {
    const decided = decide(model, { do: 'decide', id, orderId, approve: true })
    if (!decided.ok) decide(model, { do: 'decide', id, orderId, approve: false })
  }
  for (const wish of Object.values(model.afterSales)) {
    if (wish.state !== 'accepted' || wish.sendBy > now) continue
    if (wish.kind === 'exchange') releaseReplacement(model, wish)
    wish.state = 'lapsed'
    must(model.orders[wish.orderId]).isHeld = false
  }
  release(model)
  followPayments(model)
  for (const each of Object.values(model.withdrawals)) if (each.state === 'approved') each.state = 'paid'
  for (const [id, each] of Object.entries(model.violations)) {
    if (each.isClosed || each.at + appealFor > now) continue
    endFreeze(model, id, 'forfeited')
  }
}

function release(model: Model): void {
  for (const order of Object.values(model.orders)) {
    if (order.state !== 'confirmed' || order.releaseAt > model.now || order.isHeld) continue
    for (const line of order.lines) {
      for (const party of parties) {
        const share = line.shares?.[party]
        if (share?.state !== 'pending') continue
        share.state = 'settled'
        const net = share.amountMinor - share.reversedMinor
        const kept = shareOf(net, reserveBasisPoints)
        model.availableMinor[party] += net - kept
        if (kept === 0) continue
        model.reserves.push({ orderId: order.id, party, amountMinor: kept, dueAt: model.now + reserveFor })
      }
      if (line.sold === null || line.sold.isSettled) continue
      line.sold.isSettled = true
      model.availableMinor.kiln += line.sold.amountMinor - line.sold.reversedMinor
    }
  }
  for (const reserve of model.reserves.filter((each) => each.dueAt <= model.now))
    model.availableMinor[reserve.party] += reserve.amountMinor
  model.reserves = model.reserves.filter((each) => each.dueAt > model.now)
}

/** The sandbox's late messages, and the questions about what it never answered. */
function followPayments(model: Model): void {
  const becomes: Record<number, Payment['state']> = { 2: 'succeeded', 3: 'succeeded', 5: 'failed', 6: 'succeeded' }
  for (const [id, payment] of Object.entries(model.payments)) {
    if (payment.state !== 'pending') continue
    const digits = payment.amountMinor % 100
    const told = becomes[digits]
    if (told !== undefined && payment.requestedAt < model.now) hear(model, id, payment, told)
    if (payment.state !== 'pending' || payment.askAt > model.now) continue
    payment.asks++
    payment.askAt = model.now + Math.min(2 ** payment.asks, 60)
    if (digits === 4) hear(model, id, payment, 'succeeded')
    else if (payment.requestedAt + giveUpAfter <= model.now) hear(model, id, payment, 'failed')
  }
}

function topUp(model: Model, { id, buyer, amountMinor }: Of<'topUp'>): Answer {
  const earlier = model.payments[id]
  if (
    earlier !== undefined &&
    (earlier.buyer !== buyer || earlier.amountMinor !== amountMinor || earlier.group !== null)
  )
    return refuse('id_reused')
  const wasDecided = earlier !== undefined && earlier.state !== 'pending'
  if (earlier === undefined) {
    const at = { requestedAt: model.now, askAt: model.now + 1, asks: 0 }
    model.payments[id] = { buyer, amountMinor, holdMinor: 0, group: null, state: 'pending', ...at }
  }
  const payment = must(model.payments[id])
  hear(model, id, payment, answers(payment, earlier !== undefined))
  // A payment that failed was refused the first time; whoever asks again is told its state.
  return payment.state === 'failed' && !wasDecided ? refuse('provider_failed') : done({ state: payment.state })
}

function withdraw(model: Model, { id, buyer, amountMinor }: Of<'withdraw'>): Answer {
  const earlier = model.withdrawals[id]
  if (earlier !== undefined) {
    const isSame = earlier.buyer === buyer && earlier.amountMinor === amountMinor
    return isSame ? done({ state: earlier.state }) : refuse('id_reused')
  }
  const walletMinor = must(model.walletsMinor[buyer])
  if (amountMinor < withdrawal.minimumMinor) return refuse('below_minimum')
  if (amountMinor > walletMinor) return refuse('balance_too_low')
  const state = amountMinor > withdrawal.reviewAboveMinor ? 'review' : 'approved'
  model.withdrawals[id] = { buyer, amountMinor, state }
  model.walletsMinor[buyer] = walletMinor - amountMinor
  return done({ state })
}

function review(model: Model, { id, approve }: Of<'review'>): Answer {
  const found = must(model.withdrawals[id])
  const state = approve ? 'approved' : 'refused'
  if (found.state === state) return done({ state })
  if (found.state !== 'review') return refuse('withdrawal_decided')
  found.state = state
  if (!approve) model.walletsMinor[found.buyer] = must(model.walletsMinor[found.buyer]) + found.amountMinor
  return done({ state })
}

function claim(model: Model, { id, buyer }: Of<'claim'>): Answer {
  const earlier = model.claims[id]
  if (earlier !== undefined) return earlier.buyer === buyer ? done() : refuse('id_reused')
  const own = Object.values(model.claims).filter((each) => each.buyer === buyer)
  if (own.length >= couponTerms.perPersonUnits) return refuse('coupon_limit')
  if (model.coupon.claimedUnits >= couponTerms.quotaUnits) return refuse('coupon_gone')
  model.coupon.claimedUnits++
  model.claims[id] = { buyer, validUntil: model.now + couponTerms.validDays * day, group: null }
  return done()
}

function announce(model: Model, { id, sku: name, units, perBuyer }: Of<'announce'>): Answer {
  const earlier = model.flash[id]
  if (earlier !== undefined) return earlier.sku === name ? done() : refuse('id_reused')
  const sku = skuOf(model, name)
  if (!sku.onSale) return refuse('sku_not_on_sale')
  if (perBuyer > units) return refuse('limit_above_units')
  if (availableOf(sku) < units) return refuse('too_few_units')
  if (Object.values(model.flash).some((each) => each.sku === name && !each.closed)) return refuse('flash_already_open')
  sku.reserved += units
  // It starts seconds from now: at the next step of the clock.
  const times = { startsAt: model.now + 1, endsAt: model.now + flashMinutes + 1 }
  model.flash[id] = { sku: name, units, unitsLeft: units, perBuyer, ...times, closed: false, bought: {} }
  return done()
}

function endFlash(model: Model, flash: Flash): void {
  if (flash.closed) return
  flash.closed = true
  skuOf(model, flash.sku).reserved -= flash.unitsLeft
}

function receive(model: Model, { id, sku: name, units, unitCostMinor }: Of<'receive'>): Answer {
  const body = JSON.stringify([name, units, unitCostMinor])
  const sku = skuOf(model, name)
  const earlier = model.receipts[id]
  if (earlier !== undefined && earlier !== body) return refuse('receipt_id_reused')
  if (earlier === undefined) {
    model.receipts[id] = body
    sku.onHand += units
    sku.valueMinor += units * unitCostMinor
  }
  return done({ onHand: sku.onHand, available: availableOf(sku) })
}

function adjust(model: Model, { id, sku: name, units }: Of<'adjust'>): Answer {
  const sku = skuOf(model, name)
  if (model.adjustments[id] === undefined) {
    if (sku.onHand + units < 0 || availableOf(sku) + units < 0) return refuse('below_allocated')
    const worth = units > 0 ? units * part(sku.valueMinor, 1, sku.onHand) : -part(sku.valueMinor, -units, sku.onHand)
    sku.valueMinor += worth
    sku.onHand += units
    model.adjustments[id] = { sku: name, units }
  }
  return done({ onHand: sku.onHand, available: availableOf(sku) })
}

function payOut(model: Model, { id }: Of<'payOut'>): Answer {
  const earlier = model.payouts[id]
  if (earlier !== undefined) return done({ amountMinor: earlier })
  const amountMinor = model.availableMinor.creator
  if (amountMinor <= 0) return refuse('nothing_available')
  if (amountMinor < payoutMinorMin) return refuse('below_minimum')
  model.availableMinor.creator = 0
  model.paidOutMinor += amountMinor
  model.payouts[id] = amountMinor
  return done({ amountMinor })
}

/** Severe: all that its creator has earned is out of his hands. */
function violation(model: Model, { id }: Of<'violation'>): Answer {
  if (model.violations[id] !== undefined) return done()
  const amountMinor = Math.max(0, model.availableMinor.creator)
  model.availableMinor.creator -= amountMinor
  for (const { creator } of creatorShares(model)) {
    if (creator.state !== 'pending') continue
    creator.state = 'frozen'
    creator.freeze = id
  }
  model.violations[id] = { at: model.now, isClosed: false, freeze: 'frozen', amountMinor }
  return done()
}

const creatorShares = (model: Model) =>
  Object.values(model.orders).flatMap(({ lines }) => lines.flatMap(({ shares }) => (shares === null ? [] : [shares])))

function forgive(model: Model, { id }: Of<'forgive'>): Answer {
  const found = model.violations[id]
  if (found === undefined) return refuse('not_found')
  if (found.isClosed) return refuse('violation_not_active')
  found.isClosed = true
  endFreeze(model, id, 'thawed')
  return done()
}

function endFreeze(model: Model, id: string, to: 'thawed' | 'forfeited'): void {
  const found = must(model.violations[id])
  if (found.freeze !== 'frozen') return
  found.freeze = to
  if (to === 'thawed') model.availableMinor.creator += found.amountMinor
  for (const { creator } of creatorShares(model)) {
    if (creator.state !== 'frozen' || creator.freeze !== id) continue
    creator.freeze = null
    creator.state = to === 'thawed' ? 'pending' : 'ineligible'
  }
}

function buyCoins(model: Model, { id, buyer, coins }: Of<'buyCoins'>): Answer {
  const body = JSON.stringify([buyer, coins])
  const earlier = model.coinPurchases[id]
  if (earlier !== undefined && earlier !== body) return refuse('id_reused')
  if (earlier === undefined) {
    const walletMinor = must(model.walletsMinor[buyer])
    if (walletMinor < coins * coinMinor) return refuse('balance_too_low')
    model.walletsMinor[buyer] = walletMinor - coins * coinMinor
    model.coins[buyer] = must(model.coins[buyer]) + coins
    model.coinPurchases[id] = body
  }
  return done({ state: 'bought' })
}

function gift(model: Model, { id, buyer, roses }: Of<'gift'>): Answer {
  const body = JSON.stringify([buyer, roses])
  const earlier = model.gifts[id]
  if (earlier !== undefined && earlier !== body) return refuse('id_reused')
  if (earlier === undefined) {
    if (must(model.coins[buyer]) < roses) return refuse('coins_too_low')
    model.coins[buyer] = must(model.coins[buyer]) - roses
    model.gifts[id] = body
  }
  return done({ coins: model.coins[buyer] })
}

const parcelStates = ['handed_over', 'collected', 'in_transit', 'out_for_delivery', 'delivered']
const parcelStateOf = ({ state, scans }: Parcel) => (state === 'handed_over' ? parcelStates[scans] : state)

/** Everything that the database must show, in one comparable value. */
export function visibleOf(model: Model): Record<string, unknown> {
  const orders = Object.values(model.orders)
  const lines = orders.flatMap((order) => order.lines)
  const of = (party: Party, state: Share['state']) =>
    sum(
      lines.flatMap(({ shares }) =>
        shares?.[party].state === state ? shares[party].amountMinor - shares[party].reversedMinor : [],
      ),
    )
  const frozenAvailable = sum(
    Object.values(model.violations).map(({ freeze, amountMinor }) => (freeze === 'frozen' ? amountMinor : 0)),
  )
  const owed = (party: Party) => ({
    estimated: of(party, 'estimated'),
    pending: of(party, 'pending'),
    available: model.availableMinor[party],
    reserve: sum(model.reserves.filter((each) => each.party === party).map(({ amountMinor }) => amountMinor)),
    frozen: of(party, 'frozen') + (party === 'creator' ? frozenAvailable : 0),
  })
  const each = <From, To>(of: Record<string, From>, show: (value: From) => To): Record<string, To> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [name, show(value)]))
  return {
    skus: each(model.skus, (sku) => ({
      onHand: sku.onHand,
      allocated: sku.allocated,
      reserved: sku.reserved,
      valueMinor: sku.valueMinor,
      shown: availableOf(sku),
    })),
    walletsMinor: model.walletsMinor,
    coins: model.coins,
    orders: each(model.orders, (order) => ({
      state: order.state,
      payMinor: order.payMinor,
      refundedMinor: sum(order.lines.map(({ refundedMinor }) => refundedMinor)),
    })),
    parcels: each(model.parcels, parcelStateOf),
    payments: each(model.payments, ({ state }) => state),
    afterSales: each(model.afterSales, ({ state }) => state),
    coupon: { ...model.coupon, usedUnits: Object.values(model.claims).filter(({ group }) => group !== null).length },
    flash: each(model.flash, ({ closed, unitsLeft }) => ({ closed, unitsLeft: closed ? 0 : unitsLeft })),
    withdrawals: each(model.withdrawals, ({ state }) => state),
    followers: model.followers,
    creator: owed('creator'),
    agency: owed('agency'),
    kiln: {
      pending: sum(lines.map(({ sold }) => (sold?.isSettled === false ? sold.amountMinor - sold.reversedMinor : 0))),
      available: model.availableMinor.kiln,
    },
  }
}
