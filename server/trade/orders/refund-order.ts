import type { Currency, Minor } from '#contract/money'
import { platformSellerId } from '#goods/listings'
import { holdEarnings, refundConfirmedOrder } from '#money/settlements'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { checkRefund, mayAskRefund, type RefundWish, silentDaysMax, subsidyOfLines } from './after-sale.ts'
import { confirmNow } from './confirm-order.ts'
import {
  type AfterSaleRow,
  addRefunded,
  addStep,
  discountsOf,
  endAfterSale,
  findAfterSale,
  insertAfterSale,
  linesOf,
  lockOrder,
  refundedOf,
  silentAfterSales,
} from './store.ts'

/**
 * A buyer asks for money back, line by line. Until it is decided, what was earned on the order waits. The same id again is the
 * same wish; one wish of an order waits at a time.
 */
export async function askRefund(
  tx: Tx,
  wish: { id: string; orderId: string; buyerId: string; reason: string; lines: readonly RefundWish[] },
): Promise<
  Outcome<AfterSaleRow, 'not_found' | 'id_reused' | 'order_not_refundable' | 'after_sale_open' | 'amount_too_high'>
> {
  const order = await lockOrder(tx, wish.orderId)
  if (order === null || order.buyerId !== wish.buyerId) return refuse('not_found')
  const earlier = await findAfterSale(tx.db, wish.orderId, wish.id)
  if (earlier !== null) {
    const body = (of: { reason: string; lines: readonly RefundWish[] }) =>
      JSON.stringify([
        of.reason,
        of.lines.toSorted((a, b) => a.no - b.no).map(({ no, amountMinor }) => [no, amountMinor]),
      ])
    return body(earlier) === body(wish) ? done(earlier) : refuse('id_reused')
  }
  if (!mayAskRefund(order, tx.now)) return refuse('order_not_refundable')
  const [lines, refunded] = [await linesOf(tx.db, [order.id]), await refundedOf(tx.db, [order.id])]
  const fits = checkRefund(wish.lines, lines, refunded.get(order.id) ?? new Map())
  if (!fits.ok) return fits
  if (!(await insertAfterSale(tx, wish))) return refuse('after_sale_open')
  await holdEarnings(tx, order.id, true)
  await addStep(tx, order.id, `refund_asked:${wish.id}`, tx.now.toString(), {
    en: 'You asked for money back. You will have an answer within 3 days.',
    zh: '您已申请退款，我们会在 3 天内处理。',
  })
  tx.tell(`person:${order.buyerId}`, { kind: 'order', orderId: order.id, state: order.state })
  return done((await findAfterSale(tx.db, wish.orderId, wish.id)) ?? neverMissing())
}

/**
 * Approves or refuses. Approved, the money is back in the same commit: sale, subsidy and commission of these lines are reversed by
 * the fraction that went back. Deciding again the same way changes nothing.
 */
export async function decideRefund(
  tx: Tx,
  of: { orderId: string; id: string; decision: 'approved' | 'refused'; answer: string; by: string | null },
): Promise<Outcome<AfterSaleRow, 'not_found' | 'after_sale_decided'>> {
  const order = await lockOrder(tx, of.orderId)
  const wish = order === null ? null : await findAfterSale(tx.db, of.orderId, of.id)
  if (order === null || wish === null) return refuse('not_found')
  if (wish.state !== 'asked') return wish.state === of.decision ? done(wish) : refuse('after_sale_decided')
  if (of.decision === 'approved') {
    // Who wants part of his money back has the goods.
    const confirmed =
      order.state === 'delivered'
        ? await confirmNow(tx, order, { en: 'Confirmed with your refund.', zh: '退款通过，系统已确认收货。' })
        : order
    const lines = await linesOf(tx.db, [order.id])
    const before = (await refundedOf(tx.db, [order.id])).get(order.id) ?? new Map<number, Minor>()
    // Nothing else gives back while the order is locked, so what fitted when it was asked for fits still.
    mustBeDone(checkRefund(wish.lines, lines, before))
    const subsidies = subsidyOfLines(order.subsidyMinor, lines, await discountsOf(tx.db, [order.id]))
    await refundConfirmedOrder(tx, {
      refundId: wish.id,
      orderId: order.id,
      buyerId: order.buyerId,
      currency: confirmed.currency as Currency,
      isOfSeller: order.sellerId !== platformSellerId,
      lines: wish.lines.map(({ no, amountMinor }) => {
        const refundedBeforeMinor = before.get(no) ?? 0
        return {
          no,
          paidMinor: lines.find((line) => line.no === no)?.payMinor ?? 0,
          subsidyMinor: subsidies.get(no) ?? 0,
          refundedBeforeMinor,
          refundedMinor: refundedBeforeMinor + amountMinor,
        }
      }),
    })
    await addRefunded(
      tx,
      order.id,
      wish.lines.map((line) => ({ ...line, payMinor: lines.find(({ no }) => no === line.no)?.payMinor ?? 0 })),
    )
    tx.emit({
      name: 'order.refunded',
      refundId: wish.id,
      orderId: order.id,
      buyerId: order.buyerId,
      creatorId: order.creatorId,
      placedAt: order.placedAt.toString(),
      isDemo: order.isDemo,
      amountMinor: wish.amountMinor,
      currency: order.currency,
    })
  }
  await endAfterSale(tx, of)
  await holdEarnings(tx, order.id, false)
  const sentence =
    of.decision === 'approved'
      ? { en: 'Your refund was approved; the money is in your wallet.', zh: '退款已通过，款项已退回钱包。' }
      : { en: `Your refund was refused: ${of.answer}`, zh: `退款申请未通过：${of.answer}` }
  await addStep(tx, order.id, `refund_${of.decision}:${of.id}`, tx.now.toString(), sentence)
  tx.tell(`person:${order.buyerId}`, { kind: 'order', orderId: order.id, state: order.state })
  return done((await findAfterSale(tx.db, of.orderId, of.id)) ?? neverMissing())
}

const silentBite = 50

/** Approves what nobody answered in time. */
export async function approveSilentAfterSales(app: App): Promise<{ more: boolean }> {
  const askedBefore = app.clock.now().subtract({ hours: 24 * silentDaysMax })
  const silent = await silentAfterSales(app.database.db, askedBefore, silentBite)
  for (const { orderId, id } of silent) {
    const answer = 'Nobody answered in time. 超时未处理，系统自动通过。'
    // Decided meanwhile by a person: then that stands.
    await transact(
      app,
      async (tx) => void (await decideRefund(tx, { orderId, id, decision: 'approved', answer, by: null })),
    )
  }
  return { more: silent.length === silentBite }
}

function neverMissing(): never {
  throw new Error('What was just written is there.')
}
