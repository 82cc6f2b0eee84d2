import type { Currency } from '#contract/money'
import { skusOf } from '#goods/catalog'
import { accounts, postJournals } from '#money/ledger'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { platformStock } from './allocate-units.ts'
import { adjustUnits } from './move-units.ts'
import { availableOf } from './stock.ts'
import { openRows, selectOwners, selectWarehouses } from './store.ts'

export interface AdjustStock {
  id: string
  skuId: string
  warehouseId: string
  /** Found is positive, missing negative. */
  units: number
  reason: string
  currency: Currency
}

/** Corrects what a count found; the value that came or went is a claim in the books. The same id again changes nothing. */
export async function adjustStock(
  tx: Tx,
  wish: AdjustStock,
): Promise<Outcome<{ onHand: number; available: number }, 'not_found' | 'below_allocated'>> {
  const { skuId, warehouseId, units } = wish
  if (!(await skusOf(tx.db, [skuId])).has(skuId)) return refuse('not_found')
  if (!(await selectWarehouses(tx.db)).some(({ id }) => id === warehouseId)) return refuse('not_found')
  // Where only a seller's goods lie, a count corrects his.
  const owners = await selectOwners(tx.db, { skuId, warehouseId })
  const owner = owners.length === 1 ? (owners[0] ?? platformStock) : platformStock
  if (units > 0) await openRows(tx.db, { owner, currency: wish.currency }, [{ skuId, warehouseId }])
  const adjusted = await adjustUnits(
    tx,
    [{ skuId, warehouseId, units, cause: `adjustment:${wish.id}`, note: wish.reason }],
    owner,
  )
  if (!adjusted.ok) return adjusted

  const [movement] = adjusted.value.movements
  assert(movement, 'an adjustment is one movement')
  if (movement.valueMinor !== 0) {
    const journal = {
      id: newId(),
      kind: 'goods.adjusted' as const,
      cause: `goods.adjusted:${wish.id}`,
      currency: wish.currency,
      orderId: null,
      postings: [
        { account: accounts.inventory, amountMinor: movement.valueMinor },
        { account: accounts.expenseClaims, amountMinor: -movement.valueMinor },
      ],
    }
    mustBeDone(await postJournals(tx, [journal]))
  }
  const shelf = adjusted.value.shelves.find(
    (row) => row.skuId === skuId && row.warehouseId === warehouseId && row.ownerId === owner.id,
  )
  assert(shelf, 'a shelf that was adjusted is there')
  return done({ onHand: shelf.onHand, available: availableOf(shelf) })
}
