import { timesUnits } from '#contract/money'
import type { EventOf } from '#events/index'
import type { PaidOrder } from '#events/trade'
import type { Tx } from '#platform/database'
import { addProducts, addSales, type ProductSum, type SaleSum } from './store.ts'

/** Sales by session, minute and product; the same orders as everywhere. */
export async function countSalesOfMinutes(tx: Tx, event: EventOf<'orders.paid'>): Promise<void> {
  await count(tx, event.orders, 1)
}

export async function uncountSaleOfMinutes(tx: Tx, event: EventOf<'order.cancelled'>): Promise<void> {
  await count(tx, [event.order], -1)
}

async function count(tx: Tx, orders: readonly PaidOrder[], sign: 1 | -1): Promise<void> {
  const sales = new Map<string, SaleSum>()
  const products = new Map<string, ProductSum>()
  for (const order of orders) {
    const { sessionId } = order
    if (sessionId === null) continue
    const minute = `${order.placedAt.slice(0, 16)}:00Z`
    const sale = sales.get(`${sessionId} ${minute}`) ?? { sessionId, minute, paidMinor: 0, orders: 0, units: 0 }
    const units = order.lines.reduce((sum, line) => sum + line.units, 0)
    sale.paidMinor += timesUnits(order.payMinor, sign)
    sale.orders += sign
    sale.units += sign * units
    sales.set(`${sessionId} ${minute}`, sale)
    const counted = new Set<string>()
    for (const line of order.lines) {
      const key = `${sessionId} ${line.productId}`
      const sum = products.get(key) ?? { sessionId, productId: line.productId, paidMinor: 0, orders: 0, units: 0 }
      sum.paidMinor += timesUnits(line.payMinor, sign)
      sum.units += sign * line.units
      if (!counted.has(line.productId)) sum.orders += sign
      counted.add(line.productId)
      products.set(key, sum)
    }
  }
  await addSales(tx, [...sales.values()])
  await addProducts(tx, [...products.values()])
}
