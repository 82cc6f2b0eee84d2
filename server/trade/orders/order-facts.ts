import type { Currency, Minor } from '#contract/money'
import type { Db } from '#platform/database'
import { subsidyOfLines } from './after-sale.ts'
import { afterSalesOf, discountsOf, findOrder, linesOf } from './store.ts'

/** What the books of an order come from: its lines, and what each of its refunds took of them. */
export interface OrderFacts {
  orderId: string
  number: string
  currency: Currency
  buyerId: string
  sellerId: string
  lines: { no: number; title: { en: string; zh: string }; payMinor: Minor; subsidyMinor: Minor }[]
  refunds: { refundId: string; lines: { no: number; beforeMinor: Minor; afterMinor: Minor }[] }[]
}

export async function orderFacts(db: Db, orderId: string): Promise<OrderFacts | null> {
  const order = await findOrder(db, orderId)
  if (order === null) return null
  const [lines, discounts, afterSales] = await Promise.all([
    linesOf(db, [orderId]),
    discountsOf(db, [orderId]),
    afterSalesOf(db, [orderId]),
  ])
  const subsidies = subsidyOfLines(order.subsidyMinor, lines, discounts)
  const before = new Map<number, Minor>()
  const given = afterSales
    .filter(({ state }) => state === 'approved')
    .toSorted((a, b) => Temporal.Instant.compare(a.decidedAt ?? a.askedAt, b.decidedAt ?? b.askedAt))
  return {
    ...{ orderId, number: String(order.number), currency: order.currency },
    ...{ buyerId: order.buyerId, sellerId: order.sellerId },
    lines: lines.map(({ no, title, payMinor }) => ({ no, title, payMinor, subsidyMinor: subsidies.get(no) ?? 0 })),
    refunds: given.map((wish) => ({
      refundId: wish.id,
      lines: wish.lines.map(({ no, amountMinor }) => {
        const beforeMinor = before.get(no) ?? 0
        before.set(no, beforeMinor + amountMinor)
        return { no, beforeMinor, afterMinor: beforeMinor + amountMinor }
      }),
    })),
  }
}
