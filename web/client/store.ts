import { useSyncExternalStore } from 'react'

/** A value outside React that components may follow; what changes often belongs here, not in component state. */
export interface Store<Value> {
  get(): Value
  set(value: Value): void
  subscribe(hear: () => void): () => void
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial
  const hearers = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const hear of hearers) hear()
    },
    subscribe(hear) {
      hearers.add(hear)
      return () => void hearers.delete(hear)
    },
  }
}

export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get, store.get)
}

/** Follows a part: a component re-renders only when that part changed. The part must be comparable by identity. */
export function useStorePart<Value, Part>(store: Store<Value>, partOf: (value: Value) => Part): Part {
  const get = () => partOf(store.get())
  return useSyncExternalStore(store.subscribe, get, get)
}
