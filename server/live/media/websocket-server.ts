import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { EngineClock, EngineLog } from './engine-clock.ts'
import type { OpenForPublish, StreamInput } from './live-streams.ts'
import { ProtocolError } from './protocol-error.ts'
import { createPace } from './rtmp-server.ts'
import { isStreamKeyShaped, streamKeyLabel } from './stream-key.ts'
import { parseBrowserFrame } from './websocket-frames.ts'

/**
 * Browsers that publish over a WebSocket, because UDP does not get through. The key is the first message, since a
 * browser can send no header here and an address is written into logs.
 */
export const publishersMax = 100
export const messageBytesMax = 4 * 1024 * 1024
export const firstMessageBytesMax = 1_024
export const keyTimeoutMs = 5_000
export const silentAfterMs = 4_000
export const keyframeEveryMs = 1_000
export const closingMsMax = 500

export type WebSocketPublishers = ReturnType<typeof createWebSocketPublishers>

export function createWebSocketPublishers(options: {
  clock: EngineClock
  log: EngineLog
  openForPublish: OpenForPublish
}) {
  const server = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax, perMessageDeflate: false })
  const publishers = new Map<WebSocket, { tick(nowMs: number): void }>()

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, ip: string): void {
    socket.on('error', () => undefined)
    if (publishers.size >= publishersMax) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    server.handleUpgrade(request, socket, head, (connection) => {
      publishers.set(connection, serve(connection, { ...options, ip }))
      connection.once('close', () => publishers.delete(connection))
    })
  }

  function tick(): void {
    for (const publisher of publishers.values()) publisher.tick(options.clock.nowMs())
  }

  function close(): void {
    for (const connection of publishers.keys()) connection.terminate()
    server.close()
  }

  return { upgrade, tick, close }
}

function serve(
  connection: WebSocket,
  options: { clock: EngineClock; log: EngineLog; openForPublish: OpenForPublish; ip: string },
): { tick(nowMs: number): void } {
  const { clock, log, ip } = options
  const pauseFor = createPace(clock)
  let input: StreamInput | null = null
  let isAsking = false
  let label = ''
  let heardMs = clock.nowMs()
  let keyframeMs = heardMs
  let closingMs: number | null = null
  let resumeMs: number | null = null

  const say = (message: object) => {
    if (connection.readyState === connection.OPEN) connection.send(JSON.stringify(message))
  }
  const finish = (why: string) => {
    log('info', 'A browser does not publish any more', { ip, key: label, reason: why })
    connection.close(1_000, why)
    closingMs ??= clock.nowMs()
  }
  const requestKeyframe = () => {
    keyframeMs = clock.nowMs()
    say({ kind: 'keyframe' })
  }

  function tick(nowMs: number): void {
    const patienceMs = input === null ? keyTimeoutMs : silentAfterMs
    if (nowMs - heardMs > patienceMs || (closingMs !== null && nowMs - closingMs > closingMsMax)) {
      connection.terminate()
      return
    }
    if (resumeMs !== null && nowMs >= resumeMs) {
      resumeMs = null
      connection.resume()
    }
    if (input !== null && nowMs - keyframeMs >= keyframeEveryMs) requestKeyframe()
  }

  async function ask(message: Buffer): Promise<void> {
    isAsking = true
    const key = keyIn(message)
    if (key === null) {
      say({ kind: 'refused', reason: 'bad_key' })
      finish('bad_key')
      return
    }
    label = streamKeyLabel(key)
    const opened = await options.openForPublish({ key, ip, via: 'websocket', kick: dismiss, requestKeyframe })
    if ('refused' in opened) {
      say({ kind: 'refused', reason: opened.refused })
      finish(opened.refused)
      return
    }
    input = opened.input
    heardMs = clock.nowMs()
    if (connection.readyState !== connection.OPEN) {
      input.leave()
      return
    }
    log('info', 'A browser is publishing', { ip, key: label })
    say({ kind: 'published' })
  }

  function dismiss(why: string): void {
    say({ kind: 'dismissed', why })
    finish(why)
  }

  function take(message: Buffer): void {
    if (input === null) return
    const frame = parseBrowserFrame(message)
    heardMs = clock.nowMs()
    input.heard()
    switch (frame.kind) {
      case 'videoConfig':
        input.video({ kind: 'config', avcC: frame.avcC }, 0)
        return
      case 'video':
        if (frame.isKey) keyframeMs = heardMs
        input.video({ kind: 'frame', isKey: frame.isKey, compositionMs: 0, data: frame.data }, frame.timestampMs)
        return
      case 'aacConfig':
        input.audio({ kind: 'config', asc: frame.asc }, 0)
        return
      case 'opusConfig':
        input.audio({ kind: 'opus', channels: frame.channels }, 0)
        return
      case 'audio':
        input.audio({ kind: 'frame', data: frame.data }, frame.timestampMs)
    }
  }

  connection.on('message', (raw: RawData, isBinary: boolean) => {
    const message = Buffer.isBuffer(raw) ? raw : Buffer.concat(Array.isArray(raw) ? raw : [Buffer.from(raw)])
    try {
      if (!isAsking) {
        if (isBinary || message.length > firstMessageBytesMax) throw new ProtocolError('The first message is the key')
        ask(message).catch((fault: unknown) => finish(String(fault)))
      } else if (isBinary) {
        take(message)
      }
    } catch (fault) {
      const isTheirs = fault instanceof ProtocolError
      log(isTheirs ? 'info' : 'error', 'A browser was cut off', { ip, key: label, reason: String(fault) })
      if (isTheirs) input?.reject('protocol_error', fault.message)
      connection.terminate()
      return
    }
    const pauseMs = pauseFor(message.length)
    if (pauseMs === 0) return
    connection.pause()
    resumeMs = clock.nowMs() + pauseMs
  })
  connection.on('error', () => undefined)
  connection.once('close', () => input?.leave())
  return { tick }
}

function keyIn(message: Buffer): string | null {
  try {
    const asked: unknown = JSON.parse(message.toString('utf8'))
    if (typeof asked !== 'object' || asked === null || !('key' in asked)) return null
    return typeof asked.key === 'string' && isStreamKeyShaped(asked.key) ? asked.key : null
  } catch {
    return null
  }
}
