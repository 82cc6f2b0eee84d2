/**
 * A server that speaks MediaMTX's documented interfaces and nothing else: it asks an HTTP server about who publishes, has
 * the control API v3, and answers a playlist. No media: what an encoder would send is a call.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Connection = { id: string; path: string; bytes: number; atMs: number; cut(): void }

export type FakeMediaMtx = Awaited<ReturnType<typeof startFakeMediaMtx>>

/** What a version of it calls things: names were changed, and both are about. */
export type Generation = 'ready' | 'available'

export async function startFakeMediaMtx(options: { generation: Generation }) {
  const connections = new Map<string, Connection>()
  let authAddress = ''
  let isDeaf = false

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://fake')
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (isDeaf) {
      response.destroy()
    } else if (request.method === 'GET' && url.pathname === '/v3/paths/list') {
      const items = [...connections.values()].map(itemOf)
      json(200, { pageCount: 1, itemCount: items.length, items })
    } else if (request.method === 'POST' && url.pathname.startsWith('/v3/rtmpconns/kick/')) {
      const connection = connections.get(url.pathname.slice('/v3/rtmpconns/kick/'.length))
      if (connection === undefined) return json(404, { status: 'error', error: 'connection not found' })
      connections.delete(connection.id)
      connection.cut()
      json(200, { status: 'ok' })
    } else if (request.method === 'GET' && url.pathname.endsWith('/index.m3u8')) {
      const path = url.pathname.slice(1, -'/index.m3u8'.length)
      if (![...connections.values()].some((connection) => connection.path === path)) return json(404, {})
      response.setHeader('content-type', 'application/vnd.apple.mpegurl')
      response.end(
        '#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.42c01e,mp4a.40.2"\nmain_stream.m3u8\n',
      )
    } else {
      json(404, { status: 'error', error: 'not found' })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function itemOf(connection: Connection) {
    const bytes = connection.bytes + Math.round((performance.now() - connection.atMs) * 100)
    const names =
      options.generation === 'available'
        ? {
            available: true,
            availableTime: 'x',
            inboundBytes: bytes,
            tracks2: [
              { codec: 'H264', codecProps: { width: 360, height: 640, profile: 'Baseline', level: '3' } },
              { codec: 'MPEG-4 Audio', codecProps: { sampleRate: 44_100, channelCount: 1 } },
            ],
          }
        : { ready: true, readyTime: 'x', bytesReceived: bytes, tracks: ['H264', 'MPEG-4 Audio'] }
    return {
      name: connection.path,
      confName: '~^live/',
      source: { type: 'rtmpConn', id: connection.id },
      readers: [],
      ...names,
    }
  }

  /** An encoder comes by RTMP; answers its connection, or null when it is refused. */
  async function publish(
    path: string,
    query: string,
    cut: () => void,
    more: Record<string, string> = {},
  ): Promise<string | null> {
    const id = randomUUID()
    const asked = { user: '', password: '', token: '', ip: '192.0.2.7', action: 'publish', path, protocol: 'rtmp' }
    const answer = await fetch(authAddress, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...asked, id, query, ...more }),
    })
    if (!String(answer.status).startsWith('20')) return null
    // Its own rule: overridePublisher is off.
    if ([...connections.values()].some((connection) => connection.path === path)) return null
    connections.set(id, { id, path, bytes: 0, atMs: performance.now(), cut })
    return id
  }

  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    askAt(address: string) {
      authAddress = address
    },
    publish,
    leave: (id: string) => void connections.delete(id),
    has: (id: string) => connections.has(id),
    /** It was there before us: nobody asks about him any more. */
    admitUnasked(path: string, cut: () => void): string {
      const id = randomUUID()
      connections.set(id, { id, path, bytes: 0, atMs: performance.now(), cut })
      return id
    },
    fallSilent(silent: boolean) {
      isDeaf = silent
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
