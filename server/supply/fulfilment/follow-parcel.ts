import type { EventOf } from '#events/index'
import type { Tx } from '#platform/database'
import { tracksOfParcels } from '#supply/logistics'
import { lockParcel, updateState } from './store.ts'

/**
 * Keeps the parcel's state beside the carrier's word. Events may come in any order, so it does not believe the event but
 * looks at where the parcel stands now.
 */
export async function followParcel(tx: Tx, event: EventOf<'parcel.moved'>): Promise<void> {
  const parcel = await lockParcel(tx.db, event.parcelId)
  if (parcel === null || parcel.handedOverAt === null) return
  const state = (await tracksOfParcels(tx.db, [parcel.id])).get(parcel.id)?.state
  if (state && state !== parcel.state) await updateState(tx.db, parcel, state)
}
