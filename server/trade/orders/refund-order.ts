import type { Currency, Minor } from '#contract/money'
import type { EventOf } from '#events/index'
import { notReturnedWithoutReason } from '#goods/catalog'
import { platformSellerId } from '#goods/listings'
import { holdEarnings, refundConfirmedOrder } from '#money/settlements'
import type { App } from '#platform/app'
import { inTransaction, systemActor, type Tx, transact } from '#platform/database'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { lapseReturn, noteReturnSent, openReturn } from '#supply/returns'
import {
  type AfterSaleKind,
  type AfterSaleReason,
  type AfterSaleState,
  checkRefund,
  checkUnits,
  mayAfterSaleMove,
  mayAskRefund,
  mayReturnWithoutReason,
  type RefundWish,
  sendBackDays,
  silentDaysMax,
  subsidyOfLines,
  yesOf,
} from './after-sale.ts'
import { confirmNow } from './confirm-order.ts'
import { allocateReplacement, releaseReplacement, sendReplacement } from './replace-goods.ts'
import {
  type AfterSaleRow,
  acceptAfterSale,
  addRefunded,
  addStep,
  backUnitsOf,
  discountsOf,
  dueAfterSales,
  findAfterSale,
  insertAfterSale,
  linesOf,
  lockOrder,
  moveAfterSale,
  type OrderRow,
  refundedOf,
  silentAfterSales,
  stepsOf,
} from './store.ts'

export interface AfterSaleWish {
  id: string
  orderId: string
  buyerId: string
  kind: AfterSaleKind
  reasonCode: AfterSaleReason
  reason: string
  lines: readonly RefundWish[]
}

type AskRefusal =
  | 'not_found'
  | 'id_reused'
  | 'order_not_refundable'
  | 'no_reason_not_here'
  | 'no_reason_too_late'
  | 'amount_too_high'
  | 'too_many_back'
  | 'after_sale_open'

/**
 * A buyer asks for money back, for money for goods that he sends back, for the same goods again. Until it is answered for good, what
 * was earned on the order waits. The same id again is the same wish; one wish of an order is open at a time.
 */
export async function askAfterSale(tx: Tx, asked: AfterSaleWish): Promise<Outcome<AfterSaleRow, AskRefusal>> {
  const order = await lockOrder(tx, asked.orderId)
  if (order === null || order.buyerId !== asked.buyerId) return refuse('not_found')
  const lines = await linesOf(tx.db, [order.id])
  const wish = { ...asked, lines: asked.lines.map((each) => wholeWish(asked.kind, each, lines)) }
  const earlier = await findAfterSale(tx.db, wish.orderId, wish.id)
  if (earlier !== null) return bodyOf(earlier) === bodyOf(wish) ? done(earlier) : refuse('id_reused')
  if (!mayAskRefund(order, tx.now)) return refuse('order_not_refundable')
  if (wish.reasonCode === 'no_reason') {
    const named = lines.filter(({ no }) => wish.lines.some((line) => line.no === no))
    const productIds = named.map(({ productId }) => productId)
    const may = mayReturnWithoutReason({
      kind: wish.kind,
      signedAt: await signedAtOf(tx, order),
      isExcluded: (await notReturnedWithoutReason(tx.db, productIds)).size > 0,
      now: tx.now,
    })
    if (!may.ok) return may
  }
  const refunded = await refundedOf(tx.db, [order.id])
  const fits = checkRefund(wish.lines, lines, refunded.get(order.id) ?? new Map())
  if (!fits.ok) return fits
  if (wish.kind !== 'refundOnly') {
    const units = wish.lines.map((line) => ({ no: line.no, units: line.units ?? 0 }))
    const enough = checkUnits(units, lines, await backUnitsOf(tx.db, order.id))
    if (!enough.ok) return enough
  }
  if (!(await insertAfterSale(tx, wish))) return refuse('after_sale_open')
  await holdEarnings(tx, order.id, true)
  await tellStep(tx, order, `refund_asked:${wish.id}`, askedSentences[wish.kind])
  return done(await afterSaleOf(tx, wish))
}

/** As it is stored: whole lines where no units are named, and no amount where no money is asked for. */
function wholeWish(
  kind: AfterSaleKind,
  wish: RefundWish,
  lines: readonly { no: number; units: number }[],
): RefundWish & { units: number | null } {
  const units = kind === 'refundOnly' ? null : (wish.units ?? lines.find(({ no }) => no === wish.no)?.units ?? 1)
  const isMoney = kind === 'refundOnly' || kind === 'returnRefund'
  return { no: wish.no, amountMinor: isMoney ? wish.amountMinor : 0, units }
}

function bodyOf(of: Pick<AfterSaleWish, 'kind' | 'reasonCode' | 'reason' | 'lines'>): string {
  const lines = of.lines.toSorted((a, b) => a.no - b.no)
  return JSON.stringify([
    of.kind,
    of.reasonCode,
    of.reason,
    lines.map(({ no, amountMinor, units }) => [no, amountMinor, units ?? null]),
  ])
}

/** The last parcel's signature. */
async function signedAtOf(tx: Tx, order: OrderRow): Promise<Temporal.Instant | null> {
  const signed = (await stepsOf(tx.db, [order.id])).filter(({ step }) => step.endsWith(':delivered'))
  return signed.at(-1)?.at ?? null
}

/**
 * A yes or a no. Money alone is back in the same commit: sale, subsidy and commission of these lines are reversed by the fraction
 * that went back. Where goods come back first, they are expected from now on; what is sent again is taken from the shelf. Deciding
 * again the same way changes nothing.
 */
export async function decideAfterSale(
  app: Pick<App, 'database'>,
  tx: Tx,
  of: { orderId: string; id: string; decision: 'approved' | 'refused'; answer: string; by: string | null },
): Promise<Outcome<AfterSaleRow, 'not_found' | 'after_sale_decided' | 'sold_out'>> {
  const locked = await lockOrder(tx, of.orderId)
  const wish = locked === null ? null : await findAfterSale(tx.db, of.orderId, of.id)
  if (locked === null || wish === null) return refuse('not_found')
  const to: AfterSaleState = of.decision === 'refused' ? 'refused' : yesOf[wish.kind]
  if (wish.state !== 'asked') {
    const isSame = (wish.state === 'refused') === (to === 'refused')
    return isSame ? done(wish) : refuse('after_sale_decided')
  }
  if (to === 'refused') return done(await refuseNow(tx, locked, wish, of))
  // Who asks for any of this has the goods.
  const order =
    locked.state === 'delivered'
      ? await confirmNow(tx, locked, { en: 'Confirmed with your after-sale.', zh: '售后通过，系统已确认收货。' })
      : locked
  if (wish.kind === 'refundOnly') return done(await giveMoneyBack(tx, order, wish, of))
  if (wish.kind !== 'returnRefund') {
    const allocated = await allocateReplacement(tx, order, wish)
    if (!allocated.ok) return allocated
  }
  if (wish.kind === 'resend') {
    await sendReplacement(app, tx, order, wish)
    await moveAfterSale(tx, { ...of, to })
    await tellStep(tx, order, `refund_approved:${wish.id}`, {
      en: 'We send the goods again.',
      zh: '我们会为您补发商品。',
    })
    return done(await afterSaleOf(tx, of))
  }
  const sendBy = tx.now.add({ hours: 24 * sendBackDays })
  await acceptAfterSale(tx, { ...of, dueAt: sendBy })
  await expectGoods(tx, order, wish, sendBy)
  await tellStep(tx, order, `refund_accepted:${wish.id}`, {
    en: 'Accepted: send the goods back within 7 days, with the return number on the parcel.',
    zh: '申请已通过：请在 7 天内寄回商品，并在包裹上注明退货单号。',
  })
  return done(await afterSaleOf(tx, of))
}

async function expectGoods(tx: Tx, order: OrderRow, wish: AfterSaleRow, sendBy: Temporal.Instant): Promise<void> {
  const lines = await linesOf(tx.db, [order.id])
  const back = wish.lines.flatMap(({ no, units }) => {
    const line = lines.find((each) => each.no === no)
    return line === undefined || units === null ? [] : [{ line, units }]
  })
  const [first] = back
  assert(first !== undefined, 'what comes back was sent')
  await openReturn(tx, {
    ...{ orderId: order.id, id: wish.id, orderNumber: String(order.number), buyerId: order.buyerId },
    ...{ warehouseId: first.line.warehouseId, currency: order.currency as Currency, sendBy },
    lines: back.map(({ line: { no, skuId, title, label, picture }, units }) => {
      return { lineNo: no, skuId, units, title, label, picture }
    }),
  })
}

/** The buyer has given the goods to a carrier. */
export async function noteGoodsSent(
  tx: Tx,
  of: { orderId: string; id: string; buyerId: string; waybill: string },
): Promise<Outcome<AfterSaleRow, 'not_found' | 'return_closed'>> {
  const order = await lockOrder(tx, of.orderId)
  const wish = order === null ? null : await findAfterSale(tx.db, of.orderId, of.id)
  if (order === null || wish === null || order.buyerId !== of.buyerId) return refuse('not_found')
  if (wish.state !== 'sent' && !mayAfterSaleMove(wish.kind, wish.state, 'sent')) return refuse('return_closed')
  const sent = await noteReturnSent(tx, of)
  if (!sent.ok) return sent
  if (wish.state !== 'sent') {
    await moveAfterSale(tx, { orderId: of.orderId, id: of.id, to: 'sent', answer: wish.answer, by: null })
    await tellStep(tx, order, `refund_sent:${of.id}`, {
      en: 'You sent the goods back.',
      zh: '您已寄回商品。',
    })
  }
  return done(await afterSaleOf(tx, of))
}

/** The goods are here and were looked at: money or goods for those that are what we sold; nothing for others. */
export async function finishReturn(tx: Tx, event: EventOf<'return.graded'>, app: Pick<App, 'database'>): Promise<void> {
  const order = await lockOrder(tx, event.orderId)
  const wish = order === null ? null : await findAfterSale(tx.db, event.orderId, event.returnId)
  if (order === null || wish === null || !mayAfterSaleMove(wish.kind, wish.state, 'refused')) return
  const of = { orderId: order.id, id: wish.id, by: null }
  if (!event.isAccepted) {
    const answer = 'What came back is not what we sold; we send it to you again. 退回的商品与所售不符，将寄还给您。'
    if (wish.kind === 'exchange') await releaseReplacement(tx, order, wish)
    await refuseNow(tx, order, wish, { ...of, answer })
  } else if (wish.kind === 'exchange') {
    await sendReplacement(app, tx, order, wish)
    await moveAfterSale(tx, { ...of, to: 'replacing', answer: wish.answer })
    await tellStep(tx, order, `refund_received:${wish.id}`, {
      en: 'Your goods are here; the others are on their way.',
      zh: '已收到您寄回的商品，换货正在寄出。',
    })
  } else {
    await giveMoneyBack(tx, order, wish, { ...of, answer: wish.answer })
  }
}

/** Refuses a wish that is open; what it held is free again. */
async function refuseNow(
  tx: Tx,
  order: OrderRow,
  wish: AfterSaleRow,
  of: { orderId: string; id: string; answer: string; by: string | null },
): Promise<AfterSaleRow> {
  await moveAfterSale(tx, { ...of, to: 'refused' })
  await holdEarnings(tx, order.id, false)
  await tellStep(tx, order, `refund_refused:${wish.id}`, {
    en: `Your wish was refused: ${of.answer}`,
    zh: `售后申请未通过：${of.answer}`,
  })
  return afterSaleOf(tx, of)
}

/** The order is confirmed and locked. */
async function giveMoneyBack(
  tx: Tx,
  order: OrderRow,
  wish: AfterSaleRow,
  of: { orderId: string; id: string; answer: string; by: string | null },
): Promise<AfterSaleRow> {
  const lines = await linesOf(tx.db, [order.id])
  const before = (await refundedOf(tx.db, [order.id])).get(order.id) ?? new Map<number, Minor>()
  // Nothing else gives back while a wish is open, so what fitted when it was asked for fits still.
  mustBeDone(checkRefund(wish.lines, lines, before))
  const subsidies = subsidyOfLines(order.subsidyMinor, lines, await discountsOf(tx.db, [order.id]))
  await refundConfirmedOrder(tx, {
    refundId: wish.id,
    orderId: order.id,
    buyerId: order.buyerId,
    currency: order.currency as Currency,
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
  await moveAfterSale(tx, { ...of, to: 'approved' })
  await holdEarnings(tx, order.id, false)
  await tellStep(tx, order, `refund_approved:${wish.id}`, {
    en: 'Your refund was approved; the money is in your wallet.',
    zh: '退款已通过，款项已退回钱包。',
  })
  return afterSaleOf(tx, of)
}

const askedSentences: Record<AfterSaleKind, { en: string; zh: string }> = {
  refundOnly: {
    en: 'You asked for money back. You will have an answer within 3 days.',
    zh: '您已申请退款，我们会在 3 天内处理。',
  },
  returnRefund: {
    en: 'You asked to send goods back. You will have an answer within 3 days.',
    zh: '您已申请退货退款，我们会在 3 天内处理。',
  },
  exchange: {
    en: 'You asked for an exchange. You will have an answer within 3 days.',
    zh: '您已申请换货，我们会在 3 天内处理。',
  },
  resend: {
    en: 'You asked for the goods again. You will have an answer within 3 days.',
    zh: '您已申请补发，我们会在 3 天内处理。',
  },
}

async function tellStep(tx: Tx, order: OrderRow, step: string, sentence: { en: string; zh: string }): Promise<void> {
  await addStep(tx, order.id, step, tx.now.toString(), sentence)
  tx.tell(`person:${order.buyerId}`, { kind: 'order', orderId: order.id, state: order.state })
}

async function afterSaleOf(tx: Tx, of: { orderId: string; id: string }): Promise<AfterSaleRow> {
  const found = await findAfterSale(tx.db, of.orderId, of.id)
  assert(found !== null, 'what was just written is there')
  return found
}

const silentBite = 50

/** Approves what nobody answered in time. */
export async function approveSilentAfterSales(app: App): Promise<{ more: boolean }> {
  const askedBefore = app.clock.now().subtract({ hours: 24 * silentDaysMax })
  const silent = await silentAfterSales(app.database.db, askedBefore, silentBite)
  for (const { orderId, id } of silent) {
    const answer = 'Nobody answered in time. 超时未处理，系统自动通过。'
    // Decided meanwhile by a person: then that stands.
    const decide = (decision: 'approved' | 'refused', words: string) =>
      inTransaction(app, systemActor, (tx) =>
        decideAfterSale(app, tx, { orderId, id, decision, answer: words, by: null }),
      )
    const decided = await decide('approved', answer)
    // There is none left to send: he may ask for his money.
    if (!decided.ok && decided.code === 'sold_out')
      await decide('refused', 'It is sold out; please ask for your money back. 商品已售罄，请申请退款。')
  }
  return { more: silent.length === silentBite }
}

/** Ends wishes whose goods were not sent back in time; the buyer keeps them and may ask again. */
export async function lapseDueReturns(app: App): Promise<{ more: boolean }> {
  const due = await dueAfterSales(app.database.db, app.clock.now(), silentBite)
  for (const key of due) {
    await transact(app, async (tx) => {
      const order = await lockOrder(tx, key.orderId)
      const wish = order === null ? null : await findAfterSale(tx.db, key.orderId, key.id)
      if (order === null || wish === null || !mayAfterSaleMove(wish.kind, wish.state, 'lapsed')) return
      if (wish.kind === 'exchange') await releaseReplacement(tx, order, wish)
      await lapseReturn(tx, key)
      await moveAfterSale(tx, { ...key, to: 'lapsed', answer: wish.answer, by: null })
      await holdEarnings(tx, order.id, false)
      await tellStep(tx, order, `refund_lapsed:${wish.id}`, {
        en: 'Nothing was sent back within 7 days: the wish is closed.',
        zh: '7 天内未寄回商品，售后申请已关闭。',
      })
    })
  }
  return { more: due.length === silentBite }
}
