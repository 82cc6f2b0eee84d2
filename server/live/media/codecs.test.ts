import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAudioConfig } from './aac.ts'
import { parseVideoConfig, pictureSizeOf } from './h264.ts'
import { asc, avcC, otherAsc } from './media.test-kit.ts'
import { parseAudioTag, parseVideoTag } from './media-tags.ts'
import { ProtocolError } from './protocol-error.ts'

test('a video configuration says its codec and the size of its pictures', () => {
  expect(parseVideoConfig(avcC)).toMatchObject({ codec: 'avc1.64001f', width: 720, height: 1_280 })
})

test('cropping is taken off: 1080 lines are not a whole number of macroblocks', () => {
  const baseline = Buffer.from('6742c028da01e0089f97016a040404', 'hex')
  expect(pictureSizeOf(baseline)).toEqual({ width: 1_920, height: 1_080 })
})

test('an audio configuration says its rate and channels', () => {
  expect(parseAudioConfig(asc)).toMatchObject({ codec: 'mp4a.40.2', sampleRate: 44_100, channels: 1 })
  expect(parseAudioConfig(otherAsc)).toMatchObject({ codec: 'mp4a.40.2', sampleRate: 48_000, channels: 2 })
  // High-efficiency AAC: packets are counted at the rate of its core.
  expect(parseAudioConfig(Buffer.from('2b920800', 'hex'))).toMatchObject({ codec: 'mp4a.40.5', sampleRate: 22_050 })
})

test('configurations that are cut or damaged are refused, whatever they hold', () => {
  for (let length = 0; length < 34; length += 1) {
    expect(() => parseVideoConfig(avcC.subarray(0, length))).toThrow(ProtocolError)
  }
  const refusedOrRead = (parse: (bytes: Buffer) => unknown) => (bytes: Uint8Array) => {
    try {
      parse(Buffer.from(bytes))
    } catch (fault) {
      expect(fault).toBeInstanceOf(ProtocolError)
    }
  }
  const bytes = fc.uint8Array({ maxLength: 64 })
  for (const parse of [parseVideoConfig, pictureSizeOf, parseAudioConfig, parseVideoTag, parseAudioTag]) {
    fc.assert(fc.property(bytes, refusedOrRead(parse)), { numRuns: 2_000, seed: 1 })
  }
  fc.assert(
    fc.property(fc.nat(avcC.length - 1), fc.nat(255), (at, value) => {
      const damaged = Buffer.from(avcC)
      damaged.writeUInt8(value, at)
      refusedOrRead(parseVideoConfig)(damaged)
    }),
    { numRuns: 2_000, seed: 2 },
  )
})

test('a video message tells a keyframe, its composition time and codecs we do not take', () => {
  const payload = Buffer.from([0x17, 1, 0xff, 0xff, 0xd6, 9])
  expect(parseVideoTag(payload)).toEqual({ kind: 'frame', isKey: true, compositionMs: -42, data: Buffer.from([9]) })
  expect(parseVideoTag(Buffer.from([0x1c, 0, 0, 0, 0]))).toEqual({ kind: 'unsupported', codec: 'HEVC' })
  expect(parseVideoTag(Buffer.concat([Buffer.from([0x90]), Buffer.from('av01')]))).toEqual({
    kind: 'unsupported',
    codec: 'av01',
  })
  expect(parseAudioTag(Buffer.from([0x2f, 1]))).toEqual({ kind: 'unsupported', codec: 'MP3' })
})
