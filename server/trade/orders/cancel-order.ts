import { returnUnconfirmedOrder } from '#money/settlements'
import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { mayCancel } from '#supply/fulfilment'
import { addStep, linesOf, lockOrder, type OrderRow, setState } from './store.ts'
import { paidOrderOf, soldGoodsOf, takeBack } from './take-back.ts'

/**
 * Before it is packed, a buyer may take an order back: stock, budget and money return in the same commit, once. One that was not
 * paid yet has no money to return, and nobody has heard of it.
 */
export async function cancelOrder(
  tx: Tx,
  of: { orderId: string; buyerId: string },
): Promise<Outcome<OrderRow, 'not_found' | 'order_not_cancellable'>> {
  const order = await lockOrder(tx, of.orderId)
  if (order === null || order.buyerId !== of.buyerId) return refuse('not_found')
  if (order.state === 'cancelled') return done(order)
  if (order.state === 'unpaid') {
    return done(await closeUnpaid(tx, order, { en: 'Cancelled before it was paid.', zh: '订单在付款前已取消。' }))
  }
  if (order.state !== 'paid' || !(await mayCancel(tx, order.id))) return refuse('order_not_cancellable')

  const lines = await linesOf(tx.db, [order.id])
  await takeBack(tx, order, lines, 'order_cancelled')
  // A child whose goods a discount paid for whole has nothing to give back.
  if (order.payMinor > 0)
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
  tx.emit({ name: 'order.cancelled', order: paidOrderOf(order, lines), goods: soldGoodsOf(lines) })
  if (order.creatorId !== null)
    tx.tell(`person:${order.creatorId}`, { kind: 'sale', orderId: order.id, state: 'cancelled' })
  return done({ ...order, state: 'cancelled', cancelledAt: tx.now })
}

/** Ends an order that is locked and was not paid: everything it had taken comes back, once. */
export async function closeUnpaid(tx: Tx, order: OrderRow, sentence: { en: string; zh: string }): Promise<OrderRow> {
  await takeBack(tx, order, await linesOf(tx.db, [order.id]), 'order_not_paid')
  await setState(tx, order.id, 'cancelled', { cancelledAt: tx.now })
  await addStep(tx, order.id, 'cancelled', tx.now.toString(), sentence)
  tx.tell(`person:${order.buyerId}`, { kind: 'order', orderId: order.id, state: 'cancelled' })
  return { ...order, state: 'cancelled', cancelledAt: tx.now }
}
