import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { askerHeader } from './ingest.ts'
import type { MediaEngine } from './media-engine.ts'
import {
  type MediaFile,
  type MediaPath,
  parseBlocking,
  parseMediaPath,
  parseRtcPath,
  publishSocketPath,
} from './media-path.ts'

/**
 * Forwards a viewer's request to the media process. The path is checked here as well, so that nothing but media ever
 * reaches the process.
 *
 * At each new part all viewers of a room ask for the same playlist and the same bytes. What is small is therefore asked
 * for once and given to all of them; whole segments and recordings stream through and are never held in memory.
 */
export const forwardedRequestsMax = 4_000
// A playlist request waits up to six seconds for its part: this must be longer, or we would cut off patient players.
export const forwardTimeoutMs = 10_000
export const sharedAnswerBytesMax = 8 * 1024 * 1024
export const sharedBytesMax = 64 * 1024 * 1024
export const sharedAnswersMax = 2_000
// Long enough for the slower half of a room. Whoever is later asks again, which is right as well.
export const sharedForMs = { immutable: 2_000, awaited: 1_000, newest: 200 } as const

export type MediaUpstream = Pick<MediaEngine, 'httpPort' | 'elsewhere'>

type Answer = { status: number; headers: Record<string, string | string[]>; body: Buffer }
type Shared = { answer: Promise<Answer>; bytes: number; untilMs: number }

const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 })
const headersForwarded = ['range', 'if-none-match', 'if-range'] as const
const headersReturned = ['content-type', 'content-length', 'cache-control', 'content-range', 'accept-ranges'] as const
const shared = new Map<string, Shared>()
let sharedBytes = 0
let forwarded = 0

export function forwardMedia(engine: MediaUpstream, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const media = parseMediaPath(path)
  const isPlaylist =
    media?.file.kind === 'live' || (media?.file.kind === 'foreign' && media.file.name.endsWith('.m3u8'))
  const blocking = isPlaylist ? parseBlocking(query) : null
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    problem(response, 405, 'Media is only read.')
  } else if (media === null) {
    problem(response, 404, 'There is no such media.')
  } else if (blocking === 'malformed') {
    problem(response, 400, 'This is not a part that could be waited for.')
  } else if (media.file.kind === 'foreign' && engine.elsewhere === undefined) {
    problem(response, 404, 'There is no such media.')
  } else {
    const place = placeOf(engine, media, path)
    if (place === null || forwarded >= forwardedRequestsMax) {
      unavailable(response)
      return
    }
    forwarded += 1
    response.once('close', () => {
      forwarded -= 1
    })
    // Nothing of the query but this is passed on, so that no two addresses mean the same bytes.
    const part = blocking?.index == null ? '' : `&_HLS_part=${blocking.index}`
    const awaited = blocking === null ? '' : `?_HLS_msn=${blocking.msn}${part}`
    const target = { ...place, path: `${place.path}${awaited}` }
    if (request.method === 'GET' && isShared(media.file)) {
      void share(response, target, keptForMs(media.file, blocking !== null))
    } else {
      stream(request, response, target)
    }
  }
}

export const rtcRequestsMax = 200
const rtcHeadersForwarded = ['content-type', 'content-length', 'authorization'] as const
const rtcHeadersReturned = ['content-type', 'content-length', 'cache-control', 'location', 'etag'] as const
let rtcRequests = 0

/** Forwards what asks for WebRTC: a few hundred bytes each way; media itself goes by UDP and passes no server of ours. */
export function forwardRtc(
  engine: MediaUpstream,
  request: IncomingMessage,
  response: ServerResponse,
  asker: string,
): void {
  const [path = ''] = (request.url ?? '').split('?', 1)
  if (parseRtcPath(path) === null) {
    problem(response, 404, 'There is no such media.')
    return
  }
  if (engine.elsewhere !== undefined) {
    problem(response, 501, 'This engine takes no WebRTC here.')
    return
  }
  if (engine.httpPort === null || rtcRequests >= rtcRequestsMax) {
    unavailable(response)
    return
  }
  rtcRequests += 1
  response.once('close', () => {
    rtcRequests -= 1
  })
  const upstream = httpRequest({
    agent,
    host: '127.0.0.1',
    port: engine.httpPort,
    path,
    method: request.method,
    headers: { ...pick(request.headers, rtcHeadersForwarded), [askerHeader]: asker },
    timeout: forwardTimeoutMs,
  })
  upstream.on('response', (answer) => {
    const headers = { ...pick(answer.headers, rtcHeadersReturned), 'x-content-type-options': 'nosniff' }
    response.writeHead(answer.statusCode ?? 502, headers)
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  upstream.on('timeout', () => upstream.destroy(new Error('The media process does not answer')))
  upstream.on('error', () => unavailable(response))
  request.on('error', () => upstream.destroy())
  request.pipe(upstream)
}

const socketHeadersForwarded = [
  'connection',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
] as const

export function isPublishSocket(request: IncomingMessage): boolean {
  return request.url === publishSocketPath
}

/** A browser that publishes over a WebSocket talks to the media process; the server only carries the bytes. */
export function forwardPublishSocket(
  engine: MediaUpstream,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  asker: string,
): void {
  if (engine.httpPort === null) {
    socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    return
  }
  const upstream = connect({ host: '127.0.0.1', port: engine.httpPort, noDelay: true })
  const headers = Object.entries({ ...pick(request.headers, socketHeadersForwarded), [askerHeader]: asker })
  const lines = headers.map(([name, value]) => `${name}: ${String(value)}\r\n`).join('')
  upstream.write(`GET ${publishSocketPath} HTTP/1.1\r\nhost: media\r\n${lines}\r\n`)
  if (head.length > 0) upstream.write(head)
  socket.setNoDelay(true)
  upstream.on('error', () => socket.destroy())
  socket.on('error', () => upstream.destroy())
  socket.on('close', () => upstream.destroy())
  upstream.on('close', () => socket.destroy())
  socket.pipe(upstream)
  upstream.pipe(socket)
}

type Target = { host: string; port: number; path: string }

/** Our own addresses are those of the built-in engine; an engine of another maker has its files elsewhere. */
function placeOf(engine: MediaUpstream, media: MediaPath, path: string): Target | null {
  if (engine.elsewhere !== undefined) {
    if (media.file.kind !== 'foreign') return null
    const url = engine.elsewhere(media.streamId, media.file.name)
    return { host: url.hostname, port: Number(url.port || 80), path: url.pathname }
  }
  return engine.httpPort === null ? null : { host: '127.0.0.1', port: engine.httpPort, path }
}

function isShared(file: MediaFile): boolean {
  if (file.kind === 'foreign') return file.name.endsWith('.m3u8')
  const isPicture = file.kind === 'now' || file.kind === 'poster' || file.kind === 'clip_poster'
  return isPicture || file.kind === 'live' || file.kind === 'plain' || file.kind === 'init' || file.kind === 'part'
}

function keptForMs(file: MediaFile, isAwaited: boolean): number {
  if (file.kind === 'init' || file.kind === 'part') return sharedForMs.immutable
  return isAwaited ? sharedForMs.awaited : sharedForMs.newest
}

async function share(response: ServerResponse, target: Target, keptMs: number): Promise<void> {
  const key = `${target.host} ${target.port} ${target.path}`
  const nowMs = performance.now()
  let entry = shared.get(key)
  if (entry === undefined || entry.untilMs < nowMs) {
    forget(key)
    entry = { answer: load(target), bytes: 0, untilMs: Number.POSITIVE_INFINITY }
    shared.set(key, entry)
    settle(key, entry, keptMs)
  }
  try {
    const { status, headers, body } = await entry.answer
    if (response.destroyed) return
    response.writeHead(status, headers)
    response.end(body)
  } catch {
    unavailable(response)
  }
}

/** Decides, once an answer is there, whether and for how long it is kept. */
function settle(key: string, entry: Shared, keptMs: number): void {
  entry.answer.then(
    ({ status, headers, body }) => {
      if (shared.get(key) !== entry) return
      if (status !== 200 || headers['cache-control'] === 'no-store') {
        forget(key)
        return
      }
      entry.untilMs = performance.now() + keptMs
      entry.bytes = body.length
      sharedBytes += body.length
      makeRoom()
    },
    () => {
      if (shared.get(key) === entry) forget(key)
    },
  )
}

/** Drops what is over its time, and the oldest where there is too much. What is still being loaded is never dropped. */
function makeRoom(): void {
  const nowMs = performance.now()
  for (const [key, entry] of shared) {
    if (entry.untilMs === Number.POSITIVE_INFINITY) continue
    if (entry.untilMs >= nowMs && sharedBytes <= sharedBytesMax && shared.size <= sharedAnswersMax) return
    forget(key)
  }
}

function forget(key: string): void {
  sharedBytes -= shared.get(key)?.bytes ?? 0
  shared.delete(key)
}

/** Loads a small answer whole. It goes on when the viewer who asked first has left: others may wait for it. */
async function load(target: Target): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const upstream = httpRequest({ agent, ...target, timeout: forwardTimeoutMs })
    upstream.on('response', (answer) => {
      const pieces: Buffer[] = []
      let bytes = 0
      answer.on('data', (piece: Buffer) => {
        pieces.push(piece)
        bytes += piece.length
        if (bytes > sharedAnswerBytesMax) upstream.destroy(new Error('The answer is too large to be shared'))
      })
      answer.on('error', reject)
      answer.on('end', () => {
        const headers = { ...pick(answer.headers, headersReturned), 'x-content-type-options': 'nosniff' }
        resolve({ status: answer.statusCode ?? 502, headers, body: Buffer.concat(pieces) })
      })
    })
    upstream.on('timeout', () => upstream.destroy(new Error('The media process does not answer')))
    upstream.on('error', reject)
    upstream.end()
  })
}

function stream(request: IncomingMessage, response: ServerResponse, target: Target): void {
  const upstream = httpRequest({
    agent,
    ...target,
    method: request.method,
    headers: pick(request.headers, headersForwarded),
    timeout: forwardTimeoutMs,
  })
  upstream.on('response', (answer) => {
    const headers = { ...pick(answer.headers, headersReturned), 'x-content-type-options': 'nosniff' }
    response.writeHead(answer.statusCode ?? 502, headers)
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  upstream.on('timeout', () => upstream.destroy(new Error('The media process does not answer')))
  upstream.on('error', () => {
    if (response.headersSent) response.destroy()
    else unavailable(response)
  })
  // A viewer who leaves frees the place at once, also in the middle of a wait.
  response.on('close', () => {
    if (!response.writableFinished) upstream.destroy()
  })
  upstream.end()
}

function unavailable(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return
  response.setHeader('retry-after', '1')
  problem(response, 503, 'Live video is not available right now. It will be back in a moment.')
}

const problemTitles: Record<number, string> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  501: 'Not implemented',
  503: 'Media unavailable',
}

function problem(response: ServerResponse, status: number, detail: string): void {
  if (response.destroyed) return
  const body = JSON.stringify({ type: 'about:blank', title: problemTitles[status] ?? 'Problem', status, detail })
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(body)
}

function pick(headers: IncomingMessage['headers'], names: readonly string[]): Record<string, string | string[]> {
  const picked: Record<string, string | string[]> = {}
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}
