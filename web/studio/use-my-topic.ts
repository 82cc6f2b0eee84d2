import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { theSocket } from '../client/index.ts'

/** What is told on my topic, and which questions it makes stale. */
const staleAfter: Record<string, readonly string[]> = {
  gate: ['gate', 'violations', 'standing', 'verification'],
  session: ['my-session', 'announcements'],
  picture: ['my-session'],
  cohost: ['seats', 'seat', 'my-session'],
  note: ['seats'],
  sales: ['sales', 'earnings', 'my-session'],
  sale: ['sales', 'earnings'],
  earnings: ['earnings'],
}

/** Follows `person:<id>` for as long as the studio is open: the gate flips and sales arrive without asking. */
export function useMyTopic(personId: string | undefined): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (personId === undefined) return undefined
    const renew = (names: readonly string[]) => {
      for (const name of names) void queries.invalidateQueries({ queryKey: [name] })
    }
    return theSocket().join(`person:${personId}`, {
      onMessage(message) {
        renew(staleAfter[(message as { kind?: string }).kind ?? ''] ?? [])
      },
      async onReset() {
        renew([...new Set(Object.values(staleAfter).flat())])
        return undefined
      },
    })
  }, [personId, queries])
}
