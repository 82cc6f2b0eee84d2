import type { App } from '#platform/app'
import type { Db } from '#platform/database'
import { addLikes, likesOf as storedLikesOf } from './store.ts'

/** Taps gather here and are written once a second: a million taps are a few rows a minute, and none is lost at a stop. */
export interface Likes {
  tap(session: { sessionId: string; roomId: string }, taps: number): Promise<number>
  countOf(db: Db, sessionIds: readonly string[]): Promise<Map<string, number>>
  flush(): Promise<void>
}

interface Count {
  roomId: string
  stored: number
  pending: number
  inFlight: number
}

export function countLikes(app: Pick<App, 'database' | 'sockets' | 'log'>): Likes {
  const counts = new Map<string, Count>()

  async function countFor(session: { sessionId: string; roomId: string }): Promise<Count> {
    const known = counts.get(session.sessionId)
    if (known !== undefined) return known
    const stored = (await storedLikesOf(app.database.db, [session.sessionId])).get(session.sessionId) ?? 0
    const count = counts.get(session.sessionId) ?? { roomId: session.roomId, stored, pending: 0, inFlight: 0 }
    counts.set(session.sessionId, count)
    return count
  }

  async function flush(): Promise<void> {
    const taps = new Map([...counts].filter(([, count]) => count.pending > 0).map(([id, count]) => [id, count.pending]))
    if (taps.size === 0) return
    for (const [sessionId, pending] of taps) {
      const count = counts.get(sessionId)
      if (count === undefined) continue
      count.pending -= pending
      count.inFlight += pending
    }
    try {
      await addLikes(app.database.db, taps)
      settle(taps, (count, pending) => {
        count.stored += pending
      })
    } catch (error) {
      app.log.warn({ err: error }, 'likes wait for the database')
      settle(taps, (count, pending) => {
        count.pending += pending
      })
    }
  }

  function settle(taps: ReadonlyMap<string, number>, change: (count: Count, pending: number) => void): void {
    for (const [sessionId, pending] of taps) {
      const count = counts.get(sessionId)
      if (count === undefined) continue
      count.inFlight -= pending
      change(count, pending)
    }
  }

  return {
    async tap(session, taps) {
      const count = await countFor(session)
      count.pending += taps
      const likes = count.stored + count.inFlight + count.pending
      app.sockets.count(`room:${session.roomId}`, 'likes', likes)
      return likes
    },
    async countOf(db, sessionIds) {
      const stored = await storedLikesOf(db, sessionIds)
      return new Map(sessionIds.map((id) => [id, (stored.get(id) ?? 0) + (counts.get(id)?.pending ?? 0)]))
    },
    flush,
  }
}
