/**
 * Fulfilment: from a paid order to a parcel in the carrier's hands. Promise, pick, pack, label, hand-over.
 *
 * Always true: an order has one parcel per warehouse; only what belongs in a box gets into it; a parcel is packed and
 * handed over once, and its goods leave the stock and the books in the same commit; what was cancelled is not sent.
 * Not here: what a picker does not find (a count corrects it), units and their
 * cost, and whose they are (`supply/warehouse`), the road (`supply/logistics`), what the buyer agreed to
 * (`trade/orders`).
 */
export { type Cutoffs, defaultCutoffs, type DeliveryPromise, promiseFor, type Region, regionOf } from './promise.ts'
export { dropParcels, mayCancel, openParcels } from './open-parcels.ts'
export { parcelIdOf, type ParcelState } from './parcel.ts'
export { packParcel, pickParcel } from './pick-and-pack.ts'
export { handOverParcel } from './hand-over.ts'
export { followParcel } from './follow-parcel.ts'
export { costOfOrder, findParcel, labelOf, listParcels, parcelsOfOrders, type ParcelView, pickListOf } from './views.ts'
export { fulfilmentRoutes } from './routes.ts'
