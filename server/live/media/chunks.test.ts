import { expect, test } from 'vitest'
import { chunkStreamsMax, createChunkReader, encodeMessage, messageType, type RtmpMessage } from './chunks.ts'
import { ProtocolError } from './protocol-error.ts'

function read(bytes: Buffer, pieceBytes = bytes.length, messageBytesMax = 4_000_000): RtmpMessage[] {
  const messages: RtmpMessage[] = []
  const reader = createChunkReader({
    messageBytesMax: () => messageBytesMax,
    deliver: (message) => messages.push(message),
  })
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes))
  return messages
}

function payloadOf(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => index % 251))
}

test('a message is put together from any pieces', () => {
  const sent = { type: messageType.video, streamId: 1, timestampMs: 1_234, payload: payloadOf(1_000) }
  const bytes = encodeMessage(sent, { chunkStreamId: 6, chunkBytes: 128 })
  for (let pieceBytes = 1; pieceBytes <= bytes.length; pieceBytes += 1) expect(read(bytes, pieceBytes)).toEqual([sent])
})

test('times above 24 bits are carried in every chunk, and by encoders that leave them out of the following ones', () => {
  const sent = { type: messageType.video, streamId: 1, timestampMs: 0x1234_5678, payload: payloadOf(300) }
  const bytes = encodeMessage(sent, { chunkStreamId: 6, chunkBytes: 128 })
  expect(read(bytes, 7)).toEqual([sent])
  const lean = Buffer.concat([
    bytes.subarray(0, 16 + 128 + 1),
    bytes.subarray(16 + 128 + 5, 16 + 128 + 5 + 128 + 1),
    bytes.subarray(-44),
  ])
  expect(read(lean)).toEqual([sent])
})

test('chunks of two messages may alternate', () => {
  const picture = { type: messageType.video, streamId: 1, timestampMs: 0, payload: payloadOf(256) }
  const sound = { type: messageType.audio, streamId: 1, timestampMs: 0, payload: payloadOf(60) }
  const chunks = encodeMessage(picture, { chunkStreamId: 6, chunkBytes: 128 })
  const between = encodeMessage(sound, { chunkStreamId: 4, chunkBytes: 128 })
  expect(read(Buffer.concat([chunks.subarray(0, 140), between, chunks.subarray(140)]))).toEqual([sound, picture])
})

test('short headers take over what the last one said', () => {
  const first = encodeMessage(
    { type: messageType.audio, streamId: 1, timestampMs: 100, payload: payloadOf(3) },
    { chunkStreamId: 4, chunkBytes: 128 },
  )
  const withDelta = Buffer.from([0x84, 0, 0, 23, 7, 8, 9])
  const withNothing = Buffer.from([0xc4, 7, 8, 9])
  const times = read(Buffer.concat([first, withDelta, withNothing])).map((message) => message.timestampMs)
  expect(times).toEqual([100, 123, 146])
})

test('a chunk size that the peer sets is used, one below the minimum is refused', () => {
  const size = (bytes: number) => {
    const payload = Buffer.alloc(4)
    payload.writeUInt32BE(bytes)
    return encodeMessage(
      { type: messageType.setChunkSize, streamId: 0, timestampMs: 0, payload },
      { chunkStreamId: 2, chunkBytes: 128 },
    )
  }
  const sent = { type: messageType.video, streamId: 1, timestampMs: 0, payload: payloadOf(5_000) }
  expect(read(Buffer.concat([size(4_096), encodeMessage(sent, { chunkStreamId: 6, chunkBytes: 4_096 })]))).toEqual([
    sent,
  ])
  expect(() => read(size(1))).toThrow(ProtocolError)
})

test('what an aborted message has left behind is forgotten', () => {
  const picture = encodeMessage(
    { type: messageType.video, streamId: 1, timestampMs: 0, payload: payloadOf(256) },
    { chunkStreamId: 6, chunkBytes: 128 },
  )
  const abort = encodeMessage(
    { type: messageType.abort, streamId: 0, timestampMs: 0, payload: Buffer.from([0, 0, 0, 6]) },
    { chunkStreamId: 2, chunkBytes: 128 },
  )
  expect(read(Buffer.concat([picture.subarray(0, 140), abort, picture]))).toHaveLength(1)
})

test('limits are kept: length of a message, number of chunk streams, unfinished bytes', () => {
  const header = (id: number, length: number) => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt8(id)
    bytes.writeUIntBE(length, 4, 3)
    bytes.writeUInt8(messageType.video, 7)
    return Buffer.concat([bytes, Buffer.alloc(Math.min(length, 128))])
  }
  expect(() => read(header(6, 70_000), 1_000, 65_536)).toThrow('too large')
  const many = Array.from({ length: chunkStreamsMax + 1 }, (_, index) => header(index + 3, 0))
  expect(() => read(Buffer.concat(many))).toThrow('Too many chunk streams')
  expect(() => read(Buffer.concat([3, 4, 5].map((id) => header(id, 3_900_000))))).toThrow('Too many unfinished')
})

test('headers that cannot be are refused', () => {
  expect(() => read(Buffer.from([0xc5, 0, 0, 0]))).toThrow('without a header')
  const first = encodeMessage(
    { type: messageType.video, streamId: 1, timestampMs: 0, payload: payloadOf(256) },
    { chunkStreamId: 6, chunkBytes: 128 },
  ).subarray(0, 140)
  expect(() => read(Buffer.concat([first, first]))).toThrow('before the last one was whole')
})
