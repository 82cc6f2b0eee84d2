import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { createStore, type RoomMessage, type RoomWhisper, type Store, theSocket } from '../../client/index.ts'
import { roomQuery } from '../queries.ts'
import { tellEars } from './ears.ts'
import { afterMessage, type RoomState, reloaded, type ShownComment, stateOf, withComment } from './room.ts'

/** Loads a room and follows its topic. What changes a hundred times a second stays in the store, outside React. */
export function useRoom(id: string): { store: Store<RoomState> | null; error: unknown; retry: () => void } {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(roomQuery(id))
  const [store, setStore] = useState<Store<RoomState> | null>(null)

  useEffect(() => {
    const room = data?.room
    if (room === undefined) return
    if (store === null || store.get().room.id !== room.id) setStore(createStore(stateOf(room)))
    else store.set(reloaded(store.get(), room))
  }, [data, store])

  useEffect(() => {
    if (store === null || store.get().room.id !== id) return undefined
    const { topic } = store.get().room
    const heard: ShownComment[] = []
    let frame = 0
    const flush = () => {
      frame = 0
      const state = store.get()
      store.set({ ...state, comments: heard.splice(0).reduce(withComment, state.comments) })
    }
    const load = async () => {
      const { room } = await queries.fetchQuery({ ...roomQuery(id), staleTime: 0 })
      store.set(reloaded(store.get(), room))
      return room.topicNumber
    }
    const leave = theSocket().join(
      topic,
      {
        onMessage(message, number) {
          store.set(afterMessage(store.get(), message as RoomMessage, number))
          if (store.get().wantsPlayback) void load().catch(() => undefined)
          tellEars(store, (ear) => ear.onMessage?.(message as { kind: string }))
        },
        onWhisper(whisper) {
          const heardNow = whisper as RoomWhisper
          if (heardNow.kind === 'comment') {
            heard.push(heardNow.comment)
            // A busy room says more than a screen can draw: once a frame is enough.
            frame ||= requestAnimationFrame(flush)
          } else if (heardNow.kind === 'bought') store.set({ ...store.get(), bought: heardNow })
          tellEars(store, (ear) => ear.onWhisper?.(whisper as { kind: string }))
        },
        onCounters(counters) {
          const state = store.get()
          const viewers = counters['viewers'] ?? state.viewers
          // One's own taps are counted at once; the server's number never takes them back.
          const likes = Math.max(counters['likes'] ?? 0, state.likes)
          store.set({ ...state, viewers, likes })
          tellEars(store, (ear) => ear.onCounters?.(counters))
        },
        onReset: load,
      },
      store.get().number,
    )
    return () => {
      leave()
      cancelAnimationFrame(frame)
    }
  }, [store, id, queries])

  return { store: store?.get().room.id === id ? store : null, error: store ? null : error, retry: () => void refetch() }
}
