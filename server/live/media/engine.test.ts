/** The engine as the server has it, with the publisher that needs no ffmpeg. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseFlv } from './flv.ts'
import {
  type BuiltInMediaEngine,
  createStreamKey,
  type MediaEvent,
  madeUpFilm,
  publishLoop,
  startMediaEngine,
} from './index.ts'
import { testStreamId } from './media.test-kit.ts'
import { prepareFilm } from './rtmp-publisher.ts'

let directory = ''
let engine: BuiltInMediaEngine | null = null
let events: MediaEvent[] = []
let logged = ''
const ending = new Set<() => Promise<void>>()
const { key } = createStreamKey()

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'engine-'))
  events = []
  logged = ''
})

afterEach(async () => {
  for (const end of ending) await end()
  ending.clear()
  await engine?.close()
  await rm(directory, { recursive: true, force: true })
})

const note = (fields: object, text: string) => {
  logged += `${text} ${JSON.stringify(fields)}\n`
}

async function start(): Promise<BuiltInMediaEngine> {
  engine = await startMediaEngine({
    rtmpPort: 0,
    rtmpHost: '127.0.0.1',
    storageDir: directory,
    log: { info: note, warn: note, error: note },
    async authorizePublish(asked) {
      if (asked.key === key) return { allowed: true, streamId: testStreamId }
      if (asked.key.startsWith('live_broken')) throw new Error('the database is away')
      return { allowed: false, reason: 'bad_key' }
    },
    onEvent: (event) => events.push(event),
  })
  return engine
}

function publish(to: BuiltInMediaEngine, streamKey = key): () => Promise<void> {
  const stopping = new AbortController()
  const log = { info: note, warn: note }
  const url = `rtmp://127.0.0.1:${to.rtmpPort}/live`
  const ended = publishLoop({ flv: madeUpFilm({ seconds: 1 }), url, key: streamKey, signal: stopping.signal, log })
  const end = async () => {
    stopping.abort()
    await ended
  }
  ending.add(end)
  return end
}

async function until(isTrue: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(`This did not happen in time; log:\n${logged}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function load(name: string): Promise<Response> {
  return await fetch(`http://127.0.0.1:${engine?.httpPort}/media/${testStreamId}/${name}`)
}

test('a film goes round and round as one broadcast, is watched and recorded', async () => {
  const now = await start()
  publish(now)
  await until(() => events.length > 0)
  const text = await (await load('live.m3u8?_HLS_msn=3&_HLS_part=1')).text()
  expect(text).toContain('s3.1.m4s')
  expect(text).not.toContain('DISCONTINUITY')
  expect((await load('live.m3u8?_HLS_msn=99')).status).toBe(400)
  expect((await load('s99.0.m4s')).status).toBe(503)
  const part = Buffer.from(await (await load('s2.0.m4s')).arrayBuffer())
  expect(part.toString('latin1', 4, 8)).toBe('moof')
  const head = await fetch(`http://127.0.0.1:${now.httpPort}/media/${testStreamId}/s2.0.m4s`, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe(String(part.length))
  await until(() => now.stateOf(testStreamId)?.keyframeIntervalMs === 1_000)
  now.kick(testStreamId)
  await until(() => events.some((event) => event.name === 'ended'))
  expect(events.map((event) => event.name)).toEqual(['started', 'ended'])
  const recording = await readFile(join(directory, testStreamId, 'recording.mp4'))
  const ranged = await fetch(`http://127.0.0.1:${now.httpPort}/media/${testStreamId}/recording.mp4`, {
    headers: { range: 'bytes=4-7' },
  })
  expect([ranged.status, await ranged.text()]).toEqual([206, 'ftyp'])
  expect(recording.length).toBeGreaterThan(400_000)
  expect(logged).not.toContain(key)
})

test('a wrong key and an authoriser that fails both keep the encoder off the air', async () => {
  const now = await start()
  publish(now, createStreamKey().key)
  await until(() => logged.includes('NetStream.Publish.BadName'))
  logged = ''
  publish(now, 'live_broken_aaaaaaaaaaaa')
  await until(() => logged.includes('could not be found out') && logged.includes('NetStream.Publish.BadName'))
  expect(events).toEqual([])
  expect((await load('live.m3u8')).status).toBe(404)
})

test('closing the engine ends what is on air, and its process', async () => {
  const now = await start()
  publish(now)
  await until(() => events.length > 0)
  const pid = now.pid ?? 0
  await now.close()
  expect(events.map((event) => event.name)).toEqual(['started', 'ended'])
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('a film is put in order: configurations first, then what falls into one round', () => {
  const film = prepareFilm(parseFlv(madeUpFilm({ seconds: 2 })))
  expect(film.configs.map((tag) => tag.kind)).toEqual(['video', 'audio'])
  expect(film.durationMs).toBe(2_000)
  expect(film.tags.every((tag) => tag.timestampMs < film.durationMs)).toBe(true)
  expect(film.tags.filter((tag) => tag.kind === 'video')).toHaveLength(60)
  expect(() => parseFlv(Buffer.from('not a film'))).toThrow('not an FLV')
})
