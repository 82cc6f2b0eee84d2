import { ProtocolError } from './protocol-error.ts'

/** What a decoder has to know before the first sound. One packet is always `aacSamplesPerPacket` samples at `sampleRate`. */
export type AacConfig = { kind: 'aac'; asc: Buffer; codec: string; sampleRate: number; channels: number }

export const aacSamplesPerPacket = 1_024
export const audioConfigBytesMax = 64

const sampleRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]
const objectTypes = { lowComplexity: 2, spectralReplication: 5, parametricStereo: 29 } as const

/** Reads an MPEG-4 AudioSpecificConfig, the body of an RTMP audio sequence header. */
export function parseAudioConfig(asc: Buffer): AacConfig {
  if (asc.length < 2 || asc.length > audioConfigBytesMax) throw new ProtocolError('AAC configuration is not readable')
  let at = 0

  function bits(count: number): number {
    let value = 0
    for (let index = 0; index < count; index += 1) {
      const byte = asc[at >> 3]
      if (byte === undefined) throw new ProtocolError('AAC configuration is cut short')
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1)
      at += 1
    }
    return value
  }

  function rate(): number {
    const index = bits(4)
    const known = index === 15 ? bits(24) : sampleRates[index]
    if (known === undefined || known < 7_350 || known > 96_000) throw new ProtocolError('AAC sample rate is not known')
    return known
  }

  const objectType = bits(5)
  const sampleRate = rate()
  const channelCode = bits(4)
  // High-efficiency AAC names its doubled rate as well; packets are still counted at the rate of the core.
  const isHighEfficiency = objectType === objectTypes.spectralReplication || objectType === objectTypes.parametricStereo
  if (isHighEfficiency) {
    rate()
    bits(5)
  } else if (objectType !== objectTypes.lowComplexity) {
    throw new ProtocolError(`AAC object type ${objectType} is not supported`)
  }
  if (bits(1) === 1) throw new ProtocolError('AAC packets of 960 samples are not supported')
  if (channelCode === 0 || channelCode > 7) throw new ProtocolError('AAC channel layout is not supported')
  const channels = channelCode === 7 ? 8 : channelCode
  return { kind: 'aac', asc: Buffer.from(asc), codec: `mp4a.40.${objectType}`, sampleRate, channels }
}
