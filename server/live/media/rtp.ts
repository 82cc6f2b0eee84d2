/** RTP and RTCP as bytes (RFC 3550, 4585). What a peer sent is read with care: null is a packet that cannot be right. */
export type RtpPacket = {
  payloadType: number
  isMarked: boolean
  sequence: number
  timestamp: number
  ssrc: number
  payload: Buffer
}

export const rtpHeaderBytes = 12
const rtcpTypes = { senderReport: 200, receiverReport: 201, transportFeedback: 205, payloadFeedback: 206 } as const
// Any number will do as the name of a receiver that sends nothing itself.
const ownSsrc = 1
const ntpEpochOffsetSeconds = 2_208_988_800

/** RTCP shares the port; its packet types lie where no payload type of RTP may (RFC 5761, 4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0
  return type >= 192 && type <= 223
}

export function parseRtp(packet: Buffer): RtpPacket | null {
  if (packet.length < rtpHeaderBytes || packet.readUInt8(0) >> 6 !== 2) return null
  const first = packet.readUInt8(0)
  let at = rtpHeaderBytes + (first & 0x0f) * 4
  if ((first & 0x10) !== 0) {
    if (at + 4 > packet.length) return null
    at += 4 + packet.readUInt16BE(at + 2) * 4
  }
  let end = packet.length
  if ((first & 0x20) !== 0) end -= packet.readUInt8(packet.length - 1)
  if (at > end) return null
  const second = packet.readUInt8(1)
  return {
    payloadType: second & 0x7f,
    isMarked: (second & 0x80) !== 0,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(at, end),
  }
}

export function encodeRtp(packet: RtpPacket): Buffer {
  const bytes = Buffer.allocUnsafe(rtpHeaderBytes + packet.payload.length)
  bytes.writeUInt8(0x80, 0)
  bytes.writeUInt8((packet.isMarked ? 0x80 : 0) | packet.payloadType, 1)
  bytes.writeUInt16BE(packet.sequence & 0xffff, 2)
  bytes.writeUInt32BE(packet.timestamp >>> 0, 4)
  bytes.writeUInt32BE(packet.ssrc >>> 0, 8)
  packet.payload.copy(bytes, rtpHeaderBytes)
  return bytes
}

/** How far `later` is ahead of `earlier`, with the wrap at 16 bits: negative when it is behind. */
export function sequenceDistance(earlier: number, later: number): number {
  return (((later - earlier) & 0xffff) << 16) >> 16
}

export type SenderReport = { ssrc: number; ntpMs: number; middleNtp: number; timestamp: number }

/** The first sender report of a compound packet: which wall clock time the sender gives to which of its timestamps. */
export function findSenderReport(packet: Buffer): SenderReport | null {
  let at = 0
  while (at + 8 <= packet.length) {
    const bytes = (packet.readUInt16BE(at + 2) + 1) * 4
    if (packet.readUInt8(at + 1) === rtcpTypes.senderReport && at + 20 <= packet.length) {
      const seconds = packet.readUInt32BE(at + 8)
      const fraction = packet.readUInt32BE(at + 12)
      return {
        ssrc: packet.readUInt32BE(at + 4),
        ntpMs: (seconds - ntpEpochOffsetSeconds) * 1_000 + (fraction * 1_000) / 2 ** 32,
        middleNtp: packet.readUInt32BE(at + 10),
        timestamp: packet.readUInt32BE(at + 16),
      }
    }
    at += bytes
  }
  return null
}

/** Whether the receiver asks for a keyframe: picture loss indication or full intra request. */
export function asksForKeyframe(packet: Buffer): boolean {
  let at = 0
  while (at + 4 <= packet.length) {
    const format = packet.readUInt8(at) & 0x1f
    if (packet.readUInt8(at + 1) === rtcpTypes.payloadFeedback && (format === 1 || format === 4)) return true
    at += (packet.readUInt16BE(at + 2) + 1) * 4
  }
  return false
}

export function senderReport(of: {
  ssrc: number
  wallMs: number
  timestamp: number
  packets: number
  bytes: number
}): Buffer {
  const bytes = Buffer.alloc(28)
  const seconds = Math.floor(of.wallMs / 1_000)
  writeHead(bytes, { count: 0, type: rtcpTypes.senderReport })
  bytes.writeUInt32BE(of.ssrc >>> 0, 4)
  bytes.writeUInt32BE((seconds + ntpEpochOffsetSeconds) >>> 0, 8)
  bytes.writeUInt32BE(Math.floor(((of.wallMs - seconds * 1_000) / 1_000) * 2 ** 32) >>> 0, 12)
  bytes.writeUInt32BE(of.timestamp >>> 0, 16)
  bytes.writeUInt32BE(of.packets >>> 0, 20)
  bytes.writeUInt32BE(of.bytes >>> 0, 24)
  return bytes
}

/** "I lost the picture": the sender answers with a keyframe. */
export function pictureLoss(ssrc: number): Buffer {
  const bytes = Buffer.alloc(12)
  writeHead(bytes, { count: 1, type: rtcpTypes.payloadFeedback })
  bytes.writeUInt32BE(ownSsrc, 4)
  bytes.writeUInt32BE(ssrc >>> 0, 8)
  return bytes
}

/** Asks for packets again, by number. */
export function negativeAcknowledgement(ssrc: number, sequences: readonly number[]): Buffer {
  const bytes = Buffer.alloc(12 + sequences.length * 4)
  writeHead(bytes, { count: 1, type: rtcpTypes.transportFeedback })
  bytes.writeUInt32BE(ownSsrc, 4)
  bytes.writeUInt32BE(ssrc >>> 0, 8)
  let at = 12
  for (const sequence of sequences) at = bytes.writeUInt16BE(sequence & 0xffff, at) + 2
  return bytes
}

/**
 * A receiver report and the bitrate that we can take (REMB). Without both, once a second, Chromium believes that nothing
 * arrives and goes down to a tenth of what the line carries.
 */
export function receiverReport(of: {
  ssrc: number
  highestSequence: number
  lastReport: { middleNtp: number; agoMs: number } | null
  bitsPerSecondMax: number
}): Buffer {
  const report = Buffer.alloc(32)
  writeHead(report, { count: 1, type: rtcpTypes.receiverReport })
  report.writeUInt32BE(ownSsrc, 4)
  report.writeUInt32BE(of.ssrc >>> 0, 8)
  report.writeUInt32BE(of.highestSequence >>> 0, 16)
  if (of.lastReport !== null) {
    report.writeUInt32BE(of.lastReport.middleNtp, 24)
    report.writeUInt32BE(Math.round(of.lastReport.agoMs * 65.536) >>> 0, 28)
  }
  const estimate = Buffer.alloc(24)
  writeHead(estimate, { count: 15, type: rtcpTypes.payloadFeedback })
  estimate.writeUInt32BE(ownSsrc, 4)
  estimate.write('REMB', 12, 'latin1')
  estimate.writeUInt8(1, 16)
  let mantissa = of.bitsPerSecondMax
  let exponent = 0
  while (mantissa >= 2 ** 18) {
    mantissa = Math.floor(mantissa / 2)
    exponent += 1
  }
  estimate.writeUInt8((exponent << 2) | (mantissa >> 16), 17)
  estimate.writeUInt16BE(mantissa & 0xffff, 18)
  estimate.writeUInt32BE(of.ssrc >>> 0, 20)
  return Buffer.concat([report, estimate])
}

function writeHead(bytes: Buffer, of: { count: number; type: number }): void {
  bytes.writeUInt8(0x80 | of.count, 0)
  bytes.writeUInt8(of.type, 1)
  bytes.writeUInt16BE(bytes.length / 4 - 1, 2)
}
