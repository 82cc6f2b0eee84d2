import { sumOf } from '#contract/money'
import type { EventOf } from '#events/index'
import { accounts, balanceOf, type Journal, postJournals, walletOf } from '#money/ledger'
import { type PaymentProvider, topUpThrough } from '#money/payments'
import type { App } from '#platform/app'
import { type Actor, inTransaction, type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { closeUnpaid } from './cancel-order.ts'
import { addStep, findOrder, groupsToClose, linesOf, lockGroup, type OrderRow, setState } from './store.ts'
import { paidOrderOf, soldGoodsOf } from './take-back.ts'

/**
 * Pays all orders of a wish that still wait, from their buyer's wallet. Paying again is paying once; an order whose time is over
 * is not payable, even if nobody has closed it yet.
 */
export async function payGroup(
  tx: Tx,
  of: { groupId: string; buyerId: string },
): Promise<Outcome<null, 'not_found' | 'order_not_payable' | 'balance_too_low'>> {
  const orders = await lockGroup(tx, of.groupId)
  const [first] = orders
  if (first === undefined || first.buyerId !== of.buyerId) return refuse('not_found')
  const waiting = orders.filter((order) => isPayable(order, tx.now))
  if (waiting.length === 0) {
    // All that could be paid is.
    return orders.some(({ state }) => state !== 'unpaid' && state !== 'cancelled')
      ? done(null)
      : refuse('order_not_payable')
  }
  const account = walletOf(of.buyerId)
  const paid = waiting.filter(({ payMinor }) => payMinor > 0)
  const totalMinor = sumOf(paid.map(({ payMinor }) => payMinor))
  const journals: Journal[] = [
    {
      id: newId(),
      kind: 'orders.paid',
      cause: `orders.paid:${of.groupId}:${first.currency}`,
      currency: first.currency,
      orderId: null,
      postings: [
        { account: accounts.escrow, amountMinor: -totalMinor },
        ...paid.map(({ id, payMinor }) => ({ account, amountMinor: payMinor, orderId: id })),
      ],
    },
  ]
  const posted = await postJournals(tx, totalMinor > 0 ? journals : [])
  if (!posted.ok) return refuse('balance_too_low', { missingMinor: totalMinor - (await balanceOf(tx.db, account)) })
  const lines = await linesOf(
    tx.db,
    waiting.map(({ id }) => id),
  )
  for (const { id } of waiting) {
    await setState(tx, id, 'paid', { paidAt: tx.now })
    await addStep(tx, id, 'paid', tx.now.toString(), {
      en: 'Paid; the warehouse has it on its list.',
      zh: '已付款，仓库正在备货。',
    })
    tx.tell(`person:${of.buyerId}`, { kind: 'order', orderId: id, state: 'paid' })
  }
  tx.emit({
    name: 'orders.paid',
    goods: soldGoodsOf(lines),
    orders: waiting.map((order) =>
      paidOrderOf(
        { ...order, paidAt: tx.now },
        lines.filter(({ orderId }) => orderId === order.id),
      ),
    ),
  })
  return done(null)
}

function isPayable(order: OrderRow, now: Temporal.Instant): boolean {
  return order.state === 'unpaid' && order.payBy !== null && Temporal.Instant.compare(now, order.payBy) < 0
}

type PayRefusal =
  | 'not_found'
  | 'order_not_payable'
  | 'balance_too_low'
  | 'top_up_limit'
  | 'provider_failed'
  | 'id_reused'

/**
 * Pays what waits with money from outside: the wallet's first, and what it lacks through the provider; all through the provider
 * where the wallet lacks nothing. The money passes the wallet. Pending: the provider has not said yet, and when it does the
 * orders are paid, or the money stays in the wallet and the buyer is told.
 */
export async function payGroupThrough(
  app: App,
  provider: PaymentProvider,
  actor: Actor,
  of: { paymentId: string; groupId: string; buyerId: string },
): Promise<Outcome<'paid' | 'pending', PayRefusal>> {
  const { db } = app.database
  const orders = await transact(app, (tx) => lockGroup(tx, of.groupId), actor)
  const [first] = orders
  if (first === undefined || first.buyerId !== of.buyerId) return refuse('not_found')
  const waiting = orders.filter((order) => isPayable(order, app.clock.now()))
  if (waiting.length > 0) {
    const totalMinor = sumOf(waiting.map(({ payMinor }) => payMinor))
    const missingMinor = totalMinor - (await balanceOf(db, walletOf(of.buyerId)))
    const received = await topUpThrough(app, provider, actor, {
      id: of.paymentId,
      personId: of.buyerId,
      amountMinor: missingMinor > 0 ? missingMinor : totalMinor,
      currency: first.currency,
      groupId: of.groupId,
    })
    if (!received.ok) return received
    if (received.value !== 'succeeded') return done('pending')
  }
  const paid = await inTransaction(app, actor, (tx) => payGroup(tx, of))
  return paid.ok ? done('paid') : paid
}

/** Money for orders has arrived: they are paid, or, where it came too late, their buyer is told where it is. */
export async function payWithReceived(tx: Tx, event: EventOf<'payment.received'>): Promise<void> {
  const paid = await payGroup(tx, { groupId: event.groupId, buyerId: event.personId })
  if (paid.ok) return
  const order = await findOrder(tx.db, event.groupId)
  if (order === null) return
  const sentence =
    paid.code === 'balance_too_low'
      ? {
          en: 'Your payment arrived, but the wallet was spent meanwhile: the order still waits.',
          zh: '款项已到账，但钱包余额已被使用，订单仍待付款。',
        }
      : {
          en: 'Your payment arrived after the order was closed: the money is in your wallet.',
          zh: '款项在订单关闭后到账，已存入您的钱包。',
        }
  await addStep(tx, order.id, `payment:${event.paymentId}`, tx.now.toString(), sentence)
  tx.tell(`person:${event.personId}`, { kind: 'order', orderId: order.id, state: order.state })
}

const closeBite = 50

/** Closes what was not paid in time: units, limits and budgets are back and can be sold again, once. */
export async function closeDueOrders(app: Pick<App, 'database' | 'clock'>): Promise<{ more: boolean }> {
  const due = await groupsToClose(app.database.db, app.clock.now(), closeBite)
  for (const groupId of due) {
    await transact(app, async (tx) => {
      for (const order of await lockGroup(tx, groupId)) {
        // Paid or cancelled meanwhile: then that stands.
        if (order.state !== 'unpaid' || order.payBy === null) continue
        if (Temporal.Instant.compare(order.payBy, tx.now) > 0) continue
        await closeUnpaid(tx, order, { en: 'Closed: it was not paid in time.', zh: '超时未付款，订单已关闭。' })
      }
    })
  }
  return { more: due.length === closeBite }
}
