import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { message, recordedPublish, videoConfigPayload } from './media.test-kit.ts'
import { listenRtmp, type RtmpServer, waitingPerAddressMax } from './rtmp-server.ts'

let server: RtmpServer | null = null
const sockets: Socket[] = []
let logged: string[] = []
let received: string[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server?.close()
  logged = []
  received = []
})

async function start(): Promise<RtmpServer> {
  server = await listenRtmp({
    port: 0,
    host: '127.0.0.1',
    clock: { nowMs: () => performance.now(), wallMs: () => 0 },
    log: (_level, text, fields) => logged.push(`${text} ${JSON.stringify(fields)}`),
    async openForPublish() {
      return {
        input: {
          video: (tag) => received.push(`video ${tag.kind}`),
          audio: () => undefined,
          heard: () => undefined,
          reject: () => undefined,
          leave: () => received.push('leave'),
        },
      }
    },
  })
  return server
}

async function open(port: number): Promise<Socket & { isOver(): boolean }> {
  const socket = connect({ port, host: '127.0.0.1' })
  sockets.push(socket)
  let isOver = false
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isOver = true
  })
  socket.resume()
  await new Promise((resolve) => socket.once('connect', resolve))
  return Object.assign(socket, { isOver: () => isOver })
}

async function until(isTrue: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error('This did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('bad bytes end their own connection and leave the others alone', async () => {
  const { port } = await start()
  const good = await open(port)
  good.write(recordedPublish)
  await until(() => logged.some((line) => line.startsWith('An encoder is publishing')))
  const stranger = await open(port)
  stranger.write('GET / HTTP/1.1\r\nHost: example\r\n\r\n')
  const damaged = await open(port)
  damaged.write(recordedPublish)
  damaged.write(Buffer.alloc(500, 0xff))
  await until(() => stranger.isOver() && damaged.isOver())
  good.write(message(9, videoConfigPayload()))
  await until(() => received.includes('video config'))
  expect(good.isOver()).toBe(false)
  // One key is logged as one short label, and never as itself.
  expect(logged.join('\n')).not.toContain('live_aaaa')
})

test('a configuration that no decoder could read ends the connection that sent it', async () => {
  const { port } = await start()
  const socket = await open(port)
  socket.write(recordedPublish)
  await until(() => logged.length > 0)
  // Fewer bytes than a video message must have.
  socket.write(message(9, Buffer.from([0x17, 0])))
  await until(() => socket.isOver())
  expect(logged.at(-1)).toContain('Video message is cut short')
  expect(received.at(-1)).toBe('leave')
})

test('connections of one address that show no key are few, and make room when they go', async () => {
  const { port } = await start()
  const waiting = await Promise.all(Array.from({ length: waitingPerAddressMax }, async () => await open(port)))
  await until(() => server?.connections() === waitingPerAddressMax)
  const oneMore = await open(port)
  await until(() => oneMore.isOver())
  waiting[0]?.destroy()
  await until(() => server?.connections() === waitingPerAddressMax - 1)
  const later = await open(port)
  later.write(recordedPublish)
  await until(() => logged.some((line) => line.startsWith('An encoder is publishing')))
})

test('a connection that goes away leaves its stream', async () => {
  const { port } = await start()
  const socket = await open(port)
  socket.write(recordedPublish)
  await until(() => logged.length > 0)
  socket.destroy()
  await until(() => received.includes('leave'))
})
