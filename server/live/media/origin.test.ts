import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { forwardMedia } from './forward-media.ts'
import { testStreamId } from './media.test-kit.ts'
import { parseBlocking, parseMediaPath } from './media-path.ts'
import { parseRange } from './origin.ts'
import { burstBytesMax, bytesPerSecondMax, createPace } from './rtmp-server.ts'

test('an address of media is a stream and a known name, and nothing else', () => {
  const base = `/media/${testStreamId}`
  expect(parseMediaPath(`${base}/live.m3u8`)?.file).toEqual({ kind: 'live' })
  expect(parseMediaPath(`${base}/init-12.mp4`)?.file).toEqual({ kind: 'init', id: 12 })
  expect(parseMediaPath(`${base}/s7.m4s`)?.file).toEqual({ kind: 'segment', msn: 7 })
  expect(parseMediaPath(`${base}/s7.3.m4s`)?.file).toEqual({ kind: 'part', msn: 7, index: 3 })
  const wrong = [
    '/media/../../etc/passwd/live.m3u8',
    `${base}/../live.m3u8`,
    `${base}/%2e%2e/live.m3u8`,
    `${base}/segments.jsonl`,
    `${base}/s7.m4s/`,
    `${base}/s-1.m4s`,
    `${base}/s99999999999.m4s`,
    `/media/${testStreamId.toUpperCase().replace('0', 'A')}/live.m3u8`,
    '/media/not-a-uuid/live.m3u8',
    `${base}/live.m3u8\n`,
  ]
  for (const path of wrong) expect(parseMediaPath(path), path).toBeNull()
})

test('a blocking request is read strictly', () => {
  expect(parseBlocking('')).toBeNull()
  expect(parseBlocking('viewer=1')).toBeNull()
  expect(parseBlocking('_HLS_msn=12&_HLS_part=3')).toEqual({ msn: 12, index: 3 })
  expect(parseBlocking('_HLS_msn=12')).toEqual({ msn: 12, index: null })
  for (const query of ['_HLS_part=1', '_HLS_msn=-1', '_HLS_msn=1e3', '_HLS_msn=1&_HLS_part=x', '_HLS_msn=']) {
    expect(parseBlocking(query), query).toBe('malformed')
  }
})

test('a range is cut to the file', () => {
  expect(parseRange('bytes=0-9', 100)).toEqual({ from: 0, to: 9 })
  expect(parseRange('bytes=90-', 100)).toEqual({ from: 90, to: 99 })
  expect(parseRange('bytes=-10', 100)).toEqual({ from: 90, to: 99 })
  expect(parseRange('bytes=50-500', 100)).toEqual({ from: 50, to: 99 })
  expect(parseRange('bytes=100-', 100)).toBe('unsatisfiable')
  expect(parseRange('bytes=0-1,5-6', 100)).toBeNull()
  expect(parseRange(undefined, 100)).toBeNull()
})

test('an encoder that sends too much is slowed down to the limit', () => {
  let nowMs = 0
  const pauseFor = createPace({ nowMs: () => nowMs })
  expect(pauseFor(burstBytesMax)).toBe(0)
  expect(pauseFor(bytesPerSecondMax)).toBe(1_000)
  nowMs += 2_000
  expect(pauseFor(1_000)).toBe(0)
})

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

test('a viewer is served through the server, and told when the media process is down', async () => {
  const path = `/media/${testStreamId}/live.m3u8`
  const origin = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'public, max-age=6', 'x-inside': '1' })
    response.end(`${request.method} ${request.url} ${String(request.headers.cookie)}`)
  })
  const engine = { httpPort: (await listening(origin)) as number | null }
  const front = createServer((request, response) => forwardMedia(engine, request, response))
  const base = `http://127.0.0.1:${await listening(front)}`

  const reply = await fetch(`${base}${path}?_HLS_msn=1`, { headers: { cookie: 'session=secret' } })
  expect(await reply.text()).toBe(`GET ${path}?_HLS_msn=1 undefined`)
  expect(reply.headers.get('cache-control')).toBe('public, max-age=6')
  expect(reply.headers.get('x-inside')).toBeNull()
  expect((await fetch(`${base}${path}?_HLS_part=1`)).status).toBe(400)
  expect((await fetch(`${base}/media/x/live.m3u8`)).status).toBe(404)
  expect((await fetch(`${base}${path}`, { method: 'POST' })).status).toBe(405)

  origin.closeAllConnections()
  origin.close()
  const down = await fetch(`${base}${path}`)
  expect(down.status).toBe(503)
  expect(down.headers.get('content-type')).toBe('application/problem+json')
  expect(await down.json()).toMatchObject({ status: 503, title: 'Media unavailable' })
  engine.httpPort = null
  expect((await fetch(`${base}${path}`)).status).toBe(503)
  front.closeAllConnections()
  front.close()
})

test('viewers who ask for the same part are one request to the media process', async () => {
  const asked: string[] = []
  const origin = createServer((request, response) => {
    asked.push(request.url ?? '')
    const isThere = !request.url?.includes('s9')
    setTimeout(() => {
      response.writeHead(isThere ? 200 : 404, { 'cache-control': isThere ? 'public, immutable' : 'no-store' })
      response.end('the part')
    }, 50)
  })
  const engine = { httpPort: await listening(origin) }
  const front = createServer((request, response) => forwardMedia(engine, request, response))
  const base = `http://127.0.0.1:${await listening(front)}/media/${testStreamId}`

  const parts = await Promise.all(
    Array.from({ length: 20 }, async (_, viewer) => await (await fetch(`${base}/s1.0.m4s?viewer=${viewer}`)).text()),
  )
  expect(new Set(parts)).toEqual(new Set(['the part']))
  expect(asked).toEqual([`/media/${testStreamId}/s1.0.m4s`])
  // What is not there is not remembered: it may be there the next moment.
  for (const _ of [1, 2]) expect((await fetch(`${base}/s9.0.m4s`)).status).toBe(404)
  // Whole segments are too large to keep, and stream through.
  for (const _ of [1, 2]) expect(await (await fetch(`${base}/s2.m4s`)).text()).toBe('the part')
  expect(asked).toHaveLength(5)
  for (const server of [front, origin]) {
    server.closeAllConnections()
    server.close()
  }
})
