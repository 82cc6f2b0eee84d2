/**
 * A whole platform for a test: the real server on a database of its own, people who speak HTTP and sockets, and goods.
 * Nothing here reaches into the areas: what a journey needs it does as a person would, or as the seed does.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Role } from '#contract/roles'
import { addDemoLogin, openPeople } from '#people/identity'
import { seedVerified } from '#people/verification'
import { readConfig } from '#platform/config'
import { transact } from '#platform/database'
import { newId } from '#platform/ids'
import { type RunningServer, startServer } from '../server/app/server.ts'
import { createTestDatabase } from '../server/platform/database/test-database.ts'

/**
 * What does not happen within this does not happen. It is no promise to anybody: where one is proven, its test measures how long it
 * took and how much of the machine was ours (`pace.ts`).
 */
export const patienceMs = 20_000

export interface Answer<Body = any> {
  status: number
  body: Body
  headers: Headers
}

/** Somebody with a browser's cookie jar. */
export interface Client {
  personId: string | null
  cookie: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  delete(path: string): Promise<Answer>
  /** Any method and headers, for what no well-behaved client does. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  connect(): Promise<SocketClient>
}

export interface SocketClient {
  /** All messages of a kind on a topic so far, reliable and lossy. */
  heard(topic: string, kind?: string): any[]
  /** Waits until such a message came. */
  hears(topic: string, kind: string, fits?: (message: any) => boolean, timeoutMs?: number): Promise<any>
  counters(topic: string): Record<string, number>
  join(topic: string, after?: number): Promise<{ number: number; reset?: boolean }>
  ask(kind: string, body: unknown, timeoutMs?: number): Promise<any>
  /** Sends a raw text, for what no well-behaved client does. */
  raw(text: string): void
  all: any[]
  close(): void
}

export interface World {
  server: RunningServer
  url: string
  client(): Client
  /** A signed-in person with these roles. */
  person(name: string, ...roles: Role[]): Promise<Client & { personId: string }>
  eventually<Value>(
    check: () => Promise<Value | undefined | false | null> | Value | undefined | false | null,
    what: string,
    timeoutMs?: number,
  ): Promise<Value>
  stop(): Promise<void>
}

export async function startWorld(environment: Record<string, string> = {}): Promise<World> {
  const database = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'hawker-world-'))
  const config = readConfig({
    HAWKER_MODE: 'demo',
    HAWKER_DEMO_SALES: 'false',
    HAWKER_HOST: '127.0.0.1',
    HAWKER_PORT: String(await freePort()),
    HAWKER_RTMP_PORT: String(await freePort()),
    HAWKER_DATA_DIR: folder,
    HAWKER_DATABASE_URL: database.url,
    HAWKER_LOG_LEVEL: process.env['HAWKER_TEST_LOG_LEVEL'] ?? 'silent',
    ...environment,
  })
  const server = await startServer(config)
  const url = `http://127.0.0.1:${server.port}`
  return {
    server,
    url,
    client: () => clientOf(url),
    async person(name, ...roles) {
      const id = newId()
      await transact(server.app, async (tx) => {
        await openPeople(tx, [{ id, name, roles }])
        // Who sells has shown who he is; how that is done, and what happens without it, has tests of its own.
        if (roles.includes('creator') || roles.includes('agency')) await seedVerified(tx, id)
        // The one-click login of demo mode is how a test signs in; each way to sign in has a test of its own.
        await addDemoLogin(tx, { login: id, personId: id, sentence: { en: name, zh: name }, app: 'buyer' })
      })
      const client = clientOf(url)
      const answer = await client.post('/api/v1/demo/sign-ins', { login: id })
      if (answer.status !== 200) throw new Error(`could not sign in: ${answer.status} ${JSON.stringify(answer.body)}`)
      return Object.assign(client, { personId: id })
    },
    async eventually(check, what, timeoutMs = patienceMs) {
      const until = performance.now() + timeoutMs
      for (;;) {
        const value = await check()
        if (value !== undefined && value !== false && value !== null) return value
        if (performance.now() > until) throw new Error(`not within ${timeoutMs} ms: ${what}`)
        await sleep(25)
      }
    },
    async stop() {
      await server.stop()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export { newId, transact }

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

export function clientOf(url: string): Client {
  const client: Client = {
    personId: null,
    cookie: '',
    async send(method, path, body, headers = {}) {
      const isText = typeof body === 'string'
      const response = await fetch(url + path, {
        method,
        redirect: 'manual',
        headers: {
          ...(client.cookie ? { cookie: client.cookie } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      })
      const cookies = response.headers.getSetCookie().map((each) => each.split(';')[0] ?? '')
      if (cookies.length > 0) client.cookie = cookies.filter((each) => !each.endsWith('=')).join('; ')
      const bytes = Buffer.from(await response.arrayBuffer())
      const isJson = response.headers.get('content-type')?.includes('json') ?? false
      return {
        status: response.status,
        body: isJson ? JSON.parse(bytes.toString() || 'null') : bytes,
        headers: response.headers,
      }
    },
    get: (path, headers) => client.send('GET', path, undefined, headers),
    post: (path, body, headers) => client.send('POST', path, body, { 'idempotency-key': newId(), ...headers }),
    put: (path, body, headers) => client.send('PUT', path, body, headers),
    delete: (path) => client.send('DELETE', path),
    connect: () => connectSocket(url, client.cookie),
  }
  return client
}

async function connectSocket(url: string, cookie: string): Promise<SocketClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: cookie ? { cookie } : {} })
  const all: any[] = []
  const byTopic = new Map<string, any[]>()
  const counters = new Map<string, Record<string, number>>()
  const waiting = new Set<() => void>()
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    all.push(message)
    if (message.t === 'tick') {
      const list = byTopic.get(message.topic) ?? []
      for (const [number, body] of message.r ?? []) list.push({ ...body, number })
      list.push(...(message.l ?? []))
      byTopic.set(message.topic, list)
      counters.set(message.topic, { ...counters.get(message.topic), ...message.c })
    }
    for (const check of waiting) check()
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const until = <Value>(find: () => Value | undefined, what: string, timeoutMs: number) =>
    new Promise<Value>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(check)
        reject(new Error(`not heard within ${timeoutMs} ms: ${what}`))
      }, timeoutMs)
      const check = () => {
        const found = find()
        if (found === undefined) return
        clearTimeout(timer)
        waiting.delete(check)
        resolve(found)
      }
      waiting.add(check)
      check()
    })
  let asked = 0
  const client: SocketClient = {
    all,
    heard: (topic, kind) => (byTopic.get(topic) ?? []).filter((message) => kind === undefined || message.kind === kind),
    hears: (topic, kind, fits = () => true, timeoutMs = patienceMs) =>
      until(() => client.heard(topic, kind).find(fits), `${kind} on ${topic}`, timeoutMs),
    counters: (topic) => counters.get(topic) ?? {},
    async join(topic, after) {
      const before = all.length
      socket.send(JSON.stringify({ t: 'join', topic, ...(after === undefined ? {} : { after }) }))
      const answer = await until(
        () =>
          all
            .slice(before)
            .find((message) => message.topic === topic && (message.t === 'joined' || message.t === 'refused')),
        `joined ${topic}`,
        patienceMs,
      )
      if (answer.t === 'refused') throw new Error(`refused: ${answer.code}`)
      return answer
    },
    ask(kind, body, timeoutMs = patienceMs) {
      const id = `ask-${++asked}`
      socket.send(JSON.stringify({ t: 'ask', id, kind, body }))
      return until(
        () => all.find((message) => message.t === 'answer' && message.id === id),
        `answer to ${kind}`,
        timeoutMs,
      )
    },
    raw: (text) => socket.send(text),
    close: () => socket.close(),
  }
  return client
}
