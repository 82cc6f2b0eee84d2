import { sumOf } from '#contract/money'
import { voidCommissions } from '#money/commissions'
import { returnUnconfirmedOrder } from '#money/settlements'
import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { mayCancel } from '#supply/fulfilment'
import { allocationCause, batchCause, releaseUnits } from '#supply/warehouse'
import { drawBudgets, lockBudgets } from '#trade/promotions'
import { addStep, discountsOf, linesOf, lockOrder, type OrderRow, setState, uncountBought } from './store.ts'

/** Before it is packed, a buyer may take an order back: stock, budget and money return in the same commit, once. */
export async function cancelOrder(
  tx: Tx,
  of: { orderId: string; buyerId: string },
): Promise<Outcome<OrderRow, 'not_found' | 'order_not_cancellable'>> {
  const order = await lockOrder(tx, of.orderId)
  if (order === null || order.buyerId !== of.buyerId) return refuse('not_found')
  if (order.state === 'cancelled') return done(order)
  if (order.state !== 'paid' || !(await mayCancel(tx, order.id))) return refuse('order_not_cancellable')

  const lines = await linesOf(tx.db, [order.id])
  // The same order of locks as at the desk: stock, budgets, wallets.
  await releaseUnits(
    tx,
    lines.map((line) => ({
      skuId: line.skuId,
      warehouseId: line.warehouseId,
      units: line.units,
      cause: allocationCause(order.id, line.no),
      allocatedBy: order.batchId === null ? undefined : batchCause(order.batchId),
    })),
  )
  await uncountBought(tx, order.buyerId, lines)
  const draws = await budgetReturns(tx, order)
  await lockBudgets(tx, [...draws.keys()].sort())
  await drawBudgets(tx, draws)
  await voidCommissions(tx, [order.id], 'order_cancelled')
  await returnUnconfirmedOrder(tx, {
    orderId: order.id,
    buyerId: order.buyerId,
    currency: order.currency,
    paidMinor: order.payMinor,
  })
  await setState(tx, order.id, 'cancelled', { cancelledAt: tx.now })
  await addStep(tx, order.id, 'cancelled', tx.now.toString(), {
    en: 'Cancelled; the money is back in your wallet.',
    zh: '订单已取消，款项已退回钱包。',
  })
  tx.emit({
    name: 'order.cancelled',
    order: {
      orderId: order.id,
      batchId: order.batchId,
      number: String(order.number),
      buyerId: order.buyerId,
      buyerName: order.buyerName,
      channel: order.channel,
      placedAt: order.placedAt.toString(),
      payMinor: order.payMinor,
      currency: order.currency,
      roomId: order.roomId,
      sessionId: order.sessionId,
      creatorId: order.creatorId,
      roomTitle: order.roomTitle,
      isDemo: order.isDemo,
      shipTo: order.shipTo,
      dispatchBy: order.dispatchBy.toString(),
      deliverBy: order.deliverBy.toString(),
      lines: lines.map(({ no, skuId, productId, units, payMinor, warehouseId }) => ({
        no,
        skuId,
        productId,
        units,
        payMinor,
        warehouseId,
      })),
    },
    goods: Object.fromEntries(lines.map(({ skuId, title, label, picture }) => [skuId, { title, label, picture }])),
  })
  if (order.creatorId !== null)
    tx.tell(`person:${order.creatorId}`, { kind: 'sale', orderId: order.id, state: 'cancelled' })
  return done({ ...order, state: 'cancelled', cancelledAt: tx.now })
}

/** What each budget gets back: what the platform bore of the discounts on these lines. */
async function budgetReturns(tx: Tx, order: OrderRow): Promise<Map<string, number>> {
  const discounts = await discountsOf(tx.db, [order.id])
  const drawn = new Map<string, number>()
  for (const [budgetId, own] of Map.groupBy(discounts, (discount) => discount.budgetId)) {
    if (budgetId === null) continue
    drawn.set(budgetId, -sumOf(own.map(({ platformMinor }) => platformMinor ?? 0)))
    // Lines of before do not say: there the whole was shared, and one budget was drawn on.
    if (own.some(({ platformMinor }) => platformMinor === null)) drawn.set(budgetId, -order.subsidyMinor)
  }
  return drawn
}
