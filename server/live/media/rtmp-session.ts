import { randomBytes } from 'node:crypto'
import { type AmfObject, type AmfValue, decodeAmf, encodeAmf } from './amf.ts'
import {
  chunkBytesAtStart,
  createChunkReader,
  encodeMessage,
  messageType,
  type RtmpMessage,
  uint32Of,
} from './chunks.ts'
import type { StreamInput } from './live-streams.ts'
import type { PublishRefusal } from './media-engine.ts'
import { parseAudioTag, parseVideoTag } from './media-tags.ts'
import { ProtocolError } from './protocol-error.ts'
import { isStreamKeyShaped } from './stream-key.ts'

/**
 * One RTMP connection as a machine of bytes: it knows no socket and no timer, so a test can feed it anything.
 * `receive` throws a ProtocolError for bytes that cannot be right; whoever owns the connection then closes it.
 */
export const handshakeBytes = 1_536
export const commandBytesMax = 64 * 1024
export const mediaMessageBytesMax = 4 * 1024 * 1024
export const appName = 'live'
// ffmpeg adopts what we announce; larger chunks are less work for both.
export const chunkBytesSent = 65_536
export const windowBytes = 2_500_000

export type PublishOutcome = { input: StreamInput } | { refused: PublishRefusal }

export type RtmpSessionHost = {
  send(bytes: Buffer): void
  /** Asks whether this key may publish and opens the stream. Until it has answered, nothing of the media is kept. */
  publish(key: string): Promise<PublishOutcome>
  /** The peer has been told why; the connection is to be closed once that is sent. */
  finish(reason: string): void
  published(): void
}

export type RtmpSession = ReturnType<typeof createRtmpSession>

const refusalTexts: Record<PublishRefusal, string> = {
  unavailable: 'The server cannot check the stream key now. Try again in a moment.',
  bad_key: 'This stream key is not valid.',
  banned: 'This account may not broadcast now.',
  no_session: 'No broadcast is open for this stream key. Open one in the studio first.',
  busy: 'Another encoder is publishing with this stream key.',
  full: 'The server carries as many broadcasts as it can.',
}

const controlChunkStreamId = 2
const commandChunkStreamId = 3
const mediaStreamId = 1

export function createRtmpSession(host: RtmpSessionHost) {
  let phase: 'handshake' | 'open' | 'authorising' | 'publishing' | 'closed' = 'handshake'
  const handshake = Buffer.alloc(1 + 2 * handshakeBytes)
  let handshakeFilled = 0
  let isConnected = false
  let chunkBytes = chunkBytesAtStart
  let input: StreamInput | null = null
  let receivedBytes = 0
  let acknowledgedBytes = 0
  let peerWindowBytes = windowBytes
  const unwrap = createTimestampUnwrap()
  const reader = createChunkReader({
    messageBytesMax: () => (phase === 'publishing' ? mediaMessageBytesMax : commandBytesMax),
    deliver,
  })

  function receive(received: Buffer): void {
    let bytes = received
    receivedBytes += bytes.length
    if (phase === 'handshake') bytes = shakeHands(bytes)
    if (phase !== 'handshake' && phase !== 'closed' && bytes.length > 0) reader.push(bytes)
    input?.heard()
    if (receivedBytes - acknowledgedBytes >= peerWindowBytes) {
      acknowledgedBytes = receivedBytes
      sendControl(messageType.acknowledgement, uint32(receivedBytes % 2 ** 32))
    }
  }

  /** Answers what is left behind the handshake. */
  function shakeHands(bytes: Buffer): Buffer {
    const taken = bytes.copy(handshake, handshakeFilled)
    const filledBefore = handshakeFilled
    handshakeFilled += taken
    if (handshakeFilled > 0 && handshake.readUInt8(0) !== 3) throw new ProtocolError('This is not RTMP')
    const firstPart = 1 + handshakeBytes
    if (filledBefore < firstPart && handshakeFilled >= firstPart) {
      const own = Buffer.concat([Buffer.from([3]), Buffer.alloc(8), randomBytes(handshakeBytes - 8)])
      host.send(Buffer.concat([own, handshake.subarray(1, firstPart)]))
    }
    if (handshakeFilled === handshake.length) phase = 'open'
    return bytes.subarray(taken)
  }

  function deliver(message: RtmpMessage): void {
    const { payload } = message
    switch (message.type) {
      case messageType.video:
        if (input !== null) receiveVideo(input, message)
        return
      case messageType.audio:
        if (input !== null) receiveAudio(input, message)
        return
      case messageType.commandAmf0:
        command(decodeAmf(payload), message.streamId)
        return
      case messageType.commandAmf3:
        command(decodeAmf(payload.subarray(1)), message.streamId) // The first byte says that AMF0 follows.
        return
      case messageType.windowSize:
        peerWindowBytes = Math.max(uint32Of(payload), 64 * 1024)
        return
      case messageType.userControl:
        if (payload.length >= 6 && payload.readUInt16BE(0) === 6) pong(payload.subarray(2, 6))
        return
      default: // Metadata says nothing that the pictures do not say better.
    }
  }

  function receiveVideo(to: StreamInput, message: RtmpMessage): void {
    const tag = parseVideoTag(message.payload)
    if (tag.kind === 'unsupported') reject(to, { codec: tag.codec, wanted: 'H.264 for video' })
    else to.video(tag, unwrap(message.timestampMs))
  }

  function receiveAudio(to: StreamInput, message: RtmpMessage): void {
    const tag = parseAudioTag(message.payload)
    if (tag.kind === 'unsupported') reject(to, { codec: tag.codec, wanted: 'AAC for audio' })
    else to.audio(tag, unwrap(message.timestampMs))
  }

  function reject(from: StreamInput, found: { codec: string; wanted: string }): void {
    const text = `This server takes H.264 and AAC, but the encoder sent ${found.codec}. Choose ${found.wanted}.`
    from.reject('codec_unsupported', found.codec)
    status(mediaStreamId, { level: 'error', code: 'NetStream.Publish.Rejected', description: text })
    finish('unsupported codec')
  }

  function command(values: AmfValue[], streamId: number): void {
    const [name, transaction, head] = values
    const number = typeof transaction === 'number' ? transaction : 0
    switch (name) {
      case 'connect':
        connect(number, head)
        return
      case 'releaseStream':
      case 'FCPublish':
        result(number, [null, undefined])
        return
      case 'createStream':
        result(number, [null, mediaStreamId])
        return
      case 'publish':
        publish(values[3], streamId)
        return
      case 'play':
        status(streamId, {
          level: 'error',
          code: 'NetStream.Play.Failed',
          description: 'This server is watched over HTTP.',
        })
        finish('asked to play')
        return
      case 'FCUnpublish':
      case 'deleteStream':
      case 'closeStream':
        if (phase === 'publishing') finish('the encoder stopped')
        return
      default: // Encoders ask for more than anybody answers, and do not mind.
    }
  }

  function connect(transaction: number, head: AmfValue): void {
    const app = isAmfObject(head) && typeof head.app === 'string' ? head.app : ''
    if (app.split('?')[0]?.replace(/\/+$/, '') !== appName) {
      const info = {
        level: 'error',
        code: 'NetConnection.Connect.Rejected',
        description: `The server address ends in /${appName}.`,
      }
      sendCommand(0, ['_error', transaction, null, info])
      finish('another application name')
      return
    }
    sendControl(messageType.windowSize, uint32(windowBytes))
    sendControl(messageType.peerBandwidth, Buffer.concat([uint32(windowBytes), Buffer.from([2])]))
    sendControl(messageType.setChunkSize, uint32(chunkBytesSent))
    chunkBytes = chunkBytesSent
    result(transaction, [
      { fmsVer: 'FMS/3,0,1,123', capabilities: 31 },
      { level: 'status', code: 'NetConnection.Connect.Success', description: 'Welcome.', objectEncoding: 0 },
    ])
    isConnected = true
  }

  function publish(name: AmfValue, streamId: number): void {
    if (phase !== 'open' || !isConnected) throw new ProtocolError('Publish came at the wrong time')
    const key = typeof name === 'string' ? (name.split('?')[0] ?? '') : ''
    if (!isStreamKeyShaped(key)) {
      refuse(streamId, 'bad_key')
      return
    }
    phase = 'authorising'
    host.publish(key).then(
      (outcome) => answer(streamId, outcome),
      () => answer(streamId, { refused: 'unavailable' }),
    )
  }

  function answer(streamId: number, outcome: PublishOutcome): void {
    if (phase !== 'authorising') {
      // The connection went away while we asked.
      if ('input' in outcome) outcome.input.leave()
    } else if ('input' in outcome) {
      input = outcome.input
      phase = 'publishing'
      sendControl(messageType.userControl, Buffer.from([0, 0, 0, 0, 0, mediaStreamId])) // The stream begins.
      status(streamId, { level: 'status', code: 'NetStream.Publish.Start', description: 'On air.' })
      host.published()
    } else {
      refuse(streamId, outcome.refused)
    }
  }

  function refuse(streamId: number, reason: PublishRefusal): void {
    status(streamId, { level: 'error', code: 'NetStream.Publish.BadName', description: refusalTexts[reason] })
    finish(reason)
  }

  function finish(reason: string): void {
    close()
    host.finish(reason)
  }

  /** The connection is gone, or about to be: nothing more is read from it. */
  function close(): void {
    phase = 'closed'
    reader.stop()
    const leaving = input
    input = null
    leaving?.leave()
  }

  /** Ends the connection from our side and says why, where the encoder shows such things. */
  function dismiss(why: string): void {
    if (phase === 'closed') return
    status(mediaStreamId, { level: 'status', code: 'NetStream.Unpublish.Success', description: why })
    finish('dismissed')
  }

  function result(transaction: number, values: AmfValue[]): void {
    sendCommand(0, ['_result', transaction, ...values])
  }

  function status(streamId: number, info: { level: string; code: string; description: string }): void {
    sendCommand(streamId, ['onStatus', 0, null, info])
  }

  function pong(echo: Buffer): void {
    sendControl(messageType.userControl, Buffer.concat([Buffer.from([0, 7]), echo]))
  }

  function sendControl(type: number, payload: Buffer): void {
    send({ type, streamId: 0, timestampMs: 0, payload }, controlChunkStreamId)
  }

  function sendCommand(streamId: number, values: AmfValue[]): void {
    send({ type: messageType.commandAmf0, streamId, timestampMs: 0, payload: encodeAmf(values) }, commandChunkStreamId)
  }

  function send(message: RtmpMessage, chunkStreamId: number): void {
    host.send(encodeMessage(message, { chunkStreamId, chunkBytes }))
  }

  return { receive, close, dismiss, isPublishing: () => phase === 'publishing' }
}

/** RTMP times have 32 bits and wrap after 49 days. Sound and pictures share one, so that both wrap together. */
export function createTimestampUnwrap(): (timestampMs: number) => number {
  let last: number | null = null
  return (timestampMs) => {
    last = last === null ? timestampMs : last + ((timestampMs - last) | 0)
    return last
  }
}

function isAmfObject(value: AmfValue): value is AmfObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
