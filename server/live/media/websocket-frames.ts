import { ProtocolError } from './protocol-error.ts'

/**
 * What a browser sends when UDP is blocked: pictures and sounds that its own encoder made (WebCodecs), each in one binary
 * message: a byte that says what it is, a byte that is 1 for a keyframe, the time in ms as a double, then the bytes.
 */
export const frameKinds = {
  videoConfig: 0,
  video: 1,
  aacConfig: 2,
  aac: 3,
  opusConfig: 4,
  opus: 5,
} as const
export const frameHeadBytes = 10
export const timestampMsMax = 2 ** 40

export type BrowserFrame =
  | { kind: 'videoConfig'; avcC: Buffer }
  | { kind: 'video'; isKey: boolean; timestampMs: number; data: Buffer }
  | { kind: 'aacConfig'; asc: Buffer }
  | { kind: 'opusConfig'; channels: number }
  | { kind: 'audio'; timestampMs: number; data: Buffer }

export function parseBrowserFrame(message: Buffer): BrowserFrame {
  if (message.length <= frameHeadBytes) throw new ProtocolError('The message is cut short')
  const kind = message.readUInt8(0)
  const isKey = message.readUInt8(1) === 1
  const timestampMs = message.readDoubleBE(2)
  if (!(timestampMs >= 0 && timestampMs < timestampMsMax)) throw new ProtocolError('The time of a message is not one')
  const data = message.subarray(frameHeadBytes)
  switch (kind) {
    case frameKinds.videoConfig:
      return { kind: 'videoConfig', avcC: data }
    case frameKinds.video:
      return { kind: 'video', isKey, timestampMs, data }
    case frameKinds.aacConfig:
      return { kind: 'aacConfig', asc: data }
    case frameKinds.opusConfig:
      return { kind: 'opusConfig', channels: data.readUInt8(0) }
    case frameKinds.aac:
    case frameKinds.opus:
      return { kind: 'audio', timestampMs, data }
    default:
      throw new ProtocolError('The kind of a message is not known')
  }
}

/** The same the other way; for tests, and as the description of what the studio writes. */
export function encodeBrowserFrame(of: {
  kind: keyof typeof frameKinds
  isKey?: boolean
  timestampMs?: number
  data: Uint8Array
}): Buffer {
  const head = Buffer.alloc(frameHeadBytes)
  head.writeUInt8(frameKinds[of.kind], 0)
  head.writeUInt8(of.isKey === true ? 1 : 0, 1)
  head.writeDoubleBE(of.timestampMs ?? 0, 2)
  return Buffer.concat([head, of.data])
}
