import { ProtocolError } from './protocol-error.ts'

/** What a decoder has to know before the first picture, and what we show of it. */
export type VideoConfig = { avcC: Buffer; codec: string; width: number; height: number }

export const pictureSideMax = 8_192

const profilesWithChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

/** Reads an AVC decoder configuration record, the body of an RTMP video sequence header. */
export function parseVideoConfig(avcC: Buffer): VideoConfig {
  if (avcC.length < 8 || avcC.readUInt8(0) !== 1) throw new ProtocolError('H.264 configuration is not readable')
  if ((avcC.readUInt8(5) & 0x1f) === 0) throw new ProtocolError('H.264 configuration has no sequence parameters')
  const spsBytes = avcC.readUInt16BE(6)
  if (spsBytes < 4 || 8 + spsBytes > avcC.length) throw new ProtocolError('H.264 configuration is cut short')
  const { width, height } = pictureSizeOf(avcC.subarray(8, 8 + spsBytes))
  return { avcC: Buffer.from(avcC), codec: `avc1.${avcC.toString('hex', 1, 4)}`, width, height }
}

/** The size of the picture, from the sequence parameter set (ITU-T H.264, 7.3.2.1.1). */
export function pictureSizeOf(sps: Buffer): { width: number; height: number } {
  const read = bitReader(withoutEmulation(sps.subarray(1)))
  const profile = read.bits(8)
  read.bits(16) // Constraint flags and level.
  read.ue() // Id.
  let chromaFormat = 1
  if (profilesWithChroma.has(profile)) {
    chromaFormat = read.ue()
    if (chromaFormat > 3) throw new ProtocolError('H.264 chroma format is not known')
    if (chromaFormat === 3) read.bits(1)
    read.ue() // Bit depth of luma.
    read.ue() // Bit depth of chroma.
    read.bits(1)
    if (read.bits(1) === 1) skipScalingLists(read, chromaFormat === 3 ? 12 : 8)
  }
  read.ue() // Frame number.
  skipPictureOrder(read)
  read.ue() // Reference frames.
  read.bits(1)
  const widthInMacroblocks = read.ue() + 1
  const heightInMapUnits = read.ue() + 1
  const isFrameOnly = read.bits(1) === 1
  if (!isFrameOnly) read.bits(1)
  read.bits(1)
  const fieldFactor = isFrameOnly ? 1 : 2
  let width = widthInMacroblocks * 16
  let height = heightInMapUnits * 16 * fieldFactor
  if (read.bits(1) === 1) {
    const horizontal = chromaFormat === 0 || chromaFormat === 3 ? 1 : 2
    const vertical = (chromaFormat === 1 ? 2 : 1) * fieldFactor
    width -= horizontal * (read.ue() + read.ue())
    height -= vertical * (read.ue() + read.ue())
  }
  if (!(width > 0 && height > 0 && width <= pictureSideMax && height <= pictureSideMax)) {
    throw new ProtocolError('H.264 picture size is out of range')
  }
  return { width, height }
}

type BitReader = ReturnType<typeof bitReader>

function bitReader(bytes: Buffer) {
  let at = 0

  function bits(count: number): number {
    let value = 0
    for (let index = 0; index < count; index += 1) {
      const byte = bytes[at >> 3]
      if (byte === undefined) throw new ProtocolError('H.264 parameters are cut short')
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1)
      at += 1
    }
    return value
  }

  /** Exponential Golomb, unsigned. */
  function ue(): number {
    let zeros = 0
    while (bits(1) === 0) {
      zeros += 1
      if (zeros > 31) throw new ProtocolError('H.264 number is out of range')
    }
    return 2 ** zeros - 1 + bits(zeros)
  }

  function se(): number {
    const code = ue()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }

  return { bits, ue, se }
}

/** The encoder puts a 3 after two zeros so that no start code appears by chance; the reader takes it out. */
function withoutEmulation(bytes: Buffer): Buffer {
  const plain: number[] = []
  let zeros = 0
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    plain.push(byte)
  }
  return Buffer.from(plain)
}

function skipScalingLists(read: BitReader, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (read.bits(1) === 0) continue
    let last = 8
    let next = 8
    const size = list < 6 ? 16 : 64
    for (let index = 0; index < size && next !== 0; index += 1) {
      next = (last + read.se() + 256) % 256
      if (next !== 0) last = next
    }
  }
}

function skipPictureOrder(read: BitReader): void {
  const kind = read.ue()
  if (kind === 0) {
    read.ue()
  } else if (kind === 1) {
    read.bits(1)
    read.se()
    read.se()
    const count = read.ue()
    if (count > 255) throw new ProtocolError('H.264 picture order is out of range')
    for (let index = 0; index < count; index += 1) read.se()
  }
}
