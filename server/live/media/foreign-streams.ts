import { returnWithinMs } from './live-streams.ts'
import type { IngestKind, MediaEvent, StreamState } from './media-engine.ts'

/**
 * The broadcasts that a server of another maker carries for us, as far as they can be known from outside: who was let
 * in, who is seen there, and since when. The same events come of it as of the engine that is built in.
 *
 * Pure but for what it is given: it opens no connection and has no clock.
 */
// Between being let in and being seen lie one look at the engine and the encoder's first pictures.
export const seenWithinMs = 10_000
export const silentAfterMs = 4_000
// A single look may fall between two connections of the same encoder.
export const missedLooksMax = 2

/** A publisher as the engine shows it. */
export type SeenPublisher = {
  streamId: string
  publisherId: string
  via: IngestKind
  /** Whether a player would get pictures by now. */
  isPlayable: boolean
  bytes: number
  width: number
  height: number
  codecs: string
  /** Null: the engine does not say. */
  fps: number | null
}

type Foreign = {
  streamId: string
  publisher: { id: string; sinceMs: number; via: IngestKind; wasSeen: boolean; missedLooks: number } | null
  phase: 'publishing' | 'interrupted'
  phaseSinceMs: number
  isAnnounced: boolean
  wasStarted: boolean
  isDegraded: boolean
  bytes: number
  bytesAtMs: number
  grewAtMs: number
  kbps: number
  seen: SeenPublisher | null
}

export type ForeignStreams = ReturnType<typeof createForeignStreams>

export function createForeignStreams(options: {
  nowMs(): number
  tell(event: MediaEvent): void
  /** Whoever is seen and was not let in, and whoever has to go. */
  drop(publisher: { streamId: string; publisherId: string; via: IngestKind }): void
}) {
  const { nowMs, tell, drop } = options
  const streams = new Map<string, Foreign>()

  function mayEnter(streamId: string): boolean {
    return streams.get(streamId)?.publisher == null
  }

  /** Somebody with the right key was let in. */
  function enter(of: { streamId: string; publisherId: string; via: IngestKind }): void {
    const known = streams.get(of.streamId)
    const stream: Foreign = known ?? {
      streamId: of.streamId,
      publisher: null,
      phase: 'publishing',
      phaseSinceMs: nowMs(),
      isAnnounced: false,
      wasStarted: false,
      isDegraded: false,
      bytes: 0,
      bytesAtMs: nowMs(),
      grewAtMs: nowMs(),
      kbps: 0,
      seen: null,
    }
    streams.set(of.streamId, stream)
    stream.publisher = { id: of.publisherId, sinceMs: nowMs(), via: of.via, wasSeen: false, missedLooks: 0 }
    stream.isAnnounced = false
    stream.bytes = 0
    stream.kbps = 0
    stream.grewAtMs = nowMs()
    stream.seen = null
    setPhase(stream, 'publishing')
  }

  function leave(of: { streamId: string; publisherId: string }): void {
    const stream = streams.get(of.streamId)
    if (stream?.publisher?.id === of.publisherId) interrupt(stream)
  }

  function interrupt(stream: Foreign): void {
    stream.publisher = null
    stream.seen = null
    stream.isDegraded = false
    if (!stream.wasStarted) {
      streams.delete(stream.streamId) // It was never on air.
      return
    }
    setPhase(stream, 'interrupted')
    if (stream.isAnnounced) tell({ name: 'interrupted', streamId: stream.streamId })
    stream.isAnnounced = false
  }

  function setPhase(stream: Foreign, phase: Foreign['phase']): void {
    stream.phase = phase
    stream.phaseSinceMs = nowMs()
  }

  /** What a look at the engine showed; also the only way in which a publisher is missed who left without a word. */
  function look(seen: readonly SeenPublisher[]): void {
    const byStream = new Map(seen.map((each) => [each.streamId, each]))
    for (const each of seen) {
      const expected = streams.get(each.streamId)?.publisher
      // A server that did not name the connection when it asked: the first that is seen is the one.
      if (expected?.id === '') expected.id = each.publisherId
      // Let in before we were started, or with a key that was replaced meanwhile: his encoder comes again and is asked.
      if (streams.get(each.streamId)?.publisher?.id !== each.publisherId) drop(each)
    }
    for (const stream of streams.values()) {
      const own = byStream.get(stream.streamId)
      if (stream.publisher === null) {
        if (nowMs() - stream.phaseSinceMs > returnWithinMs) end(stream, 'left')
      } else if (own?.publisherId === stream.publisher.id) {
        note(stream, own)
      } else if (!stream.publisher.wasSeen) {
        if (nowMs() - stream.publisher.sinceMs > seenWithinMs) interrupt(stream)
      } else {
        stream.publisher.missedLooks += 1
        if (stream.publisher.missedLooks >= missedLooksMax) interrupt(stream)
      }
    }
  }

  function note(stream: Foreign, seen: SeenPublisher): void {
    if (stream.publisher === null) return
    stream.publisher.wasSeen = true
    stream.publisher.missedLooks = 0
    const elapsedMs = nowMs() - stream.bytesAtMs
    if (stream.seen !== null && elapsedMs > 0) {
      stream.kbps = Math.round((Math.max(0, seen.bytes - stream.bytes) * 8) / elapsedMs)
    }
    if (seen.bytes > stream.bytes) stream.grewAtMs = nowMs()
    stream.bytes = seen.bytes
    stream.bytesAtMs = nowMs()
    stream.seen = seen
    if (seen.isPlayable && !stream.isAnnounced) {
      stream.isAnnounced = true
      tell({ name: stream.wasStarted ? 'resumed' : 'started', streamId: stream.streamId })
      stream.wasStarted = true
    }
    const isSilent = nowMs() - stream.grewAtMs > silentAfterMs
    if (isSilent === stream.isDegraded) return
    stream.isDegraded = isSilent
    tell(
      isSilent
        ? { name: 'degraded', streamId: stream.streamId, reason: 'no_frames' }
        : { name: 'recovered', streamId: stream.streamId },
    )
  }

  function end(stream: Foreign, reason: 'left' | 'kicked'): void {
    streams.delete(stream.streamId)
    if (stream.wasStarted) tell({ name: 'ended', streamId: stream.streamId, reason })
  }

  function kick(streamId: string): void {
    const stream = streams.get(streamId)
    if (stream === undefined) return
    if (stream.publisher !== null) {
      drop({ streamId, publisherId: stream.publisher.id, via: stream.publisher.via })
    }
    end(stream, 'kicked')
  }

  function dismissPublisher(streamId: string): void {
    const stream = streams.get(streamId)
    if (stream === undefined || stream.publisher === null) return
    const { id, via } = stream.publisher
    interrupt(stream)
    drop({ streamId, publisherId: id, via })
  }

  function stateOf(streamId: string): StreamState | null {
    const stream = streams.get(streamId)
    if (stream === undefined) return null
    const { seen } = stream
    return {
      streamId,
      phase: stream.phase,
      via: stream.publisher?.via ?? null,
      watchers: 0,
      canWatchByRtc: false,
      width: seen?.width ?? 0,
      height: seen?.height ?? 0,
      codecs: seen?.codecs ?? '',
      fps: seen?.fps ?? 0,
      kbps: stream.kbps,
      keyframeIntervalMs: null,
      lastFrameAgeMs: Math.round(nowMs() - stream.grewAtMs),
      isDegraded: stream.isDegraded,
      recordedBytes: 0,
    }
  }

  return { mayEnter, enter, leave, look, kick, dismissPublisher, stateOf }
}
