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

/** Sums of a batch by day, minute, product, room and province. Pure: `sign` −1 takes back what a cancelled order had added. */
export function sumsOf(orders: readonly PaidOrder[], goods: Goods, timeZone: string, sign: 1 | -1): Sum[] {
  const sums = new Map<string, Sum>()
  const add = (
    day: string,
    dimension: Dimension,
    key: string,
    label: object | null,
    paidMinor: number,
    ordersCount: number,
    units: number,
  ) => {
    const id = `${day} ${dimension} ${key}`
    const sum = sums.get(id) ?? { day, dimension, key, label, paidMinor: 0, orders: 0, units: 0 }
    sums.set(id, {
      ...sum,
      paidMinor: sum.paidMinor + timesUnits(paidMinor, sign),
      orders: sum.orders + sign * ordersCount,
      units: sum.units + sign * units,
    })
  }
  for (const order of orders) {
    const placedAt = Temporal.Instant.from(order.placedAt)
    const day = businessDayOf(placedAt, timeZone).toString()
    const units = order.lines.reduce((sum, line) => sum + line.units, 0)
    add(day, 'day', 'all', null, order.payMinor, 1, units)
    add(day, 'minute', minuteOf(placedAt), null, order.payMinor, 1, units)
    add(day, 'province', order.shipTo.province, null, order.payMinor, 1, units)
    if (order.roomId !== null)
      add(day, 'room', order.roomId, { title: order.roomTitle, creatorId: order.creatorId }, order.payMinor, 1, units)
    for (const line of order.lines)
      add(
        day,
        'product',
        line.productId,
        { title: goods[line.skuId]?.title, picture: goods[line.skuId]?.picture },
        line.payMinor,
        1,
        line.units,
      )
  }
  return [...sums.values()]
}

function minuteOf(instant: Temporal.Instant): string {
  return instant.round({ smallestUnit: 'minute', roundingMode: 'floor' }).toString()
}

/** Demo visitors' sales count in demo mode only, where they are marked; nowhere else do they exist. */
function counted(orders: readonly PaidOrder[], app: Pick<App, 'config'>): readonly PaidOrder[] {
  return app.config.mode === 'demo' ? orders : orders.filter((order) => !order.isDemo)
}

export async function countSales(tx: Tx, event: EventOf<'orders.paid'>, app: App): Promise<void> {
  const orders = counted(event.orders, app)
  if (orders.length === 0) return
  const { timeZone } = app.config
  await addSums(tx, sumsOf(orders, event.goods, timeZone, 1))
  await addBuyers(tx, buyersOf(orders, timeZone, 1))
  const latest = orders.toSorted((a, b) => (a.placedAt < b.placedAt ? 1 : -1)).slice(0, latestMax)
  const views = latest.map((order) => ({
    orderId: order.orderId,
    day: businessDayOf(Temporal.Instant.from(order.placedAt), timeZone).toString(),
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

export async function uncountSale(tx: Tx, event: EventOf<'order.cancelled'>, app: App): Promise<void> {
  const orders = counted([event.order], app)
  if (orders.length === 0) return
  await addSums(tx, sumsOf(orders, event.goods, app.config.timeZone, -1))
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
  for (const order of orders) {
    const day = businessDayOf(Temporal.Instant.from(order.placedAt), timeZone).toString()
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
