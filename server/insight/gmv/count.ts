import { timesUnits } from '#contract/money'
import type { EventOf } from '#events/index'
import type { PaidOrder, SoldGoods } from '#events/trade'
import type { App } from '#platform/app'
import { businessDayOf } from '#platform/clock'
import type { Tx } from '#platform/database'
import { addBuyers, addSums, type Dimension, daySum, dropLatest, keepLatest, type Sum } from './store.ts'

type Goods = Readonly<Record<string, SoldGoods>>

/** Orders in the stream on the screen. */
export const latestMax = 30

/** What the screen shows at once, and what may come some seconds later where a batch touches hundreds of sums. */
const shownAtOnce: readonly Dimension[] = ['day', 'minute', 'province']
const shownLater: readonly Dimension[] = ['product', 'room']
const everyDimension = [...shownAtOnce, ...shownLater]

/** Sums of a batch by these dimensions. Pure: `sign` −1 takes back what a cancelled order had added. */
export function sumsOf(
  of: { orders: readonly PaidOrder[]; goods: Goods; timeZone: string; dimensions?: readonly Dimension[] },
  sign: 1 | -1,
): Sum[] {
  const { orders, goods, timeZone, dimensions = everyDimension } = of
  const sums = new Map<string, Sum>()
  const add = (
    day: string,
    dimension: Dimension,
    key: string,
    sold: { paidMinor: number; units: number },
    labelOf: () => object | null = () => null,
  ) => {
    if (!dimensions.includes(dimension)) return
    const id = `${day} ${dimension} ${key}`
    let sum = sums.get(id)
    if (sum === undefined) {
      sum = { day, dimension, key, label: labelOf(), paidMinor: 0, orders: 0, units: 0 }
      sums.set(id, sum)
    }
    sum.paidMinor += timesUnits(sold.paidMinor, sign)
    sum.orders += sign
    sum.units += sign * sold.units
  }
  const times = timesOf(timeZone)
  for (const { placedAt, payMinor, shipTo, roomId, roomTitle, creatorId, lines } of orders) {
    const { day, minute } = times(placedAt)
    const sold = { paidMinor: payMinor, units: lines.reduce((sum, line) => sum + line.units, 0) }
    add(day, 'day', 'all', sold)
    add(day, 'minute', minute, sold)
    add(day, 'province', shipTo.province, sold)
    if (roomId !== null) add(day, 'room', roomId, sold, () => ({ title: roomTitle, creatorId }))
    for (const { productId, skuId, payMinor: paidMinor, units } of lines) {
      const { title, picture } = goods[skuId] ?? {}
      add(day, 'product', productId, { paidMinor, units }, () => ({ title, picture }))
    }
  }
  return [...sums.values()]
}

/** Business day and minute of an instant. A batch has one, so it is worked out once. */
function timesOf(timeZone: string) {
  const known = new Map<string, { day: string; minute: string }>()
  return (placedAt: string) => {
    let times = known.get(placedAt)
    if (times === undefined) {
      const instant = Temporal.Instant.from(placedAt)
      const minute = instant.round({ smallestUnit: 'minute', roundingMode: 'floor' }).toString()
      times = { day: businessDayOf(instant, timeZone).toString(), minute }
      known.set(placedAt, times)
    }
    return times
  }
}

/** Demo visitors' sales count in demo mode only, where they are marked; nowhere else do they exist. */
function counted(orders: readonly PaidOrder[], app: Pick<App, 'config'>): readonly PaidOrder[] {
  return app.config.mode === 'demo' ? orders : orders.filter((order) => !order.isDemo)
}

export async function countSales(tx: Tx, event: EventOf<'orders.paid'>, app: App): Promise<void> {
  const orders = counted(event.orders, app)
  if (orders.length === 0) return
  const { timeZone } = app.config
  await addSums(tx, sumsOf({ orders, goods: event.goods, timeZone, dimensions: shownAtOnce }, 1))
  const latest = orders.toSorted((a, b) => (a.placedAt < b.placedAt ? 1 : -1)).slice(0, latestMax)
  const times = timesOf(timeZone)
  const views = latest.map((order) => ({
    orderId: order.orderId,
    day: times(order.placedAt).day,
    body: streamViewOf(order, event.goods),
    at: order.placedAt,
  }))
  await keepLatest(tx, views, latestMax)
  await tellScreen(
    tx,
    app,
    views.map((view) => view.body),
  )
}

/** By product, room and buyer: hundreds of sums a batch, so it waits while buyers queue and then takes many batches at once. */
export async function countSalesByGoods(tx: Tx, event: EventOf<'orders.paid'>, app: App): Promise<void> {
  const orders = counted(event.orders, app)
  if (orders.length === 0) return
  const { timeZone } = app.config
  await addSums(tx, sumsOf({ orders, goods: event.goods, timeZone, dimensions: shownLater }, 1))
  await addBuyers(tx, buyersOf(orders, timeZone, 1))
}

export async function uncountSale(tx: Tx, event: EventOf<'order.cancelled'>, app: App): Promise<void> {
  const orders = counted([event.order], app)
  if (orders.length === 0) return
  await addSums(tx, sumsOf({ orders, goods: event.goods, timeZone: app.config.timeZone }, -1))
  await addBuyers(tx, buyersOf(orders, app.config.timeZone, -1))
  await dropLatest(tx, event.order.orderId)
  await tellScreen(tx, app, [])
}

async function tellScreen(tx: Tx, app: Pick<App, 'config'>, latest: readonly object[]): Promise<void> {
  const day = businessDayOf(tx.now, app.config.timeZone).toString()
  const sum = await daySum(tx.db, day)
  tx.tell('screen', {
    kind: 'sales',
    day,
    paidMinor: sum.paidMinor,
    orders: sum.orders,
    units: sum.units,
    latest: latest.slice(0, 10),
  })
}

function buyersOf(
  orders: readonly PaidOrder[],
  timeZone: string,
  sign: 1 | -1,
): { day: string; buyerId: string; orders: number }[] {
  const counts = new Map<string, { day: string; buyerId: string; orders: number }>()
  const times = timesOf(timeZone)
  for (const order of orders) {
    const { day } = times(order.placedAt)
    const id = `${day} ${order.buyerId}`
    counts.set(id, { day, buyerId: order.buyerId, orders: (counts.get(id)?.orders ?? 0) + sign })
  }
  return [...counts.values()]
}

/** What strangers may see of an order: no name, no street. */
export function streamViewOf(order: PaidOrder, goods: Goods) {
  const sold = goods[order.lines[0]?.skuId ?? '']
  const [initial] = order.buyerName
  return {
    number: order.number,
    maskedBuyer: `${initial ?? ''}**`,
    city: order.shipTo.city,
    title: sold?.title ?? { en: '', zh: '' },
    picture: sold?.picture ?? '',
    payMinor: order.payMinor,
    at: order.placedAt,
    roomTitle: order.roomTitle,
    isDemo: order.isDemo,
  }
}
