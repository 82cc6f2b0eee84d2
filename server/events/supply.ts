/** What can happen to goods and parcels. */
import type { parcelStates } from '#contract/supply'

export interface StockFact {
  skuId: string
  /** Sellable over all warehouses after the commit that says so. */
  unitsLeft: number
  /** Grows with each change of the SKU's stock: an older fact never overwrites a newer one. */
  version: number
}

export type SupplyEvent =
  /** Goods that came back were looked at; accepted when all of them are what was sold. */
  | { name: 'return.graded'; returnId: string; orderId: string; isAccepted: boolean }
  | { name: 'stock.changed'; stocks: StockFact[] }
  /** A parcel took a step: packed, handed over, or scanned by a carrier. `state` is where it stands now. */
  | {
      name: 'parcel.moved'
      parcelId: string
      orderId: string
      buyerId: string
      state: (typeof parcelStates)[number]
      place: string
      sentence: { en: string; zh: string }
      at: string
    }
