/**
 * What a room's topic says, for parts that hang in the room: a page has one listener a topic, and it passes on what it hears.
 * The ears of a store go when the store does.
 */
import type { Store } from '../../client/index.ts'
import type { RoomState } from './room.ts'

export interface Ear {
  onWhisper?(whisper: { kind: string }): void
  onCounters?(counters: Readonly<Record<string, number>>): void
  onMessage?(message: { kind: string }): void
}

const ears = new WeakMap<Store<RoomState>, Set<Ear>>()

/** Answers how to stop listening. */
export function hearRoom(store: Store<RoomState>, ear: Ear): () => void {
  const all = ears.get(store) ?? new Set<Ear>()
  ears.set(store, all.add(ear))
  return () => void all.delete(ear)
}

export function tellEars(store: Store<RoomState>, tell: (ear: Ear) => void): void {
  for (const ear of ears.get(store) ?? []) tell(ear)
}
