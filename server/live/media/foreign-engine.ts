import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { MediaLog } from './engine.ts'
import { createForeignStreams, type ForeignStreams, type SeenPublisher } from './foreign-streams.ts'
import type {
  AuthorizePublish,
  IngestKind,
  MediaCapabilities,
  MediaEngine,
  MediaEvent,
  PlaybackSource,
} from './media-engine.ts'
import { isStreamId } from './media-path.ts'
import { isStreamKeyShaped } from './stream-key.ts'

/**
 * What adapters of other makers' servers share: a port at which such a server asks who may publish, a look at it twice a
 * second, and the broadcasts that come of both. It can be away: then no broadcast begins, and selling goes on.
 */
export const lookEveryMs = 500
export const lookTimeoutMs = 2_000
// So long is a server that does not answer taken for busy; after it, for gone, and its broadcasts for interrupted.
export const failedLooksMax = 4
export const hookBytesMax = 16_384
export const hookTimeoutMs = 5_000

export type ForeignEngineOptions = {
  /** The HTTP interface of the server. */
  controlUrl: URL
  /** Where its HLS is read from; the same, unless told otherwise. */
  playbackUrl: URL
  /** Where encoders reach it. */
  rtmpPort: number
  /** Where it asks us. Beyond the loopback it has to know a secret, which is the first step of the path. */
  hook: { host: string; port: number; secret?: string | undefined }
  log: MediaLog
  authorizePublish: AuthorizePublish
  onEvent(event: MediaEvent): void
}

/** What a server asks or says, once an adapter has read it. */
export type Hook =
  | { kind: 'publish'; streamId: string; key: string; ip: string; publisherId: string; via: IngestKind }
  | { kind: 'left'; streamId: string; publisherId: string }
  | { kind: 'allow' }
  | { kind: 'refuse' }

export type ForeignServer = {
  capabilities: MediaCapabilities
  playbackOf(streamId: string): PlaybackSource[]
  streamKeyOf(of: { streamId: string; key: string }): string
  elsewhere(streamId: string, name: string): URL
  readHook(path: string, body: string, contentType: string): Hook | null
  /** Everybody who publishes now. */
  look(): Promise<SeenPublisher[]>
  drop(publisher: { streamId: string; publisherId: string; via: IngestKind }): Promise<void>
}

export type ForeignMediaEngine = MediaEngine & { readonly hookPort: number }

export async function startForeignEngine(
  options: ForeignEngineOptions,
  server: ForeignServer,
): Promise<ForeignMediaEngine> {
  const { log } = options
  const streams = createForeignStreams({
    nowMs: () => performance.now(),
    tell(event) {
      try {
        options.onEvent(event)
      } catch (fault) {
        log.error({ fault, event: event.name }, 'A media event could not be handled')
      }
    },
    drop(publisher) {
      server.drop(publisher).catch((fault: unknown) => {
        log.warn({ streamId: publisher.streamId, fault: String(fault) }, 'A publisher could not be cut off')
      })
    },
  })
  const hooks = await listenForHooks(options, server, streams)

  let failedLooks = 0
  let isLooking = false
  const looking = setInterval(() => {
    if (isLooking) return
    isLooking = true
    server
      .look()
      .then((seen) => {
        if (failedLooks >= failedLooksMax) log.info({}, 'The media server answers again')
        failedLooks = 0
        streams.look(seen.filter((each) => isStreamId(each.streamId)))
      })
      .catch((fault: unknown) => {
        failedLooks += 1
        if (failedLooks === failedLooksMax) log.error({ fault: String(fault) }, 'The media server does not answer')
        if (failedLooks >= failedLooksMax) streams.look([])
      })
      .finally(() => {
        isLooking = false
      })
  }, lookEveryMs)

  return {
    capabilities: server.capabilities,
    publishTarget: (host) => ({ kind: 'rtmp', serverUrl: `rtmp://${host}:${options.rtmpPort}/live` }),
    streamKeyOf: server.streamKeyOf,
    playbackOf: server.playbackOf,
    stateOf: streams.stateOf,
    kick: streams.kick,
    dismissPublisher: streams.dismissPublisher,
    httpPort: null,
    elsewhere: server.elsewhere,
    hookPort: hooks.port,
    async close() {
      clearInterval(looking)
      await hooks.close()
    },
  }
}

async function listenForHooks(options: ForeignEngineOptions, server: ForeignServer, streams: ForeignStreams) {
  const { secret, host, port } = options.hook
  const base = secret === undefined ? '' : `/${secret}`
  const asking = new Set<string>()
  const listener = createServer({ requestTimeout: hookTimeoutMs }, (request, response) => {
    void answer(request)
      .catch((fault: unknown) => {
        options.log.error({ fault: String(fault) }, 'Whether an encoder may publish could not be found out')
        return 503
      })
      .then((status) => response.writeHead(status, { 'content-length': 0 }).end())
  })

  async function answer(request: IncomingMessage): Promise<number> {
    const path = request.url ?? ''
    if (request.method !== 'POST' || !path.startsWith(`${base}/`)) return 404
    const body = await bodyOf(request)
    if (body === null) return 413
    const hook = server.readHook(path.slice(base.length), body, request.headers['content-type'] ?? '')
    if (hook === null) return 400
    if (hook.kind === 'allow') return 200
    if (hook.kind === 'refuse') return 403
    if (hook.kind === 'left') {
      streams.leave(hook)
      return 200
    }
    return await authorize(hook)
  }

  async function authorize(hook: Extract<Hook, { kind: 'publish' }>): Promise<number> {
    const { streamId, key, ip } = hook
    // MediaMTX asks first without credentials where a protocol can send them later.
    if (!isStreamKeyShaped(key) || !isStreamId(streamId)) return 401
    if (asking.has(streamId)) return 409
    asking.add(streamId)
    try {
      const decision = await options.authorizePublish({ key, ip })
      // The name under which it would be published is the encoder's word; the key says whose it is.
      if (!decision.allowed) return decision.reason === 'unavailable' ? 503 : 403
      if (decision.streamId !== streamId) return 403
      if (!streams.mayEnter(streamId)) return 409
      streams.enter(hook)
      return 200
    } finally {
      asking.delete(streamId)
    }
  }

  await listening(listener, host, port)
  const address = listener.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
      listener.closeAllConnections()
      await closed
    },
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > hookBytesMax) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Asks the server over its own HTTP; what is not 2xx is a fault. */
export async function ask(url: URL, method: 'GET' | 'POST' = 'GET'): Promise<string> {
  const answer = await fetch(url, { method, signal: AbortSignal.timeout(lookTimeoutMs) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url.pathname} was answered with ${answer.status}`)
  return text
}
