import { platformSellerId } from '#goods/listings'
import { type ConfirmedOrder, settleConfirmedOrder } from '#money/settlements'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { costOfOrder } from '#supply/fulfilment'
import { subsidyOfLines } from './after-sale.ts'
import { mayMove } from './order.ts'
import {
  addStep,
  discountsOf,
  isAskedBack,
  linesOf,
  lockOrder,
  type OrderRow,
  ordersToConfirm,
  setState,
} from './store.ts'

/** The buyer says that he has it: the money leaves the escrow. Confirming twice is confirming once. */
export async function confirmOrder(
  tx: Tx,
  of: { orderId: string; buyerId: string },
): Promise<Outcome<OrderRow, 'not_found' | 'order_not_delivered'>> {
  const order = await lockOrder(tx, of.orderId)
  if (order === null || order.buyerId !== of.buyerId) return refuse('not_found')
  if (order.state === 'confirmed') return done(order)
  if (order.state !== 'delivered') return refuse('order_not_delivered')
  return done(await confirmNow(tx, order, { en: 'You confirmed that you have it.', zh: '您已确认收货。' }))
}

/** The order is the caller's, locked, and may be confirmed. */
export async function confirmNow(tx: Tx, order: OrderRow, sentence: { en: string; zh: string }): Promise<OrderRow> {
  await setState(tx, order.id, 'confirmed', { confirmedAt: tx.now })
  await addStep(tx, order.id, 'confirmed', tx.now.toString(), sentence)
  await settleConfirmedOrder(tx, {
    orderId: order.id,
    orderNumber: String(order.number),
    currency: order.currency,
    priceMinor: order.payMinor + order.subsidyMinor,
    subsidyMinor: order.subsidyMinor,
    paidMinor: order.payMinor,
    costMinor: await costOfOrder(tx.db, order.id),
    confirmedAt: tx.now,
    seller: await sellerOf(tx, order),
  })
  tx.tell(`person:${order.buyerId}`, { kind: 'order', orderId: order.id, state: 'confirmed' })
  if (order.creatorId !== null)
    tx.tell(`person:${order.creatorId}`, { kind: 'sale', orderId: order.id, state: 'confirmed' })
  return { ...order, state: 'confirmed', confirmedAt: tx.now }
}

/** Who sold it, where that is not the operator himself, and what each line gives him. */
async function sellerOf(tx: Tx, order: OrderRow): Promise<ConfirmedOrder['seller']> {
  if (order.sellerId === platformSellerId) return null
  const [lines, discounts] = [await linesOf(tx.db, [order.id]), await discountsOf(tx.db, [order.id])]
  const subsidies = subsidyOfLines(order.subsidyMinor, lines, discounts)
  return {
    sellerId: order.sellerId,
    isHeld: await isAskedBack(tx.db, order.id),
    lines: lines.map(({ no, payMinor }) => ({ no, paidMinor: payMinor, subsidyMinor: subsidies.get(no) ?? 0 })),
  }
}

const confirmBite = 50

/** Confirms for buyers who did not say so themselves, once the escrow's days are over. */
export async function confirmDueOrders(app: App): Promise<{ more: boolean }> {
  const due = await ordersToConfirm(app.database.db, app.clock.now(), confirmBite)
  for (const orderId of due) {
    await transact(app, async (tx) => {
      const order = await lockOrder(tx, orderId)
      if (order === null || order.confirmBy === null || !mayMove(order.state, 'confirmed')) return
      if (Temporal.Instant.compare(order.confirmBy, tx.now) > 0) return
      await confirmNow(tx, order, {
        en: 'Confirmed for you: the days of the escrow are over.',
        zh: '担保期已满，系统已自动确认收货。',
      })
    })
  }
  return { more: due.length === confirmBite }
}
