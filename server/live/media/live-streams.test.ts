import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLiveStreams, endedKeptMs, returnWithinMs, type StreamInput, silentPublisherMs } from './live-streams.ts'
import { asc, avcC, testStreamId } from './media.test-kit.ts'
import type { MediaEvent } from './media-engine.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'streams-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

function house() {
  let nowMs = 1_000
  const events: MediaEvent[] = []
  const streams = createLiveStreams({
    clock: { nowMs: () => nowMs, wallMs: () => nowMs },
    log: () => undefined,
    storageDir: directory,
    tell: (event) => events.push(event),
  })
  return {
    streams,
    events,
    names: () => events.map((event) => event.name),
    pass(ms: number) {
      nowMs += ms
      streams.tick()
    },
    /** Sends pictures in real time, with a keyframe every second or never again. */
    broadcast(input: StreamInput, options: { ms: number; keyframes?: boolean }) {
      input.video({ kind: 'config', avcC }, 0)
      for (let ms = 0; ms < options.ms; ms += 40) {
        const isKey = ms === 0 || (options.keyframes !== false && ms % 1_000 === 0)
        input.heard()
        input.video({ kind: 'frame', isKey, compositionMs: 0, data: Buffer.alloc(100) }, ms)
        nowMs += 40
      }
    },
    async open(streamId = testStreamId, kicked: string[] = []): Promise<StreamInput> {
      const input = await streams.openInput(streamId, { via: 'rtmp', kick: (why) => kicked.push(why) })
      if (typeof input === 'string') throw new Error(input)
      return input
    },
  }
}

test('a stream starts with its first part, and ends ten seconds after its encoder has left', async () => {
  const { streams, names, pass, broadcast, open } = house()
  const input = await open()
  expect(names()).toEqual([])
  broadcast(input, { ms: 2_000 })
  expect(names()).toEqual(['started'])
  input.leave()
  pass(returnWithinMs - 100)
  expect(names()).toEqual(['started', 'interrupted'])
  pass(200)
  await streams.close()
  expect(names()).toEqual(['started', 'interrupted', 'ended'])
  pass(endedKeptMs + 100)
  expect(streams.find(testStreamId)).toBeNull()
})

test('a new key cuts off who has the old one, and the broadcast goes on with the next', async () => {
  const { streams, names, pass, broadcast, open } = house()
  const kicked: string[] = []
  broadcast(await open(testStreamId, kicked), { ms: 2_000 })
  streams.dismissPublisher(testStreamId)
  expect(kicked).toEqual(['The stream key was replaced by a new one.'])
  pass(3_000)
  broadcast(await open(), { ms: 2_000 })
  expect(names()).toEqual(['started', 'interrupted', 'resumed'])
  expect(streams.find(testStreamId)?.window.playlist('lowLatency').toString()).not.toContain('ENDLIST')
  await streams.close()
})

test('an encoder that is back in time goes on with the same stream', async () => {
  const { streams, names, pass, broadcast, open } = house()
  const first = await open()
  broadcast(first, { ms: 2_000 })
  first.leave()
  pass(5_000)
  broadcast(await open(), { ms: 2_000 })
  expect(names()).toEqual(['started', 'interrupted', 'resumed'])
  const text = streams.find(testStreamId)?.window.playlist('lowLatency').toString()
  expect(text).toContain('#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-2.mp4"')
  await streams.close()
})

test('a second encoder is refused, unless the first has fallen silent', async () => {
  const { streams, names, pass, broadcast, open } = house()
  const kicked: string[] = []
  broadcast(await open(testStreamId, kicked), { ms: 1_000 })
  await expect(open()).rejects.toThrow('busy')
  const both = await Promise.allSettled([
    open('01900000-0000-7000-8000-000000000002'),
    open('01900000-0000-7000-8000-000000000002'),
  ])
  expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected'])
  pass(silentPublisherMs + 100)
  await open()
  expect(kicked).toHaveLength(1)
  expect(names()).toEqual(['started', 'interrupted'])
  await streams.close()
})

test('a connection that was replaced has no say any more', async () => {
  const { streams, names, pass, broadcast, open } = house()
  const first = await open()
  broadcast(first, { ms: 1_000 })
  pass(silentPublisherMs + 100)
  const second = await open()
  broadcast(second, { ms: 1_000 })
  first.leave()
  expect(streams.find(testStreamId)?.phase).toBe('publishing')
  expect(names()).toEqual(['started', 'interrupted', 'resumed'])
  await streams.close()
})

test('a stream without keyframes is called degraded until one comes', async () => {
  const { streams, events, broadcast, open } = house()
  const input = await open()
  broadcast(input, { ms: 5_000, keyframes: false })
  expect(streams.measure()[0]).toMatchObject({ phase: 'publishing', isDegraded: true, fps: 25, width: 720 })
  expect(events.at(-1)).toMatchObject({ name: 'degraded', reason: 'no_keyframe' })
  input.video({ kind: 'frame', isKey: true, compositionMs: 0, data: Buffer.alloc(100) }, 5_040)
  expect(streams.measure()[0]?.isDegraded).toBe(false)
  expect(events.at(-1)?.name).toBe('recovered')
  await streams.close()
})

test('sound that goes on when the pictures have ended holds no stream in silence: it is told, and so is their return', async () => {
  // `ffmpeg -re` with an endless sound and a film that ends does just that, and never closes its connection.
  const { streams, events, names, pass, broadcast, open } = house()
  const input = await open()
  input.audio({ kind: 'config', asc }, 0)
  broadcast(input, { ms: 2_000 })
  for (let ms = 2_000; ms < 8_000; ms += 20) {
    input.heard()
    input.audio({ kind: 'frame', data: Buffer.alloc(50) }, ms)
    pass(20)
  }
  expect(streams.measure()[0]).toMatchObject({ phase: 'publishing', isDegraded: true })
  expect(events.at(-1)).toMatchObject({ name: 'degraded', reason: 'no_frames' })
  input.video({ kind: 'frame', isKey: true, compositionMs: 0, data: Buffer.alloc(100) }, 8_000)
  streams.measure()
  expect(names()).toEqual(['started', 'degraded', 'recovered'])
  await streams.close()
})

test('a stream that is kicked ends at once and its connection is told', async () => {
  const { streams, names, broadcast, open } = house()
  const kicked: string[] = []
  broadcast(await open(testStreamId, kicked), { ms: 1_000 })
  streams.kick(testStreamId)
  expect(kicked).toHaveLength(1)
  expect(streams.find(testStreamId)?.window.playlist('plain').toString()).toContain('ENDLIST')
  await streams.close()
  expect(names()).toEqual(['started', 'ended'])
})

test('a connection that never sends a picture was never on air', async () => {
  const { streams, names, pass, open } = house()
  const input = await open()
  input.leave()
  pass(returnWithinMs + 100)
  await streams.close()
  expect(names()).toEqual([])
})
