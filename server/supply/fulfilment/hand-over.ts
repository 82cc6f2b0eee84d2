import type { Currency } from '#contract/money'
import { accounts, postJournals } from '#money/ledger'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { carrierNameOf, startJourney } from '#supply/logistics'
import { allocationCause, batchCause, shipUnits, warehousesOf } from '#supply/warehouse'
import { lockParcel, updateHandedOver } from './store.ts'

/**
 * Gives a parcel to its carrier: the units leave the stock at their moving-average cost, and the same value moves in the
 * books from the shelf to the road. Once: a parcel that has left stays as it is.
 */
export async function handOverParcel(
  tx: Tx,
  wish: { parcelId: string },
): Promise<Outcome<null, 'not_found' | 'parcel_not_packed'>> {
  const parcel = await lockParcel(tx.db, wish.parcelId)
  if (parcel === null) return refuse('not_found')
  if (parcel.handedOverAt !== null) return done(null)
  if (parcel.state !== 'packed') return refuse('parcel_not_packed')

  const shipped = await shipUnits(
    tx,
    parcel.lines.map(({ skuId, units, lineNo }) => ({
      skuId,
      warehouseId: parcel.warehouseId,
      units,
      cause: allocationCause(parcel.orderId, lineNo),
      allocatedBy: parcel.batchId === null ? undefined : batchCause(parcel.batchId),
    })),
  )
  // The order was cancelled a moment ago: its units are no longer ours to send.
  if (!shipped.ok) return refuse('parcel_not_packed')
  const { costMinor } = shipped.value
  if (costMinor > 0) {
    const journal = {
      id: newId(),
      kind: 'goods.handed_over' as const,
      cause: `goods.handed_over:${parcel.id}`,
      currency: parcel.currency as Currency,
      orderId: parcel.orderId,
      postings: [
        { account: accounts.inTransit, amountMinor: costMinor },
        { account: accounts.inventory, amountMinor: -costMinor },
      ],
    }
    mustBeDone(await postJournals(tx, [journal]))
  }
  await updateHandedOver(tx.db, parcel, { costMinor, at: tx.now })
  await startJourney(tx, parcel.id)

  assert(parcel.carrier, 'a packed parcel has a carrier')
  const from = (await warehousesOf(tx.db)).find(({ id }) => id === parcel.warehouseId)
  tx.emit({
    name: 'parcel.moved',
    parcelId: parcel.id,
    orderId: parcel.orderId,
    buyerId: parcel.buyerId,
    state: 'handed_over',
    place: from?.city ?? '',
    sentence: handedOverSentence(parcel.carrier),
    at: tx.now.toString(),
  })
  return done(null)
}

export function handedOverSentence(carrier: string): { en: string; zh: string } {
  const name = carrierNameOf(carrier)
  return { en: `We have given the parcel to ${name.en}.`, zh: `包裹已交给${name.zh}。` }
}
