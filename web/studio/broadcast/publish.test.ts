import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connecting, Connection, PublishRefusal } from './connection.ts'
import { type PublishState, publish } from './publish.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function connected(way: 'webrtc' | 'websocket') {
  let lose: () => void = () => undefined
  const connection: Connection = {
    way,
    closed: new Promise((resolve) => {
      lose = resolve
    }),
    replaceVideo: async () => undefined,
    stop: () => lose(),
  }
  return { connecting: { connection } as Connecting, lose: () => lose() }
}

function start(webrtc: () => Connecting, websocket: () => Connecting = () => 'blocked') {
  const states: PublishState[] = []
  const asked: string[] = []
  const track = {} as MediaStreamTrack
  const publishing = publish(
    { video: track, audio: null, key: 'live_key', onState: (state) => states.push(state) },
    {
      webrtc: async () => {
        asked.push('webrtc')
        return webrtc()
      },
      websocket: async () => {
        asked.push('websocket')
        return websocket()
      },
    },
  )
  return { states, asked, publishing, phases: () => states.map((each) => each.phase) }
}
const refused = (reason: PublishRefusal) => (): Connecting => ({ refused: reason })

test('where no direct connection gets through, the other way is taken by itself, and is not tried anew each time', async () => {
  const first = connected('websocket')
  const { states, asked, publishing } = start(
    () => 'blocked',
    () => first.connecting,
  )
  await vi.advanceTimersByTimeAsync(0)
  expect(states).toEqual([{ phase: 'connecting' }, { phase: 'sending', way: 'websocket' }])
  first.lose()
  await vi.advanceTimersByTimeAsync(600)
  expect(asked).toEqual(['webrtc', 'websocket', 'websocket'])
  publishing.stop()
})

test('a line that was lost is sought again, until the host stops', async () => {
  const lines = [connected('webrtc'), connected('webrtc')]
  let next = 0
  const { phases, publishing } = start(() => lines[next++]?.connecting ?? { refused: 'unavailable' })
  await vi.advanceTimersByTimeAsync(0)
  lines[0]?.lose()
  await vi.advanceTimersByTimeAsync(600)
  expect(phases()).toEqual(['connecting', 'sending', 'lost', 'sending'])
  lines[1]?.lose()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(next, 'with growing pauses').toBeLessThan(12)
  publishing.stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(phases().at(-1)).toBe('stopped')
})

test('what the server refuses for good ends it, and what may pass is tried again', async () => {
  for (const reason of ['bad_key', 'banned', 'no_session'] as const) {
    const { states } = start(refused(reason))
    await vi.advanceTimersByTimeAsync(0)
    expect(states.at(-1)).toEqual({ phase: 'refused', reason })
  }
  const busy = start(refused('busy'))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(busy.states.at(-1)).toEqual({ phase: 'lost' })
  await vi.advanceTimersByTimeAsync(20_000)
  expect(busy.states.at(-1), 'its own old connection would be gone by now').toEqual({
    phase: 'refused',
    reason: 'busy',
  })
})

test('a browser that can do neither says so', async () => {
  const { states } = start(() => 'blocked')
  await vi.advanceTimersByTimeAsync(0)
  expect(states.at(-1)).toEqual({ phase: 'refused', reason: 'browser_unsupported' })
})
