import type { Tx } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { requestWaybill } from '#supply/logistics'
import { warehousesOf } from '#supply/warehouse'
import { decidePick } from './parcel.ts'
import { lockParcel, updatePacked, updatePicked, updateState } from './store.ts'

/** Scans units into the box. A wrong barcode or one too many is refused and changes nothing. */
export async function pickParcel(
  tx: Tx,
  scan: { parcelId: string; barcode: string; units: number },
): Promise<Outcome<null, 'not_found' | 'parcel_not_pickable' | 'wrong_item' | 'too_many_units'>> {
  const parcel = await lockParcel(tx.db, scan.parcelId)
  if (parcel === null) return refuse('not_found')
  const decided = decidePick(parcel, scan)
  if (!decided.ok) return decided
  await updatePicked(tx.db, parcel, decided.value.picked)
  if (decided.value.isComplete) await updateState(tx.db, parcel, 'picked')
  return done(null)
}

/**
 * Closes the box: its weight, and its waybill, which it gets once. A box that is packed already stays as it is. The pool
 * of waybills has to be filled before (`refillWaybills`), since no carrier is asked inside a transaction.
 */
export async function packParcel(
  tx: Tx,
  wish: { parcelId: string; weightGrams: number },
): Promise<Outcome<null, 'not_found' | 'parcel_not_picked'>> {
  const parcel = await lockParcel(tx.db, wish.parcelId)
  if (parcel === null) return refuse('not_found')
  if (parcel.state === 'packed') return done(null)
  if (parcel.state !== 'picked') return refuse('parcel_not_picked')

  const from = (await warehousesOf(tx.db)).find(({ id }) => id === parcel.warehouseId)
  assert(from, 'a parcel leaves from a warehouse that exists')
  const { waybill, carrier } = await requestWaybill(tx, {
    parcelId: parcel.id,
    orderId: parcel.orderId,
    buyerId: parcel.buyerId,
    fromProvince: from.province,
    fromCity: from.city,
    toProvince: parcel.shipTo.province,
    toCity: parcel.shipTo.city,
    toDistrict: parcel.shipTo.district,
  })
  await updatePacked(tx.db, parcel, { weightGrams: wish.weightGrams, waybill, carrier, at: tx.now })
  tx.emit({
    name: 'parcel.moved',
    parcelId: parcel.id,
    orderId: parcel.orderId,
    buyerId: parcel.buyerId,
    state: 'packed',
    place: from.city,
    sentence: packedSentence,
    at: tx.now.toString(),
  })
  return done(null)
}

export const packedSentence = {
  en: 'Your order is packed and waits for the carrier.',
  zh: '您的订单已打包，等待快递员揽收。',
}
