/**
 * What the socket promises: a reliable message reaches each who joined once and in order, however often his connection
 * breaks; what may be lost is counted when it is; who reads slowly loses that first; a stop says goodbye.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { inTransaction, systemActor } from '#platform/database'
import { refuse } from '#platform/outcome'
import { catchUpMax, lossyPerTickMax, socketBufferBytesMax, tickMs } from '#platform/sockets'
import { readerThatNeverReads } from '../slow-reader.ts'
import { startWorld, transact, type World } from '../world.ts'

let world: World
let halls = 0

beforeAll(async () => {
  world = await startWorld()
  // A topic of the test's own, which lets everybody in and of which nobody else tells.
  world.server.app.sockets.topic({ prefix: 'hall', who: 'anyone' })
})
afterAll(() => world?.stop())

const newHall = () => `hall:${++halls}`

/** Tells messages on a topic in one transaction. */
const tell = (topic: string, messages: readonly object[]) =>
  transact(world.server.app, async (tx) => {
    for (const message of messages) tx.tell(topic, message)
  })

interface Listener {
  socket: WebSocket
  /** As they came over the wire. */
  all: any[]
  numbers: () => number[]
  lossy: () => any[]
  drops: () => number
  joined: Promise<{ number: number; reset?: boolean }>
  closed: Promise<{ code: number; reason: string }>
}

async function listenTo(topic: string, after?: number): Promise<Listener> {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/ws`)
  const all: any[] = []
  const joined = Promise.withResolvers<any>()
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    all.push(message)
    if (message.t === 'joined') joined.resolve(message)
    if (message.t === 'refused') joined.reject(new Error(message.code))
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  )
  socket.on('error', () => undefined)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ t: 'join', topic, ...(after === undefined ? {} : { after }) }))
  const ticks = () => all.filter((message) => message.t === 'tick' && message.topic === topic)
  return {
    socket,
    all,
    numbers: () => ticks().flatMap((tick) => (tick.r ?? []).map(([number]: [number]) => number)),
    lossy: () => ticks().flatMap((tick) => tick.l ?? []),
    drops: () => ticks().reduce((sum, tick) => sum + (tick.d ?? 0), 0),
    joined: joined.promise,
    closed,
  }
}

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index)

test('over thirty broken connections, with tellers all the while, each message comes once and in order', async () => {
  const topic = newHall()
  const ended = new AbortController()
  let told = 0
  const teller = async (many: number, pauseMs: number) => {
    while (!ended.signal.aborted) {
      await tell(
        topic,
        Array.from({ length: many }, (_, index) => ({ kind: 'word', index })),
      )
      told += many
      await sleep(pauseMs)
    }
  }
  const tellers = [teller(1, 1), teller(3, 7), teller(2, 0)]
  const got: number[] = []
  for (let times = 0; times < 30; times++) {
    const listener = await listenTo(topic, got.length)
    // Some go at once, some in the middle of a tick, some after several.
    await sleep((times % 5) * 45)
    const { numbers } = listener
    listener.socket.terminate()
    await listener.closed
    // What arrived before the end follows what was there, without a gap: or the next joining asks for it.
    expect(numbers()).toEqual(upTo(got.length + numbers().length, got.length + 1))
    got.push(...numbers())
    await sleep((times % 3) * 30)
  }
  ended.abort()
  await Promise.all(tellers)
  const last = await listenTo(topic, got.length)
  await world.eventually(() => got.length + last.numbers().length >= told, 'the rest')
  await sleep(3 * tickMs)
  got.push(...last.numbers())
  expect(got).toEqual(upTo(told))
  expect(told).toBeGreaterThan(300)
  last.socket.close()
})

test('a hundred who join in the midst of it all hear the same', async () => {
  const topic = newHall()
  await tell(topic, [{ kind: 'word' }])
  let told = 1
  const tellers = Array.from({ length: 4 }, async () => {
    for (let times = 0; times < 50; times++) {
      await tell(topic, [{ kind: 'word' }, { kind: 'word' }])
      told += 2
    }
  })
  const listeners = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      await sleep(index * 3)
      return listenTo(topic, 0)
    }),
  )
  await Promise.all(tellers)
  await world.eventually(() => listeners.every((each) => each.numbers().length >= told), 'everything, for everybody')
  await sleep(3 * tickMs)
  for (const each of listeners) {
    expect(each.numbers()).toEqual(upTo(told))
    each.socket.close()
  }
})

test('who joins without a number hears only what comes from then on, once', async () => {
  const topic = newHall()
  await tell(topic, [{ kind: 'past' }, { kind: 'past' }])
  const listener = await listenTo(topic)
  expect(await listener.joined).toEqual({ t: 'joined', topic, number: 2 })
  await tell(topic, [{ kind: 'now' }])
  await world.eventually(() => listener.numbers().length > 0, 'the message')
  expect(listener.numbers()).toEqual([3])
  listener.socket.send(JSON.stringify({ t: 'leave', topic }))
  await world.eventually(() => world.server.app.sockets.present(topic) === 0, 'his leaving')
  await tell(topic, [{ kind: 'later' }])
  await sleep(3 * tickMs)
  expect(listener.numbers()).toEqual([3])
  listener.socket.close()
})

test('what was rolled back was never told, and takes no number', async () => {
  const topic = newHall()
  const listener = await listenTo(topic)
  await listener.joined
  await inTransaction(world.server.app, systemActor, async (tx) => {
    tx.tell(topic, { kind: 'untold' })
    return refuse('sold_out')
  })
  await expect(
    transact(world.server.app, async (tx) => {
      tx.tell(topic, { kind: 'untold' })
      throw new Error('a fault')
    }),
  ).rejects.toThrow('a fault')
  await tell(topic, [{ kind: 'told' }])
  await world.eventually(() => listener.numbers().length > 0, 'the message')
  expect(listener.numbers()).toEqual([1])
  expect(JSON.stringify(listener.all)).not.toContain('untold')
  listener.socket.close()
})

test('who missed no more than is caught up with gets all of it; who missed more, or comes from the future, starts anew', async () => {
  const topic = newHall()
  await tell(
    topic,
    Array.from({ length: catchUpMax + 5 }, (_, index) => ({ kind: 'word', index })),
  )
  const number = catchUpMax + 5
  const near = await listenTo(topic, 5)
  expect(await near.joined).toEqual({ t: 'joined', topic, number })
  await world.eventually(() => near.numbers().length > 0, 'what was missed')
  expect(near.numbers()).toEqual(upTo(number, 6))

  const far = await listenTo(topic, 4)
  expect(await far.joined).toEqual({ t: 'joined', topic, number, reset: true })
  const ahead = await listenTo(topic, number + 1)
  expect(await ahead.joined).toEqual({ t: 'joined', topic, number, reset: true })
  await tell(topic, [{ kind: 'next' }])
  for (const each of [far, ahead]) {
    await world.eventually(() => each.numbers().length > 0, 'what comes next')
    expect(each.numbers()).toEqual([number + 1])
  }
  for (const each of [near, far, ahead]) each.socket.close()
})

test('what may be lost is lost oldest first, and the drops are told', async () => {
  const topic = newHall()
  const { sockets } = world.server.app
  const listener = await listenTo(topic)
  await listener.joined
  await sleep(2 * tickMs)
  for (let index = 0; index < lossyPerTickMax + 30; index++) sockets.publish(topic, { kind: 'whisper', index })
  for (let value = 1; value <= 500; value++) sockets.count(topic, 'likes', value)
  await world.eventually(() => listener.lossy().length > 0, 'whispers')
  expect(listener.lossy().map((each) => each.index)).toEqual(upTo(lossyPerTickMax + 29, 30))
  expect(listener.drops()).toBe(30)
  const counted = listener.all.filter((message) => message.c?.likes !== undefined)
  expect(counted.map((message) => message.c.likes)).toEqual([500])
  listener.socket.close()
})

test('who reads slowly loses whispers first, and not one reliable message; others lose nothing', async () => {
  const topic = newHall()
  const { sockets } = world.server.app
  const slow = await readerThatNeverReads(world.url)
  await slow.send(JSON.stringify({ t: 'join', topic }), { messages: 1 })
  await world.eventually(() => sockets.present(topic) >= 1, 'his joining')
  const quick = await listenTo(topic)
  await quick.joined
  // What the kernel holds for a reader who does not read is megabytes; whispers fill it, words come in between.
  const text = 'w'.repeat(10_000)
  let whispered = 0
  let words = 0
  const dropped = async () =>
    Number(/socket_messages_dropped_total (\d+)/.exec(String((await world.client().get('/metrics')).body))?.[1] ?? 0)
  const before = await dropped()
  for (let ticks = 0; ticks < 120 && (await dropped()) < before + 200; ticks++) {
    for (let each = 0; each < 40; each++) sockets.publish(topic, { kind: 'whisper', at: whispered++, text })
    await tell(topic, [{ kind: 'word', at: words++ }])
    await sleep(tickMs)
  }
  expect(slow.isClosed()).toBe(false)
  expect(await dropped()).toBeGreaterThanOrEqual(before + 200)
  const reliable = (messages: any[]) => messages.flatMap((message) => (message.t === 'tick' ? (message.r ?? []) : []))
  const messages = await slow.readUntil((heard) => reliable(heard).length >= words, 10_000)
  const ticks = messages.filter((message) => message.t === 'tick')
  expect(reliable(messages).map(([number]) => number)).toEqual(upTo(words))
  const whispers = ticks.reduce((sum, tick) => sum + (tick.l?.length ?? 0), 0)
  expect(whispers).toBeLessThan(whispered)
  expect(ticks.reduce((sum, tick) => sum + (tick.d ?? 0), 0) + whispers).toBe(whispered)

  await world.eventually(() => quick.numbers().length >= words, 'all words')
  expect(quick.numbers()).toEqual(upTo(words))
  expect(quick.lossy().length + quick.drops()).toBe(whispered)
  slow.close()
  quick.socket.close()
})

test('who does not read at all is closed before his buffer grows without end, and others hear everything', async () => {
  const topic = newHall()
  const { sockets } = world.server.app
  const size = sockets.size()
  const stuck = await Promise.all(Array.from({ length: 5 }, () => readerThatNeverReads(world.url)))
  for (const each of stuck) await each.send(JSON.stringify({ t: 'join', topic }), { messages: 1 })
  const quick = await listenTo(topic)
  await quick.joined
  await world.eventually(() => sockets.present(topic) >= 6, 'their joining')
  const text = 'r'.repeat(200_000)
  const held = () => process.memoryUsage().external + process.memoryUsage().arrayBuffers
  const before = held()
  let most = 0
  let words = 0
  // 40 MB for each of them, if they were let.
  for (; words < 200 && sockets.present(topic) > 1; words++) {
    await tell(topic, [{ kind: 'word', text }])
    most = Math.max(most, held() - before)
    await sleep(30)
  }
  expect(sockets.present(topic)).toBe(1)
  expect(most).toBeLessThan(stuck.length * 4 * socketBufferBytesMax)
  await world.eventually(() => sockets.size() <= size + 1, 'their end')
  await world.eventually(() => quick.numbers().length >= words, 'all words')
  expect(quick.numbers()).toEqual(upTo(words))
  for (const each of stuck) each.close()
  quick.socket.close()
})

test('what was swept away cannot be caught up with: the page starts anew', async () => {
  const topic = newHall()
  await tell(topic, [{ kind: 'old' }, { kind: 'old' }])
  const operator = await world.person('Operator', 'operations')
  const moved = await operator.post('/api/v1/sandbox/clock', { seconds: 30 * 86_400 })
  expect(moved.status).toBe(200)
  await tell(topic, [{ kind: 'new' }])
  const away = await listenTo(topic, 1)
  expect(await away.joined).toEqual({ t: 'joined', topic, number: 3, reset: true })
  const close = await listenTo(topic, 2)
  expect(await close.joined).toEqual({ t: 'joined', topic, number: 3 })
  await world.eventually(() => close.numbers().length > 0, 'the new one')
  expect(close.numbers()).toEqual([3])
  expect(away.numbers()).toEqual([])
  for (const each of [away, close]) each.socket.close()
})

test('a stop says goodbye and when to come back, and then closes', async () => {
  const listeners = await Promise.all(Array.from({ length: 20 }, () => listenTo(newHall())))
  await Promise.all(listeners.map((each) => each.joined))
  const stopping = world.stop()
  const ends = await Promise.all(listeners.map((each) => each.closed))
  expect(ends).toEqual(ends.map(() => ({ code: 1012, reason: 'stopping' })))
  const byes = listeners.map((each) => each.all.at(-1))
  for (const bye of byes) expect(bye).toEqual({ t: 'bye', reason: 'stopping', afterMs: expect.any(Number) })
  const waits = byes.map((bye) => bye.afterMs)
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(500)
  expect(Math.max(...waits)).toBeLessThan(5_000)
  expect(new Set(waits).size).toBeGreaterThan(10)
  await stopping
  await expect(listenTo('hall:1')).rejects.toThrow()
  world = { ...world, stop: async () => undefined }
})
