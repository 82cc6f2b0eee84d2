import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { pingFrame, textFrame } from './frames.ts'

test('what is framed here is read by others as it was, at every length of the head', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const client = new WebSocket(`ws://127.0.0.1:${port}`)
  const accepted = await new Promise<WebSocket>((resolve) => server.once('connection', resolve))
  const wire = (accepted as unknown as { _socket: { write(bytes: Buffer): void } })._socket
  const heard: string[] = []
  let pings = 0
  client.on('message', (data) => heard.push(String(data)))
  client.on('ping', () => pings++)
  if (client.readyState !== WebSocket.OPEN) await new Promise((resolve) => client.once('open', resolve))
  const sizes = [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 200_000]
  const texts = [...sizes.map((size) => 'x'.repeat(size)), '评论💬', '']
  for (const text of texts) {
    wire.write(textFrame(text))
    wire.write(pingFrame)
  }
  while (heard.length < texts.length || pings < texts.length) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(heard).toEqual(texts)
  client.close()
  server.close()
})

test('a frame is as long as its head and its text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const frame = textFrame(text)
      const size = Buffer.byteLength(text)
      expect(frame.length).toBe(size + (size < 126 ? 2 : 4))
      expect(frame.subarray(frame.length - size).toString()).toBe(text)
    }),
  )
})
