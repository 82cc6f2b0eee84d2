import { sumOf } from '#contract/money'
import type { PaidOrder, SoldGoods } from '#events/trade'
import { voidCommissions } from '#money/commissions'
import type { Tx } from '#platform/database'
import { allocationCause, batchCause, releaseUnits } from '#supply/warehouse'
import { returnFlashUnits } from '#trade/flash'
import { drawBudgets, lockBudgets, returnClaims } from '#trade/promotions'
import { discountsOf, isAnythingLeft, type LineRow, type OrderRow, uncountBought } from './store.ts'

/**
 * Gives back what an order that is locked had taken: units, what its buyer may have at a limited price, budgets; what it would
 * have earned somebody is void. In the same order of locks as at the desk: stock, flash sales,
 * coupons, budgets.
 */
export async function takeBack(tx: Tx, order: OrderRow, lines: readonly LineRow[], reason: string): Promise<void> {
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
  const limited = lines.flatMap(({ limitedPriceId, ...line }) =>
    limitedPriceId === null ? [] : [{ ...line, priceId: limitedPriceId, cause: allocationCause(order.id, line.no) }],
  )
  // Each flash sale limits what a buyer may have, so no line of one is without its price.
  if (limited.length > 0) await returnFlashUnits(tx, limited)
  await uncountBought(tx, order.buyerId, lines)
  // A coupon is used on the whole of a wish, so it comes back when nothing of the wish is left.
  if (!(await isAnythingLeft(tx, order))) await returnClaims(tx, order.groupId, order.buyerId)
  const draws = await budgetReturns(tx, order)
  await lockBudgets(tx, [...draws.keys()].sort())
  await drawBudgets(tx, draws)
  await voidCommissions(tx, [order.id], reason)
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

/** An order as its events tell it. It counts for the moment at which it was paid. */
export function paidOrderOf(order: OrderRow, lines: readonly LineRow[]): PaidOrder {
  return {
    orderId: order.id,
    batchId: order.batchId,
    number: String(order.number),
    buyerId: order.buyerId,
    buyerName: order.buyerName,
    channel: order.channel,
    placedAt: (order.paidAt ?? order.placedAt).toString(),
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
  }
}

/** What these lines were sold as, by SKU. */
export function soldGoodsOf(lines: readonly LineRow[]): Record<string, SoldGoods> {
  return Object.fromEntries(lines.map(({ skuId, title, label, picture }) => [skuId, { title, label, picture }]))
}
