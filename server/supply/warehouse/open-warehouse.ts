import type { Db, Tx } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import {
  type BinRow,
  insertBins,
  insertWarehouse,
  selectBin,
  selectHomes,
  selectUnitsLeft,
  selectWarehouses,
  upsertHome,
  type WarehouseRow,
} from './store.ts'

/** Opens a warehouse with its bins, named zone, aisle and slot: A-03-2. The same id again adds bins that are new. */
export async function openWarehouse(tx: Tx, warehouse: WarehouseRow & { bins: readonly string[] }): Promise<void> {
  const { bins, ...row } = warehouse
  await insertWarehouse(tx.db, row)
  await insertBins(tx.db, row.id, bins.map(binOf))
}

/** Gives a SKU its place in a warehouse; what is put away there can be sold. */
export async function putAway(
  tx: Tx,
  home: { skuId: string; warehouseId: string; bin: string },
): Promise<Outcome<null, 'not_found'>> {
  if ((await selectBin(tx.db, home)) === null) return refuse('not_found')
  await upsertHome(tx.db, home)
  return done(null)
}

export function binOf(code: string): BinRow {
  const [, zone, aisle, slot] = /^([A-Z])-(\d{2})-(\d{1,2})$/.exec(code) ?? []
  assert(zone && aisle && slot, 'a bin is named zone, aisle, slot')
  return { code, zone, aisle: Number(aisle), slot: Number(slot) }
}

/** Zone, aisle, slot: the way one walks. What has no bin comes last. */
export function walkingOrder(one: BinRow | null, other: BinRow | null): number {
  if (one === null || other === null) return (one === null ? 1 : 0) - (other === null ? 1 : 0)
  return (
    (one.zone < other.zone ? -1 : one.zone > other.zone ? 1 : 0) || one.aisle - other.aisle || one.slot - other.slot
  )
}

export type Warehouse = WarehouseRow

export function warehousesOf(db: Db): Promise<Warehouse[]> {
  return selectWarehouses(db)
}

/** Where each SKU lies, by SKU and warehouse. */
export async function homesOf(db: Db, skuIds: readonly string[]): Promise<Map<string, Map<string, BinRow>>> {
  const homes = new Map<string, Map<string, BinRow>>()
  for (const { skuId, warehouseId, ...bin } of await selectHomes(db, skuIds)) {
    const byWarehouse = homes.get(skuId) ?? new Map<string, BinRow>()
    byWarehouse.set(warehouseId, bin)
    homes.set(skuId, byWarehouse)
  }
  return homes
}

/** What can be sold of each SKU over all warehouses; SKUs that were never in stock have 0. */
export async function unitsLeftOf(db: Db, skuIds: readonly string[]): Promise<Map<string, number>> {
  const left = new Map(skuIds.map((skuId) => [skuId, 0]))
  if (skuIds.length === 0) return left
  for (const row of await selectUnitsLeft(db, skuIds)) left.set(row.skuId, row.unitsLeft)
  return left
}
