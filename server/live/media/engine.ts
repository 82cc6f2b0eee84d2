import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LogFields } from './engine-clock.ts'
import type { FromEngine, ToEngine } from './engine-protocol.ts'
import { returnWithinMs } from './live-streams.ts'
import type { AuthorizePublish, MediaCapabilities, MediaEngine, MediaEvent, StreamState } from './media-engine.ts'

/** The media engine that is built in: a process of its own, started, watched and ended by the server. */
export const engineReadyTimeoutMs = 15_000
export const engineCloseTimeoutMs = 5_000
export const restartDelayMs = { first: 100, max: 5_000 } as const
// One that has run this long has earned a quick restart again.
export const restartForgivenAfterMs = 30_000
export const stderrLineBytesMax = 2_000

export type BuiltInMediaEngine = MediaEngine & {
  /** May change, as `httpPort` does, when the process was restarted and its port was taken meanwhile. */
  readonly rtmpPort: number
  /** The UDP port of WebRTC; null where the machine has none. */
  readonly rtcPort: number | null
  readonly pid: number | null
}

export type MediaLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type MediaEngineOptions = {
  rtmpPort: number
  /** All interfaces, unless told otherwise: encoders are other people's machines. */
  rtmpHost?: string
  /** The UDP port of WebRTC; 0 is any. */
  rtcPort?: number
  /** At which browsers reach that port, where it is not an address of this machine. */
  rtcAddress?: string
  /** Recordings are kept here, a folder for each stream. */
  storageDir: string
  log: MediaLog
  authorizePublish: AuthorizePublish
  onEvent(event: MediaEvent): void
}

type Live = { returnTimer: NodeJS.Timeout | null }

export async function startMediaEngine(options: MediaEngineOptions): Promise<BuiltInMediaEngine> {
  const { log } = options
  let child: ChildProcess | null = null
  let rtmpPort = options.rtmpPort
  let httpPort: number | null = null
  let rtcPort: number | null = null
  let wantedRtcPort = options.rtcPort ?? 0
  let isClosing = false
  let hasPictures = false
  let restartDelay: number = restartDelayMs.first
  let restartTimer: NodeJS.Timeout | null = null
  let states = new Map<string, StreamState>()
  // Streams on air, as their events told us: the memory that outlives the process.
  const onAir = new Map<string, Live>()

  /** Resolves when the process listens; rejects when it cannot. */
  async function launch(): Promise<void> {
    const started = fork(fileURLToPath(new URL('./engine-main.ts', import.meta.url)), [], {
      execArgv: [],
      // It is told what it needs. Settings and secrets of the server are not its business.
      // Where ffmpeg is, if it is, stands in the path.
      env: { NODE_ENV: process.env.NODE_ENV ?? 'production', TZ: 'UTC', PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    child = started
    const launchedAtMs = performance.now()
    started.stderr?.on('data', (text: Buffer) => {
      log.warn({ text: text.toString('utf8', 0, stderrLineBytesMax) }, 'The media process wrote to its error output')
    })
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The media process did not start in time')), engineReadyTimeoutMs)
      started.on('message', (message: FromEngine) => {
        if (message.kind === 'ready') {
          clearTimeout(timer)
          if (message.rtmpPort !== options.rtmpPort && options.rtmpPort !== 0) {
            log.warn(
              { wanted: options.rtmpPort, rtmpPort: message.rtmpPort },
              'The RTMP port was taken; the next is used',
            )
          }
          rtmpPort = message.rtmpPort
          httpPort = message.httpPort
          rtcPort = message.rtcPort
          hasPictures = message.hasPictures
          wantedRtcPort = message.rtcPort ?? wantedRtcPort
          resolve()
        } else if (message.kind === 'failed') {
          clearTimeout(timer)
          reject(new Error(`The media process could not start: ${message.reason}`))
        } else {
          receive(started, message)
        }
      })
      started.once('error', reject)
      started.once('exit', (code, signal) => {
        clearTimeout(timer)
        reject(new Error('The media process ended while it started'))
        if (child === started) gone({ code, signal, ranMs: performance.now() - launchedAtMs })
      })
      tellEngine(started, {
        kind: 'start',
        settings: {
          // The ports of before, so that encoders that come back find them.
          rtmpPort,
          rtmpHost: options.rtmpHost ?? '0.0.0.0',
          rtcPort: wantedRtcPort,
          rtcAddress: options.rtcAddress ?? null,
          storageDir: options.storageDir,
        },
      })
    }).catch((fault: unknown) => {
      started.kill('SIGKILL')
      throw fault
    })
  }

  function receive(from: ChildProcess, message: FromEngine): void {
    switch (message.kind) {
      case 'authorize':
        void answerAuthorization(from, message)
        return
      case 'event':
        receiveEvent(message.event)
        return
      case 'states':
        states = new Map(message.streams.map((state) => [state.streamId, state]))
        return
      case 'log':
        log[message.level](message.fields satisfies LogFields, message.message)
        return
      default:
    }
  }

  async function answerAuthorization(
    from: ChildProcess,
    asked: Extract<FromEngine, { kind: 'authorize' }>,
  ): Promise<void> {
    const answer = await options.authorizePublish({ key: asked.key, ip: asked.ip }).catch((fault: unknown) => {
      log.error({ fault }, 'Whether an encoder may publish could not be found out')
      return { allowed: false, reason: 'unavailable' } as const
    })
    tellEngine(from, { kind: 'authorized', requestId: asked.requestId, answer })
  }

  function receiveEvent(event: MediaEvent): void {
    const live = onAir.get(event.streamId)
    if (event.name === 'started') {
      if (live !== undefined) {
        // A new process does not know that this stream was on air before it.
        if (live.returnTimer !== null) clearTimeout(live.returnTimer)
        live.returnTimer = null
        announce({ name: 'resumed', streamId: event.streamId })
        return
      }
      onAir.set(event.streamId, { returnTimer: null })
    }
    if (event.name === 'ended') {
      if (live?.returnTimer != null) clearTimeout(live.returnTimer)
      onAir.delete(event.streamId)
    }
    announce(event)
  }

  function announce(event: MediaEvent): void {
    try {
      options.onEvent(event)
    } catch (fault) {
      log.error({ fault, event: event.name }, 'A media event could not be handled')
    }
  }

  function gone(end: { code: number | null; signal: string | null; ranMs: number }): void {
    child = null
    httpPort = null
    rtcPort = null
    states = new Map()
    if (isClosing) return
    log.error({ code: end.code, signal: end.signal }, 'The media process ended; it is started again')
    for (const [streamId, live] of onAir) {
      if (live.returnTimer !== null) continue
      announce({ name: 'interrupted', streamId })
      // Its own ten seconds are counted from here: the process that would count them is gone.
      live.returnTimer = setTimeout(() => {
        onAir.delete(streamId)
        announce({ name: 'ended', streamId, reason: 'left' })
      }, returnWithinMs)
    }
    if (end.ranMs > restartForgivenAfterMs) restartDelay = restartDelayMs.first
    restartTimer = setTimeout(() => {
      launch().catch((fault: unknown) => log.error({ fault }, 'The media process could not be started again'))
    }, restartDelay)
    restartDelay = Math.min(restartDelay * 2, restartDelayMs.max)
  }

  async function close(): Promise<void> {
    isClosing = true
    if (restartTimer !== null) clearTimeout(restartTimer)
    const ending = child
    if (ending !== null && ending.exitCode === null && ending.signalCode === null) {
      const exited = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
      const timer = setTimeout(() => ending.kill('SIGKILL'), engineCloseTimeoutMs)
      tellEngine(ending, { kind: 'close' })
      await exited
      clearTimeout(timer)
    }
    for (const live of onAir.values()) if (live.returnTimer !== null) clearTimeout(live.returnTimer)
    onAir.clear()
  }

  try {
    await launch()
  } catch (fault) {
    isClosing = true
    if (restartTimer !== null) clearTimeout(restartTimer)
    throw fault
  }

  return {
    get capabilities(): MediaCapabilities {
      return {
        ingest: rtcPort === null ? ['rtmp', 'websocket'] : ['rtmp', 'whip', 'websocket'],
        playback: rtcPort === null ? ['low_latency_hls', 'hls'] : ['low_latency_hls', 'hls', 'whep'],
        recording: true,
        pictures: hasPictures,
        kick: true,
      }
    },
    publishTarget: (host) => ({ kind: 'rtmp', serverUrl: `rtmp://${host}:${rtmpPort}/live` }),
    streamKeyOf: ({ key }) => key,
    playbackOf: (streamId) => [
      { kind: 'low_latency_hls', path: `/media/${streamId}/live.m3u8` },
      { kind: 'hls', path: `/media/${streamId}/plain.m3u8` },
    ],
    stateOf: (streamId) => states.get(streamId) ?? null,
    kick(streamId) {
      if (child !== null) tellEngine(child, { kind: 'kick', streamId })
    },
    dismissPublisher(streamId) {
      if (child !== null) tellEngine(child, { kind: 'dismiss', streamId })
    },
    close,
    get rtmpPort() {
      return rtmpPort
    },
    get httpPort() {
      return httpPort
    },
    get rtcPort() {
      return rtcPort
    },
    get pid() {
      return child?.pid ?? null
    },
  }
}

function tellEngine(child: ChildProcess, message: ToEngine): void {
  // A process that has just died hears nothing; its exit is handled where it is watched.
  if (child.connected) child.send(message, () => undefined)
}
