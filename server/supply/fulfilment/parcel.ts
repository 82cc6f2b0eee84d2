/** The words of a parcel and its pure decisions. */
import type { parcelStates } from '#contract/supply'
import { idFrom } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'

export type ParcelState = (typeof parcelStates)[number]

export interface ShipTo {
  recipient: string
  phone: string
  province: string
  city: string
  district: string
  street: string
}

export interface ParcelLine {
  lineNo: number
  skuId: string
  skuCode: string
  barcode: string
  title: { en: string; zh: string }
  label: { en: string; zh: string }
  picture: string
  units: number
  pickedUnits: number
}

export interface Parcel {
  id: string
  number: string
  orderId: string
  /** The commit of the desk that took its units from the shelf; null where each line was allocated by itself. */
  batchId: string | null
  orderNumber: string
  buyerId: string
  warehouseId: string
  state: ParcelState
  shipTo: ShipTo
  promisedBy: Temporal.Instant
  createdAt: Temporal.Instant
  weightGrams: number | null
  waybill: string | null
  carrier: string | null
  packedAt: Temporal.Instant | null
  handedOverAt: Temporal.Instant | null
  costMinor: number | null
  currency: string
  lines: ParcelLine[]
}

/**
 * An order has one parcel per warehouse, whoever opens it and how often. The id begins with the order's own time: what is born
 * together lies together in every index, which halves what opening a parcel costs.
 */
export function parcelIdOf(orderId: string, warehouseId: string): string {
  const timeLength = 'xxxxxxxx-xxxx'.length
  return orderId.slice(0, timeLength) + idFrom('parcel', `${orderId} ${warehouseId}`).slice(timeLength)
}

/** A scan puts units into the box only if they belong there and are still missing. */
export function decidePick(
  parcel: Pick<Parcel, 'state' | 'lines'>,
  scan: { barcode: string; units: number },
): Outcome<
  { picked: { lineNo: number; pickedUnits: number }[]; isComplete: boolean },
  'parcel_not_pickable' | 'wrong_item' | 'too_many_units'
> {
  if (parcel.state !== 'to_pick') return refuse('parcel_not_pickable')
  const matching = parcel.lines.filter(({ barcode }) => barcode === scan.barcode)
  if (matching.length === 0) return refuse('wrong_item')
  const missing = matching.reduce((sum, line) => sum + line.units - line.pickedUnits, 0)
  if (scan.units > missing) return refuse('too_many_units', { units: missing })

  // Two lines of one SKU (one a gift, say) are filled one after the other.
  let toPlace = scan.units
  const picked = matching.flatMap((line) => {
    const placed = Math.min(toPlace, line.units - line.pickedUnits)
    toPlace -= placed
    return placed > 0 ? [{ lineNo: line.lineNo, pickedUnits: line.pickedUnits + placed }] : []
  })
  const isComplete = parcel.lines.every((line) => {
    return (picked.find(({ lineNo }) => lineNo === line.lineNo)?.pickedUnits ?? line.pickedUnits) === line.units
  })
  return done({ picked, isComplete })
}

/** Until it is packed, an order can be taken back. */
export function mayBeCancelled(state: ParcelState): boolean {
  return state === 'to_pick' || state === 'picked' || state === 'cancelled'
}

/** The carrier's first scan counts, not the print of a label: that alone says that the parcel is on its way. */
export function isLate(of: {
  state: ParcelState
  promisedBy: Temporal.Instant
  firstScanAt: Temporal.Instant | null
  now: Temporal.Instant | null
}): boolean {
  if (of.state === 'cancelled') return false
  const at = of.firstScanAt ?? of.now
  return at !== null && Temporal.Instant.compare(at, of.promisedBy) > 0
}
