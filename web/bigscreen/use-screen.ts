import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { ScreenMessage } from '#contract/insight'
import { api, createStore, must, noteServerTime, theSocket, useStore } from '../client/index.ts'
import { afterSales, reloaded, type ScreenState } from './screen-state.ts'

/** The tables beside the big number are asked for again at most this often. */
export const reloadMsMin = 2_000
/** Older than this without a line to the server, it is shown as old. */
export const staleAfterMs = 10_000

const screenKey = ['screen']

/** The big number follows each message at once; everything else is loaded again, at a bounded pace. */
export function useScreen(): { state: ScreenState | null; error: unknown; heardMs: number } {
  const queries = useQueryClient()
  const store = useMemo(() => createStore<ScreenState | null>(null), [])
  const heard = useMemo(() => createStore(0), [])
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: screenKey,
    staleTime: 0,
    refetchInterval: 20_000,
    refetchIntervalInBackground: true,
    refetchOnWindowFocus: 'always',
    queryFn: async () => {
      const sentMs = Date.now()
      const screen = await must(api.GET('/api/v1/screen'))
      noteServerTime(Date.parse(screen.now), sentMs)
      return screen
    },
  })
  useEffect(() => {
    if (data === undefined) return
    store.set(reloaded(store.get(), data))
    heard.set(Math.max(heard.get(), dataUpdatedAt))
  }, [data, dataUpdatedAt, store, heard])

  const isLoaded = data !== undefined
  useEffect(() => {
    if (!isLoaded) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let askedMs = Date.now()
    const reload = () => {
      if (timer !== undefined) return
      timer = setTimeout(
        () => {
          timer = undefined
          askedMs = Date.now()
          void queries.invalidateQueries({ queryKey: screenKey })
        },
        Math.max(0, askedMs + reloadMsMin - Date.now()),
      )
    }
    const leave = theSocket().join(
      'screen',
      {
        onMessage(message, number) {
          const state = store.get()
          if ((message as ScreenMessage).kind !== 'sales' || state === null) return
          heard.set(Date.now())
          store.set(afterSales(state, message as ScreenMessage, number))
          reload()
        },
        async onReset() {
          await queries.refetchQueries({ queryKey: screenKey })
          return queries.getQueryData<{ topicNumber: number }>(screenKey)?.topicNumber
        },
      },
      store.get()?.number,
    )
    return () => {
      clearTimeout(timer)
      leave()
    }
  }, [isLoaded, queries, store, heard])

  return { state: useStore(store), error, heardMs: useStore(heard) }
}

/** Seconds since anything was heard, once the line is down for longer than a moment; else null. */
export function useStaleness(heardMs: number): number | null {
  const line = useStore(theSocket().state)
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const ageMs = nowMs - heardMs
  return line !== 'open' && ageMs > staleAfterMs ? Math.round(ageMs / 1_000) : null
}
