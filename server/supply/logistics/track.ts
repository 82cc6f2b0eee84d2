/** What a carrier says about a parcel, and where the parcel stands for all that was said. Pure. */
export const carrierStates = ['collected', 'in_transit', 'out_for_delivery', 'delivered', 'exception'] as const
export type CarrierState = (typeof carrierStates)[number]

export interface Track {
  state: CarrierState
  carrierEventId: string
  at: Temporal.Instant
  place: string
  sentence: { en: string; zh: string }
}

/** Further along the way is higher; an exception has no place on it and loses against a step of the same moment. */
const progress: Record<CarrierState, number> = {
  exception: 0,
  collected: 1,
  in_transit: 2,
  out_for_delivery: 3,
  delivered: 4,
}

/**
 * The track that says where the parcel stands; null before the first. It depends on what was said and not on the order
 * in which we heard it: delivered is the end, else the latest by the carrier's own clock, the furthest of one moment.
 */
export function decidingTrack(tracks: readonly Track[]): Track | null {
  return tracks.reduce<Track | null>((best, track) => (best === null || decidesOver(track, best) ? track : best), null)
}

function decidesOver(track: Track, best: Track): boolean {
  if ((track.state === 'delivered') !== (best.state === 'delivered')) return track.state === 'delivered'
  const later = Temporal.Instant.compare(track.at, best.at)
  // Two reports of a delivery: the first one counts, since the days to confirm run from it.
  if (later !== 0) return track.state === 'delivered' ? later < 0 : later > 0
  if (progress[track.state] !== progress[best.state]) return progress[track.state] > progress[best.state]
  return track.carrierEventId > best.carrierEventId
}

/** Names a track among those of its waybill. */
export function nameOfTrack(track: Pick<Track, 'state' | 'carrierEventId'>): string {
  return `${track.state} ${track.carrierEventId}`
}
