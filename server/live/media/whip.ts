import { randomUUID } from 'node:crypto'
import type { PeerConnection, Track } from 'node-datachannel'
import type { EngineClock, EngineLog } from './engine-clock.ts'
import { createH264Reader } from './h264-rtp.ts'
import type { OpenForPublish, StreamInput } from './live-streams.ts'
import type { PublishRefusal } from './media-engine.ts'
import { opusSampleRate } from './opus.ts'
import { ProtocolError } from './protocol-error.ts'
import type { Rtc } from './rtc.ts'
import { findSenderReport, isRtcp, negativeAcknowledgement, parseRtp, pictureLoss, receiverReport } from './rtp.ts'
import { createRtpClock } from './rtp-clock.ts'
import { createPacketOrder } from './rtp-order.ts'
import { readOffer } from './sdp.ts'
import { hashStreamKey, isStreamKeyShaped, streamKeyLabel, streamKeyMatches } from './stream-key.ts'

/**
 * Browsers that publish by WebRTC (WHIP, RFC 9725). Their pictures and sounds become what those of an encoder become.
 *
 * The tracks of the library must be kept: one that nothing holds is collected, and its sound ends after some packets.
 */
export const publishersMax = 100
export const connectTimeoutMs = 8_000
// A browser that vanished is noticed by the library after half a minute; its creator would be refused as long.
export const silentAfterMs = 4_000
export const keyframeEveryMs = 1_000
export const keyframeAskedAgainMs = 300
export const reportEveryMs = 1_000
export const bitsPerSecondMax = 2_500_000

export type WhipAnswer =
  | { answer: string; resourceId: string }
  | { refused: PublishRefusal | 'bad_offer' | 'codec_unsupported' }
export type WhipServer = ReturnType<typeof createWhipServer>

type Session = { keyHash: string; stop(why: string): void; tick(nowMs: number): void }

export function createWhipServer(options: {
  rtc: Rtc
  clock: EngineClock
  log: EngineLog
  openForPublish: OpenForPublish
}) {
  const { rtc, clock, log } = options
  const sessions = new Map<string, Session>()

  async function publish(request: { key: string; ip: string; offer: string }): Promise<WhipAnswer> {
    if (!isStreamKeyShaped(request.key)) return { refused: 'bad_key' }
    if (sessions.size >= publishersMax) return { refused: 'full' }
    let offer: ReturnType<typeof readOffer>
    try {
      offer = readOffer(request.offer)
    } catch (fault) {
      if (!(fault instanceof ProtocolError)) throw fault
      return { refused: fault.message === 'codec_unsupported' ? 'codec_unsupported' : 'bad_offer' }
    }
    const resourceId = randomUUID()
    const kicked: { stop: ((why: string) => void) | null } = { stop: null }
    const opened = await options.openForPublish({
      key: request.key,
      ip: request.ip,
      via: 'whip',
      kick: (why) => kicked.stop?.(why),
      requestKeyframe: () => session?.requestKeyframe(),
    })
    if ('refused' in opened) return opened
    let session: ReturnType<typeof receive> | null = null
    const label = streamKeyLabel(request.key)
    try {
      const peer = rtc.open(`whip-${resourceId}`)
      session = receive({
        peer,
        input: opened.input,
        hasAudio: offer.audio !== null && offer.audio.direction !== 'inactive',
        clock,
        ended(why, packets) {
          sessions.delete(resourceId)
          log('info', 'A browser does not publish any more', { ip: request.ip, key: label, reason: why, ...packets })
        },
      })
      kicked.stop = session.stop
      sessions.set(resourceId, { keyHash: hashStreamKey(request.key), stop: session.stop, tick: session.tick })
      const answer = await rtc.answer(peer, offer.sdp)
      log('info', 'A browser is publishing', { ip: request.ip, key: label })
      return { answer, resourceId }
    } catch (fault) {
      log('info', 'A browser could not publish', { ip: request.ip, key: label, reason: String(fault) })
      if (session === null) opened.input.leave()
      else session.stop('Its offer could not be answered')
      return { refused: 'bad_offer' }
    }
  }

  /** Ends one session. Only who has its key may, and a foreign one looks like one that is not there. */
  function remove(resourceId: string, key: string): boolean {
    const session = sessions.get(resourceId)
    if (session === undefined || !streamKeyMatches(key, session.keyHash)) return false
    session.stop('Its creator ended it')
    return true
  }

  /** Every 20 ms: a packet that is missing is asked for soon, or its picture is over. */
  function tick(): void {
    for (const session of sessions.values()) session.tick(clock.nowMs())
  }

  function close(): void {
    for (const session of [...sessions.values()]) session.stop('The server ends')
  }

  return { publish, remove, tick, close, sessions: () => sessions.size }
}

/** One connection: tracks in, pictures and sounds out. */
function receive(options: {
  peer: PeerConnection
  input: StreamInput
  hasAudio: boolean
  clock: EngineClock
  ended(why: string, packets: { recovered: number; lost: number }): void
}) {
  const { peer, input, clock } = options
  const tracks: Track[] = []
  const startedMs = clock.nowMs()
  const videoClock = createRtpClock(90_000)
  const audioClock = createRtpClock(opusSampleRate)
  let videoTrack: Track | null = null
  let videoSsrc: number | null = null
  let highestSequence = 0
  let lastReport: { middleNtp: number; atMs: number } | null = null
  let heardMs: number | null = null
  let lastKeyframeMs = startedMs
  let askedKeyframeMs = 0
  let reportedMs = startedMs
  let isStopped = false
  let lastAudioSequence: number | null = null

  // Sound is expected from the first picture on, so that it is there in the very first part.
  if (options.hasAudio) input.audio({ kind: 'opus', channels: 2 }, 0)

  const reader = createH264Reader({
    config: (avcC) => input.video({ kind: 'config', avcC }, 0),
    picture({ data, isKey, timestamp }) {
      const nowMs = clock.nowMs()
      if (isKey) lastKeyframeMs = nowMs
      input.video({ kind: 'frame', isKey, compositionMs: 0, data }, videoClock.msOf(timestamp, nowMs))
    },
    broken: () => requestKeyframe(),
  })
  const order = createPacketOrder<NonNullable<ReturnType<typeof parseRtp>>>({
    deliver: (packet) => reader.push(packet),
    ask: (sequences) => {
      if (videoSsrc !== null) send(negativeAcknowledgement(videoSsrc, sequences))
    },
    lost: () => reader.loss(),
  })

  peer.onTrack((track) => {
    if (tracks.length >= 2) return
    tracks.push(track)
    const isVideo = track.type() === 'video'
    if (isVideo) videoTrack = track
    track.onMessage((message) => {
      if (isStopped) return
      try {
        if (isVideo) receiveVideo(message)
        else receiveAudio(message)
      } catch (fault) {
        if (fault instanceof ProtocolError) input.reject('protocol_error', fault.message)
        stop(fault instanceof ProtocolError ? fault.message : String(fault))
      }
    })
  })
  peer.onStateChange((state) => {
    if (state === 'closed' || state === 'failed' || state === 'disconnected') stop(`The connection is ${state}`)
  })

  function heard(nowMs: number): void {
    heardMs = nowMs
    input.heard()
  }

  function receiveVideo(message: Buffer): void {
    const nowMs = clock.nowMs()
    if (isRtcp(message)) {
      const report = findSenderReport(message)
      if (report === null) return
      lastReport = { middleNtp: report.middleNtp, atMs: nowMs }
      videoClock.report(report.timestamp, report.ntpMs)
      return
    }
    const packet = parseRtp(message)
    if (packet === null) return
    heard(nowMs)
    if (videoSsrc === null) {
      videoSsrc = packet.ssrc
      highestSequence = packet.sequence
      requestKeyframe()
    }
    const ahead = (packet.sequence - (highestSequence & 0xffff)) & 0xffff
    if (ahead < 0x8000) highestSequence += ahead
    // Padding has a number as well, and would be asked for again.
    order.push(packet.sequence, packet, nowMs)
  }

  function receiveAudio(message: Buffer): void {
    const nowMs = clock.nowMs()
    if (isRtcp(message)) {
      const report = findSenderReport(message)
      if (report === null) return
      audioClock.report(report.timestamp, report.ntpMs)
      audioClock.align(videoClock)
      return
    }
    const packet = parseRtp(message)
    if (packet === null || packet.payload.length === 0) return
    heard(nowMs)
    if (lastAudioSequence !== null && ((packet.sequence - lastAudioSequence) & 0xffff) > 0x8000) return
    lastAudioSequence = packet.sequence
    // The library may use its buffer again.
    input.audio({ kind: 'frame', data: Buffer.from(packet.payload) }, audioClock.msOf(packet.timestamp, nowMs))
  }

  function send(packet: Buffer): void {
    try {
      if (videoTrack?.isOpen() === true) videoTrack.sendMessageBinary(packet)
    } catch {
      stop('The connection closed')
    }
  }

  function requestKeyframe(): void {
    const nowMs = clock.nowMs()
    if (videoSsrc === null || nowMs - askedKeyframeMs < keyframeAskedAgainMs) return
    askedKeyframeMs = nowMs
    send(pictureLoss(videoSsrc))
  }

  function tick(nowMs: number): void {
    if (heardMs === null ? nowMs - startedMs > connectTimeoutMs : nowMs - heardMs > silentAfterMs) {
      stop(heardMs === null ? 'It did not connect in time' : 'Nothing came any more')
      return
    }
    order.tick(nowMs)
    if (nowMs - lastKeyframeMs >= keyframeEveryMs) requestKeyframe()
    if (nowMs - reportedMs >= reportEveryMs && videoSsrc !== null) {
      reportedMs = nowMs
      send(
        receiverReport({
          ssrc: videoSsrc,
          highestSequence,
          lastReport: lastReport === null ? null : { middleNtp: lastReport.middleNtp, agoMs: nowMs - lastReport.atMs },
          bitsPerSecondMax,
        }),
      )
    }
  }

  function stop(why: string): void {
    if (isStopped) return
    isStopped = true
    input.leave()
    peer.close()
    tracks.length = 0
    options.ended(why, { ...order.counts })
  }

  return { stop, tick, requestKeyframe }
}
