import { randomUUID } from 'node:crypto'
import type { PeerConnection, Track } from 'node-datachannel'
import type { EngineClock, EngineLog } from './engine-clock.ts'
import type { LiveStream } from './live-streams.ts'
import { ProtocolError } from './protocol-error.ts'
import type { Rtc } from './rtc.ts'
import { asksForKeyframe } from './rtp.ts'
import { fanoutPayloadTypes, type Watcher } from './rtp-fanout.ts'
import { readOffer } from './sdp.ts'

/**
 * Browsers that watch by WebRTC (WHEP): a tenth of a second behind, for co-hosts, a host's own preview and small rooms.
 * Each costs the process a third of a percent of a core, and no cache helps: larger rooms watch by HLS.
 */
export const watchersMax = 120
export const connectTimeoutMs = 8_000

export type WhepAnswer =
  | { answer: string; resourceId: string }
  | { refused: 'not_watchable' | 'full' | 'bad_offer' | 'codec_unsupported' }
export type WhepServer = ReturnType<typeof createWhepServer>

type Viewing = { stop(): void; tick(nowMs: number): void; peer: PeerConnection; tracks: Track[] }

export function createWhepServer(options: { rtc: Rtc; clock: EngineClock; log: EngineLog }) {
  const { rtc, clock } = options
  const viewings = new Map<string, Viewing>()

  async function watch(stream: LiveStream, text: string): Promise<WhepAnswer> {
    if (stream.phase !== 'publishing' || !stream.fanout.canWatch()) return { refused: 'not_watchable' }
    if (viewings.size >= watchersMax || stream.fanout.isFull()) return { refused: 'full' }
    let offer: ReturnType<typeof readOffer>
    try {
      offer = readOffer(text)
    } catch (fault) {
      if (!(fault instanceof ProtocolError)) throw fault
      return { refused: fault.message === 'codec_unsupported' ? 'codec_unsupported' : 'bad_offer' }
    }
    const resourceId = randomUUID()
    const peer = rtc.open(`whep-${resourceId}`)
    const startedMs = clock.nowMs()
    let isStopped = false
    let isConnected = false
    const tracks: Track[] = []
    const { video, audio } = rtcTracks(rtc, stream, offer)
    const videoTrack = peer.addTrack(video)
    videoTrack.setMediaHandler(new rtc.library.RtcpNackResponder())
    tracks.push(videoTrack)
    const audioTrack = audio === null ? null : peer.addTrack(audio)
    if (audioTrack !== null) tracks.push(audioTrack)
    const videoType = offer.video.payloadType
    const audioType = offer.audio?.payloadType ?? fanoutPayloadTypes.audio
    const watcher: Watcher = {
      video: (packet) => send(videoTrack, packet, videoType),
      audio: (packet) => {
        if (audioTrack !== null) send(audioTrack, packet, audioType)
      },
    }
    function send(track: Track, packet: Buffer, payloadType: number): void {
      if (isStopped || !track.isOpen()) return
      try {
        track.sendMessageBinary(numbered(packet, payloadType))
      } catch {
        stop() // It closed in this moment. What goes by UDP is lost on the line, and never held here.
      }
    }
    function stop(): void {
      if (isStopped) return
      isStopped = true
      viewings.delete(resourceId)
      stream.fanout.leave(watcher)
      peer.close()
      tracks.length = 0
    }
    videoTrack.onOpen(() => {
      isConnected = true
      if (!isStopped) stream.fanout.join(watcher)
    })
    videoTrack.onMessage((message) => {
      if (asksForKeyframe(message)) stream.fanout.requestKeyframe()
    })
    peer.onStateChange((state) => {
      if (state === 'closed' || state === 'failed' || state === 'disconnected') stop()
    })
    viewings.set(resourceId, {
      stop,
      peer,
      tracks,
      tick(nowMs) {
        if (stream.phase === 'ended' || (!isConnected && nowMs - startedMs > connectTimeoutMs)) stop()
      },
    })
    try {
      return { answer: await rtc.answer(peer, offer.sdp), resourceId }
    } catch (fault) {
      options.log('info', 'A viewer could not be answered', { reason: String(fault) })
      stop()
      return { refused: 'bad_offer' }
    }
  }

  /** The id is told to one viewer alone, so knowing it is his proof. */
  function remove(resourceId: string): boolean {
    const viewing = viewings.get(resourceId)
    viewing?.stop()
    return viewing !== undefined
  }

  function tick(): void {
    for (const viewing of viewings.values()) viewing.tick(clock.nowMs())
  }

  function close(): void {
    for (const viewing of [...viewings.values()]) viewing.stop()
  }

  return { watch, remove, tick, close, viewings: () => viewings.size }
}

function rtcTracks(rtc: Rtc, stream: LiveStream, offer: ReturnType<typeof readOffer>) {
  const { ssrc } = stream.fanout
  const video = new rtc.library.Video(offer.video.mid, 'SendOnly')
  video.addH264Codec(offer.video.payloadType, 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1')
  video.addSSRC(ssrc.video, 'stream', 'stream', 'picture')
  if (offer.audio === null) return { video, audio: null }
  const audio = new rtc.library.Audio(offer.audio.mid, 'SendOnly')
  audio.addOpusCodec(offer.audio.payloadType)
  audio.addSSRC(ssrc.audio, 'stream', 'stream', 'sound')
  return { video, audio }
}

/** The same packet under the number that this viewer gave to its codec. Reports have none. */
function numbered(packet: Buffer, payloadType: number): Buffer {
  const second = packet.readUInt8(1)
  if (second >= 192 && second <= 223) return packet
  const copy = Buffer.from(packet)
  copy.writeUInt8((second & 0x80) | payloadType, 1)
  return copy
}
