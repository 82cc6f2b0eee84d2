/** The server of the rooms bench, in a process of its own: ours, a plain broadcast with ws, or socket.io. */
import { execFileSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { createServer as createNetServer } from 'node:net'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { WebSocketServer } from 'ws'
import { openSession, startSession } from '#live/rooms'
import { openCreator } from '#people/creators'
import { seedFollowers } from '#people/follows'
import { openPeople } from '#people/identity'
import { seedVerified } from '#people/verification'
import { readConfig } from '#platform/config'
import { transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { startServer } from '../../server/app/server.ts'
import { openCrowdSessions } from '../orders/seed.ts'
import type { ServerCommand, ServerReport } from './words.ts'

const [kind = 'ours', folder = ''] = process.argv.slice(2)
const socketIoVersion = '4.8.4'
const pinsPerSecond = 1
const stockPerSecond = 5
const likesPerSecond = 1_000

interface Served {
  port: number
  topic: string
  cookies: string[]
  /** A comment to everybody in the room, or in one of many. */
  publish(comment: object, room: number | null): void
  like(count: number): void
  /** A reliable message, when it is on its way. */
  tell(message: object): Promise<void>
  stop(): Promise<void>
}

let served: Served | undefined
let published = 0
let reliable = 0
let likes = 0
let timer: NodeJS.Timeout | undefined
const loop = monitorEventLoopDelay({ resolution: 5 })
loop.enable()

process.on('message', (command: ServerCommand) => {
  obey(command).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})

async function obey(command: ServerCommand): Promise<void> {
  switch (command.do) {
    case 'open':
      served = await (kind === 'ours' ? openOurs(command.talkers) : kind === 'ws' ? openWs() : openSocketIo())
      break
    case 'weigh':
      globalThis.gc?.()
      break
    case 'load':
      startLoad(command.commentsPerSecond, command.rooms)
      break
    case 'rest':
      clearInterval(timer)
      await new Promise((resolve) => setTimeout(resolve, 500))
      break
    case 'stop':
      clearInterval(timer)
      await served?.stop()
      process.exit(0)
  }
  report(command.do)
}

function report(told: string): void {
  const { user, system } = process.cpuUsage()
  process.send?.({
    told,
    port: served?.port ?? 0,
    topic: served?.topic ?? '',
    cookies: told === 'open' ? (served?.cookies ?? []) : [],
    rssBytes: process.memoryUsage().rss,
    cpuUs: user + system,
    published,
    reliable,
    loopP99Ms: Math.round(loop.percentile(99) / 1e5) / 10,
  } satisfies ServerReport)
  loop.reset()
}

/** As many as are due by the clock, so that who is late does not offer more afterwards than he was to. */
function startLoad(commentsPerSecond: number, rooms?: number): void {
  const everyMs = 20
  let due = { comments: 0, likes: 0, pins: 0, stock: 0 }
  let stepMs = performance.now()
  timer = setInterval(() => {
    const now = performance.now()
    const share = Math.min(now - stepMs, 100) / 1_000
    stepMs = now
    due = {
      comments: due.comments + commentsPerSecond * share,
      likes: due.likes + likesPerSecond * share,
      pins: due.pins + pinsPerSecond * share,
      stock: due.stock + stockPerSecond * share,
    }
    for (; due.comments >= 1; due.comments--) {
      served?.publish(
        commentOf(`c ${Date.now()} 这件多少钱，有没有S码`),
        rooms === undefined ? null : published % rooms,
      )
      published++
    }
    if (rooms !== undefined) return
    for (; due.likes >= 1; due.likes--) served?.like(++likes)
    for (; due.pins >= 1; due.pins--) tell({ kind: 'pinned', itemId: newId(), sentAt: Date.now() })
    for (; due.stock >= 1; due.stock--)
      tell({
        kind: 'stock',
        skus: Array.from({ length: 4 }, (_, index) => ({ skuId: newId(), unitsLeft: 100 - index })),
        sentAt: Date.now(),
      })
  }, everyMs)
}

function tell(message: object): void {
  reliable++
  served?.tell(message).catch((error: unknown) => console.error(error))
}

/** As large as a comment of ours. */
function commentOf(text: string) {
  return {
    kind: 'comment',
    comment: {
      id: newId(),
      personId: newId(),
      name: '林若溪',
      text,
      at: new Date().toISOString(),
      productId: null,
      isHost: false,
      isHelper: false,
      isQuestion: true,
      isAnswered: false,
      replyTo: null,
    },
  }
}

async function openOurs(talkers: number): Promise<Served> {
  const server = await startServer(
    readConfig({
      HAWKER_MODE: 'demo',
      HAWKER_DEMO_SALES: 'false',
      HAWKER_HOST: '127.0.0.1',
      HAWKER_PORT: String(await freePort()),
      HAWKER_RTMP_PORT: String(await freePort()),
      HAWKER_DATA_DIR: folder,
      HAWKER_LOG_LEVEL: 'warn',
      HAWKER_SOCKETS_MAX: '60000',
    }),
  )
  const { app } = server
  const hostId = newId()
  const people = Array.from({ length: talkers }, () => ({ personId: newId(), addressId: newId(), tokens: [] }))
  const sessionId = newId()
  const roomId = await transact(app, async (tx) => {
    await openPeople(tx, [
      { id: hostId, name: 'Host', roles: ['buyer', 'creator'] },
      ...people.map((person, index) => ({ id: person.personId, name: `买家${index}`, roles: ['buyer' as const] })),
    ])
    mustBeDone(await openCreator(tx, { personId: hostId, handle: 'bench_host', name: 'Host', bio: '' }))
    await seedFollowers(tx, { creatorId: hostId, count: 2_000 })
    await seedVerified(tx, hostId)
    const { session } = mustBeDone(await openSession(tx, { id: sessionId, creatorId: hostId, title: 'Bench' }))
    mustBeDone(await startSession(tx, { sessionId, creatorId: hostId, hasSignal: true }))
    return session.roomId
  })
  app.sockets.topic({ prefix: 'hall', who: 'anyone' })
  const cookies = talkers > 0 ? await openCrowdSessions(app, people) : []
  await server.outbox.drained(60_000)
  const topic = `room:${roomId}`
  return {
    port: server.port,
    topic,
    cookies,
    publish: (comment, room) => app.sockets.publish(room === null ? topic : `hall:${room}`, comment),
    like: (count) => app.sockets.count(topic, 'likes', count),
    tell: (message) => transact(app, async (tx) => tx.tell(topic, message)),
    stop: () => server.stop(),
  }
}

/** What one writes first: for each message, for each client, send. */
async function openWs(): Promise<Served> {
  const server = createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.on('message', () => socket.send('{"t":"joined"}'))
  })
  const broadcast = (message: object) => {
    const text = JSON.stringify(message)
    for (const socket of sockets.clients) socket.send(text)
  }
  let number = 0
  return {
    port: await listen(server),
    topic: 'room',
    cookies: [],
    publish: broadcast,
    // Every tap of every viewer would be one message each; taps of the same 20 ms are one here, in his favour.
    like: oncePerTurn((count) => broadcast({ kind: 'likes', count })),
    async tell(message) {
      broadcast({ ...message, number: ++number })
    },
    async stop() {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
    },
  }
}

async function openSocketIo(): Promise<Served> {
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `socket.io@${socketIoVersion}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const { Server: IoServer } = createRequire(join(folder, 'index.js'))('socket.io')
  const server = createServer()
  const io = new IoServer(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
  io.on('connection', (socket: { join(room: string): void }) => socket.join('room'))
  let number = 0
  const broadcast = (message: object) => io.to('room').emit('m', message)
  return {
    port: await listen(server),
    topic: 'room',
    cookies: [],
    publish: broadcast,
    like: oncePerTurn((count) => broadcast({ kind: 'likes', count })),
    async tell(message) {
      broadcast({ ...message, number: ++number })
    },
    async stop() {
      io.disconnectSockets(true)
      server.close()
    },
  }
}

function oncePerTurn(run: (count: number) => void): (count: number) => void {
  let latest = 0
  let isDue = false
  return (count) => {
    latest = count
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      run(latest)
    })
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', 4_096, () => resolve((server.address() as { port: number }).port)),
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createNetServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
