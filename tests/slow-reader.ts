/** A client that speaks the socket's protocol and reads only when it is told to: on the bare wire, since libraries read. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface SlowReader {
  /** Sends a text so many times, or until something is so; answers whether it became so. */
  send(text: string, of: { messages: number; until?: () => boolean }): Promise<boolean>
  /** Reads from now on. Answers all that was sent to it, as parsed messages, when the predicate holds or the wire ends. */
  readUntil(isEnough: (messages: any[]) => boolean, timeoutMs: number): Promise<any[]>
  isClosed(): boolean
  close(): void
}

export async function readerThatNeverReads(url: string, cookie = ''): Promise<SlowReader> {
  const { hostname, port, host } = new URL(url)
  const wire = connect({ host: hostname, port: Number(port) })
  wire.on('error', () => undefined)
  await new Promise((resolve, reject) => wire.once('connect', resolve).once('error', reject))
  wire.write(
    `GET /ws HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
      `sec-websocket-key: ${randomBytes(16).toString('base64')}\r\n${cookie ? `cookie: ${cookie}\r\n` : ''}\r\n`,
  )
  let bytes = await untilHeadOf(wire)
  wire.pause()
  let isClosed = false
  wire.on('close', () => {
    isClosed = true
  })
  return {
    async send(text, { messages, until = () => false }) {
      for (let sent = 0; sent < messages && !isClosed; ) {
        const now = Math.min(messages - sent, 400)
        const isTaken = wire.write(Buffer.concat(Array.from({ length: now }, () => frameOf(text))))
        sent += now
        // At the pace of the server: what only waits here would tell nothing about it.
        if (!isTaken) await new Promise((resolve) => wire.once('drain', resolve).once('close', resolve))
        else await new Promise((resolve) => setImmediate(resolve))
        if (until()) return true
      }
      return until()
    },
    async readUntil(isEnough, timeoutMs) {
      const messages: any[] = []
      const until = performance.now() + timeoutMs
      const chunks: Buffer[] = [bytes]
      wire.on('data', (chunk: Buffer) => chunks.push(chunk))
      wire.resume()
      while (performance.now() < until) {
        bytes = Buffer.concat(chunks.splice(0))
        for (let frame = firstFrameIn(bytes); frame !== null; frame = firstFrameIn(bytes)) {
          bytes = bytes.subarray(frame.length)
          if (frame.opcode === 1) messages.push(JSON.parse(frame.text))
        }
        chunks.unshift(bytes)
        if (isClosed || isEnough(messages)) break
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return messages
    },
    isClosed: () => isClosed,
    close: () => wire.destroy(),
  }
}

/** Reads the answer to the handshake; answers what came after it. */
async function untilHeadOf(wire: Socket): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of wire.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) continue
    if (!bytes.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(bytes.toString('latin1', 0, end))
    return bytes.subarray(end + 4)
  }
  throw new Error('the server hung up')
}

/** A masked text frame of at most 65,535 bytes (RFC 6455, section 5.2); a mask of zeros changes nothing. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255])
  return Buffer.concat([head, Buffer.alloc(4), payload])
}

function firstFrameIn(bytes: Buffer): { opcode: number; text: string; length: number } | null {
  if (bytes.length < 2) return null
  const opcode = bytes.readUInt8(0) & 15
  const short = bytes.readUInt8(1) & 127
  const head = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < head) return null
  const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < head + size) return null
  return { opcode, text: bytes.toString('utf8', head, head + size), length: head + size }
}
