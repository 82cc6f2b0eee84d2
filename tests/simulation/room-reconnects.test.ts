/**
 * Nothing that a room promises is lost, comes twice or out of order, however often lines break and the server dies: viewers
 * are cut off at any moment, and the server is killed under them (SIGKILL) and comes back on the same database.
 *
 * `HAWKER_RECONNECTS=100 HAWKER_KILLS=5` is the whole of it; fewer by default.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createTestDatabase } from '../../server/platform/database/test-database.ts'
import { freePort } from '../world.ts'
import { diceOf } from './dice.ts'

const reconnects = Number(process.env['HAWKER_RECONNECTS'] ?? 15)
const kills = Number(process.env['HAWKER_KILLS'] ?? 1)
const viewersCount = 5
const topic = 'hall:1'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let folder: string
let port: number
let server: ChildProcess

beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'hawker-reconnects-'))
  port = await freePort()
  server = await start()
})
afterAll(async () => {
  server?.kill('SIGKILL')
  await sleep(500)
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
})

async function start(): Promise<ChildProcess> {
  // The server wants to know only settings that it has.
  const { HAWKER_RECONNECTS: _, HAWKER_KILLS: __, ...environment } = process.env
  const child = fork(join(import.meta.dirname, 'telling-server.ts'), {
    env: {
      ...environment,
      HAWKER_MODE: 'demo',
      HAWKER_DEMO_SALES: 'false',
      HAWKER_HOST: '127.0.0.1',
      HAWKER_PORT: String(port),
      HAWKER_RTMP_PORT: String(await freePort()),
      HAWKER_DATA_DIR: folder,
      HAWKER_DATABASE_URL: database.url,
      HAWKER_LOG_LEVEL: 'error',
    },
  })
  const [answer] = await once(child, 'message')
  expect(answer, 'at the same address').toBe(port)
  return child
}

/** A viewer who comes back from where he was, and keeps what he was told. */
function watch() {
  const got: { number: number; at: string }[] = []
  let socket: WebSocket | null = null
  let isOver = false
  let connections = 0
  let resets = 0
  const connect = () => {
    if (isOver) return
    const mine = new WebSocket(`ws://127.0.0.1:${port}/ws`)
    socket = mine
    mine.on('open', () => {
      connections++
      mine.send(JSON.stringify({ t: 'join', topic, after: got.at(-1)?.number ?? 0 }))
    })
    mine.on('message', (data) => {
      const message = JSON.parse(String(data))
      if (message.reset) resets++
      for (const [number, { at }] of message.r ?? []) got.push({ number, at })
    })
    mine.on('error', () => undefined)
    mine.on('close', () => void setTimeout(connect, 30))
  }
  connect()
  return {
    got,
    connections: () => connections,
    resets: () => resets,
    cut: () => socket?.terminate(),
    stop() {
      isOver = true
      socket?.terminate()
    },
  }
}

test('each reliable message reaches each viewer once and in order', { timeout: 280_000 }, async () => {
  const dice = diceOf(20_261_111)
  const viewers = Array.from({ length: viewersCount }, watch)
  const killEvery = Math.ceil(reconnects / (kills + 1))
  let killed = 0
  for (let cuts = 1; cuts <= reconnects; cuts++) {
    dice.pick(viewers).cut()
    await sleep(dice.between(20, 140))
    if (cuts % killEvery !== 0 || killed === kills) continue
    killed++
    server.kill('SIGKILL')
    await once(server, 'exit')
    server = await start()
  }
  expect(killed).toBe(kills)
  await sleep(500)
  server.send('rest')
  await once(server, 'message')
  const client = new pg.Client(database.url)
  await client.connect()
  const { rows } = await client.query<{ number: string; at: string }>(
    `select number, body->>'at' as at from platform.messages where topic = $1 order by number`,
    [topic],
  )
  await client.end()
  const told = rows.map((row) => ({ number: Number(row.number), at: row.at }))
  expect(told.length).toBeGreaterThan(reconnects)
  const until = performance.now() + 20_000
  while (viewers.some(({ got }) => got.length < told.length) && performance.now() < until) await sleep(50)
  await sleep(300)
  for (const viewer of viewers) {
    expect(viewer.resets()).toBe(0)
    // What was committed is what each has heard: nothing less, nothing twice, in this order.
    expect(viewer.got).toEqual(told)
    viewer.stop()
  }
  const connections = viewers.reduce((sum, viewer) => sum + viewer.connections(), 0)
  expect(connections).toBeGreaterThanOrEqual(reconnects)
})
