/**
 * The demo's crowd: people who come into a demo room, stay for a while, look at what is shown, tap a heart now and then, and go.
 * Each is a socket through the public door, so who is there is counted as everywhere else.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { topicOf } from '#live/showcase'
import type { RunningServer } from './server.ts'

export interface ShownRoom {
  sessionId: string
  roomId: string
  /** What the host shows now. */
  shownProductId: string | null
  bagProductIds: readonly string[]
}

const stayMs = { min: 40_000, max: 240_000 }
/** A room that has just gone on air fills at once. */
const firstMs = { min: 0, max: 3_000 }
const awayMs = { min: 2_000, max: 40_000 }
const lookEveryMs = 1_000
const heartEveryMs = { min: 8_000, max: 60_000 }
const heartsMax = 6
/** So many of a hundred who see a product open it: what a middling live room has. */
const openPercent = 7
/** So many of a hundred look through the bag, which shows so many products at once. */
const bagPercent = 45
const bagShowsMax = 6

/** Lets so many people come and go until the signal ends them. */
export async function gatherCrowd(
  server: Pick<RunningServer, 'port' | 'facts' | 'app'>,
  room: ShownRoom,
  of: { people: number; signal: AbortSignal },
): Promise<void> {
  await Promise.all(Array.from({ length: of.people }, () => comeAndGo(server, room, of.signal)))
}

async function comeAndGo(
  server: Pick<RunningServer, 'port' | 'facts' | 'app'>,
  room: ShownRoom,
  signal: AbortSignal,
): Promise<void> {
  for (let visits = 0; !signal.aborted; visits++) {
    await pause(between(visits === 0 ? firstMs : awayMs), signal)
    if (signal.aborted) return
    await visit(server, room, signal).catch((error: unknown) =>
      server.app.log.debug({ err: error }, 'a demo visitor could not come'),
    )
  }
}

async function visit(
  { port, facts }: Pick<RunningServer, 'port' | 'facts'>,
  room: ShownRoom,
  signal: AbortSignal,
): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`)
  const topic = topicOf(room.roomId)
  try {
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', () => reject(new Error('the door is shut')))
    })
    socket.send(JSON.stringify({ t: 'join', topic }))
    const until = performance.now() + between(stayMs)
    let heartAt = performance.now() + between(heartEveryMs)
    let seen: string | null = null
    const see = (productIds: readonly string[]) => {
      for (const productId of productIds) {
        facts.note(room.sessionId, [{ kind: 'impression', productId }])
        if (happens(openPercent)) facts.note(room.sessionId, [{ kind: 'click', productId }])
      }
    }
    if (happens(bagPercent)) see(room.bagProductIds.slice(0, bagShowsMax))
    while (!signal.aborted && performance.now() < until && socket.readyState === WebSocket.OPEN) {
      const productId = room.shownProductId
      if (productId !== null && productId !== seen) {
        seen = productId
        see([productId])
      }
      if (performance.now() > heartAt) {
        heartAt = performance.now() + between(heartEveryMs)
        const taps = 1 + Math.floor(Math.random() * heartsMax)
        socket.send(JSON.stringify({ t: 'ask', id: 'heart', kind: 'like.tap', body: { roomId: room.roomId, taps } }))
      }
      await pause(lookEveryMs, signal)
    }
  } finally {
    socket.close()
  }
}

function happens(percent: number): boolean {
  return Math.random() * 100 < percent
}

export function between({ min, max }: { min: number; max: number }): number {
  return min + Math.random() * (max - min)
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
