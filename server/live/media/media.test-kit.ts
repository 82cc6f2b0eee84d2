import { encodeMessage } from './chunks.ts'
import type { Init, PackagerSink, Part } from './packager.ts'

/** What the tests of media share: configurations of a real encoder, the bytes of one, and what packaging handed out. */
export const avcC = Buffer.from(
  '0164001fffe1001a6764001facd940b40a1b0110000003001000000303c0f183196001000468efbcb0fdf8f800',
  'hex',
)
/** 44,100 Hz, mono. */
export const asc = Buffer.from('120856e500', 'hex')
/** 48,000 Hz, stereo. */
export const otherAsc = Buffer.from('1190', 'hex')

export const testKey = 'live_aaaaaaaaaaaaaaaa'
export const testStreamId = '01900000-0000-7000-8000-000000000001'

/** The commands with which ffmpeg 5.1 began a broadcast, byte for byte. Only the random handshake is ours. */
const recordedCommands = Buffer.from(
  [
    '0300000000008c1400000000020007636f6e6e656374003ff00000000000000300036170700200046c697665000474797065',
    '02000a6e6f6e707269766174650008666c617368566572020024464d4c452f332e302028636f6d70617469626c653b204c61',
    '766635392e32372e313030290005746355726c02001b72746d703a2f2f3132372e302e302e313a32c3313933362f6c697665',
    '00000902000000000004010000000000010000430000000000321402000d72656c6561736553747265616d00400000000000',
    '0000050200156c6976655f616161616161616161616161616161614300000000002e1402000946435075626c697368004008',
    '000000000000050200156c6976655f61616161616161616161616161616161430000000000191402000c6372656174655374',
    '7265616d004010000000000000050800000000003314010000000200077075626c697368004014000000000000050200156c',
    '6976655f616161616161616161616161616161610200046c697665',
  ].join(''),
  'hex',
)
export const recordedPublish = Buffer.concat([Buffer.from([3]), Buffer.alloc(2 * 1_536, 7), recordedCommands])

export function videoConfigPayload(config: Buffer = avcC): Buffer {
  return Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), config])
}

export function audioConfigPayload(config: Buffer = asc): Buffer {
  return Buffer.concat([Buffer.from([0xaf, 0]), config])
}

export function videoPayload(options: { isKey: boolean; compositionMs?: number; bytes?: number }): Buffer {
  const head = Buffer.from([options.isKey ? 0x17 : 0x27, 1, 0, 0, 0])
  head.writeIntBE(options.compositionMs ?? 0, 2, 3)
  return Buffer.concat([head, Buffer.alloc(options.bytes ?? 100, 1)])
}

export function message(type: number, payload: Buffer, timestampMs = 0): Buffer {
  return encodeMessage({ type, streamId: 1, timestampMs, payload }, { chunkStreamId: 6, chunkBytes: 65_536 })
}

export type Collected = { inits: Init[]; parts: Part[]; done: number[]; sink: PackagerSink }

export function collect(): Collected {
  const inits: Init[] = []
  const parts: Part[] = []
  const done: number[] = []
  return {
    inits,
    parts,
    done,
    sink: {
      init: (init) => inits.push(init),
      part: (part) => parts.push(part),
      segmentDone: (msn) => done.push(msn),
    },
  }
}

export type Run = {
  trackId: number
  decodeTime: number
  samples: { duration: number; bytes: number; offset: number }[]
}

/** Reads back what a fragment says of its tracks. */
export function runsOf(fragment: Buffer): Run[] {
  const runs: Run[] = []
  const moofEnd = fragment.readUInt32BE(0)
  let at = 8 + fragment.readUInt32BE(8)
  while (at < moofEnd) {
    const end = at + fragment.readUInt32BE(at)
    const trackId = fragment.readUInt32BE(at + 8 + 12)
    const decodeTime = Number(fragment.readBigUInt64BE(at + 8 + 16 + 12))
    const run = at + 8 + 16 + 20
    const isVideo = (fragment.readUInt32BE(run + 8) & 0x800) !== 0
    const count = fragment.readUInt32BE(run + 12)
    const stride = isVideo ? 16 : 8
    const samples = Array.from({ length: count }, (_, index) => {
      const from = run + 20 + index * stride
      return {
        duration: fragment.readUInt32BE(from),
        bytes: fragment.readUInt32BE(from + 4),
        offset: isVideo ? fragment.readInt32BE(from + 12) : 0,
      }
    })
    runs.push({ trackId, decodeTime, samples })
    at = end
  }
  return runs
}
