import type { EventOf } from '#events/index'
import type { Tx } from '#platform/database'
import { addUnitsSold, upsertStockShown } from './store.ts'

/** Keeps what pages show near what the warehouse has. Facts may come in any order: only a newer version is taken. */
export async function showStockOnListings(tx: Tx, event: EventOf<'stock.changed'>): Promise<void> {
  if (event.stocks.length > 0) await upsertStockShown(tx.db, event.stocks)
}

export async function showSalesOnListings(tx: Tx, event: EventOf<'orders.paid'>): Promise<void> {
  const sold = unitsByProduct(event.orders.flatMap(({ lines }) => lines))
  if (sold.length > 0) await addUnitsSold(tx.db, sold)
}

/** A cancelled order was no sale. */
export async function uncountSaleOnListings(tx: Tx, event: EventOf<'order.cancelled'>): Promise<void> {
  const sold = unitsByProduct(event.order.lines).map(({ productId, units }) => ({ productId, units: -units }))
  if (sold.length > 0) await addUnitsSold(tx.db, sold)
}

function unitsByProduct(
  lines: readonly { productId: string; units: number }[],
): { productId: string; units: number }[] {
  const units = new Map<string, number>()
  for (const line of lines) units.set(line.productId, (units.get(line.productId) ?? 0) + line.units)
  return [...units].map(([productId, sum]) => ({ productId, units: sum }))
}
