import { encodeRtp, type RtpPacket, rtpHeaderBytes } from './rtp.ts'

/** H.264 in RTP (RFC 6184): packets become access units with length prefixes, as CMAF wants them, and back. */
export const accessUnitBytesMax = 4 * 1024 * 1024
export const unitsPerAccessUnitMax = 256
// Fits every path that carries WebRTC, with the header and the tag of SRTP.
export const rtpPayloadBytesMax = 1_180

const unitType = { idr: 5, sps: 7, pps: 8, delimiter: 9, aggregate: 24, fragment: 28 } as const

export type AccessUnit = { data: Buffer; isKey: boolean; timestamp: number }
export type H264Reader = ReturnType<typeof createH264Reader>

/** Packets must come in order. After a loss everything up to the next keyframe is left out: it could not be decoded. */
export function createH264Reader(options: {
  config(avcC: Buffer): void
  picture(unit: AccessUnit): void
  /** A picture cannot be decoded: a keyframe is wanted. */
  broken(): void
}) {
  let units: Buffer[] = []
  let unitsBytes = 0
  let fragments: Buffer[] = []
  let fragmentsBytes = 0
  let timestamp: number | null = null
  let isBroken = true // Until the first keyframe nothing can be decoded.
  let sps: Buffer | null = null
  let pps: Buffer | null = null
  let configured: Buffer | null = null

  function push(packet: RtpPacket): void {
    if (timestamp !== null && packet.timestamp !== timestamp) flush()
    timestamp = packet.timestamp
    const { payload } = packet
    const first = payload[0]
    if (first !== undefined) {
      const type = first & 0x1f
      if (type === unitType.aggregate) takeAggregate(payload)
      else if (type === unitType.fragment) takeFragment(payload)
      else if (type > 0 && type < unitType.aggregate) take(payload)
    }
    if (packet.isMarked) flush()
  }

  function takeAggregate(payload: Buffer): void {
    let at = 1
    while (at + 2 <= payload.length) {
      const bytes = payload.readUInt16BE(at)
      if (bytes === 0 || at + 2 + bytes > payload.length) return
      take(payload.subarray(at + 2, at + 2 + bytes))
      at += 2 + bytes
    }
  }

  function takeFragment(payload: Buffer): void {
    if (payload.length < 3) return
    const head = payload.readUInt8(1)
    if ((head & 0x80) !== 0) {
      fragments = [Buffer.from([(payload.readUInt8(0) & 0xe0) | (head & 0x1f)])]
      fragmentsBytes = 1
    }
    if (fragments.length === 0) return // Its beginning was lost.
    fragments.push(payload.subarray(2))
    fragmentsBytes += payload.length - 2
    if (fragmentsBytes > accessUnitBytesMax) {
      fragments = []
      loss()
    } else if ((head & 0x40) !== 0) {
      take(Buffer.concat(fragments, fragmentsBytes))
      fragments = []
    }
  }

  function take(unit: Buffer): void {
    const type = unit.readUInt8(0) & 0x1f
    if (type === unitType.sps) {
      sps = Buffer.from(unit)
    } else if (type === unitType.pps) {
      pps = Buffer.from(unit)
    } else if (type !== unitType.delimiter) {
      unitsBytes += unit.length + 4
      if (unitsBytes > accessUnitBytesMax || units.length >= unitsPerAccessUnitMax) loss()
      else units.push(unit)
    }
  }

  function flush(): void {
    const taken = units
    const bytes = unitsBytes
    units = []
    unitsBytes = 0
    if (taken.length === 0 || timestamp === null) return
    const isKey = taken.some((unit) => (unit.readUInt8(0) & 0x1f) === unitType.idr)
    if (isBroken && !isKey) {
      options.broken()
      return
    }
    if (isKey) {
      if (sps === null || pps === null || sps.length < 4) {
        options.broken()
        return
      }
      const avcC = avcConfigOf(sps, pps)
      if (configured === null || !configured.equals(avcC)) options.config(avcC)
      configured = avcC
      isBroken = false
    }
    const data = Buffer.allocUnsafe(bytes)
    let at = 0
    for (const unit of taken) {
      at = data.writeUInt32BE(unit.length, at)
      at += unit.copy(data, at)
    }
    options.picture({ data: data.subarray(0, at), isKey, timestamp })
  }

  function loss(): void {
    units = []
    unitsBytes = 0
    fragments = []
    isBroken = true
    options.broken()
  }

  return { push, loss }
}

/** An AVC decoder configuration record with one set of each kind. */
export function avcConfigOf(sps: Buffer, pps: Buffer): Buffer {
  const head = Buffer.from([1, sps.readUInt8(1), sps.readUInt8(2), sps.readUInt8(3), 0xff, 0xe1, 0, 0])
  head.writeUInt16BE(sps.length, 6)
  const middle = Buffer.from([1, 0, 0])
  middle.writeUInt16BE(pps.length, 1)
  return Buffer.concat([head, sps, middle, pps])
}

/** The parameter sets of a configuration, which a receiver of RTP wants before each keyframe. */
export function parameterSetsOf(avcC: Buffer): Buffer[] {
  const sets: Buffer[] = []
  let at = 5
  for (const mask of [0x1f, 0xff]) {
    if (at >= avcC.length) return sets
    const count = avcC.readUInt8(at) & mask
    at += 1
    for (let index = 0; index < count && at + 2 <= avcC.length; index += 1) {
      const bytes = avcC.readUInt16BE(at)
      sets.push(avcC.subarray(at + 2, at + 2 + bytes))
      at += 2 + bytes
    }
  }
  return sets.filter((set) => set.length > 0)
}

/** Cuts units into packets, the last one marked. `sequence` is that of the first. */
export function packetsOf(
  units: readonly Buffer[],
  of: { payloadType: number; ssrc: number; timestamp: number; sequence: number },
): Buffer[] {
  const packets: Buffer[] = []
  const add = (payload: Buffer) => {
    const sequence = (of.sequence + packets.length) & 0xffff
    packets.push(encodeRtp({ ...of, sequence, isMarked: false, payload }))
  }
  for (const unit of units) {
    if (unit.length <= rtpPayloadBytesMax) {
      add(unit)
      continue
    }
    const first = unit.readUInt8(0)
    const indicator = (first & 0xe0) | unitType.fragment
    for (let at = 1; at < unit.length; at += rtpPayloadBytesMax - 2) {
      const end = Math.min(unit.length, at + rtpPayloadBytesMax - 2)
      const head = (first & 0x1f) | (at === 1 ? 0x80 : 0) | (end === unit.length ? 0x40 : 0)
      add(Buffer.concat([Buffer.from([indicator, head]), unit.subarray(at, end)]))
    }
  }
  const last = packets.at(-1)
  if (last !== undefined && last.length >= rtpHeaderBytes) last.writeUInt8(last.readUInt8(1) | 0x80, 1)
  return packets
}

/** The units of an access unit with length prefixes of four bytes. What does not fit ends the list. */
export function unitsOf(data: Buffer): Buffer[] {
  const units: Buffer[] = []
  let at = 0
  while (at + 4 < data.length && units.length < unitsPerAccessUnitMax) {
    const bytes = data.readUInt32BE(at)
    if (bytes === 0 || at + 4 + bytes > data.length) break
    units.push(data.subarray(at + 4, at + 4 + bytes))
    at += 4 + bytes
  }
  return units
}
