import { expect, test } from 'vitest'
import { type AmfObject, decodeAmf } from './amf.ts'
import { createChunkReader, messageType, type RtmpMessage } from './chunks.ts'
import type { StreamInput } from './live-streams.ts'
import {
  audioConfigPayload,
  message,
  recordedPublish,
  testKey,
  videoConfigPayload,
  videoPayload,
} from './media.test-kit.ts'
import type { PublishRefusal } from './media-engine.ts'
import { ProtocolError } from './protocol-error.ts'
import { createRtmpSession, createTimestampUnwrap, handshakeBytes } from './rtmp-session.ts'

function sessionWith(answer: PublishRefusal | 'allowed' | 'never') {
  const sent: Buffer[] = []
  const asked: string[] = []
  const received: string[] = []
  const finished: string[] = []
  const input: StreamInput = {
    video: (tag, timestampMs) => received.push(`video ${tag.kind} ${timestampMs}`),
    audio: (tag, timestampMs) => received.push(`audio ${tag.kind} ${timestampMs}`),
    heard: () => undefined,
    reject: (reason, detail) => received.push(`reject ${reason} ${detail}`),
    leave: () => received.push('leave'),
  }
  const session = createRtmpSession({
    send: (bytes) => sent.push(bytes),
    async publish(key) {
      asked.push(key)
      if (answer === 'never') return await new Promise(() => undefined)
      return answer === 'allowed' ? { input } : { refused: answer }
    },
    finish: (reason) => finished.push(reason),
    published: () => undefined,
  })
  /** Codes and texts of the statuses that the peer has read. */
  function statuses(): { code: unknown; description: unknown }[] {
    const messages: RtmpMessage[] = []
    const reader = createChunkReader({ messageBytesMax: () => 65_536, deliver: (got) => messages.push(got) })
    reader.push(Buffer.concat(sent).subarray(1 + 2 * handshakeBytes))
    return messages
      .filter((got) => got.type === messageType.commandAmf0)
      .map((got) => decodeAmf(got.payload))
      .filter(([name]) => name === 'onStatus' || name === '_error')
      .map(([, , , info]) => ({ code: (info as AmfObject).code, description: (info as AmfObject).description }))
  }
  return { session, sent, asked, received, finished, statuses }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('an encoder connects, is asked for its key and goes on air', async () => {
  const { session, asked, received, statuses } = sessionWith('allowed')
  session.receive(recordedPublish)
  await settled()
  expect(asked).toEqual([testKey])
  expect(statuses()).toEqual([{ code: 'NetStream.Publish.Start', description: 'On air.' }])
  session.receive(message(messageType.video, videoConfigPayload()))
  session.receive(message(messageType.audio, audioConfigPayload()))
  session.receive(message(messageType.video, videoPayload({ isKey: true }), 40))
  expect(received).toEqual(['video config 0', 'audio config 0', 'video frame 40'])
  session.close()
  expect(received.at(-1)).toBe('leave')
})

test('the same bytes mean the same wherever they are split', async () => {
  for (let at = 1; at < recordedPublish.length; at += 1) {
    // Inside the random part of the handshake one place is like the other.
    if (at > 2 && at < 1_530 && at % 97 !== 0) continue
    const { session, asked } = sessionWith('allowed')
    session.receive(recordedPublish.subarray(0, at))
    session.receive(recordedPublish.subarray(at))
    expect(asked).toEqual([testKey])
  }
})

test('a recording that is cut at any place asks for nothing but its own key and never throws', () => {
  for (let length = 0; length <= recordedPublish.length; length += 1) {
    const { session, asked } = sessionWith('never')
    session.receive(recordedPublish.subarray(0, length))
    session.close()
    expect(asked).toEqual(length === recordedPublish.length ? [testKey] : [])
  }
})

test('no media is taken before the key was found right', async () => {
  const waiting = sessionWith('never')
  waiting.session.receive(recordedPublish)
  waiting.session.receive(message(messageType.video, videoConfigPayload()))
  await settled()
  expect(waiting.received).toEqual([])
})

test('a wrong key is told as BadName, in words that hold no key', async () => {
  const { session, statuses, finished, received } = sessionWith('bad_key')
  session.receive(recordedPublish)
  await settled()
  expect(statuses()).toEqual([{ code: 'NetStream.Publish.BadName', description: 'This stream key is not valid.' }])
  expect(finished).toEqual(['bad_key'])
  session.receive(message(messageType.video, videoConfigPayload()))
  expect(received).toEqual([])
})

test('a second encoder is told that one is publishing', async () => {
  const { session, statuses } = sessionWith('busy')
  session.receive(recordedPublish)
  await settled()
  expect(statuses()[0]?.description).toBe('Another encoder is publishing with this stream key.')
})

test('HEVC by enhanced RTMP is refused with a text that says what to choose', async () => {
  const { session, statuses, received, finished } = sessionWith('allowed')
  session.receive(recordedPublish)
  await settled()
  session.receive(
    message(messageType.video, Buffer.concat([Buffer.from([0x90]), Buffer.from('hvc1'), Buffer.alloc(20)])),
  )
  expect(received).toEqual(['reject codec_unsupported hvc1', 'leave'])
  expect(statuses()[1]).toEqual({
    code: 'NetStream.Publish.Rejected',
    description: 'This server takes H.264 and AAC, but the encoder sent hvc1. Choose H.264 for video.',
  })
  expect(finished).toEqual(['unsupported codec'])
})

test('an encoder that goes away while it is checked leaves no stream behind', async () => {
  const { session, received } = sessionWith('allowed')
  session.receive(recordedPublish)
  session.close()
  await settled()
  expect(received).toEqual(['leave'])
})

test('what is not RTMP is known by its first byte', () => {
  const { session } = sessionWith('allowed')
  expect(() => session.receive(Buffer.from('GET / HTTP/1.1\r\n'))).toThrow(ProtocolError)
})

test('times go on where 32 bits end', () => {
  const unwrap = createTimestampUnwrap()
  expect([0xffff_fff0, 0xffff_fffa, 4, 2, 14].map(unwrap)).toEqual([
    0xffff_fff0, 0xffff_fffa, 0x1_0000_0004, 0x1_0000_0002, 0x1_0000_000e,
  ])
})

test('10,000 damaged recordings end with a refusal at worst', async () => {
  const media = Buffer.concat([
    message(messageType.video, videoConfigPayload()),
    message(messageType.audio, audioConfigPayload()),
    message(messageType.video, videoPayload({ isKey: true, bytes: 400 }), 40),
  ])
  const random = seeded(20_260_101)
  let refused = 0
  for (let round = 0; round < 10_000; round += 1) {
    const { session } = sessionWith('allowed')
    const bytes = Buffer.from(recordedPublish)
    const commands = 1 + 2 * handshakeBytes
    const damages = 1 + Math.floor(random() * 8)
    for (let damage = 0; damage < damages; damage += 1) {
      bytes.writeUInt8(Math.floor(random() * 256), commands + Math.floor(random() * (bytes.length - commands)))
    }
    const tail = Buffer.from(media)
    if (round % 2 === 0) tail.writeUInt8(Math.floor(random() * 256), Math.floor(random() * tail.length))
    try {
      session.receive(bytes)
      await Promise.resolve()
      await Promise.resolve()
      session.receive(tail)
    } catch (fault) {
      refused += 1
      expect(fault).toBeInstanceOf(ProtocolError)
    }
    session.close()
  }
  // If nothing was ever refused, the damage did not reach anything.
  expect(refused).toBeGreaterThan(100)
})

/** mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
