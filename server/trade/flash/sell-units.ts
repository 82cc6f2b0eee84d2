import { allOf, type Db, type Tx } from '#platform/database'
import { type Owner, reserveUnits, sellReserved } from '#supply/warehouse'
import { flashCause } from './announce-sale.ts'
import { lockSale, lockShelves, returnUnits, salesAmong, takeUnits } from './store.ts'

export interface FlashTaken {
  saleId: string
  skuId: string
  warehouseId: string
  units: number
  /** Whose goods are sold. */
  owner: Owner
}

/**
 * What a commit of the desk sells in flash sales: their counters fall, and the warehouse lets the units go, so that the
 * allocation after it can take them. False where something was sold or ended beside it: the transaction must be rolled back.
 * Nobody pays for it who sells nothing of the kind.
 */
export async function sellFlashUnits(
  tx: Tx,
  of: { taken: readonly FlashTaken[]; skuIds: readonly string[]; batchId: string },
): Promise<boolean> {
  const { taken } = of
  if (taken.length === 0) return true
  // Stock before the sales' own shelves, as everywhere. Sent together: nothing of the second depends on the first.
  const [released, gave] = await allOf([
    sellReserved(tx, {
      skuIds: of.skuIds,
      sold: taken.map(({ saleId, skuId, warehouseId, units, owner }) => ({
        ...{ skuId, warehouseId, units, owner },
        cause: `${flashCause(saleId)}:${of.batchId}`,
      })),
    }),
    takeUnits(tx, taken),
  ])
  tx.emit({ name: 'flash.units_changed', saleIds: [...new Set(taken.map(({ saleId }) => saleId))] })
  return released && gave === taken.length
}

/** Whether any of these prices is a flash sale's. */
export async function areOfFlashSales(db: Db, priceIds: readonly string[]): Promise<boolean> {
  return priceIds.length > 0 && (await salesAmong(db, priceIds)).length > 0
}

/**
 * Units of an order that is taken back and whose stock was released just now: while the sale goes on they are kept back for it
 * again, afterwards they stay on the shelf. Lines that were no flash sale's are passed over.
 */
export async function returnFlashUnits(
  tx: Tx,
  lines: readonly { priceId: string; skuId: string; warehouseId: string; units: number; cause: string }[],
): Promise<void> {
  const sales = await salesAmong(
    tx.db,
    lines.map(({ priceId }) => priceId),
  )
  for (const { id, owner } of sales) {
    const sale = await lockSale(tx, id)
    if (sale === null) continue
    await lockShelves(tx, [id])
    const isOpen = sale.closedAt === null && Temporal.Instant.compare(tx.now, sale.endsAt) < 0
    for (const { skuId, warehouseId, units, cause } of lines.filter(({ priceId }) => priceId === id)) {
      if (isOpen)
        await reserveUnits(tx, [{ skuId, warehouseId, units, cause: `${flashCause(id)}:back:${cause}` }], owner)
      await returnUnits(tx, { saleId: id, warehouseId, units, isOpen })
    }
    if (isOpen) tx.emit({ name: 'flash.units_changed', saleIds: [id] })
  }
}
