/**
 * The shop as plain numbers: what the platform must answer, and what must be so afterwards. It shares no code with the
 * server: it is the second opinion.
 *
 * A command is a value; `apply` changes the model and answers what the server must answer. Time moves in whole hours.
 */

export interface Line {
  skuId: string
  units: number
}

export type Command =
  | { do: 'place'; id: string; buyer: string; lines: Line[]; shownPayMinor: number; attributed: boolean }
  | { do: 'cancel'; orderId: string; buyer: string }
  | { do: 'pick'; orderId: string; skuId: string; units: number; wrongItem: boolean }
  | { do: 'pack'; orderId: string }
  | { do: 'handOver'; orderId: string }
  | { do: 'scan'; orderId: string }
  | { do: 'confirm'; orderId: string; buyer: string }
  | { do: 'advance'; hours: number }
  | { do: 'topUp'; id: string; buyer: string; amountMinor: number }
  | { do: 'price'; skuId: string; priceMinor: number }
  | { do: 'receive'; id: string; skuId: string; units: number; unitCostMinor: number }
  | { do: 'adjust'; id: string; skuId: string; units: number }
  | { do: 'sell'; skuId: string; onSale: boolean }
  | { do: 'payOut'; id: string }

export const kinds = [
  'place',
  'cancel',
  'pick',
  'pack',
  'handOver',
  'scan',
  'confirm',
  'advance',
  'topUp',
  'price',
  'receive',
  'adjust',
  'sell',
  'payOut',
] as const satisfies Command['do'][]

/** What can be seen of an answer from outside; a refusal is its code. */
export type Answer = { ok: true; value?: Record<string, unknown> } | { ok: false; code: string }

export interface Sku {
  onHand: number
  allocated: number
  valueMinor: number
  priceMinor: number
  onSale: boolean
  commissionBasisPoints: number
}

export type OrderState = 'paid' | 'packed' | 'shipped' | 'delivered' | 'confirmed' | 'cancelled'

export interface Order {
  id: string
  buyer: string
  /** What makes a repetition the same wish. */
  body: string
  lines: (Line & { payMinor: number; pickedUnits: number; commissions: { creator: number; agency: number } })[]
  payMinor: number
  state: OrderState
  parcel: 'to_pick' | 'picked' | 'packed' | 'handed_over' | 'cancelled'
  leftAt: number
  scans: number
  confirmedAt: number
}

interface Earning {
  orderId: string
  party: 'creator' | 'agency'
  amountMinor: number
  /** When it moves on: pending to available, reserve to available. */
  dueAt: number
}

interface TopUp {
  buyer: string
  amountMinor: number
  state: 'succeeded' | 'pending' | 'failed'
  /** What becomes of it once the clock has moved. */
  becomes: 'succeeded' | 'failed'
}

export interface Model {
  /** Hours since the beginning. */
  now: number
  skus: Record<string, Sku>
  walletsMinor: Record<string, number>
  orders: Record<string, Order>
  topUps: Record<string, TopUp>
  receipts: Record<string, string>
  adjustments: Record<string, { skuId: string; units: number }>
  escrowMinor: number
  pending: Earning[]
  reserves: Earning[]
  availableMinor: { creator: number; agency: number }
  paidOutMinor: number
  payouts: Record<string, number>
}

/** What the agency keeps of its creator's commission. */
export const agencyBasisPoints = 3_000
const scanHours = [2, 6, 20, 26]
const confirmAfterHours = 10 * 24
const releaseAfterHours = 15 * 24
const reserveHours = 8 * 24
const reserveBasisPoints = 500
const payoutMinorMin = 100

export function emptyModel(): Model {
  return {
    now: 0,
    skus: {},
    walletsMinor: {},
    orders: {},
    topUps: {},
    receipts: {},
    adjustments: {},
    escrowMinor: 0,
    pending: [],
    reserves: [],
    availableMinor: { creator: 0, agency: 0 },
    paidOutMinor: 0,
    payouts: {},
  }
}

const done = (value?: Record<string, unknown>): Answer => (value === undefined ? { ok: true } : { ok: true, value })
const refuse = (code: string): Answer => ({ ok: false, code })
const shareOf = (amountMinor: number, basisPoints: number) => Math.floor((amountMinor * basisPoints + 5_000) / 10_000)

export function availableOf(sku: Pick<Sku, 'onHand' | 'allocated'>): number {
  return sku.onHand - sku.allocated
}

/** What so many units cost at the moving average, half up; the last ones take what is left. */
function costOf(sku: Sku, units: number): number {
  return Math.floor((2 * sku.valueMinor * units + sku.onHand) / (2 * sku.onHand))
}

export function mergedLines(lines: readonly Line[]): Line[] {
  const units = new Map<string, number>()
  for (const line of lines) units.set(line.skuId, (units.get(line.skuId) ?? 0) + line.units)
  return [...units].map(([skuId, sum]) => ({ skuId, units: sum }))
}

export function priceOf(model: Model, lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + skuOf(model, line.skuId).priceMinor * line.units, 0)
}

export function skuOf(model: Model, id: string): Sku {
  return must(model.skus[id])
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The model was asked for something that it does not know.')
  return value
}

export function apply(model: Model, command: Command): Answer {
  switch (command.do) {
    case 'place':
      return place(model, command)
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
    case 'advance':
      return advance(model, command)
    case 'topUp':
      return topUp(model, command)
    case 'price':
      skuOf(model, command.skuId).priceMinor = command.priceMinor
      return done()
    case 'receive':
      return receive(model, command)
    case 'adjust':
      return adjust(model, command)
    case 'sell':
      // Each SKU of the simulation is a product of its own.
      skuOf(model, command.skuId).onSale = command.onSale
      return done()
    case 'payOut':
      return payOut(model, command)
  }
}

type Of<Kind extends Command['do']> = Extract<Command, { do: Kind }>

function place(model: Model, wish: Of<'place'>): Answer {
  const body = JSON.stringify([wish.buyer, wish.lines, wish.shownPayMinor])
  const prior = model.orders[wish.id]
  if (prior !== undefined) {
    return prior.body === body
      ? done({ payMinor: prior.payMinor, walletMinor: null, repeated: true })
      : refuse('order_id_reused')
  }
  const lines = mergedLines(wish.lines)
  if (lines.some((line) => !skuOf(model, line.skuId).onSale)) return refuse('sku_not_on_sale')
  const payMinor = priceOf(model, lines)
  if (payMinor !== wish.shownPayMinor) return refuse('price_changed')
  if (lines.some((line) => availableOf(skuOf(model, line.skuId)) < line.units)) return refuse('sold_out')
  const walletMinor = model.walletsMinor[wish.buyer] ?? 0
  if (walletMinor < payMinor) return refuse('balance_too_low')

  for (const line of lines) skuOf(model, line.skuId).allocated += line.units
  model.walletsMinor[wish.buyer] = walletMinor - payMinor
  model.escrowMinor += payMinor
  model.orders[wish.id] = {
    id: wish.id,
    buyer: wish.buyer,
    body,
    lines: lines.map((line) => {
      const sku = skuOf(model, line.skuId)
      const linePayMinor = sku.priceMinor * line.units
      const commission = wish.attributed ? shareOf(linePayMinor, sku.commissionBasisPoints) : 0
      const agency = shareOf(commission, agencyBasisPoints)
      return { ...line, payMinor: linePayMinor, pickedUnits: 0, commissions: { creator: commission - agency, agency } }
    }),
    payMinor,
    state: 'paid',
    parcel: 'to_pick',
    leftAt: 0,
    scans: 0,
    confirmedAt: 0,
  }
  return done({ payMinor, walletMinor: walletMinor - payMinor, repeated: false })
}

function cancel(model: Model, { orderId, buyer }: Of<'cancel'>): Answer {
  const order = model.orders[orderId]
  if (order === undefined || order.buyer !== buyer) return refuse('not_found')
  if (order.state === 'cancelled') return done({ state: 'cancelled' })
  if (order.parcel !== 'to_pick' && order.parcel !== 'picked') return refuse('order_not_cancellable')
  for (const line of order.lines) skuOf(model, line.skuId).allocated -= line.units
  model.walletsMinor[buyer] = (model.walletsMinor[buyer] ?? 0) + order.payMinor
  model.escrowMinor -= order.payMinor
  order.state = 'cancelled'
  order.parcel = 'cancelled'
  return done({ state: 'cancelled' })
}

function pick(model: Model, scanned: Of<'pick'>): Answer {
  const order = must(model.orders[scanned.orderId])
  if (order.parcel !== 'to_pick') return refuse('parcel_not_pickable')
  const line = scanned.wrongItem ? undefined : order.lines.find((each) => each.skuId === scanned.skuId)
  if (line === undefined) return refuse('wrong_item')
  if (scanned.units > line.units - line.pickedUnits) return refuse('too_many_units')
  line.pickedUnits += scanned.units
  if (order.lines.every((each) => each.pickedUnits === each.units)) order.parcel = 'picked'
  return done({ state: order.parcel })
}

function pack(model: Model, { orderId }: Of<'pack'>): Answer {
  const order = must(model.orders[orderId])
  if (order.parcel === 'packed') return done({ state: 'packed' })
  if (order.parcel !== 'picked') return refuse('parcel_not_picked')
  order.parcel = 'packed'
  order.state = 'packed'
  return done({ state: 'packed' })
}

function handOver(model: Model, { orderId }: Of<'handOver'>): Answer {
  const order = must(model.orders[orderId])
  if (order.parcel === 'handed_over') return done()
  if (order.parcel !== 'packed') return refuse('parcel_not_packed')
  for (const line of order.lines) {
    const sku = skuOf(model, line.skuId)
    sku.valueMinor -= costOf(sku, line.units)
    sku.onHand -= line.units
    sku.allocated -= line.units
  }
  order.parcel = 'handed_over'
  order.state = 'shipped'
  order.leftAt = model.now
  return done()
}

function scan(model: Model, { orderId }: Of<'scan'>): Answer {
  const order = must(model.orders[orderId])
  if (order.parcel !== 'handed_over' || order.scans === scanHours.length) return refuse('parcel_at_rest')
  scanned(order, order.scans + 1)
  return done()
}

function scanned(order: Order, scans: number): void {
  order.scans = scans
  if (scans === scanHours.length && order.state === 'shipped') order.state = 'delivered'
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
  model.escrowMinor -= order.payMinor
  for (const { commissions } of order.lines) {
    for (const party of ['creator', 'agency'] as const) {
      if (commissions[party] === 0) continue
      model.pending.push({
        orderId: order.id,
        party,
        amountMinor: commissions[party],
        dueAt: model.now + releaseAfterHours,
      })
    }
  }
}

/** What comes due by the clock, in the order in which the platform sweeps. */
function advance(model: Model, { hours }: Of<'advance'>): Answer {
  model.now += hours
  const orders = Object.values(model.orders)
  const confirmable = orders.filter(
    (order) =>
      (order.state === 'shipped' || order.state === 'delivered') && order.leftAt + confirmAfterHours <= model.now,
  )
  for (const order of orders) {
    if (order.parcel !== 'handed_over') continue
    const due = scanHours.filter((after) => order.leftAt + after <= model.now).length
    scanned(order, Math.max(order.scans, due))
  }
  for (const order of confirmable) confirm(model, order)

  for (const earning of model.pending.filter((each) => each.dueAt <= model.now)) {
    const reserveMinor = shareOf(earning.amountMinor, reserveBasisPoints)
    model.availableMinor[earning.party] += earning.amountMinor - reserveMinor
    if (reserveMinor > 0) {
      model.reserves.push({ ...earning, amountMinor: reserveMinor, dueAt: model.now + reserveHours })
    }
  }
  model.pending = model.pending.filter((each) => each.dueAt > model.now)
  for (const reserve of model.reserves.filter((each) => each.dueAt <= model.now)) {
    model.availableMinor[reserve.party] += reserve.amountMinor
  }
  model.reserves = model.reserves.filter((each) => each.dueAt > model.now)

  for (const each of Object.values(model.topUps)) {
    if (each.state !== 'pending') continue
    each.state = each.becomes
    if (each.state === 'succeeded')
      model.walletsMinor[each.buyer] = (model.walletsMinor[each.buyer] ?? 0) + each.amountMinor
  }
  return done()
}

/** The sandbox provider's switch is the last two digits of the amount. */
const providerDoes: Record<number, Pick<TopUp, 'state' | 'becomes'>> = {
  1: { state: 'failed', becomes: 'failed' },
  2: { state: 'pending', becomes: 'succeeded' },
  3: { state: 'pending', becomes: 'succeeded' },
  4: { state: 'pending', becomes: 'succeeded' },
  5: { state: 'pending', becomes: 'failed' },
  6: { state: 'pending', becomes: 'succeeded' },
  7: { state: 'pending', becomes: 'failed' },
}

function topUp(model: Model, { id, buyer, amountMinor }: Of<'topUp'>): Answer {
  const earlier = model.topUps[id]
  if (earlier !== undefined) {
    if (earlier.buyer !== buyer || earlier.amountMinor !== amountMinor) return refuse('id_reused')
    // A payment that failed was refused the first time; whoever asks again is told its state.
    return done({ state: earlier.state })
  }
  const does = providerDoes[amountMinor % 100] ?? { state: 'succeeded', becomes: 'succeeded' }
  model.topUps[id] = { buyer, amountMinor, ...does }
  if (does.state === 'failed') return refuse('provider_failed')
  if (does.state === 'succeeded') model.walletsMinor[buyer] = (model.walletsMinor[buyer] ?? 0) + amountMinor
  return done({ state: does.state })
}

function receive(model: Model, { id, skuId, units, unitCostMinor }: Of<'receive'>): Answer {
  const body = JSON.stringify([skuId, units, unitCostMinor])
  const sku = skuOf(model, skuId)
  const earlier = model.receipts[id]
  if (earlier !== undefined && earlier !== body) return refuse('receipt_id_reused')
  if (earlier === undefined) {
    model.receipts[id] = body
    sku.onHand += units
    sku.valueMinor += units * unitCostMinor
  }
  return done({ onHand: sku.onHand, available: availableOf(sku) })
}

function adjust(model: Model, { id, skuId, units }: Of<'adjust'>): Answer {
  const sku = skuOf(model, skuId)
  if (model.adjustments[id] === undefined) {
    if (sku.onHand + units < 0 || availableOf(sku) + units < 0) return refuse('below_allocated')
    const each = sku.onHand === 0 ? 0 : costOf(sku, 1)
    const worth = units > 0 ? units * each : sku.onHand === 0 ? 0 : -costOf(sku, -units)
    sku.valueMinor += worth
    sku.onHand += units
    model.adjustments[id] = { skuId, units }
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

/** Everything that the database must show, in one comparable value. */
export function visibleOf(model: Model): Record<string, unknown> {
  const estimated = { creator: 0, agency: 0 }
  for (const order of Object.values(model.orders)) {
    if (order.state === 'confirmed' || order.state === 'cancelled') continue
    for (const { commissions } of order.lines) {
      estimated.creator += commissions.creator
      estimated.agency += commissions.agency
    }
  }
  const of = (earnings: readonly Earning[], party: string) =>
    earnings.filter((each) => each.party === party).reduce((sum, each) => sum + each.amountMinor, 0)
  const owed = (party: 'creator' | 'agency') => ({
    estimated: estimated[party],
    pending: of(model.pending, party),
    available: model.availableMinor[party],
    reserve: of(model.reserves, party),
  })
  return {
    skus: Object.fromEntries(
      Object.entries(model.skus).map(([id, sku]) => [
        id,
        {
          onHand: sku.onHand,
          allocated: sku.allocated,
          valueMinor: sku.valueMinor,
          shown: availableOf(sku),
        },
      ]),
    ),
    walletsMinor: model.walletsMinor,
    orders: Object.fromEntries(
      Object.values(model.orders).map((order) => [
        order.id,
        { state: order.state, payMinor: order.payMinor, parcel: parcelStateOf(order) },
      ]),
    ),
    escrowMinor: model.escrowMinor,
    creator: owed('creator'),
    agency: owed('agency'),
  }
}

function parcelStateOf(order: Order): string {
  if (order.parcel !== 'handed_over' || order.scans === 0) return order.parcel
  return ['', 'collected', 'in_transit', 'out_for_delivery', 'delivered'][order.scans] ?? ''
}
