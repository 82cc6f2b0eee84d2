import { ProtocolError } from './protocol-error.ts'

/** Opus as browsers send it. Its clock always runs at 48,000 Hz, whatever the microphone does. */
export type OpusConfig = { kind: 'opus'; codec: 'opus'; sampleRate: 48_000; channels: number }

export const opusSampleRate = 48_000
// What an encoder adds before the first sound; 6.5 ms is what libopus, and so every browser, uses.
export const opusPreSkipSamples = 312
// The format allows no longer packet (RFC 6716, 3.2.5).
export const opusPacketMsMax = 120
const samplesByDuration = { silk: [480, 960, 1_920, 2_880], hybrid: [480, 960], celt: [120, 240, 480, 960] } as const
const lengthUnknownSamples = 960

export function opusConfig(channels: number): OpusConfig {
  if (channels !== 1 && channels !== 2) throw new ProtocolError('Opus has one channel or two')
  return { kind: 'opus', codec: 'opus', sampleRate: opusSampleRate, channels }
}

/** The first byte of a packet says how long its frames are and how many there are (RFC 6716, 3.1). */
export function opusSamplesOf(packet: Buffer): number {
  const first = packet[0]
  if (first === undefined) return lengthUnknownSamples
  const mode = first >> 3
  const frameSamples =
    mode < 12
      ? samplesByDuration.silk[mode & 3]
      : mode < 16
        ? samplesByDuration.hybrid[mode & 1]
        : samplesByDuration.celt[mode & 3]
  const code = first & 3
  const frames = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 1) & 0x3f
  const samples = (frameSamples ?? lengthUnknownSamples) * Math.max(1, frames)
  return Math.min(samples, (opusPacketMsMax * opusSampleRate) / 1_000)
}

/** The box that tells a player what to decode (Encapsulation of Opus in ISO base media, 4.3.2); without its head. */
export function opusSpecificBox(config: OpusConfig): Buffer {
  const body = Buffer.alloc(11)
  body.writeUInt8(config.channels, 1)
  body.writeUInt16BE(opusPreSkipSamples, 2)
  body.writeUInt32BE(opusSampleRate, 4)
  return body
}
