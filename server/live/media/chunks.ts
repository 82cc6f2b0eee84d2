import { ProtocolError } from './protocol-error.ts'

/**
 * RTMP cuts messages into chunks, so that a large picture does not hold up a small sound. The reader puts them together
 * again, whatever the pieces in which the bytes arrive; the writer cuts.
 */
export type RtmpMessage = { type: number; streamId: number; timestampMs: number; payload: Buffer }

export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
} as const

export const chunkBytesAtStart = 128
// Smaller chunks would cost the server more work a byte than any encoder has a reason for.
export const chunkBytesMin = 128
export const chunkBytesMax = 0xff_ffff
export const chunkStreamsMax = 32
// All messages of one connection that are not whole yet, together.
export const assemblyBytesMax = 8 * 1024 * 1024

const timestampExtended = 0xff_ffff
const headerBytesByFormat = [11, 7, 3, 0] as const

type ChunkStream = {
  timestampMs: number
  deltaMs: number
  length: number
  type: number
  streamId: number
  extendedField: number | null
  payload: Buffer | null
  filled: number
}

export type ChunkReader = { push(bytes: Buffer): void; stop(): void }

/** `messageBytesMax` is asked for each message, because a peer that has not yet shown its key is allowed less. */
export function createChunkReader(options: {
  messageBytesMax(): number
  deliver(message: RtmpMessage): void
}): ChunkReader {
  const streams = new Map<number, ChunkStream>()
  let chunkBytes = chunkBytesAtStart
  let assemblyBytes = 0
  let held: Buffer = Buffer.alloc(0) // The start of a header that is not whole yet: never more than 18 bytes.
  let open: ChunkStream | null = null // The chunk that is being filled.
  let openBytesLeft = 0
  let stopped = false

  function push(received: Buffer): void {
    const bytes = held.length > 0 ? Buffer.concat([held, received]) : received
    held = Buffer.alloc(0)
    let at = 0
    while (!stopped && at < bytes.length) {
      if (open === null) {
        const next = readHeader(bytes, at)
        if (next === null) {
          held = Buffer.from(bytes.subarray(at))
          return
        }
        at = next
      }
      at = fill(bytes, at)
    }
  }

  /** Answers where the payload begins and leaves its chunk stream in `open`; null when the header is not whole yet. */
  function readHeader(bytes: Buffer, from: number): number | null {
    let at = from
    const first = bytes.readUInt8(at)
    const format = first >> 6
    let id = first & 0x3f
    at += 1
    if (id === 0) {
      if (at + 1 > bytes.length) return null
      id = 64 + bytes.readUInt8(at)
      at += 1
    } else if (id === 1) {
      if (at + 2 > bytes.length) return null
      id = 64 + bytes.readUInt16LE(at)
      at += 2
    }
    const headerBytes = headerBytesByFormat[format] ?? 0
    if (at + headerBytes > bytes.length) return null

    const stream = streams.get(id) ?? newStream(format)
    let { length, type, streamId, extendedField } = stream
    let time = 0
    if (format < 3) {
      if (stream.payload !== null) throw new ProtocolError('A message began before the last one was whole')
      time = bytes.readUIntBE(at, 3)
      if (format < 2) {
        length = bytes.readUIntBE(at + 3, 3)
        type = bytes.readUInt8(at + 6)
      }
      if (format === 0) streamId = bytes.readUInt32LE(at + 7)
      at += headerBytes
      extendedField = null
      if (time === timestampExtended) {
        if (at + 4 > bytes.length) return null
        time = bytes.readUInt32BE(at)
        extendedField = time
        at += 4
      }
    } else if (extendedField !== null) {
      // The specification repeats the field in every following chunk; some encoders do not. Only the bytes tell.
      if (at + 4 > bytes.length) return null
      if (bytes.readUInt32BE(at) === extendedField) at += 4
    }

    if (!streams.has(id)) {
      if (streams.size >= chunkStreamsMax) throw new ProtocolError('Too many chunk streams')
      streams.set(id, stream)
    }
    Object.assign(stream, { length, type, streamId, extendedField })
    if (stream.payload === null) beginMessage(stream, format, time)
    open = stream
    openBytesLeft = Math.min(chunkBytes, stream.length - stream.filled)
    return at
  }

  function newStream(format: number): ChunkStream {
    // A stream may begin with a format that leaves out the message stream, but not with one that leaves out the length.
    if (format > 1) throw new ProtocolError('A chunk stream began without a header')
    return {
      timestampMs: 0,
      deltaMs: 0,
      length: 0,
      type: 0,
      streamId: 0,
      extendedField: null,
      payload: null,
      filled: 0,
    }
  }

  function beginMessage(stream: ChunkStream, format: number, time: number): void {
    if (stream.length > options.messageBytesMax()) throw new ProtocolError('Message is too large')
    assemblyBytes += stream.length
    if (assemblyBytes > assemblyBytesMax) throw new ProtocolError('Too many unfinished messages')
    if (format === 0) {
      stream.timestampMs = time
      stream.deltaMs = 0
    } else {
      if (format < 3) stream.deltaMs = time
      stream.timestampMs = (stream.timestampMs + stream.deltaMs) >>> 0
    }
    stream.payload = Buffer.allocUnsafe(stream.length)
    stream.filled = 0
  }

  function fill(bytes: Buffer, from: number): number {
    const stream = open
    if (stream?.payload == null) return from
    const count = Math.min(openBytesLeft, bytes.length - from)
    bytes.copy(stream.payload, stream.filled, from, from + count)
    stream.filled += count
    openBytesLeft -= count
    if (openBytesLeft > 0) return from + count
    open = null
    if (stream.filled === stream.length) {
      const { payload, type, streamId, timestampMs } = stream
      stream.payload = null
      stream.filled = 0
      assemblyBytes -= stream.length
      receive({ type, streamId, timestampMs, payload })
    }
    return from + count
  }

  function receive(message: RtmpMessage): void {
    if (message.type === messageType.setChunkSize) {
      const size = uint32Of(message.payload) & 0x7fff_ffff
      if (size < chunkBytesMin) throw new ProtocolError('Chunk size is too small')
      chunkBytes = Math.min(size, chunkBytesMax)
    } else if (message.type === messageType.abort) {
      const stream = streams.get(uint32Of(message.payload))
      if (stream?.payload == null) return
      assemblyBytes -= stream.length
      stream.payload = null
      stream.filled = 0
    } else {
      options.deliver(message)
    }
  }

  return {
    push,
    stop() {
      stopped = true
    },
  }
}

export function uint32Of(payload: Buffer): number {
  if (payload.length < 4) throw new ProtocolError('Control message is cut short')
  return payload.readUInt32BE(0)
}

/** One message as chunks. Always with a full header: what we send is small or local, and this cannot go wrong. */
export function encodeMessage(message: RtmpMessage, options: { chunkStreamId: number; chunkBytes: number }): Buffer {
  const { payload } = message
  const timestampMs = message.timestampMs >>> 0
  const isExtended = timestampMs >= timestampExtended
  const extensionBytes = isExtended ? 4 : 0
  const chunkCount = Math.max(1, Math.ceil(payload.length / options.chunkBytes))
  const bytes = Buffer.allocUnsafe(12 + extensionBytes + (chunkCount - 1) * (1 + extensionBytes) + payload.length)
  bytes.writeUInt8(options.chunkStreamId, 0)
  bytes.writeUIntBE(isExtended ? timestampExtended : timestampMs, 1, 3)
  bytes.writeUIntBE(payload.length, 4, 3)
  bytes.writeUInt8(message.type, 7)
  bytes.writeUInt32LE(message.streamId, 8)
  let at = 12
  for (let index = 0; index < chunkCount; index += 1) {
    if (index > 0) at = bytes.writeUInt8(0xc0 | options.chunkStreamId, at)
    if (isExtended) at = bytes.writeUInt32BE(timestampMs, at)
    const from = index * options.chunkBytes
    at += payload.copy(bytes, at, from, from + options.chunkBytes)
  }
  return bytes
}
