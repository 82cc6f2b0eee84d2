/**
 * Sends a picture and a sound until it is told to stop: by WebRTC, or where that does not get through over a WebSocket,
 * and again when the line was lost. What the server refuses for good ends it.
 */
import type { Connecting, Connection, PublishRefusal, Tracks, Way } from './connection.ts'
import { connectByWebSocket } from './webcodecs.ts'
import { connectByWebRtc } from './whip.ts'

export type PublishState =
  | { phase: 'connecting' }
  | { phase: 'sending'; way: Way }
  | { phase: 'lost' } // It tries again by itself.
  | { phase: 'refused'; reason: PublishRefusal | 'browser_unsupported' }
  | { phase: 'stopped' }

export interface Publishing {
  replaceVideo(track: MediaStreamTrack): void
  stop(): void
}

type Connect = (of: Tracks & { key: string; signal: AbortSignal }) => Promise<Connecting>

const retryMs = { first: 500, most: 5_000 }
/** The server needs a moment to notice that a connection of before is dead. */
const busyPatienceMs = 15_000
const forGood: readonly PublishRefusal[] = ['bad_key', 'banned', 'no_session', 'codec_unsupported', 'bad_offer']

export function publish(
  of: Tracks & { key: string; onState(state: PublishState): void },
  ways: { webrtc: Connect; websocket: Connect } = { webrtc: connectByWebRtc, websocket: connectByWebSocket },
): Publishing {
  const ending = new AbortController()
  let { video } = of
  let connection: Connection | null = null
  let isWebRtcBlocked = false

  async function connect(): Promise<Connecting> {
    const tracks = { video, audio: of.audio, key: of.key, signal: ending.signal }
    if (!isWebRtcBlocked) {
      const answer = await ways.webrtc(tracks)
      if (answer !== 'blocked') return answer
      // Asked once: a network that lets nothing through now would cost five seconds at each return.
      isWebRtcBlocked = true
    }
    return await ways.websocket(tracks)
  }

  async function run(): Promise<void> {
    let waitMs = retryMs.first
    let busySinceMs: number | null = null
    while (!ending.signal.aborted) {
      const answer = await connect().catch((): Connecting => ({ refused: 'unavailable' }))
      if (ending.signal.aborted) break
      if (answer === 'blocked') return of.onState({ phase: 'refused', reason: 'browser_unsupported' })
      if ('connection' in answer) {
        connection = answer.connection
        waitMs = retryMs.first
        busySinceMs = null
        of.onState({ phase: 'sending', way: answer.connection.way })
        await answer.connection.closed
        connection = null
        if (ending.signal.aborted) break
      } else {
        const { refused } = answer
        if (refused === 'busy') busySinceMs ??= performance.now()
        const isOver = busySinceMs !== null && performance.now() - busySinceMs > busyPatienceMs
        if (forGood.includes(refused) || isOver) return of.onState({ phase: 'refused', reason: refused })
      }
      of.onState({ phase: 'lost' })
      await pause(waitMs, ending.signal)
      waitMs = Math.min(retryMs.most, waitMs * 2)
    }
    of.onState({ phase: 'stopped' })
  }

  of.onState({ phase: 'connecting' })
  void run()
  return {
    replaceVideo(track) {
      video = track
      void connection?.replaceVideo(track).catch(() => undefined)
    },
    stop() {
      ending.abort()
      connection?.stop()
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
