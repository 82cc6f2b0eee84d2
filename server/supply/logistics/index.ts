/**
 * Logistics: how a parcel gets from the warehouse's gate to a person.
 *
 * Always true: a waybill number exists once and a parcel gets one number, ever; where a parcel stands is decided from all
 * that its carrier said, so doubled, late and mixed-up reports give the same end; delivered is the end.
 * Not here: what is in the parcel and who packs it (`supply/fulfilment`), when an order's money moves on (`trade/orders`).
 */
export type { Carrier } from './carrier.ts'
export { carrierNameOf, refillWaybills, requestWaybill } from './request-waybill.ts'
export { type Label, renderLabel } from './label.ts'
export { advanceSandboxParcel, advanceSandboxParcels, sandboxSweep, startJourney } from './scan-parcels.ts'
export type { CarrierState, Track } from './track.ts'
export { type ParcelTracks, takeTrack, tracksOfParcels } from './take-track.ts'
export { goodBehaviour, type SandboxBehaviour } from './sandbox-carrier.ts'
