import { sumOf } from '#contract/money'
import type { EventOf } from '#events/index'
import { accounts, balanceOf, type Journal, postJournals, walletOf } from '#money/ledger'
import { lockUnused, type PaymentProvider, spendPayment, takePaymentThrough } from '#money/payments'
import type { App } from '#platform/app'
import { type Actor, inTransaction, type Tx, transact } from '#platform/database'
import { hashSecret, idFrom, newId } from '#platform/ids'
import { done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { areOfFlashSales } from '#trade/flash'
import { closeUnpaid } from './cancel-order.ts'
import { placeOrders } from './place-orders.ts'
import { addStep, groupsToClose, linesOf, lockGroup, type OrderRow, setState } from './store.ts'
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
  return payWaiting(tx, of.buyerId, waiting, of.groupId)
}

/** Pays these orders, which are locked and wait, from the wallet. The cause says what they are paid with, once. */
async function payWaiting(
  tx: Tx,
  buyerId: string,
  waiting: readonly OrderRow[],
  cause: string,
): Promise<Outcome<null, 'balance_too_low'>> {
  const account = walletOf(buyerId)
  const currency = waiting[0]?.currency ?? 'CNY'
  const paid = waiting.filter(({ payMinor }) => payMinor > 0)
  const totalMinor = sumOf(paid.map(({ payMinor }) => payMinor))
  const journals: Journal[] = [
    {
      id: newId(),
      kind: 'orders.paid',
      cause: `orders.paid:${cause}:${currency}`,
      currency,
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
    tx.tell(`person:${buyerId}`, { kind: 'order', orderId: id, state: 'paid' })
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

type PayRefusal = 'not_found' | 'order_not_payable' | 'balance_too_low' | 'provider_failed' | 'id_reused'

/**
 * Pays what waits with money from outside: the wallet's first, and what it lacks through the provider; all through the provider
 * where the wallet lacks nothing, or is to be spared. Pending: the provider has not said yet, or asks the buyer himself; when it
 * has, the orders are paid, or the money goes back.
 */
export async function payGroupThrough(
  app: App,
  provider: PaymentProvider,
  actor: Actor,
  of: { paymentId: string; groupId: string; buyerId: string; useWallet: boolean },
): Promise<Outcome<{ state: 'paid' | 'pending'; redirectUrl: string | null }, PayRefusal>> {
  const orders = await transact(app, (tx) => lockGroup(tx, of.groupId), actor)
  const [first] = orders
  if (first === undefined || first.buyerId !== of.buyerId) return refuse('not_found')
  const waiting = orders.filter((order) => isPayable(order, app.clock.now()))
  if (waiting.length > 0) {
    const wish = {
      id: of.paymentId,
      personId: of.buyerId,
      groupId: of.groupId,
      totalMinor: sumOf(waiting.map(({ payMinor }) => payMinor)),
      currency: first.currency,
      useWallet: of.useWallet,
    }
    const page = { description: `Order ${first.number}`, returnPath: `/orders/${first.id}` }
    const taken = await takePaymentThrough(app, provider, actor, wish, page)
    if (!taken.ok) return taken
    const { state, redirectUrl } = taken.value
    // Sent again after a no: the same payment stays a no.
    if (state === 'failed') return refuse('provider_failed')
    if (state === 'pending') return done({ state, redirectUrl })
    await transact(app, (tx) => payWithMoneyOf(app, tx, of.paymentId))
  }
  const paid = await inTransaction(app, actor, (tx) => payGroup(tx, of))
  return paid.ok ? done({ state: 'paid', redirectUrl: null }) : paid
}

type Desk = Parameters<typeof placeOrders>[0]

/** Money for orders has arrived: the reaction to it, for when nobody waits for the answer any more. */
export function payWithReceived(app: Desk) {
  return async function payWithReceived(tx: Tx, event: EventOf<'payment.received'>): Promise<void> {
    await payWithMoneyOf(app, tx, event.paymentId)
  }
}

/**
 * Decides, once, what becomes of money that came for orders. Those that still wait are paid, also when their time is over and nobody
 * has closed them. Those that were closed meanwhile are placed again where their goods, at their price, are still to be had. What is
 * left goes back to where it came from, and the buyer is told each time.
 */
async function payWithMoneyOf(app: Desk, tx: Tx, paymentId: string): Promise<void> {
  const payment = await lockUnused(tx, paymentId)
  if (payment === null || payment.groupId === null) return
  const orders = await lockGroup(tx, payment.groupId)
  const [first] = orders
  const receivedMinor = payment.amountMinor + payment.holdMinor
  const isEnough = (waiting: readonly OrderRow[]) =>
    waiting.length > 0 && sumOf(waiting.map(({ payMinor }) => payMinor)) <= receivedMinor
  let waiting: readonly OrderRow[] = orders.filter(
    ({ state, buyerId }) => state === 'unpaid' && buyerId === payment.personId,
  )
  const again = waiting.length > 0 ? [] : await placeAgain(app, tx, orders, paymentId)
  if (again.length > 0) waiting = again
  if (!isEnough(waiting)) waiting = []
  await spendPayment(
    tx,
    payment,
    waiting.map(({ id, payMinor }) => ({ orderId: id, payMinor })),
  )
  if (waiting.length > 0) mustBeDone(await payWaiting(tx, payment.personId, waiting, `payment:${paymentId}`))
  if (first === undefined) return
  const tell = async (order: OrderRow, sentence: { en: string; zh: string }) => {
    await addStep(tx, order.id, `payment:${paymentId}`, tx.now.toString(), sentence)
    tx.tell(`person:${order.buyerId}`, { kind: 'order', orderId: order.id, state: order.state })
  }
  const [replacement] = again
  if (replacement !== undefined) {
    await tell(first, {
      en: `Your payment arrived after the order was closed. The goods were still there: they are yours as order ${replacement.number}.`,
      zh: `款项在订单关闭后到账，商品仍有货，已为您重新下单，订单号 ${replacement.number}。`,
    })
    await tell(replacement, {
      en: `Placed for you with the payment of order ${first.number}, which arrived late.`,
      zh: `订单 ${first.number} 的款项到账较晚，已用其为您重新下单。`,
    })
  } else if (waiting.length === 0) {
    const isPaid = orders.some(({ state }) => state !== 'unpaid' && state !== 'cancelled')
    await tell(
      first,
      isPaid
        ? { en: 'A second payment arrived; it goes back to where it came from.', zh: '重复支付的款项将原路退回。' }
        : {
            en: 'Your payment arrived after the order was closed; it goes back to where it came from.',
            zh: '款项在订单关闭后到账，将原路退回。',
          },
    )
  }
}

/** Orders that nobody paid in time, placed once more as they were; nothing where they cannot be had any more, or were not wanted. */
async function placeAgain(
  app: Desk,
  tx: Tx,
  orders: readonly OrderRow[],
  paymentId: string,
): Promise<readonly OrderRow[]> {
  const closed = orders.filter(
    ({ payBy, paidAt, cancelledAt }) =>
      payBy !== null && paidAt === null && cancelledAt !== null && Temporal.Instant.compare(cancelledAt, payBy) >= 0,
  )
  const [first] = closed
  if (first === undefined) return []
  const lines = await linesOf(
    tx.db,
    closed.map(({ id }) => id),
  )
  // Who pays too late in a flash sale gets his money back: others wait for its units.
  if (
    await areOfFlashSales(
      tx.db,
      lines.flatMap(({ limitedPriceId }) => limitedPriceId ?? []),
    )
  )
    return []
  const { buyerId, creatorId, roomId, sessionId, isDemo, shipTo } = first
  const id = idFrom('orders.again', paymentId)
  const isInRoom = creatorId !== null && roomId !== null && sessionId !== null
  const [answer] = await placeOrders(app, tx, [
    {
      id,
      requestHash: Buffer.from(hashSecret(id), 'hex'),
      buyerId,
      lines: lines.map(({ skuId, units }) => ({ skuId, units })),
      addressId: first.groupId,
      shipTo,
      shownPayMinor: sumOf(closed.map(({ payMinor }) => payMinor)),
      couponId: null,
      flashSaleId: null,
      payment: 'later',
      attribution: isInRoom
        ? {
            creatorId,
            roomId,
            sessionId,
            roomTitle: first.roomTitle ?? '',
            personId: buyerId,
            issuedAt: first.placedAt,
          }
        : null,
      isDemo,
    },
  ])
  return answer?.kind === 'placed' ? lockGroup(tx, id) : []
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
