import { packetsOf, parameterSetsOf, unitsOf } from './h264-rtp.ts'
import { opusSampleRate } from './opus.ts'
import { encodeRtp, senderReport } from './rtp.ts'

/**
 * One stream as RTP, made once for all who watch it by WebRTC. It is made from the same pictures and sounds that become
 * CMAF, so it does not matter how they came; the numbers of packets go on when the publisher is another one.
 *
 * AAC cannot be heard by WebRTC, and pictures out of order cannot be shown by it: `canWatch` says whether it makes sense.
 */
export const watchersPerStreamMax = 30

export type Watcher = { video(packet: Buffer): void; audio(packet: Buffer): void }
export type RtpFanout = ReturnType<typeof createRtpFanout>

const videoClockPerMs = 90
const audioClockPerMs = opusSampleRate / 1_000
// Replaced for each watcher: his own offer says how he numbers codecs.
export const fanoutPayloadTypes = { video: 96, audio: 111 } as const

export function createRtpFanout(options: { ssrc: { video: number; audio: number }; requestKeyframe(): void }) {
  const watchers = new Set<Watcher>()
  let parameterSets: Buffer[] = []
  let isOutOfOrder = false
  let hasOpus = false
  let hasOtherSound = false
  const video = { sequence: 0, timestamp: 0, packets: 0, bytes: 0, ms: 0 }
  const audio = { sequence: 0, timestamp: 0, packets: 0, bytes: 0, ms: 0 }

  function picture(frame: { dtsMs: number; compositionMs: number; isKey: boolean; data: Buffer }): void {
    if (frame.compositionMs !== 0) isOutOfOrder = true
    if (watchers.size === 0) return
    const units = unitsOf(frame.data)
    const packets = packetsOf(frame.isKey ? [...parameterSets, ...units] : units, {
      payloadType: fanoutPayloadTypes.video,
      ssrc: options.ssrc.video,
      timestamp: Math.round(frame.dtsMs * videoClockPerMs) >>> 0,
      sequence: video.sequence,
    })
    video.sequence = (video.sequence + packets.length) & 0xffff
    video.ms = frame.dtsMs
    for (const packet of packets) {
      video.packets += 1
      video.bytes += packet.length
      for (const watcher of watchers) watcher.video(packet)
    }
  }

  function sound(packet: { ptsMs: number; data: Buffer }): void {
    if (watchers.size === 0 || !hasOpus) return
    const bytes = encodeRtp({
      payloadType: fanoutPayloadTypes.audio,
      isMarked: false,
      sequence: audio.sequence,
      timestamp: Math.round(packet.ptsMs * audioClockPerMs) >>> 0,
      ssrc: options.ssrc.audio,
      payload: packet.data,
    })
    audio.sequence = (audio.sequence + 1) & 0xffff
    audio.ms = packet.ptsMs
    audio.packets += 1
    audio.bytes += bytes.length
    for (const watcher of watchers) watcher.audio(bytes)
  }

  /** Once a second: tells watchers which picture belongs to which sound. */
  function report(wallMs: number): void {
    if (watchers.size === 0) return
    // Both tracks run on the milliseconds of the stream, so one moment of them is one moment of the wall clock.
    const nowMs = Math.max(video.ms, audio.ms)
    const of = (track: typeof video, ssrc: number, clockPerMs: number) =>
      senderReport({ ssrc, wallMs, timestamp: Math.round(nowMs * clockPerMs) >>> 0, ...counted(track) })
    const pictureReport = of(video, options.ssrc.video, videoClockPerMs)
    const soundReport = of(audio, options.ssrc.audio, audioClockPerMs)
    for (const watcher of watchers) {
      watcher.video(pictureReport)
      if (hasOpus) watcher.audio(soundReport)
    }
  }

  return {
    picture,
    sound,
    report,
    /** Another publisher may send another kind of picture. */
    begin() {
      isOutOfOrder = false
      hasOpus = false
      hasOtherSound = false
    },
    videoConfig(avcC: Buffer) {
      parameterSets = parameterSetsOf(avcC)
    },
    opus() {
      hasOpus = true
    },
    otherSound() {
      hasOtherSound = true
    },
    canWatch: () => !isOutOfOrder && !hasOtherSound && parameterSets.length > 0,
    isFull: () => watchers.size >= watchersPerStreamMax,
    watchers: () => watchers.size,
    join(watcher: Watcher) {
      watchers.add(watcher)
      options.requestKeyframe()
    },
    leave(watcher: Watcher) {
      watchers.delete(watcher)
    },
    requestKeyframe: () => options.requestKeyframe(),
    ssrc: options.ssrc,
  }
}

function counted(track: { packets: number; bytes: number }): { packets: number; bytes: number } {
  return { packets: track.packets, bytes: track.bytes }
}
