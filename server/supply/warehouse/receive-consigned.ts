import type { Tx } from '#platform/database'
import { done, mustBeDone, type Outcome } from '#platform/outcome'
import { receiveUnits } from './move-units.ts'
import { putAway } from './open-warehouse.ts'
import type { Owner } from './stock.ts'

/**
 * Takes goods that stay their seller's: units in a bin, of no value in our books, since we do not owe for them. The same id again
 * changes nothing.
 */
export async function receiveConsigned(
  tx: Tx,
  wish: {
    id: string
    owner: Owner
    warehouseId: string
    skuId: string
    bin: string
    units: number
    currency: string
  },
): Promise<Outcome<null, 'not_found'>> {
  const { skuId, warehouseId, units, currency } = wish
  const home = await putAway(tx, wish)
  if (!home.ok) return home
  const cause = `consignment:${wish.id}`
  mustBeDone(await receiveUnits(tx, [{ skuId, warehouseId, units, unitCostMinor: 0, currency, cause }], wish.owner))
  return done(null)
}
