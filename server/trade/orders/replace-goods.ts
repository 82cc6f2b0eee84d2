import type { EventOf } from '#events/index'
import { accounts, postJournals } from '#money/ledger'
import { holdEarnings } from '#money/settlements'
import type { App } from '#platform/app'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone, type Outcome } from '#platform/outcome'
import { costOfOrder, openParcels } from '#supply/fulfilment'
import { allocateUnits, allocationCause, releaseUnits, shippedUnitsOf } from '#supply/warehouse'
import { mayAfterSaleMove } from './after-sale.ts'
import {
  type AfterSaleRow,
  addStep,
  findAfterSaleById,
  type LineRow,
  linesOf,
  lockOrder,
  moveAfterSale,
  type OrderRow,
} from './store.ts'
import { paidOrderOf, soldGoodsOf } from './take-back.ts'

/** A second parcel leaves within a day and is there two days later. */
const dispatchHours = 24
const deliverHours = 72

/** What is sent again, line by line: as many units as were wished for, from where the first came. */
function linesAgain(lines: readonly LineRow[], wish: AfterSaleRow): LineRow[] {
  return wish.lines.flatMap(({ no, units }) => {
    const line = lines.find((each) => each.no === no)
    return line === undefined ? [] : [{ ...line, units: units ?? line.units }]
  })
}

/** Takes the units that are to be sent again, so that they are there when their turn comes. */
export async function allocateReplacement(
  tx: Tx,
  order: OrderRow,
  wish: AfterSaleRow,
): Promise<Outcome<null, 'sold_out'>> {
  const lines = linesAgain(await linesOf(tx.db, [order.id]), wish)
  const units = []
  for (const { no, skuId, warehouseId, units: count } of lines) {
    const cause = allocationCause(order.id, no)
    const owner = (await shippedUnitsOf(tx.db, { skuId, warehouseId, cause }))?.owner
    units.push({ skuId, warehouseId, units: count, cause: allocationCause(wish.id, no), ...(owner ? { owner } : {}) })
  }
  return allocateUnits(tx, units)
}

/** It comes to nothing: the units are for sale again. */
export async function releaseReplacement(tx: Tx, order: OrderRow, wish: AfterSaleRow): Promise<void> {
  const lines = linesAgain(await linesOf(tx.db, [order.id]), wish)
  await releaseUnits(
    tx,
    lines.map(({ no, skuId, warehouseId, units }) => {
      return { skuId, warehouseId, units, cause: allocationCause(wish.id, no) }
    }),
  )
}

/** Opens the parcel with the goods again. It goes by the id of the wish, which is to it what an order is to others. */
export async function sendReplacement(
  app: Pick<App, 'database'>,
  tx: Tx,
  order: OrderRow,
  wish: AfterSaleRow,
): Promise<void> {
  const lines = linesAgain(await linesOf(tx.db, [order.id]), wish)
  const paid = paidOrderOf({ ...order, id: wish.id, batchId: null }, lines)
  const again = {
    ...paid,
    number: `${order.number}-R`,
    dispatchBy: tx.now.add({ hours: dispatchHours }).toString(),
    deliverBy: tx.now.add({ hours: deliverHours }).toString(),
  }
  await openParcels(tx, { name: 'orders.paid', goods: soldGoodsOf(lines), orders: [again] }, app)
}

/**
 * The second parcel is there: the wish is answered, and what it cost is booked. In an exchange it is what was sold; otherwise it is
 * a loss, since the first parcel's cost stands.
 */
export async function noteReplacement(tx: Tx, event: EventOf<'parcel.moved'>): Promise<void> {
  if (event.state !== 'delivered') return
  const found = await findAfterSaleById(tx.db, event.orderId)
  const order = found === null ? null : await lockOrder(tx, found.orderId)
  if (found === null || order === null) return
  const wish = (await findAfterSaleById(tx.db, event.orderId)) ?? found
  if (!mayAfterSaleMove(wish.kind, wish.state, 'replaced')) return
  await moveAfterSale(tx, { orderId: order.id, id: wish.id, to: 'replaced', answer: wish.answer, by: null })
  await holdEarnings(tx, order.id, false)
  const costMinor = await costOfOrder(tx.db, wish.id)
  if (costMinor > 0) {
    const account = wish.kind === 'exchange' ? accounts.expenseCogs : accounts.expenseClaims
    const postings = [
      { account, amountMinor: costMinor },
      { account: accounts.inTransit, amountMinor: -costMinor },
    ]
    const cause = `goods.replaced:${wish.id}`
    const { currency, id: orderId } = order
    mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'goods.replaced', cause, currency, orderId, postings }]))
  }
  await addStep(tx, order.id, `replaced:${wish.id}`, event.at, {
    en: 'The goods we sent again are there.',
    zh: '补发的商品已送达。',
  })
  tx.tell(`person:${order.buyerId}`, { kind: 'order', orderId: order.id, state: order.state })
}
