import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { OpenForPublish, StreamInput } from './live-streams.ts'
import { avcC, testKey } from './media.test-kit.ts'
import { ProtocolError } from './protocol-error.ts'
import { encodeBrowserFrame, parseBrowserFrame } from './websocket-frames.ts'
import { createWebSocketPublishers, keyframeEveryMs, keyTimeoutMs, silentAfterMs } from './websocket-server.ts'

let front: Server | null = null
let sockets: WebSocket[] = []
afterEach(() => {
  for (const socket of sockets) socket.terminate()
  sockets = []
  front?.closeAllConnections()
  front?.close()
})

async function house(answer: Awaited<ReturnType<OpenForPublish>> | 'input' = 'input') {
  let nowMs = 0
  const calls: unknown[][] = []
  const asked: { key: string; via: string }[] = []
  let kick: (why: string) => void = () => undefined
  const note = (name: string) => (value: unknown, ms?: number) => void calls.push([name, value, ms])
  const input = {
    video: note('video'),
    audio: note('audio'),
    heard: () => undefined,
    reject: note('reject'),
    leave: () => void calls.push(['leave']),
  } as unknown as StreamInput
  const publishers = createWebSocketPublishers({
    clock: { nowMs: () => nowMs, wallMs: () => 0 },
    log: () => undefined,
    async openForPublish(request) {
      asked.push({ key: request.key, via: request.via })
      kick = request.kick
      return answer === 'input' ? { input } : answer
    },
  })
  front = createServer()
  front.on('upgrade', (request, socket, head) => publishers.upgrade(request, socket, head, '192.0.2.1'))
  await new Promise<void>((resolve) => front?.listen(0, '127.0.0.1', resolve))
  const socket = new WebSocket(`ws://127.0.0.1:${(front.address() as AddressInfo).port}/`)
  sockets.push(socket)
  const heard: Record<string, unknown>[] = []
  socket.on('message', (message) => heard.push(JSON.parse(String(message))))
  await new Promise((resolve) => socket.once('open', resolve))
  return {
    ...{ socket, heard, calls, asked },
    kick: (why: string) => kick(why),
    pass(ms: number) {
      nowMs += ms
      publishers.tick()
    },
  }
}

const until = async (isSo: () => boolean) => expect.poll(isSo, { timeout: 3_000, interval: 10 }).toBe(true)

test('the key comes first, in a message and not in an address, and then pictures and sounds', async () => {
  const { socket, heard, calls, asked } = await house()
  socket.send(JSON.stringify({ key: testKey }))
  await until(() => heard.length > 0)
  expect(heard).toEqual([{ kind: 'published' }])
  expect(asked).toEqual([{ key: testKey, via: 'websocket' }])
  socket.send(encodeBrowserFrame({ kind: 'videoConfig', data: avcC }))
  socket.send(encodeBrowserFrame({ kind: 'opusConfig', data: Buffer.from([1]) }))
  socket.send(encodeBrowserFrame({ kind: 'video', isKey: true, timestampMs: 12.5, data: Buffer.from('picture') }))
  socket.send(encodeBrowserFrame({ kind: 'opus', timestampMs: 20, data: Buffer.from('sound') }))
  await until(() => calls.length === 4)
  expect(calls).toEqual([
    ['video', { kind: 'config', avcC }, 0],
    ['audio', { kind: 'opus', channels: 1 }, 0],
    ['video', { kind: 'frame', isKey: true, compositionMs: 0, data: Buffer.from('picture') }, 12.5],
    ['audio', { kind: 'frame', data: Buffer.from('sound') }, 20],
  ])
  socket.close()
  await until(() => calls.at(-1)?.[0] === 'leave')
})

test('a refused browser is told why', async () => {
  const busy = await house({ refused: 'busy' })
  busy.socket.send(JSON.stringify({ key: testKey }))
  await until(() => busy.heard.length > 0)
  expect(busy.heard).toEqual([{ kind: 'refused', reason: 'busy' }])
})

test('what is no key is refused without asking anybody', async () => {
  const wrong = await house()
  wrong.socket.send(JSON.stringify({ key: '../../etc/passwd' }))
  await until(() => wrong.heard.length > 0)
  expect(wrong.heard).toEqual([{ kind: 'refused', reason: 'bad_key' }])
  expect(wrong.asked).toEqual([])
})

test('who says nothing is cut off, and so is who stops sending', async () => {
  const silent = await house()
  silent.pass(keyTimeoutMs + 1)
  await until(() => silent.socket.readyState === WebSocket.CLOSED)
  const stopped = await house()
  stopped.socket.send(JSON.stringify({ key: testKey }))
  await until(() => stopped.heard.length > 0)
  stopped.pass(silentAfterMs + 1)
  await until(() => stopped.socket.readyState === WebSocket.CLOSED)
  await until(() => stopped.calls.at(-1)?.[0] === 'leave')
})

test('keyframes are asked for every second, and one who is cut off is told so', async () => {
  const { socket, heard, kick, pass } = await house()
  socket.send(JSON.stringify({ key: testKey }))
  await until(() => heard.length > 0)
  pass(keyframeEveryMs)
  await until(() => heard.length > 1)
  kick('The broadcast was ended.')
  await until(() => heard.length > 2)
  expect(heard.slice(1)).toEqual([{ kind: 'keyframe' }, { kind: 'dismissed', why: 'The broadcast was ended.' }])
})

test('bytes that cannot be right end the connection they came on', async () => {
  const { socket, heard } = await house()
  socket.send(JSON.stringify({ key: testKey }))
  await until(() => heard.length > 0)
  socket.send(Buffer.from([9, 9, 9]))
  await until(() => socket.readyState === WebSocket.CLOSED)
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(10),
    encodeBrowserFrame({ kind: 'video', timestampMs: Number.NaN, data: Buffer.from('x') }),
    encodeBrowserFrame({ kind: 'video', timestampMs: -1, data: Buffer.from('x') }),
    Buffer.alloc(11, 200),
  ]) {
    expect(() => parseBrowserFrame(bytes)).toThrow(ProtocolError)
  }
})
