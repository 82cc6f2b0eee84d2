import { ProtocolError } from './protocol-error.ts'

/** An FLV file, as encoders write it, as a list of what an RTMP publisher would have sent. */
export type FlvTag = { kind: 'video' | 'audio'; timestampMs: number; payload: Buffer }

export const flvTagsMax = 1_000_000

const tagKinds: Record<number, FlvTag['kind']> = { 8: 'audio', 9: 'video' }

export function parseFlv(bytes: Buffer): FlvTag[] {
  if (bytes.length < 9 || bytes.toString('latin1', 0, 3) !== 'FLV') throw new ProtocolError('This is not an FLV file')
  const tags: FlvTag[] = []
  let at = bytes.readUInt32BE(5) + 4
  while (at + 11 <= bytes.length) {
    const kind = tagKinds[bytes.readUInt8(at) & 0x1f]
    const size = bytes.readUIntBE(at + 1, 3)
    const timestampMs = bytes.readUIntBE(at + 4, 3) + bytes.readUInt8(at + 7) * 0x100_0000
    const end = at + 11 + size
    if (end > bytes.length) break // The last tag of a file that was cut short.
    if (kind !== undefined && size > 0) tags.push({ kind, timestampMs, payload: bytes.subarray(at + 11, end) })
    if (tags.length > flvTagsMax) throw new ProtocolError('The FLV file has too many tags')
    at = end + 4
  }
  return tags
}
