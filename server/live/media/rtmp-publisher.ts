import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AmfValue, decodeAmf, encodeAmf } from './amf.ts'
import { chunkBytesAtStart, createChunkReader, encodeMessage, messageType, type RtmpMessage } from './chunks.ts'
import { type FlvTag, parseFlv } from './flv.ts'
import { parseAudioTag, parseVideoTag } from './media-tags.ts'
import { handshakeBytes } from './rtmp-session.ts'
import { streamKeyLabel } from './stream-key.ts'

/**
 * An encoder without a camera: plays a file into a stream, over and over, in real time. For demo worlds and for tests;
 * what it sends is what any encoder sends, so it goes the whole way that a creator's broadcast goes.
 */
export const publisherChunkBytes = 65_536
export const publisherAnswerTimeoutMs = 10_000
// What is due is sent together: twenty times a second is often enough for parts of 200 ms, and costs next to nothing.
export const publisherStepMs = 50
export const publisherUnsentBytesMax = 2 * 1024 * 1024
export const publisherRetryMs = { first: 500, max: 5_000 } as const

export type PublishLoop = {
  flv: Buffer
  /** `rtmp://host:port/live`; the key is given apart, so that no address ever holds one. */
  url: string
  key: string
  signal: AbortSignal
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
}

/** Publishes until the signal says so, coming back by itself when it was cut off. */
export async function publishLoop(options: PublishLoop): Promise<void> {
  const { signal, log } = options
  const film = prepareFilm(parseFlv(options.flv))
  const target = parseTarget(options.url)
  const key = streamKeyLabel(options.key)
  let retryMs: number = publisherRetryMs.first
  while (!signal.aborted) {
    try {
      await publishOnce({ film, target, key: options.key, signal, onAir: () => (retryMs = publisherRetryMs.first) })
    } catch (fault) {
      if (signal.aborted) break
      log.warn({ key, reason: fault instanceof Error ? fault.message : String(fault) }, 'A test broadcast was cut off')
    }
    await sleep(retryMs, undefined, { signal }).catch(() => undefined)
    retryMs = Math.min(retryMs * 2, publisherRetryMs.max)
  }
  log.info({ key }, 'A test broadcast was ended')
}

type Film = { configs: FlvTag[]; tags: FlvTag[]; durationMs: number }
type Target = { host: string; port: number; app: string; url: string }

/** Puts the configurations first, the rest in order of time from zero, and finds where the next round begins. */
export function prepareFilm(all: readonly FlvTag[]): Film {
  const configs: FlvTag[] = []
  const tags: FlvTag[] = []
  for (const tag of all) {
    const parsed = tag.kind === 'video' ? parseVideoTag(tag.payload) : parseAudioTag(tag.payload)
    if (parsed.kind === 'unsupported') throw new Error(`The film has ${parsed.codec}; it must have H.264 and AAC`)
    if (parsed.kind === 'config') configs.push({ ...tag, timestampMs: 0 })
    if (parsed.kind === 'frame') tags.push(tag)
  }
  const video = tags.filter((tag) => tag.kind === 'video')
  const first = video.at(0)
  const last = video.at(-1)
  if (first === undefined || last === undefined || video.length < 2) throw new Error('The film has no pictures')
  const frameMs = (last.timestampMs - first.timestampMs) / (video.length - 1)
  const durationMs = Math.max(1, Math.round(last.timestampMs - first.timestampMs + frameMs))
  const shifted = tags
    .map((tag) => ({ ...tag, timestampMs: tag.timestampMs - first.timestampMs }))
    // Sound beyond the last picture would be heard over the first of the next round.
    .filter((tag) => tag.timestampMs >= 0 && tag.timestampMs < durationMs)
    .sort((one, other) => one.timestampMs - other.timestampMs)
  return { configs, tags: shifted, durationMs }
}

function parseTarget(url: string): Target {
  const { protocol, hostname, port, pathname } = new URL(url)
  if (protocol !== 'rtmp:') throw new Error('The address of a broadcast begins with rtmp://')
  const app = pathname.replace(/^\/|\/$/g, '')
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 1_935 : Number(port), app, url }
}

async function publishOnce(options: {
  film: Film
  target: Target
  key: string
  signal: AbortSignal
  onAir(): void
}): Promise<void> {
  const { film, target, signal } = options
  const socket = connect({ host: target.host, port: target.port, noDelay: true })
  try {
    const peer = talk(socket, signal)
    await peer.handshake()
    peer.send({ type: messageType.setChunkSize, payload: uint32(publisherChunkBytes) })
    peer.chunkBytes = publisherChunkBytes
    await peer.ask('connect', [{ app: target.app, type: 'nonprivate', flashVer: 'FMLE/3.0', tcUrl: target.url }])
    peer.command('releaseStream', [null, options.key])
    peer.command('FCPublish', [null, options.key])
    const created = await peer.ask('createStream', [null])
    const streamId = typeof created[3] === 'number' ? created[3] : 1
    await peer.publish(streamId, options.key)
    options.onAir()
    await play({ film, signal, peer, streamId, socket })
  } finally {
    socket.destroy()
  }
}

/** Sends what is due until the connection or the signal ends. Times go on from round to round. */
async function play(options: {
  film: Film
  signal: AbortSignal
  peer: Peer
  streamId: number
  socket: Socket
}): Promise<void> {
  const { film, peer, streamId, socket, signal } = options
  const messageOf = (tag: FlvTag, timestampMs: number) => ({
    type: tag.kind === 'video' ? messageType.video : messageType.audio,
    streamId,
    timestampMs,
    payload: tag.payload,
  })
  for (const config of film.configs) peer.send(messageOf(config, 0))
  const startMs = performance.now()
  let round = 0
  let next = 0
  while (!signal.aborted) {
    const fault = peer.fault()
    if (fault !== null) throw fault
    if (socket.writableLength > publisherUnsentBytesMax) throw new Error('The server does not take the broadcast')
    const elapsedMs = performance.now() - startMs
    socket.cork()
    for (;;) {
      const tag = film.tags[next]
      if (tag === undefined) {
        round += 1
        next = 0
        continue
      }
      const timestampMs = round * film.durationMs + tag.timestampMs
      if (timestampMs > elapsedMs) break
      peer.send(messageOf(tag, timestampMs))
      next += 1
    }
    socket.uncork()
    await sleep(publisherStepMs, undefined, { signal }).catch(() => undefined)
  }
  peer.command('deleteStream', [null, streamId])
  socket.end()
}

type Peer = ReturnType<typeof talk>

/** The asking side of RTMP, as far as publishing needs it. */
function talk(socket: Socket, signal: AbortSignal) {
  let fault: Error | null = null
  let transaction = 0
  const answers = new Map<number, { resolve(values: AmfValue[]): void; reject(fault: Error): void }>()
  let published: { resolve(): void; reject(fault: Error): void } | null = null
  let shaken: (() => void) | null = null
  let received: Buffer = Buffer.alloc(0)
  let isShaken = false
  const reader = createChunkReader({ messageBytesMax: () => 64 * 1024, deliver })

  function fail(reason: Error): void {
    fault ??= reason
    for (const answer of answers.values()) answer.reject(reason)
    answers.clear()
    published?.reject(reason)
    socket.destroy()
  }

  function giveUp(): void {
    fail(new Error('Ended'))
  }

  socket.on('data', (bytes: Buffer) => {
    try {
      if (isShaken) reader.push(bytes)
      else receiveHandshake(bytes)
    } catch (caught) {
      fail(caught instanceof Error ? caught : new Error(String(caught)))
    }
  })
  socket.on('error', fail)
  socket.on('close', () => {
    signal.removeEventListener('abort', giveUp)
    fail(new Error('The server closed the connection'))
  })
  // Until it is on air there is nothing to say goodbye to.
  signal.addEventListener('abort', giveUp, { once: true })

  function receiveHandshake(bytes: Buffer): void {
    received = Buffer.concat([received, bytes])
    const whole = 1 + 2 * handshakeBytes
    if (received.length < whole) return
    isShaken = true
    socket.write(received.subarray(1, 1 + handshakeBytes))
    shaken?.()
    if (received.length > whole) reader.push(received.subarray(whole))
    received = Buffer.alloc(0)
  }

  function deliver(message: RtmpMessage): void {
    if (message.type !== messageType.commandAmf0) return
    const [name, number, , info] = decodeAmf(message.payload)
    if (name === '_result' && typeof number === 'number') {
      answers.get(number)?.resolve(decodeAmf(message.payload))
      answers.delete(number)
    } else if (name === '_error') {
      fail(new Error('The server refused the connection'))
    } else if (name === 'onStatus' && typeof info === 'object' && info !== null && !Array.isArray(info)) {
      if (info.level === 'error') fail(new Error(`The server refused: ${String(info.code)}`))
      else if (info.code === 'NetStream.Publish.Start') published?.resolve()
      else if (info.code === 'NetStream.Unpublish.Success') fail(new Error('The server ended the broadcast'))
    }
  }

  const peer = {
    chunkBytes: chunkBytesAtStart,
    fault: () => fault,
    send(message: { type: number; payload: Buffer; streamId?: number; timestampMs?: number }) {
      const { type, payload, streamId = 0, timestampMs = 0 } = message
      const chunkStreamId = type === messageType.video ? 6 : type === messageType.audio ? 4 : 3
      socket.write(
        encodeMessage({ type, payload, streamId, timestampMs }, { chunkStreamId, chunkBytes: peer.chunkBytes }),
      )
    },
    command(name: string, values: AmfValue[], streamId = 0): number {
      transaction += 1
      peer.send({ type: messageType.commandAmf0, streamId, payload: encodeAmf([name, transaction, ...values]) })
      return transaction
    },
    async handshake() {
      const done = new Promise<void>((resolve, reject) => {
        shaken = resolve
        answers.set(0, { resolve: () => undefined, reject })
      })
      socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(8), randomBytes(handshakeBytes - 8)]))
      await inTime(done)
      answers.delete(0)
    },
    async ask(name: string, values: AmfValue[]): Promise<AmfValue[]> {
      const answered = new Promise<AmfValue[]>((resolve, reject) => {
        answers.set(transaction + 1, { resolve, reject })
      })
      peer.command(name, values)
      return await inTime(answered)
    },
    async publish(streamId: number, key: string) {
      const done = new Promise<void>((resolve, reject) => {
        published = { resolve, reject }
      })
      peer.command('publish', [null, key, 'live'], streamId)
      await inTime(done)
      signal.removeEventListener('abort', giveUp)
    },
  }

  async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
    const timer = setTimeout(() => fail(new Error('The server did not answer in time')), publisherAnswerTimeoutMs)
    try {
      return await answer
    } finally {
      clearTimeout(timer)
    }
  }

  return peer
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
