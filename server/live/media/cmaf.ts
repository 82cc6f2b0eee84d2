import { type AacConfig, aacSamplesPerPacket } from './aac.ts'
import type { AudioConfig } from './audio.ts'
import type { VideoConfig } from './h264.ts'
import { type OpusConfig, opusSpecificBox } from './opus.ts'

/**
 * CMAF boxes (ISO/IEC 14496-12): one H.264 track and at most one of AAC or Opus, only ever rewrapped.
 * The initialisation is made once a configuration, a fragment five times a second: only the latter is written for speed.
 */
export const videoTimescale = 90_000
export const videoTrackId = 1
export const audioTrackId = 2

export type VideoSample = { data: Buffer; duration: number; compositionOffset: number; isKey: boolean }
export type AudioSample = { data: Buffer; duration: number }
export type Fragment = {
  sequence: number
  video: { decodeTime: number; samples: readonly VideoSample[] }
  audio: { decodeTime: number; samples: readonly AudioSample[] } | null
}

const sampleIsKey = 0x0200_0000 // Depends on no other.
const sampleIsDelta = 0x0101_0000 // Depends on others, is no sync sample.
const identityMatrix = uint32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000)

export function encodeInit(video: VideoConfig, audio: AudioConfig | null): Buffer {
  const tracks = [videoTrack(video)]
  const defaults = [fullBox('trex', 0, 0, uint32(videoTrackId, 1, 0, 0, sampleIsDelta))]
  if (audio !== null) {
    tracks.push(audioTrack(audio))
    defaults.push(fullBox('trex', 0, 0, uint32(audioTrackId, 1, aacSamplesPerPacket, 0, sampleIsKey)))
  }
  const header = fullBox(
    'mvhd',
    0,
    0,
    uint32(0, 0, 1_000, 0, 0x1_0000),
    uint16(0x100, 0),
    uint32(0, 0),
    identityMatrix,
    uint32(0, 0, 0, 0, 0, 0, audioTrackId + 1),
  )
  return Buffer.concat([
    box('ftyp', ascii('iso6'), uint32(0), ascii('iso6cmfcmp41')),
    box('moov', header, ...tracks, box('mvex', ...defaults)),
  ])
}

/** Sizes are known beforehand, so the whole fragment is one allocation and each sample is copied once. */
export function encodeFragment(fragment: Fragment): Buffer {
  const { video } = fragment
  const audio = fragment.audio !== null && fragment.audio.samples.length > 0 ? fragment.audio : null
  const videoRunBytes = 20 + video.samples.length * 16
  const audioRunBytes = audio === null ? 0 : 20 + audio.samples.length * 8
  const trackBytes = 8 + 16 + 20
  const moofBytes = 8 + 16 + trackBytes + videoRunBytes + (audio === null ? 0 : trackBytes + audioRunBytes)
  const videoBytes = bytesOf(video.samples)
  const audioBytes = audio === null ? 0 : bytesOf(audio.samples)
  const bytes = Buffer.allocUnsafe(moofBytes + 8 + videoBytes + audioBytes)

  let at = writeHead(bytes, 0, moofBytes, 'moof')
  at = writeFullHead(bytes, at, 16, 'mfhd', 0)
  at = bytes.writeUInt32BE(fragment.sequence >>> 0, at)

  at = writeTrackHead(bytes, at, { trackBytes: trackBytes + videoRunBytes, id: videoTrackId, time: video.decodeTime })
  // Version 1: the composition offset is signed. Data offset, duration, size, flags and offset are given for each sample.
  at = writeFullHead(bytes, at, videoRunBytes, 'trun', 0x0100_0f01)
  at = bytes.writeUInt32BE(video.samples.length, at)
  at = bytes.writeUInt32BE(moofBytes + 8, at)
  for (const sample of video.samples) {
    at = bytes.writeUInt32BE(sample.duration, at)
    at = bytes.writeUInt32BE(sample.data.length, at)
    at = bytes.writeUInt32BE(sample.isKey ? sampleIsKey : sampleIsDelta, at)
    at = bytes.writeInt32BE(sample.compositionOffset, at)
  }

  if (audio !== null) {
    at = writeTrackHead(bytes, at, { trackBytes: trackBytes + audioRunBytes, id: audioTrackId, time: audio.decodeTime })
    at = writeFullHead(bytes, at, audioRunBytes, 'trun', 0x0000_0301)
    at = bytes.writeUInt32BE(audio.samples.length, at)
    at = bytes.writeUInt32BE(moofBytes + 8 + videoBytes, at)
    for (const sample of audio.samples) {
      at = bytes.writeUInt32BE(sample.duration, at)
      at = bytes.writeUInt32BE(sample.data.length, at)
    }
  }

  at = writeHead(bytes, at, 8 + videoBytes + audioBytes, 'mdat')
  for (const sample of video.samples) at += sample.data.copy(bytes, at)
  if (audio !== null) for (const sample of audio.samples) at += sample.data.copy(bytes, at)
  return bytes
}

function bytesOf(samples: readonly { data: Buffer }[]): number {
  let total = 0
  for (const sample of samples) total += sample.data.length
  return total
}

function writeHead(bytes: Buffer, at: number, size: number, type: string): number {
  bytes.writeUInt32BE(size, at)
  bytes.write(type, at + 4, 'latin1')
  return at + 8
}

function writeFullHead(bytes: Buffer, at: number, size: number, type: string, versionAndFlags: number): number {
  return bytes.writeUInt32BE(versionAndFlags, writeHead(bytes, at, size, type))
}

function writeTrackHead(bytes: Buffer, at: number, track: { trackBytes: number; id: number; time: number }): number {
  let next = writeHead(bytes, at, track.trackBytes, 'traf')
  next = writeFullHead(bytes, next, 16, 'tfhd', 0x0002_0000) // Offsets count from the start of this fragment.
  next = bytes.writeUInt32BE(track.id, next)
  next = writeFullHead(bytes, next, 20, 'tfdt', 0x0100_0000) // Version 1: a time of 64 bits.
  return bytes.writeBigUInt64BE(BigInt(track.time), next)
}

function videoTrack(video: VideoConfig): Buffer {
  const entry = box(
    'avc1',
    uint32(0),
    uint16(0, 1),
    uint32(0, 0, 0, 0),
    uint16(video.width, video.height),
    uint32(0x48_0000, 0x48_0000, 0), // 72 dots an inch, both ways.
    uint16(1),
    Buffer.alloc(32),
    uint16(24, 0xffff),
    box('avcC', video.avcC),
  )
  return track({
    id: videoTrackId,
    timescale: videoTimescale,
    handler: 'vide',
    width: video.width,
    height: video.height,
    volume: 0,
    mediaHeader: fullBox('vmhd', 0, 1, uint16(0, 0, 0, 0)),
    entry,
  })
}

function audioTrack(audio: AudioConfig): Buffer {
  return track({
    id: audioTrackId,
    timescale: audio.sampleRate,
    handler: 'soun',
    width: 0,
    height: 0,
    volume: 0x100,
    mediaHeader: fullBox('smhd', 0, 0, uint16(0, 0)),
    entry: audio.kind === 'aac' ? aacEntry(audio) : opusEntry(audio),
  })
}

function opusEntry(audio: OpusConfig): Buffer {
  return box(
    'Opus',
    uint32(0),
    uint16(0, 1),
    uint32(0, 0),
    uint16(audio.channels, 16, 0, 0),
    uint32(audio.sampleRate * 0x1_0000),
    box('dOps', opusSpecificBox(audio)),
  )
}

function aacEntry(audio: AacConfig): Buffer {
  const decoder = descriptor(
    4,
    Buffer.from([0x40, 0x15, 0, 0, 0]), // MPEG-4 audio, an audio stream, no buffer size.
    uint32(0, 0),
    descriptor(5, audio.asc),
  )
  const stream = descriptor(3, uint16(audioTrackId), Buffer.from([0]), decoder, descriptor(6, Buffer.from([2])))
  return box(
    'mp4a',
    uint32(0),
    uint16(0, 1),
    uint32(0, 0),
    uint16(audio.channels, 16, 0, 0),
    uint32(audio.sampleRate < 0x1_0000 ? audio.sampleRate * 0x1_0000 : 0), // 16.16: higher rates do not fit.
    fullBox('esds', 0, 0, stream),
  )
}

function track(options: {
  id: number
  timescale: number
  handler: 'vide' | 'soun'
  width: number
  height: number
  volume: number
  mediaHeader: Buffer
  entry: Buffer
}): Buffer {
  const undetermined = 0x55c4 // The language "und".
  const samples = box(
    'stbl',
    fullBox('stsd', 0, 0, uint32(1), options.entry),
    fullBox('stts', 0, 0, uint32(0)),
    fullBox('stsc', 0, 0, uint32(0)),
    fullBox('stsz', 0, 0, uint32(0, 0)),
    fullBox('stco', 0, 0, uint32(0)),
  )
  const here = box('dinf', fullBox('dref', 0, 0, uint32(1), fullBox('url ', 0, 1)))
  return box(
    'trak',
    fullBox(
      'tkhd',
      0,
      3, // Enabled, in the movie.
      uint32(0, 0, options.id, 0, 0, 0, 0),
      uint16(0, 0, options.volume, 0),
      identityMatrix,
      uint32(options.width * 0x1_0000, options.height * 0x1_0000),
    ),
    box(
      'mdia',
      fullBox('mdhd', 0, 0, uint32(0, 0, options.timescale, 0), uint16(undetermined, 0)),
      fullBox('hdlr', 0, 0, uint32(0), ascii(options.handler), uint32(0, 0, 0), Buffer.from([0])),
      box('minf', options.mediaHeader, here, samples),
    ),
  )
}

function box(type: string, ...content: Buffer[]): Buffer {
  const size = content.reduce((total, piece) => total + piece.length, 8)
  return Buffer.concat([uint32(size), ascii(type), ...content], size)
}

function fullBox(type: string, version: number, flags: number, ...content: Buffer[]): Buffer {
  return box(type, uint32(version * 0x100_0000 + flags), ...content)
}

/** An MPEG-4 descriptor. Everything we put in one is shorter than 128 bytes, so its length is one byte. */
function descriptor(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, body.length]), body])
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, index * 4)
  })
  return bytes
}

function uint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, index * 2)
  })
  return bytes
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
