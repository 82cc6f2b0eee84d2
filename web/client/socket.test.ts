import { expect, test } from 'vitest'
import type { ServerMessage } from '#contract/socket'
import { createSocket, type SocketWorld } from './socket.ts'

type PretendSocket = Omit<ReturnType<SocketWorld['open']>, 'readyState'> & {
  readyState: number
  sent: Record<string, unknown>[]
  say(message: ServerMessage): void
  accept(): void
  drop(): void
}

/** A world with a clock that stands still until it is moved, and sockets that do what they are told. */
function pretendWorld() {
  const timers: { run: () => void; atMs: number }[] = []
  const sockets: PretendSocket[] = []
  let nowMs = 1_000_000
  const world: SocketWorld = {
    open() {
      const socket = {
        sent: [] as Record<string, unknown>[],
        readyState: 0,
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        send: (text: unknown) => void socket.sent.push(JSON.parse(String(text)) as Record<string, unknown>),
        close: () => socket.drop(),
        say: (message: ServerMessage) => socket.onmessage?.({ data: JSON.stringify(message) }),
        accept() {
          socket.readyState = 1
          socket.onopen?.()
        },
        drop() {
          socket.readyState = 3
          socket.onclose?.()
        },
      } as PretendSocket
      sockets.push(socket)
      return socket as unknown as ReturnType<SocketWorld['open']>
    },
    nowMs: () => nowMs,
    random: () => 0.5,
    setTimeout(run, ms) {
      const timer = { run, atMs: nowMs + ms }
      timers.push(timer)
      return timer
    },
    clearTimeout: (timer) => {
      const at = timers.indexOf(timer)
      if (at >= 0) timers.splice(at, 1)
    },
  }
  return {
    world,
    get socket() {
      return sockets.at(-1)!
    },
    sockets,
    pass(ms: number) {
      nowMs += ms
      for (const due of timers.filter((timer) => timer.atMs <= nowMs)) {
        timers.splice(timers.indexOf(due), 1)
        due.run()
      }
    },
  }
}

const joinsOf = (socket: { sent: Record<string, unknown>[] }) =>
  socket.sent.filter((message) => message['t'] === 'join')
const asksOf = (socket: { sent: Record<string, unknown>[] }) => socket.sent.filter((message) => message['t'] === 'ask')

function joinedRoom(after?: number) {
  const pretend = pretendWorld()
  const client = createSocket(pretend.world)
  const heard: [number, unknown][] = []
  let resets = 0
  client.join(
    'room:1',
    {
      onMessage: (message, number) => void heard.push([number, message]),
      onReset: async () => {
        resets++
        return 40
      },
    },
    after,
  )
  pretend.socket.accept()
  return { pretend, client, heard, resets: () => resets }
}

test('a topic is joined from the number that the page has, and each message comes once and in order', () => {
  const { pretend, heard } = joinedRoom(7)
  expect(joinsOf(pretend.socket)).toEqual([{ t: 'join', topic: 'room:1', after: 7 }])
  pretend.socket.say({ t: 'joined', topic: 'room:1', number: 9 })
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[8, 'a'], [9, 'b']] }) // biome-ignore format: pairs read best in a row.
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[9, 'b'], [10, 'c']] }) // biome-ignore format: pairs read best in a row.
  expect(heard).toEqual([[8, 'a'], [9, 'b'], [10, 'c']]) // biome-ignore format: pairs read best in a row.
})

test('a gap is filled before what came after it is told', () => {
  const { pretend, heard } = joinedRoom(7)
  pretend.socket.say({ t: 'joined', topic: 'room:1', number: 7 })
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[10, 'c']] })
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[11, 'd']] })
  expect(heard).toEqual([])
  // Asked for once, from the last number that was delivered.
  expect(joinsOf(pretend.socket).slice(1)).toEqual([{ t: 'join', topic: 'room:1', after: 7 }])
  pretend.socket.say({ t: 'joined', topic: 'room:1', number: 11 })
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[8, 'a'], [9, 'b'], [10, 'c'], [11, 'd']] }) // biome-ignore format: pairs read best in a row.
  expect(heard.map(([number]) => number)).toEqual([8, 9, 10, 11])
})

test('after a broken connection it goes on from the last number, and waits longer each time', () => {
  const { pretend, client, heard } = joinedRoom(7)
  pretend.socket.say({ t: 'joined', topic: 'room:1', number: 7 })
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[8, 'a']] })
  pretend.socket.drop()
  expect(client.state.get()).toBe('away')
  pretend.pass(300)
  expect(pretend.sockets).toHaveLength(2)
  pretend.socket.drop()
  pretend.pass(300)
  expect(pretend.sockets).toHaveLength(2)
  pretend.pass(200)
  expect(pretend.sockets).toHaveLength(3)
  pretend.socket.accept()
  expect(joinsOf(pretend.socket)).toEqual([{ t: 'join', topic: 'room:1', after: 8 }])
  pretend.socket.say({ t: 'joined', topic: 'room:1', number: 9 })
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[9, 'b']] })
  expect(heard.at(-1)).toEqual([9, 'b'])
})

test('what is no longer kept makes the page load its state, and nothing is told twice', async () => {
  const { pretend, heard, resets } = joinedRoom(7)
  pretend.socket.say({ t: 'joined', topic: 'room:1', number: 39, reset: true })
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[40, 'in the state already']] })
  await Promise.resolve()
  await Promise.resolve()
  expect(resets()).toBe(1)
  expect(joinsOf(pretend.socket).at(-1)).toEqual({ t: 'join', topic: 'room:1', after: 40 })
  pretend.socket.say({ t: 'joined', topic: 'room:1', number: 41 })
  pretend.socket.say({ t: 'tick', topic: 'room:1', r: [[40, 'in the state already'], [41, 'new']] }) // biome-ignore format: pairs read best in a row.
  expect(heard).toEqual([[41, 'new']])
})

test('an ask that was under way is repeated under the same id, and a refusal is a problem with a code', async () => {
  const { pretend, client } = joinedRoom()
  const answer = client.ask<{ order: string }>('order.place', { id: 'o1' })
  const refused = client.ask('order.place', { id: 'o2' })
  const [first, second] = asksOf(pretend.socket)
  pretend.socket.drop()
  pretend.pass(300)
  pretend.socket.accept()
  expect(asksOf(pretend.socket)).toEqual([first, second])
  pretend.socket.say({ t: 'answer', id: String(first?.['id']), ok: true, value: { order: 'o1' } })
  pretend.socket.say({ t: 'answer', id: String(second?.['id']), ok: false, code: 'sold_out', params: { unitsLeft: 0 } })
  await expect(answer).resolves.toEqual({ order: 'o1' })
  await expect(refused).rejects.toMatchObject({ code: 'sold_out', params: { unitsLeft: 0 } })
})

test('an ask without an answer times out; one that must not be doubled is given up with its connection', async () => {
  const { pretend, client } = joinedRoom()
  const late = client.ask('order.place', {}, { timeoutMs: 500 })
  const taps = client.ask('like.tap', {}, { repeat: false })
  pretend.pass(500)
  await expect(late).rejects.toMatchObject({ code: 'timed_out' })
  pretend.socket.drop()
  await expect(taps).rejects.toMatchObject({ code: 'offline' })
})

test('when the server says goodbye it is left alone for as long as it asked', () => {
  const { pretend } = joinedRoom()
  pretend.socket.say({ t: 'bye', reason: 'stopping', afterMs: 3_000 })
  pretend.pass(2_900)
  expect(pretend.sockets).toHaveLength(1)
  pretend.pass(200)
  expect(pretend.sockets).toHaveLength(2)
})
