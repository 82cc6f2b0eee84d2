import { createServer, type Server, type Socket } from 'node:net'
import type { EngineClock, EngineLog } from './engine-clock.ts'
import type { OpenForPublish } from './live-streams.ts'
import { ProtocolError } from './protocol-error.ts'
import { createRtmpSession } from './rtmp-session.ts'
import { streamKeyLabel } from './stream-key.ts'

/** The sockets of RTMP: who may connect, for how long, and how much. What the bytes mean is in `rtmp-session.ts`. */
export const connectionsMax = 256
// Those who have not shown a key cannot keep out those who have.
export const waitingConnectionsMax = 64
export const waitingPerAddressMax = 16
// From the first byte to "on air", with what we need ourselves to ask for the key.
export const publishTimeoutMs = 10_000
export const idleTimeoutMs = 8_000
export const bytesPerSecondMax = 2_500_000
export const burstBytesMax = 2 * bytesPerSecondMax
// What a peer that does not read may make us hold.
export const unsentBytesMax = 256 * 1024
// A refused encoder reads why, and cannot ask again at once.
export const refusalLingerMs = 250

export type RtmpServer = { port: number; connections(): number; close(): Promise<void> }

export async function listenRtmp(options: {
  port: number
  host: string
  clock: EngineClock
  log: EngineLog
  openForPublish: OpenForPublish
}): Promise<RtmpServer> {
  const connections = new Set<Connection>()
  const server = createServer({ noDelay: true }, (socket) => {
    const waiting = [...connections].filter((connection) => !connection.isPublishing())
    const sameAddress = waiting.filter((connection) => connection.ip === socket.remoteAddress).length
    const isFull = connections.size >= connectionsMax || waiting.length >= waitingConnectionsMax
    if (isFull || sameAddress >= waitingPerAddressMax) {
      socket.destroy()
      return
    }
    const connection = serveConnection(socket, options)
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  })
  const port = await listen(server, options)
  return {
    port,
    connections: () => connections.size,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const connection of connections) connection.destroy()
      await closed
    },
  }
}

type Connection = { ip: string; isPublishing(): boolean; destroy(): void }

function serveConnection(
  socket: Socket,
  options: { clock: EngineClock; log: EngineLog; openForPublish: OpenForPublish },
): Connection {
  const { clock, log } = options
  const ip = socket.remoteAddress ?? ''
  let keyLabel = ''
  const session = createRtmpSession({
    send(bytes) {
      if (socket.destroyed) return
      socket.write(bytes)
      if (socket.writableLength > unsentBytesMax) socket.destroy()
    },
    async publish(key) {
      keyLabel = streamKeyLabel(key)
      return await options.openForPublish({ key, ip, via: 'rtmp', kick: (why) => session.dismiss(why) })
    },
    published() {
      clearTimeout(publishTimer)
      socket.setTimeout(idleTimeoutMs, () => socket.destroy())
      log('info', 'An encoder is publishing', { ip, key: keyLabel })
    },
    finish(reason) {
      log('info', 'An encoder connection ends', { ip, key: keyLabel, reason })
      socket.pause()
      setTimeout(() => socket.end(() => socket.destroy()), refusalLingerMs).unref()
      setTimeout(() => socket.destroy(), refusalLingerMs * 4).unref()
    },
  })
  const publishTimer = setTimeout(() => socket.destroy(), publishTimeoutMs)
  const pauseFor = createPace(clock)

  socket.on('data', (bytes: Buffer) => {
    try {
      session.receive(bytes)
    } catch (fault) {
      // Whatever the bytes did, it is this connection that ends; a fault of ours is told as one.
      const isTheirs = fault instanceof ProtocolError
      log(isTheirs ? 'info' : 'error', 'An encoder connection was cut', { ip, key: keyLabel, reason: reasonOf(fault) })
      socket.destroy()
      return
    }
    const pauseMs = pauseFor(bytes.length)
    if (pauseMs === 0) return
    socket.pause()
    setTimeout(() => socket.resume(), pauseMs)
  })
  socket.on('error', () => undefined) // It is closed next, and that is where we act.
  socket.once('close', () => {
    clearTimeout(publishTimer)
    session.close()
  })
  return { ip, isPublishing: session.isPublishing, destroy: () => socket.destroy() }
}

/** Answers for how long to stop reading. An encoder that sends too much is slowed down by TCP, not cut off. */
export function createPace(clock: Pick<EngineClock, 'nowMs'>): (bytes: number) => number {
  let allowance = burstBytesMax
  let lastMs = clock.nowMs()
  return (bytes) => {
    const nowMs = clock.nowMs()
    allowance = Math.min(burstBytesMax, allowance + ((nowMs - lastMs) * bytesPerSecondMax) / 1_000) - bytes
    lastMs = nowMs
    return allowance >= 0 ? 0 : Math.ceil((-allowance * 1_000) / bytesPerSecondMax)
  }
}

export const portsTriedMax = 20

/** Listens on the port or, where it is taken, on one of the next. Port 0 is any free one. */
async function listen(server: Server, options: { port: number; host: string }): Promise<number> {
  for (let step = 0; ; step += 1) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ port: options.port === 0 ? 0 : options.port + step, host: options.host }, () => {
          server.off('error', reject)
          resolve()
        })
      })
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : options.port
    } catch (fault) {
      const isTaken = (fault as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!isTaken || step + 1 >= portsTriedMax || options.port === 0) throw fault
    }
  }
}

function reasonOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}
