import { platformSellerId } from '#goods/listings'
import type { Db, Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { availableOf, type Owner, type OwnerKind } from './stock.ts'
import { allocateRows, lockRows, selectSellable, unreserveRows } from './store.ts'

/** Whose stock is sold where nobody says otherwise: the operator's own. */
export const platformStock: Owner = { kind: 'platform', id: platformSellerId }

/** Whose goods are sold when this is: the operator's own, or those that their seller lies up here. */
export function ownerOf(offer: { stockOwner: OwnerKind; sellerId: string }): Owner {
  return offer.stockOwner === 'platform' ? platformStock : { kind: offer.stockOwner, id: offer.sellerId }
}

export interface StockAt {
  skuId: string
  warehouseId: string
  /** The province in which the warehouse stands. */
  warehouseRegion: string
  owner: Owner
  available: number
}

/** What of these SKUs is there, where, and whose it is. The rows stay locked until the transaction ends. */
export async function lockStock(tx: Pick<Tx, 'hot'>, skuIds: readonly string[]): Promise<StockAt[]> {
  const rows = await lockRows(tx, skuIds)
  return rows.map((row) => ({
    skuId: row.skuId,
    warehouseId: row.warehouseId,
    warehouseRegion: row.warehouseRegion,
    owner: { kind: row.ownerKind, id: row.ownerId },
    available: availableOf(row),
  }))
}

/** The same without locks, for a quote: it may be sold to somebody else a moment later. */
export async function sellableOf(db: Db, skuIds: readonly string[]): Promise<StockAt[]> {
  const rows = await selectSellable(db, skuIds)
  return rows.map(({ ownerKind, ownerId, ...row }) => ({ ...row, owner: { kind: ownerKind, id: ownerId } }))
}

export interface UnitsAt {
  skuId: string
  warehouseId: string
  units: number
  /** Why, once: the same cause on the same shelf again changes nothing. */
  cause: string
  /** Released and shipped units: the cause that allocated them, where that is not their own. */
  allocatedBy?: string | undefined
  /** Whose units, where several own some of a SKU. What ends an allocation ends that of its owner. */
  owner?: Owner
  /** For people who read the history. */
  note?: string
}

/**
 * Takes units for sale in one statement. All or nothing: where a shelf has too few it refuses, and the transaction must
 * be rolled back, for the movements are already written.
 */
export async function allocateUnits(
  tx: Pick<Tx, 'hot' | 'now' | 'emit'>,
  allocations: readonly UnitsAt[],
  owner = platformStock,
): Promise<Outcome<null, 'sold_out'>> {
  if (allocations.length === 0) return done(null)
  assert(
    allocations.every(({ units }) => Number.isSafeInteger(units) && units > 0),
    'units are whole and above 0',
  )
  const skus = await allocateRows(
    tx,
    allocations.map((each) => ({ ...each, owner: each.owner ?? owner, id: newId() })),
  )
  const short = skus.find((sku) => sku.short > 0)
  if (short) return refuse('sold_out', { skuId: short.skuId })
  const stocks = skus
    .filter(({ taken }) => taken > 0)
    .map(({ skuId, unitsLeft, version }) => ({ skuId, unitsLeft, version }))
  if (stocks.length > 0) tx.emit({ name: 'stock.changed', stocks })
  return done(null)
}

/**
 * Lets go of units that were kept back, so that `allocateUnits` can take them in the same commit: a sale of its own sold them.
 * `skuIds` are all SKUs whose shelves the commit is going to touch: they are locked in one order. False where a shelf does not
 * keep so many back; the transaction must be rolled back then.
 */
export async function sellReserved(
  tx: Pick<Tx, 'hot' | 'now'>,
  of: { skuIds: readonly string[]; sold: readonly (UnitsAt & { owner: Owner })[] },
): Promise<boolean> {
  if (of.sold.length === 0) return true
  const shelves = new Set(of.sold.map(({ skuId, warehouseId, owner }) => `${skuId} ${warehouseId} ${owner.id}`)).size
  const rows = of.sold.map((each) => ({ ...each, id: newId() }))
  return (await unreserveRows(tx, { skuIds: of.skuIds, rows })) === shelves
}
