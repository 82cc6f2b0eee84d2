/** A real varnish with the rules that we tell operators, before a real engine: what many ask for is asked of us once. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Edge, openEdge, varnishd } from '../../../bench/media/edge.ts'
import {
  type BuiltInMediaEngine,
  createStreamKey,
  forwardMedia,
  madeUpFilm,
  publishLoop,
  startMediaEngine,
} from './index.ts'
import { testStreamId } from './media.test-kit.ts'

const viewersCount = 60
const { key } = createStreamKey()
let directory = ''
let engine: BuiltInMediaEngine
let edge: Edge | null = null
let address = ''
const asked: { url: string; headers: IncomingMessage['headers'] }[] = []
const undo: (() => unknown)[] = []

beforeAll(async () => {
  if (varnishd === undefined) return
  directory = await mkdtemp(join(tmpdir(), 'media-edge-'))
  const log = { info: () => undefined, warn: () => undefined, error: console.error }
  engine = await startMediaEngine({
    rtmpPort: 0,
    rtmpHost: '127.0.0.1',
    storageDir: join(directory, 'store'),
    log,
    authorizePublish: async () => ({ allowed: true, streamId: testStreamId }),
    onEvent: () => undefined,
  })
  undo.push(() => engine.close())
  const front = createServer((request, response) => {
    asked.push({ url: `${request.method} ${request.url}`, headers: request.headers })
    if (request.url?.startsWith('/media/') && request.method === 'GET') forwardMedia(engine, request, response)
    else response.end(`${request.method} by us`)
  })
  front.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nby us'))
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  undo.push(() => {
    front.closeAllConnections()
    front.close()
  })
  const stopping = new AbortController()
  const ended = publishLoop({
    flv: madeUpFilm({ seconds: 1 }),
    url: `rtmp://127.0.0.1:${engine.rtmpPort}/live`,
    key,
    signal: stopping.signal,
    log,
  })
  undo.push(() => {
    stopping.abort()
    return ended
  })
  edge = await openEdge({ originPort: (front.address() as AddressInfo).port, directory })
  undo.push(() => edge?.close())
  address = `http://127.0.0.1:${edge?.port}`
  // What is not there yet is waited for.
  while ((await load('live.m3u8')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100))
})
afterAll(async () => {
  for (const step of undo.reverse()) await step()
  if (directory !== '') await rm(directory, { recursive: true, force: true })
})
beforeEach((context) => {
  context.skip(varnishd === undefined, 'varnish is not installed')
  asked.length = 0
})

const load = (name: string, headers: Record<string, string> = {}) =>
  fetch(`${address}/media/${testStreamId}/${name}`, { headers })
const timesAsked = (name: string) => asked.filter(({ url }) => url === `GET /media/${testStreamId}/${name}`).length

/** The first part that is not there yet. */
async function nextPart(): Promise<{ msn: number; part: number; name: string }> {
  const text = await (await load('live.m3u8')).text()
  const [, name = '', msn = '', part = ''] = /PRELOAD-HINT:TYPE=PART,URI="(s(\d+)\.(\d+)\.m4s)"/.exec(text) ?? []
  return { msn: Number(msn), part: Number(part), name }
}

test('sixty viewers who wait for the same part are one who waits, and get it in the same moment', async () => {
  const next = await nextPart()
  // Two parts ahead, so that all of them really wait.
  const wanted = next.part >= 3 ? { msn: next.msn + 1, part: 0 } : { msn: next.msn, part: next.part + 2 }
  const playlist = `live.m3u8?_HLS_msn=${wanted.msn}&_HLS_part=${wanted.part}`
  const file = `s${wanted.msn}.${wanted.part}.m4s`
  const askedMs = performance.now()
  const answers = await Promise.all(
    Array.from({ length: viewersCount }, async (_, viewer) => {
      // Each has cookies of his own, and some a query that means nothing.
      const cookie = { cookie: `session=${viewer}` }
      const [list, part] = await Promise.all([
        load(playlist, cookie),
        load(`${file}${viewer % 2 ? '' : `?${viewer}`}`, cookie),
      ])
      const text = await list.text()
      const bytes = Buffer.from(await part.arrayBuffer())
      return { status: [list.status, part.status], text, bytes, atMs: performance.now() - askedMs }
    }),
  )
  const times = answers.map(({ atMs }) => atMs).sort((one, other) => one - other)
  console.info(`Waited ${Math.round(times[0] ?? 0)} to ${Math.round(times.at(-1) ?? 0)} ms`)
  expect(answers.every(({ status }) => status[0] === 200 && status[1] === 200)).toBe(true)
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(answers[0]?.text).toContain(file)
  expect(new Set(answers.map(({ bytes }) => bytes.toString('base64'))).size).toBe(1)
  expect(times[0], 'they waited').toBeGreaterThan(100)
  // A cache that looks again twice a second instead of waking those who wait would spread them over half a second.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(300)
  expect(timesAsked(playlist)).toBe(1)
  expect(timesAsked(file)).toBe(1)
  expect(
    asked.some(({ headers }) => headers.cookie !== undefined),
    'nobody is told apart',
  ).toBe(false)
})

test('of a stream that is watched for seconds each object is asked for once', async () => {
  const endMs = performance.now() + 3_000
  let loaded = 0
  const watch = async () => {
    while (performance.now() < endMs) {
      const { msn, part, name } = await nextPart()
      const [list, file] = await Promise.all([load(`live.m3u8?_HLS_msn=${msn}&_HLS_part=${part}`), load(name)])
      await list.text()
      await file.arrayBuffer()
      expect([list.status, file.status]).toEqual([200, 200])
      loaded += 2
    }
  }
  await Promise.all(Array.from({ length: 20 }, watch))
  const counts = Map.groupBy(asked, ({ url }) => url)
  const newest = `GET /media/${testStreamId}/live.m3u8`
  const doubled = [...counts].filter(([url, times]) => url !== newest && times.length > 1)
  console.info(`${loaded} loads of viewers, ${asked.length} of ours`)
  expect(doubled.map(([url]) => url)).toEqual([])
  expect(counts.get(newest)?.length, 'the newest playlist, once a second').toBeLessThanOrEqual(5)
  expect(loaded).toBeGreaterThan(asked.length * 5)
})

test('what is not there is not kept, and what is kept says how old it is', async () => {
  const nobody = `/media/${testStreamId.replace(/1$/, '9')}/live.m3u8`
  expect((await fetch(address + nobody)).status).toBe(404)
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect((await fetch(address + nobody)).status).toBe(404)
  expect(asked.filter(({ url }) => url === `GET ${nobody}`)).toHaveLength(2)
  const { msn } = await nextPart()
  const part = `s${msn - 1}.0.m4s`
  await (await load(part)).arrayBuffer()
  const again = await load(part)
  await again.arrayBuffer()
  expect(again.headers.get('x-varnish')?.split(' '), 'two numbers: a hit').toHaveLength(2)
  expect(again.headers.get('content-type')).toBe('video/mp4')
})

test('a recording is asked for in pieces and not kept; pages, writes and sockets pass', async () => {
  const piece = await load('recording.mp4', { range: 'bytes=4-7' })
  expect([piece.status, await piece.text()]).toEqual([206, 'ftyp'])
  expect(asked.at(-1)?.headers.range).toBe('bytes=4-7')
  const written = await fetch(`${address}/media/whip`, {
    method: 'POST',
    headers: { authorization: 'Bearer x' },
    body: 'v',
  })
  expect(await written.text()).toBe('POST by us')
  expect(asked.at(-1)?.headers.authorization).toBe('Bearer x')
  const page = await fetch(`${address}/api/v1/me`, { headers: { cookie: 'session=1' } })
  expect(await page.text()).toBe('GET by us')
  expect(asked.at(-1)?.headers.cookie).toBe('session=1')
  const upgraded = await new Promise<string>((resolve) => {
    const socket = connect({ port: edge?.port ?? 0, host: '127.0.0.1' })
    let said = ''
    socket.on('data', (text) => {
      said += String(text)
    })
    socket.on('close', () => resolve(said))
    socket.write('GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n')
  })
  expect(upgraded).toContain('101 Switching')
  expect(upgraded).toContain('by us')
})
