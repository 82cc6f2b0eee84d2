import { ProtocolError } from './protocol-error.ts'

/** The body of an RTMP audio or video message, which is also that of an FLV tag. */
export type VideoTag =
  | { kind: 'config'; avcC: Buffer }
  | { kind: 'frame'; isKey: boolean; compositionMs: number; data: Buffer }
  | { kind: 'unsupported'; codec: string }
  | { kind: 'ignored' }

export type AudioTag =
  | { kind: 'config'; asc: Buffer }
  | { kind: 'frame'; data: Buffer }
  | { kind: 'unsupported'; codec: string }
  | { kind: 'ignored' }

const ignored = { kind: 'ignored' } as const
const videoCodecs: Record<number, string> = { 2: 'Sorenson H.263', 4: 'VP6', 5: 'VP6', 12: 'HEVC', 13: 'AV1' }
const audioCodecs: Record<number, string> = {
  0: 'PCM',
  1: 'ADPCM',
  2: 'MP3',
  3: 'PCM',
  7: 'G.711',
  8: 'G.711',
  11: 'Speex',
}

export function parseVideoTag(payload: Buffer): VideoTag {
  if (payload.length === 0) return ignored
  const first = payload.readUInt8(0)
  // Enhanced RTMP sets the highest bit and names the codec by four letters.
  if ((first & 0x80) !== 0) return { kind: 'unsupported', codec: fourLettersOf(payload) }
  const frameType = first >> 4
  const codec = first & 0x0f
  if (frameType === 5) return ignored // A command to the player, not a picture.
  if (codec !== 7) return { kind: 'unsupported', codec: videoCodecs[codec] ?? `video codec ${codec}` }
  if (payload.length < 5) throw new ProtocolError('Video message is cut short')
  const packetType = payload.readUInt8(1)
  if (packetType === 0) return { kind: 'config', avcC: payload.subarray(5) }
  if (packetType !== 1 || payload.length === 5) return ignored
  return { kind: 'frame', isKey: frameType === 1, compositionMs: payload.readIntBE(2, 3), data: payload.subarray(5) }
}

export function parseAudioTag(payload: Buffer): AudioTag {
  if (payload.length === 0) return ignored
  const codec = payload.readUInt8(0) >> 4
  if (codec === 9) return { kind: 'unsupported', codec: fourLettersOf(payload) }
  if (codec !== 10) return { kind: 'unsupported', codec: audioCodecs[codec] ?? `audio codec ${codec}` }
  if (payload.length < 2) throw new ProtocolError('Audio message is cut short')
  const packetType = payload.readUInt8(1)
  if (packetType === 0) return { kind: 'config', asc: payload.subarray(2) }
  if (packetType !== 1 || payload.length === 2) return ignored
  return { kind: 'frame', data: payload.subarray(2) }
}

function fourLettersOf(payload: Buffer): string {
  const letters = payload.toString('latin1', 1, 5)
  return /^[\w.-]{4}$/.test(letters) ? letters : 'an unknown codec'
}
