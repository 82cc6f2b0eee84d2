import { type AacConfig, aacSamplesPerPacket } from './aac.ts'
import { type OpusConfig, opusSamplesOf } from './opus.ts'

/** Sound as it is rewrapped: AAC from encoders, Opus from browsers. */
export type AudioConfig = AacConfig | OpusConfig

export function isSameAudio(one: AudioConfig, other: AudioConfig): boolean {
  if (one.kind === 'aac') return other.kind === 'aac' && one.asc.equals(other.asc)
  return other.kind === 'opus' && one.channels === other.channels
}

/** How long a packet sounds, in samples at the rate of its configuration. */
export function samplesOfPacket(config: AudioConfig, data: Buffer): number {
  return config.kind === 'aac' ? aacSamplesPerPacket : opusSamplesOf(data)
}
