import fc from 'fast-check'
import { expect, test } from 'vitest'
import { avcConfigOf, createH264Reader, packetsOf, parameterSetsOf, rtpPayloadBytesMax, unitsOf } from './h264-rtp.ts'
import { avcC } from './media.test-kit.ts'
import { opusConfig, opusSamplesOf } from './opus.ts'
import {
  asksForKeyframe,
  encodeRtp,
  findSenderReport,
  isRtcp,
  negativeAcknowledgement,
  parseRtp,
  pictureLoss,
  type RtpPacket,
  receiverReport,
  senderReport,
  sequenceDistance,
} from './rtp.ts'
import { createRtpClock, driftMsPerReportMax } from './rtp-clock.ts'
import { asksPerPacketMax, createPacketOrder, missingAwaitedMs, packetsAheadMax } from './rtp-order.ts'

const packet = (of: Partial<RtpPacket>): RtpPacket => ({
  payloadType: 96,
  isMarked: false,
  sequence: 0,
  timestamp: 0,
  ssrc: 7,
  payload: Buffer.from([1]),
  ...of,
})

test('a packet is read as it was written, and with what others put before and behind its payload', () => {
  const plain = packet({ isMarked: true, sequence: 65_535, timestamp: 4_294_967_295, payload: Buffer.from('hello') })
  expect(parseRtp(encodeRtp(plain))).toEqual(plain)
  const extended = encodeRtp(plain)
  extended.writeUInt8(0x80 | 0x10 | 0x20 | 1, 0) // One contributing source, a header extension, padding.
  const bytes = Buffer.concat([
    extended.subarray(0, 12),
    Buffer.from([0, 0, 0, 9]),
    Buffer.from([0xbe, 0xde, 0, 1, 1, 2, 3, 4]),
    Buffer.from('hello'),
    Buffer.from([0, 0, 3]),
  ])
  expect(parseRtp(bytes)?.payload.toString()).toBe('hello')
})

test('no bytes make the readers of packets fail, and what is not whole is no packet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const message = Buffer.from(bytes)
      const parsed = parseRtp(message)
      if (parsed !== null) expect(parsed.payload.length).toBeLessThanOrEqual(message.length - 12)
      findSenderReport(message)
      asksForKeyframe(message)
      isRtcp(message)
    }),
    { numRuns: 2_000 },
  )
})

test('reports of senders are read back, and a wish for a keyframe is one', () => {
  const report = senderReport({ ssrc: 5, wallMs: 1_700_000_000_123, timestamp: 90_000, packets: 3, bytes: 9 })
  const read = findSenderReport(Buffer.concat([report, pictureLoss(1)]))
  expect(read).toMatchObject({ ssrc: 5, timestamp: 90_000 })
  expect(read?.ntpMs).toBeCloseTo(1_700_000_000_123, 1)
  expect(asksForKeyframe(Buffer.concat([report, pictureLoss(1)]))).toBe(true)
  expect(asksForKeyframe(report)).toBe(false)
  for (const control of [report, pictureLoss(1), negativeAcknowledgement(1, [1])]) expect(isRtcp(control)).toBe(true)
  expect(isRtcp(encodeRtp(packet({ isMarked: true, payloadType: 111 })))).toBe(false)
})

test('the bitrate that we can take is told to within what its form allows', () => {
  const bytes = receiverReport({ ssrc: 7, highestSequence: 70_000, lastReport: null, bitsPerSecondMax: 2_500_000 })
  const at = 32 + 17
  const exponent = bytes.readUInt8(at) >> 2
  const mantissa = ((bytes.readUInt8(at) & 3) << 16) | bytes.readUInt16BE(at + 1)
  expect(mantissa * 2 ** exponent).toBeGreaterThan(2_499_000)
  expect(mantissa * 2 ** exponent).toBeLessThanOrEqual(2_500_000)
  expect(bytes.readUInt32BE(16)).toBe(70_000)
})

test('numbers of packets are compared across their wrap', () => {
  expect(sequenceDistance(65_535, 0)).toBe(1)
  expect(sequenceDistance(0, 65_535)).toBe(-1)
  expect(sequenceDistance(10, 14)).toBe(4)
})

function ordering() {
  const out: number[] = []
  const asked: number[] = []
  let losses = 0
  const order = createPacketOrder<number>({
    deliver: (value) => out.push(value),
    ask: (sequences) => asked.push(...sequences),
    lost: () => (losses += 1),
  })
  return { order, out, asked, losses: () => losses }
}

test('packets come out in order, and one that is missing is asked for and awaited', () => {
  const { order, out, asked } = ordering()
  for (const sequence of [65_534, 65_535, 1, 2]) order.push(sequence, sequence, 0)
  expect(out).toEqual([65_534, 65_535])
  expect(asked).toEqual([0])
  order.tick(30)
  expect(asked, 'not asked again at once').toEqual([0])
  order.tick(70)
  expect(asked).toEqual([0, 0])
  order.push(0, 0, 100)
  expect(out).toEqual([65_534, 65_535, 0, 1, 2])
  expect(order.counts).toEqual({ recovered: 1, lost: 0 })
})

test('what does not come in time is given up, told once, and asked for no more than a few times', () => {
  const { order, out, asked, losses } = ordering()
  order.push(10, 10, 0)
  order.push(12, 12, 0)
  for (let ms = 20; ms <= missingAwaitedMs + 40; ms += 20) order.tick(ms)
  expect(out).toEqual([10, 12])
  expect(losses()).toBe(1)
  expect(asked.length).toBeLessThanOrEqual(asksPerPacketMax)
  order.push(11, 11, 400)
  expect(out, 'late is too late').toEqual([10, 12])
})

test('a jump of the numbers begins again instead of waiting for thousands', () => {
  const { order, out, losses } = ordering()
  order.push(1, 1, 0)
  order.push(1 + packetsAheadMax + 5, 2, 0)
  expect(out).toEqual([1, 2])
  expect(losses()).toBe(1)
})

test('whatever is lost, doubled or out of order, what comes out is in order and once', () => {
  const arrivals = fc.array(fc.record({ sequence: fc.nat(60), afterMs: fc.nat(90) }), { maxLength: 150 })
  fc.assert(
    fc.property(arrivals, (packets) => {
      const { order, out } = ordering()
      let nowMs = 0
      for (const { sequence, afterMs } of packets) {
        nowMs += afterMs
        order.push(sequence, sequence, nowMs)
      }
      order.tick(nowMs + 10_000)
      expect(out).toEqual([...new Set(out)].sort((one, other) => one - other))
    }),
  )
})

test('timestamps become times through their wrap, and sound moves to where its reports say', () => {
  const video = createRtpClock(90_000)
  expect(video.msOf(4_294_967_295 - 44_999, 5_000)).toBe(5_000)
  expect(video.msOf(45_000, 9_999)).toBe(6_000)
  const audio = createRtpClock(48_000)
  expect(audio.msOf(0, 5_040)).toBe(5_040)
  audio.align(video)
  expect(audio.msOf(48, 0), 'without reports nothing moves').toBeCloseTo(5_041)
  video.report(45_000, 1_001_000) // 6,000 ms of the stream are this moment.
  audio.report(48, 1_000_000) // And this sound belongs to 5,000.
  audio.align(video)
  expect(audio.msOf(48, 0)).toBeCloseTo(5_000)
  audio.report(48 + 48_000, 1_001_050)
  audio.align(video)
  expect(audio.msOf(48 + 48_000, 0), 'drift is followed little by little').toBeCloseTo(6_000 + driftMsPerReportMax)
})

const [sps = Buffer.alloc(0), pps = Buffer.alloc(0)] = parameterSetsOf(avcC)
const unit = (type: number, bytes: number) => Buffer.concat([Buffer.from([0x60 | type]), Buffer.alloc(bytes, type)])
const prefixed = (units: Buffer[]) =>
  Buffer.concat(units.flatMap((each) => [Buffer.from([0, 0, each.length >> 8, each.length & 255]), each]))

function reading() {
  const pictures: { data: Buffer; isKey: boolean; timestamp: number }[] = []
  const configs: Buffer[] = []
  let broken = 0
  const reader = createH264Reader({
    config: (config) => configs.push(config),
    picture: (picture) => pictures.push(picture),
    broken: () => (broken += 1),
  })
  const push = (units: Buffer[], timestamp: number, from = 0) => {
    const packets = packetsOf(units, { payloadType: 96, ssrc: 1, timestamp, sequence: from })
    for (const bytes of packets) {
      const parsed = parseRtp(bytes)
      if (parsed !== null) reader.push(parsed)
    }
    return packets
  }
  return { reader, pictures, configs, broken: () => broken, push }
}

test('pictures of any size are cut into packets and put together again, byte for byte', () => {
  expect(avcConfigOf(sps, pps).subarray(0, 8 + sps.length)).toEqual(avcC.subarray(0, 8 + sps.length))
  for (const bytes of [1, rtpPayloadBytesMax - 1, rtpPayloadBytesMax, rtpPayloadBytesMax + 1, 50_000]) {
    const { pictures, configs, push } = reading()
    const packets = push([sps, pps, unit(5, bytes), unit(5, 10)], 1_000)
    for (const each of packets) expect(each.length).toBeLessThanOrEqual(rtpPayloadBytesMax + 12)
    push([unit(1, bytes)], 4_000)
    expect(configs).toHaveLength(1)
    expect(pictures.map(({ isKey, timestamp }) => [isKey, timestamp])).toEqual([
      [true, 1_000],
      [false, 4_000],
    ])
    expect(pictures[0]?.data).toEqual(prefixed([unit(5, bytes), unit(5, 10)]))
    expect(unitsOf(pictures[0]?.data ?? Buffer.alloc(0))).toEqual([unit(5, bytes), unit(5, 10)])
  }
})

test('units that share one packet are taken apart', () => {
  const { reader, pictures, push } = reading()
  const both = [sps, pps, unit(5, 3)].flatMap((each) => [Buffer.from([0, each.length]), each])
  reader.push(packet({ isMarked: true, payload: Buffer.concat([Buffer.from([24]), ...both]) }))
  expect(pictures).toHaveLength(1)
  reader.push(packet({ isMarked: true, timestamp: 9, payload: Buffer.from([24, 255, 255, 1]) }))
  push([unit(1, 3)], 20)
  expect(pictures, 'a length that lies is left out').toHaveLength(2)
})

test('after a loss nothing is shown until the next keyframe, and one is asked for', () => {
  const { reader, pictures, push, broken } = reading()
  push([unit(1, 5)], 1)
  expect(pictures, 'nor before the first').toHaveLength(0)
  push([sps, pps, unit(5, 5)], 2)
  reader.loss()
  const before = broken()
  push([unit(1, 5)], 3)
  expect(pictures).toHaveLength(1)
  expect(broken()).toBeGreaterThan(before)
  push([sps, pps, unit(5, 5)], 4)
  push([unit(1, 5)], 5)
  expect(pictures).toHaveLength(3)
})

test('no payload makes the reader of pictures fail', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (payloads) => {
      const { reader } = reading()
      for (const [index, payload] of payloads.entries()) {
        const timing = { sequence: index, timestamp: index >> 1, isMarked: index % 3 === 0 }
        reader.push(packet({ ...timing, payload: Buffer.from(payload) }))
      }
    }),
    { numRuns: 1_000 },
  )
})

test('an Opus packet says how long it sounds', () => {
  expect(opusSamplesOf(Buffer.from([0x78, 0]))).toBe(960) // 20 ms, one frame.
  expect(opusSamplesOf(Buffer.from([0x79, 0]))).toBe(1_920) // Two of them.
  expect(opusSamplesOf(Buffer.from([0x0b, 3]))).toBe(2_880) // Three of 20 ms by count, in speech mode.
  expect(opusSamplesOf(Buffer.from([0xe3, 2]))).toBe(240) // Two of 2.5 ms.
  expect(opusSamplesOf(Buffer.from([0x1b, 63])), 'never more than the format allows').toBe(5_760)
  expect(opusSamplesOf(Buffer.alloc(0))).toBe(960)
  expect(() => opusConfig(6)).toThrow('channel')
})
