/**
 * The media process. The server starts it and talks to it over IPC; it knows no database, no area and no setting but
 * those it is told. When the server is gone, however that happened, it ends itself.
 */
import type { EngineClock, EngineLog } from './engine-clock.ts'
import type { EngineSettings, FromEngine, ToEngine } from './engine-protocol.ts'
import { canMakeImages } from './image-tool.ts'
import { createLiveStreams, type OpenForPublish } from './live-streams.ts'
import type { PublishAnswer } from './media-engine.ts'
import { isStreamId } from './media-path.ts'
import { listenOrigin } from './origin.ts'
import { openRtc } from './rtc.ts'
import { listenRtmp } from './rtmp-server.ts'
import { createWebSocketPublishers } from './websocket-server.ts'
import { createWhepServer } from './whep.ts'
import { createWhipServer } from './whip.ts'

export const authorizeTimeoutMs = 5_000
export const authorizationsPendingMax = 64
export const tickMs = 100
// Packets that WebRTC lost are asked for again within this.
export const packetTickMs = 20
export const measureMs = 1_000
// Strangers who knock at the port must not be able to fill the log.
export const logLinesPerSecondMax = 50

// The only clock of this process: everything else is given it.
const clock: EngineClock = {
  nowMs: () => performance.now(),
  wallMs: () => Temporal.Now.instant().epochMilliseconds,
}

const log: EngineLog = (level, message, fields = {}) => {
  if (logLinesLeft > 0) say({ kind: 'log', level, message, fields })
  logLinesLeft -= 1
}
let logLinesLeft = logLinesPerSecondMax

const authorizations = new Map<number, (answer: PublishAnswer) => void>()
let lastRequestId = 0
let stop: (() => Promise<void>) | null = null

process.on('message', (message: ToEngine) => {
  switch (message.kind) {
    case 'start':
      start(message.settings).catch((fault: unknown) => {
        say({ kind: 'failed', reason: fault instanceof Error ? fault.message : String(fault) })
      })
      return
    case 'authorized':
      authorizations.get(message.requestId)?.(message.answer)
      return
    case 'kick':
      kick(message.streamId)
      return
    case 'dismiss':
      dismiss(message.streamId)
      return
    case 'close':
      void (stop?.() ?? Promise.resolve()).then(() => process.disconnect?.())
      return
  }
})
process.on('disconnect', () => process.exit(0))
// A terminal sends its interrupt to the whole group; the server ends us in its own order.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

let kick: (streamId: string) => void = () => undefined
let dismiss: (streamId: string) => void = () => undefined

async function start(settings: EngineSettings): Promise<void> {
  const streams = createLiveStreams({
    clock,
    log,
    storageDir: settings.storageDir,
    tell: (event) => say({ kind: 'event', event }),
  })
  const openForPublish: OpenForPublish = async ({ key, ip, ...publisher }) => {
    const answer = await authorize({ key, ip })
    if (!answer.allowed) return { refused: answer.reason }
    if (!isStreamId(answer.streamId)) return { refused: 'unavailable' }
    try {
      const input = await streams.openInput(answer.streamId, publisher)
      return typeof input === 'string' ? { refused: input } : { input }
    } catch (fault) {
      log('error', 'A stream could not be opened', { streamId: answer.streamId, fault: String(fault) })
      return { refused: 'unavailable' }
    }
  }
  const rtc = await openRtc({ port: settings.rtcPort, publicAddress: settings.rtcAddress, log })
  const browsers =
    rtc === null
      ? null
      : {
          whip: createWhipServer({ rtc, clock, log, openForPublish }),
          whep: createWhepServer({ rtc, clock, log }),
        }
  const publishers = createWebSocketPublishers({ clock, log, openForPublish })
  const origin = await listenOrigin({ streams, log, rtc: browsers, publishers })
  const rtmp = await listenRtmp({ port: settings.rtmpPort, host: settings.rtmpHost, clock, log, openForPublish })
  const ticking = setInterval(() => {
    streams.tick()
    publishers.tick()
    browsers?.whep.tick()
  }, tickMs)
  const receiving = setInterval(() => browsers?.whip.tick(), packetTickMs)
  const measuring = setInterval(() => {
    say({ kind: 'states', streams: streams.measure() })
    renewLogLines()
  }, measureMs)
  kick = streams.kick
  dismiss = streams.dismissPublisher
  stop = async () => {
    clearInterval(ticking)
    clearInterval(receiving)
    clearInterval(measuring)
    await streams.close()
    browsers?.whip.close()
    browsers?.whep.close()
    publishers.close()
    await rtmp.close()
    await origin.close()
    rtc?.close()
  }
  const hasPictures = await canMakeImages()
  say({ kind: 'ready', rtmpPort: rtmp.port, httpPort: origin.port, rtcPort: rtc?.port ?? null, hasPictures })
}

async function authorize(request: { key: string; ip: string }): Promise<PublishAnswer> {
  if (authorizations.size >= authorizationsPendingMax) return { allowed: false, reason: 'unavailable' }
  lastRequestId += 1
  const requestId = lastRequestId
  return await new Promise<PublishAnswer>((resolve) => {
    const timer = setTimeout(() => settle({ allowed: false, reason: 'unavailable' }), authorizeTimeoutMs)
    function settle(answer: PublishAnswer) {
      clearTimeout(timer)
      authorizations.delete(requestId)
      resolve(answer)
    }
    authorizations.set(requestId, settle)
    say({ kind: 'authorize', requestId, ...request })
  })
}

function renewLogLines(): void {
  const leftOut = -logLinesLeft
  logLinesLeft = logLinesPerSecondMax
  if (leftOut > 0) log('warn', 'Log lines of the media process were left out', { leftOut })
}

function say(message: FromEngine): void {
  // A parent that is gone hears nothing; `disconnect` ends us next.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}
