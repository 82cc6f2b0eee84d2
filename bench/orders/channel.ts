/**
 * A client's end of the socket, as small as the protocol allows: the generator shares the machine with what it measures, so each
 * microsecond here is one that the server does not have. Texts in one frame each, no extensions, no fragments.
 */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

export interface Channel {
  send(text: string): void
}

const text = 0x81
const close = 0x88
const ping = 0x89
const pong = 0x8a
const masked = 0x80
const short = 126

/** `hear` gets the first `heardMax` characters of each text: answers begin with what the generator must know of them. */
export const heardMax = 120

export function openChannel(to: { port: number; cookie: string }, hear: (text: string) => void): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: to.port, host: '127.0.0.1', noDelay: true })
    let rest: Buffer | null = null
    let isOpen = false
    socket.once('error', reject)
    socket.once('connect', () =>
      socket.write(
        `GET /ws HTTP/1.1\r\nhost: 127.0.0.1:${to.port}\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\n` +
          `sec-websocket-key: ${randomBytes(16).toString('base64')}\r\ncookie: ${to.cookie}\r\n\r\n`,
      ),
    )
    socket.on('data', (chunk: Buffer) => {
      let data = rest === null ? chunk : Buffer.concat([rest, chunk])
      rest = null
      if (!isOpen) {
        const end = data.indexOf('\r\n\r\n')
        if (end < 0) {
          rest = data
          return
        }
        if (data.toString('latin1', 9, 12) !== '101') return reject(new Error(data.toString('latin1', 0, end)))
        isOpen = true
        data = data.subarray(end + 4)
        resolve({ send: (message) => void socket.write(frameOf(text, message)) })
      }
      let at = 0
      while (data.length - at >= 2) {
        const kind = data[at]
        let length = data[at + 1] ?? 0
        let from = at + 2
        if (length === short) {
          if (data.length - at < 4) break
          length = data.readUInt16BE(from)
          from += 2
        } else if (length > short) {
          if (data.length - at < 10) break
          length = Number(data.readBigUInt64BE(from))
          from += 8
        }
        if (data.length - from < length) break
        if (kind === text) hear(data.toString('latin1', from, from + Math.min(length, heardMax)))
        else if (kind === ping) socket.write(frameOf(pong, data.toString('latin1', from, from + length)))
        else if (kind === close) socket.destroy()
        at = from + length
      }
      if (at < data.length) rest = data.subarray(at)
    })
    return undefined
  })
}

/** Clients must mask what they send; a mask of zeros is a mask, and leaves the text as it is. Texts are ASCII. */
function frameOf(kind: number, message: string): Buffer {
  const isShort = message.length < short
  const head = isShort ? 6 : 8
  const frame = Buffer.allocUnsafe(head + message.length)
  frame[0] = kind
  frame[1] = masked | (isShort ? message.length : short)
  if (!isShort) frame.writeUInt16BE(message.length, 2)
  frame.writeUInt32BE(0, head - 4)
  frame.write(message, head, 'latin1')
  return frame
}
