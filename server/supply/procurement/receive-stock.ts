import { isDeepStrictEqual } from 'node:util'
import { type Currency, timesUnits } from '#contract/money'
import { skusOf } from '#goods/catalog'
import { accounts, payableOfSupplier, postJournals } from '#money/ledger'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { availableOf, platformStock, putAway, receiveUnits } from '#supply/warehouse'
import { insertReceipt, type Receipt, selectReceipt, selectSupplier } from './store.ts'

export interface ReceiveStock extends Receipt {
  currency: Currency
}

/**
 * Takes what a supplier brought and we accepted: units in a bin, their value in the books, and what we owe for them, in
 * one step. Only accepted units are named here, so only they are paid. The same id again changes nothing.
 */
export async function receiveStock(
  tx: Tx,
  wish: ReceiveStock,
): Promise<Outcome<{ onHand: number; available: number; payableMinor: number }, 'not_found' | 'receipt_id_reused'>> {
  const { id, supplierId, warehouseId, skuId, bin, units, unitCostMinor, currency } = wish
  const supplier = await selectSupplier(tx.db, supplierId)
  if (supplier === null || !(await skusOf(tx.db, [skuId])).has(skuId)) return refuse('not_found')

  const receipt = { id, supplierId, warehouseId, skuId, bin, units, unitCostMinor, currency }
  const payableMinor = timesUnits(unitCostMinor, units)
  const isFirst = await insertReceipt(tx.db, {
    ...receipt,
    payableMinor,
    receivedAt: tx.now,
    receivedBy: tx.actor.kind === 'person' ? tx.actor.personId : null,
    dueAt: tx.now.add({ hours: 24 * supplier.accountPeriodDays }),
  })
  if (!isFirst && !isDeepStrictEqual(await selectReceipt(tx.db, id), receipt)) return refuse('receipt_id_reused')

  // A repetition goes the same way: the shelf and the books know the cause and stay as they are.
  if (isFirst) {
    const home = await putAway(tx, { skuId, warehouseId, bin })
    if (!home.ok) return home
  }
  const cause = `receipt:${id}`
  const moved = mustBeDone(await receiveUnits(tx, [{ skuId, warehouseId, units, unitCostMinor, currency, cause }]))
  if (payableMinor > 0) {
    const journal = {
      id: newId(),
      kind: 'goods.received' as const,
      cause: `goods.received:${id}`,
      currency,
      orderId: null,
      postings: [
        { account: accounts.inventory, amountMinor: payableMinor },
        { account: payableOfSupplier(supplierId), amountMinor: -payableMinor },
      ],
    }
    mustBeDone(await postJournals(tx, [journal]))
  }
  const shelf = moved.shelves.find(
    (row) => row.skuId === skuId && row.warehouseId === warehouseId && row.ownerId === platformStock.id,
  )
  assert(shelf, 'a shelf that received goods is there')
  return done({ onHand: shelf.onHand, available: availableOf(shelf), payableMinor })
}
