import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { clipFileName, clipPosterName } from './clip-files.ts'
import type { EngineLog } from './engine-clock.ts'
import { askerOf, serveRtc } from './ingest.ts'
import type { LiveStream, LiveStreams } from './live-streams.ts'
import type { Awaited } from './live-window.ts'
import { parseBlocking, parseMediaPath, publishSocketPath } from './media-path.ts'
import { createPictures, type Pictures } from './pictures.ts'
import { replayPlaylist } from './playlist.ts'
import { groupForReplay, readIndex, recordingFileName } from './recording.ts'
import type { WebSocketPublishers } from './websocket-server.ts'
import type { WhepServer } from './whep.ts'
import type { WhipServer } from './whip.ts'

/** HTTP for players, on the loopback only: the server forwards to it, and any cache may stand in front. */
export const awaitedMsMax = 6_000
export const firstPartAwaitedMs = 4_000
export const originConnectionsMax = 8_192
export const replayFreshMs = 1_000
export const replaysKeptMax = 64

const playlistType = 'application/vnd.apple.mpegurl'
const mediaType = 'video/mp4'
const imageType = 'image/jpeg'
const cache = {
  never: 'no-store',
  newest: 'public, max-age=1',
  awaited: 'public, max-age=6', // Its address names the part that it waited for, so it is asked for only once.
  picture: 'public, max-age=10',
  whileKept: 'public, max-age=300', // It never changes, but may be taken away.
  immutable: 'public, max-age=86400, immutable',
} as const

type House = {
  streams: LiveStreams
  replays: ReturnType<typeof createReplays>
  pictures: Pictures
  rtc: { whip: WhipServer; whep: WhepServer } | null
}

export type Origin = { port: number; close(): Promise<void> }

export async function listenOrigin(options: {
  streams: LiveStreams
  log: EngineLog
  /** Null where there is no WebRTC. */
  rtc?: House['rtc']
  publishers?: WebSocketPublishers
}): Promise<Origin> {
  const house: House = {
    streams: options.streams,
    replays: createReplays(options.streams),
    pictures: createPictures(options.streams),
    rtc: options.rtc ?? null,
  }
  const server = createServer({ keepAliveTimeout: 30_000, requestTimeout: 10_000 }, (request, response) => {
    serve(request, response, house).catch((fault: unknown) => {
      // A viewer who left in the middle of an answer is no fault.
      if (response.destroyed || request.destroyed) return
      options.log('error', 'A media request failed', { fault: fault instanceof Error ? fault.message : String(fault) })
      if (response.headersSent) response.destroy()
      else answer(response, { status: 500 })
    })
  })
  server.maxConnections = originConnectionsMax
  server.on('upgrade', (request, socket, head) => {
    if (request.url === publishSocketPath && options.publishers !== undefined) {
      options.publishers.upgrade(request, socket, head, askerOf(request))
    } else {
      socket.destroy()
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, house: House): Promise<void> {
  const { streams } = house
  if (await serveRtc(request, response, house)) return
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, { status: 405 })
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const media = parseMediaPath(path)
  // Files of other makers' engines are not ours to serve.
  if (media === null || media.file.kind === 'foreign') return answer(response, { status: 404 })
  const { file, streamId } = media
  if (file.kind === 'replay') return await serveReplay(response, house, streamId)
  const directory = streams.recordingDirectory(streamId)
  if (file.kind === 'recording') {
    // The file of a broadcast that goes on still grows.
    return await serveFile(request, response, {
      directory,
      name: recordingFileName,
      type: mediaType,
      cache: cache.newest,
    })
  }
  if (file.kind === 'clip') {
    return await serveFile(request, response, {
      directory,
      name: clipFileName(file.id),
      type: mediaType,
      cache: cache.whileKept,
    })
  }
  if (file.kind === 'clip_poster') {
    return await serveFile(request, response, {
      directory,
      name: clipPosterName(file.id),
      type: imageType,
      cache: cache.whileKept,
    })
  }
  if (file.kind === 'now' || file.kind === 'poster') return await servePicture(response, house, { streamId, ...file })
  const stream = streams.find(streamId)
  if (stream === null) return answer(response, { status: 404 })
  switch (file.kind) {
    case 'live':
      return await servePlaylist(response, stream, query)
    case 'plain':
      return await servePlain(response, stream)
    case 'init': {
      const init = stream.window.findInit(file.id)
      return init === null ? answer(response, { status: 404 }) : answerMedia(response, [init.data])
    }
    case 'segment':
      return await serveSegment(response, stream, { msn: file.msn, index: null })
    case 'part':
      return await serveSegment(response, stream, { msn: file.msn, index: file.index })
  }
}

async function servePlaylist(response: ServerResponse, stream: LiveStream, query: string): Promise<void> {
  const wanted = parseBlocking(query)
  if (wanted === 'malformed') return answer(response, { status: 400 })
  const awaited = await (wanted === null
    ? stream.window.waitUntilPlayable('lowLatency', firstPartAwaitedMs)
    : stream.window.waitForPlaylist({ ...wanted, timeoutMs: awaitedMsMax }))
  if (awaited === 'refused') return answer(response, { status: wanted === null ? 503 : 400 })
  if (!stream.window.hasParts()) return answer(response, { status: 404 })
  // An encoder that is away for some seconds leaves its viewers with the playlist as it is, which is no error for them.
  const cacheControl = awaited === 'late' ? cache.never : wanted === null ? cache.newest : cache.awaited
  answer(response, { status: 200, type: playlistType, cacheControl, body: [stream.window.playlist('lowLatency')] })
}

async function servePlain(response: ServerResponse, stream: LiveStream): Promise<void> {
  const awaited = await stream.window.waitUntilPlayable('plain', firstPartAwaitedMs)
  if (awaited !== 'here') return answer(response, { status: awaited === 'refused' ? 503 : 404 })
  answer(response, {
    status: 200,
    type: playlistType,
    cacheControl: cache.newest,
    body: [stream.window.playlist('plain')],
  })
}

async function serveSegment(
  response: ServerResponse,
  stream: LiveStream,
  wanted: { msn: number; index: number | null },
): Promise<void> {
  const awaited = await stream.window.waitFor({ ...wanted, timeoutMs: awaitedMsMax })
  if (awaited !== 'here') return answer(response, { status: statusOf(awaited) })
  const parts = stream.window.findSegment(wanted.msn)?.parts ?? []
  const chosen = wanted.index === null ? parts : parts.slice(wanted.index, wanted.index + 1)
  answerMedia(
    response,
    chosen.map((part) => part.data),
  )
}

function statusOf(awaited: Exclude<Awaited, 'here'>): number {
  return awaited === 'refused' ? 503 : 404
}

async function serveReplay(response: ServerResponse, house: House, streamId: string): Promise<void> {
  const text = await house.replays.textOf(streamId)
  if (text === null) return answer(response, { status: 404 })
  answer(response, { status: 200, type: playlistType, cacheControl: cache.newest, body: [text] })
}

/** The index of a long broadcast is megabytes: it is read once a second at most, however many ask. */
function createReplays(streams: LiveStreams) {
  const made = new Map<string, { text: Promise<Buffer | null>; atMs: number }>()

  async function make(streamId: string): Promise<Buffer | null> {
    const lines = await readIndex(streams.recordingDirectory(streamId))
    if (lines === null || lines.length === 0) return null
    const stream = streams.find(streamId)
    const isEnded = stream === null || stream.phase === 'ended'
    return Buffer.from(replayPlaylist(groupForReplay(lines), { fileName: recordingFileName, isEnded }))
  }

  function textOf(streamId: string): Promise<Buffer | null> {
    const nowMs = performance.now()
    const known = made.get(streamId)
    if (known !== undefined && nowMs - known.atMs < replayFreshMs) return known.text
    const text = make(streamId)
    made.delete(streamId)
    made.set(streamId, { text, atMs: nowMs })
    const [oldest] = made.keys()
    if (made.size > replaysKeptMax && oldest !== undefined) made.delete(oldest)
    return text
  }

  return { textOf }
}

async function servePicture(
  response: ServerResponse,
  house: House,
  of: { streamId: string; kind: 'now' | 'poster' },
): Promise<void> {
  const jpeg = await (of.kind === 'now' ? house.pictures.now(of.streamId) : house.pictures.poster(of.streamId))
  if (jpeg === null) return answer(response, { status: 404 })
  const cacheControl = of.kind === 'now' ? cache.picture : cache.whileKept
  answer(response, { status: 200, type: imageType, cacheControl, body: [jpeg] })
}

async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: { directory: string; name: string; type: string; cache: string },
): Promise<void> {
  const path = join(file.directory, file.name)
  const size = (await stat(path).catch(() => null))?.size ?? 0
  if (size === 0) return answer(response, { status: 404 })
  const range = parseRange(request.headers.range, size)
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${size}`)
    return answer(response, { status: 416 })
  }
  const { from, to } = range ?? { from: 0, to: size - 1 }
  response.setHeader('accept-ranges', 'bytes')
  if (range !== null) response.setHeader('content-range', `bytes ${from}-${to}/${size}`)
  response.writeHead(range === null ? 200 : 206, {
    'content-type': file.type,
    'content-length': to - from + 1,
    'cache-control': file.cache,
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  await pipeline(createReadStream(path, { start: from, end: to }), response)
}

/** One range only: players ask for no more. Null: the whole file. */
export function parseRange(
  header: string | undefined,
  size: number,
): { from: number; to: number } | null | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return from > to ? 'unsatisfiable' : { from, to }
}

function answerMedia(response: ServerResponse, body: Buffer[]): void {
  answer(response, { status: 200, type: mediaType, cacheControl: cache.immutable, body })
}

function answer(
  response: ServerResponse,
  reply: { status: number; type?: string; cacheControl?: string; body?: Buffer[] },
): void {
  const body = reply.body ?? []
  response.writeHead(reply.status, {
    'content-type': reply.type ?? 'text/plain',
    'content-length': body.reduce((total, piece) => total + piece.length, 0),
    'cache-control': reply.cacheControl ?? cache.never,
    'x-content-type-options': 'nosniff',
  })
  if (response.req.method !== 'HEAD') for (const piece of body) response.write(piece)
  response.end()
}
