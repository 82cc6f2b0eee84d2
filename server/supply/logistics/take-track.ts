import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { insertTrack, lockShipment, selectShipments, selectTracks, updateState } from './store.ts'
import { type CarrierState, decidingTrack, nameOfTrack, type Track } from './track.ts'

/**
 * Takes what a carrier says of a parcel. It may say it twice, late and in any order: where the parcel stands is decided
 * from all that was said. Others hear of it only when something newer than before is known.
 */
export async function takeTrack(
  tx: Pick<Tx, 'db' | 'now' | 'emit'>,
  push: Track & { waybill: string },
): Promise<Outcome<{ state: CarrierState; moved: boolean }, 'not_found'>> {
  const shipment = await lockShipment(tx.db, push.waybill)
  if (shipment === null) return refuse('not_found')
  const { waybill, ...track } = push
  const isNew = await insertTrack(tx.db, { waybill, takenAt: tx.now }, track)
  if (!isNew && shipment.state !== null) return done({ state: shipment.state, moved: false })

  const deciding = decidingTrack(await selectTracks(tx.db, [waybill])) ?? track
  const decidedBy = nameOfTrack(deciding)
  if (decidedBy === shipment.decidedBy) return done({ state: deciding.state, moved: false })
  await updateState(tx.db, { waybill, state: deciding.state, decidedBy })
  tx.emit({
    name: 'parcel.moved',
    parcelId: shipment.parcelId,
    orderId: shipment.orderId,
    buyerId: shipment.buyerId,
    state: deciding.state,
    place: deciding.place,
    sentence: deciding.sentence,
    at: deciding.at.toString(),
  })
  return done({ state: deciding.state, moved: true })
}

export interface ParcelTracks {
  waybill: string
  carrier: string
  /** Null until the carrier's first scan. */
  state: CarrierState | null
  /** In the order in which it happened. */
  tracks: Track[]
}

/** What carriers said of these parcels, by parcel; parcels without a waybill are not in the answer. */
export async function tracksOfParcels(db: Db, parcelIds: readonly string[]): Promise<Map<string, ParcelTracks>> {
  if (parcelIds.length === 0) return new Map()
  const shipments = await selectShipments(db, parcelIds)
  if (shipments.length === 0) return new Map()
  const tracks = Map.groupBy(
    await selectTracks(
      db,
      shipments.map(({ waybill }) => waybill),
    ),
    ({ waybill }) => waybill,
  )
  return new Map(
    shipments.map(({ parcelId, ...shipment }) => [
      parcelId,
      { ...shipment, tracks: tracks.get(shipment.waybill) ?? [] },
    ]),
  )
}
