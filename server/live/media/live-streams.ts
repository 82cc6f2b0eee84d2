import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { parseAudioConfig } from './aac.ts'
import type { EngineClock, EngineLog } from './engine-clock.ts'
import { createHealth, type Health } from './health.ts'
import { createLiveWindow, type LiveWindow } from './live-window.ts'
import type { IngestKind, MediaEvent, PublishRefusal, StreamState } from './media-engine.ts'
import type { AudioTag, VideoTag } from './media-tags.ts'
import { opusConfig } from './opus.ts'
import { createPackager, type Packager } from './packager.ts'
import { createRecorder, openRecording, type Recorder } from './recording.ts'
import { createRtpFanout, type RtpFanout } from './rtp-fanout.ts'

/** All streams of this media process: who publishes them, who comes back in time, and which have ended. */
export const streamsMax = 200
// An encoder that lost its connection goes on with the same stream when it is back by then.
export const returnWithinMs = 10_000
// A connection that is dead but not yet known to be is taken over by the creator's next one.
export const silentPublisherMs = 2_000
// Viewers behind the live edge still load the end of a stream that is over.
export const endedKeptMs = 30_000

/** How a connection hands over what it receives. Times are of the encoder, in ms, without the wrap at 32 bits. */
export type StreamInput = {
  video(tag: VideoTag, timestampMs: number): void
  audio(tag: AudioTag | { kind: 'opus'; channels: number }, timestampMs: number): void
  heard(): void
  reject(reason: 'codec_unsupported' | 'protocol_error', detail: string): void
  leave(): void
}
export type Publisher = {
  via: IngestKind
  kick(why: string): void
  /** Who cannot ask its encoder for a keyframe has none. */
  requestKeyframe?(): void
}
/** Asks whether this key may publish, and opens its stream. */
export type OpenForPublish = (
  request: { key: string; ip: string } & Publisher,
) => Promise<{ input: StreamInput } | { refused: PublishRefusal }>

export type LiveStream = {
  streamId: string
  window: LiveWindow
  packager: Packager
  recorder: Recorder
  health: Health
  /** For those who watch by WebRTC. */
  fanout: RtpFanout
  publisher: (Publisher & { input: object; heardAtMs: number }) | null
  phase: 'publishing' | 'interrupted' | 'ended'
  phaseSinceMs: number
  isAnnounced: boolean // The first part since the encoder came was told of.
  wasStarted: boolean
  isDegraded: boolean
  size: { width: number; height: number; codecs: string }
}

export type LiveStreams = ReturnType<typeof createLiveStreams>

export function createLiveStreams(options: {
  clock: EngineClock
  log: EngineLog
  storageDir: string
  tell(event: MediaEvent): void
}) {
  const { clock, log, tell } = options
  const streams = new Map<string, LiveStream>()
  const opening = new Set<string>()
  const closing = new Set<Promise<void>>()

  async function openInput(streamId: string, publisher: Publisher): Promise<StreamInput | 'busy' | 'full'> {
    if (opening.has(streamId)) return 'busy'
    opening.add(streamId)
    try {
      const stream = liveOf(streamId) ?? (await openStream(streamId))
      if (stream === null) return 'full'
      if (stream.publisher !== null) {
        if (clock.nowMs() - stream.publisher.heardAtMs < silentPublisherMs) return 'busy'
        const silent = stream.publisher
        interrupt(stream)
        silent.kick('Another connection with the same key took over.')
      }
      return attach(stream, publisher)
    } finally {
      opening.delete(streamId)
    }
  }

  function liveOf(streamId: string): LiveStream | null {
    const stream = streams.get(streamId)
    return stream === undefined || stream.phase === 'ended' ? null : stream
  }

  async function openStream(streamId: string): Promise<LiveStream | null> {
    if (streams.size + opening.size > streamsMax) return null
    await Promise.all(closing) // The same recording may still be on its way to the disk.
    const { file, index, bytes, start } = await openRecording(recordingDirectory(streamId))
    const recorder = createRecorder({
      file,
      index,
      bytes,
      log,
      onFailed: () => tell({ name: 'recording_failed', streamId }),
    })
    const window = createLiveWindow({ nextMsn: start.msn })
    const packager = createPackager({
      start,
      wallMs: clock.wallMs,
      sink: {
        init(init) {
          window.addInit(init)
          recorder.addInit(init)
          const codecs = init.audio === null ? init.video.codec : `${init.video.codec},${init.audio.codec}`
          stream.size = { width: init.video.width, height: init.video.height, codecs }
        },
        part(part) {
          window.addPart(part)
          recorder.addPart(part)
          announce(stream)
        },
        segmentDone(msn) {
          window.closeSegment(msn)
          recorder.closeSegment()
        },
      },
    })
    const nowMs = clock.nowMs()
    const stream: LiveStream = {
      streamId,
      window,
      packager,
      recorder,
      health: createHealth(nowMs),
      fanout: createRtpFanout({
        ssrc: { video: randomInt(1, 2 ** 31), audio: randomInt(1, 2 ** 31) },
        requestKeyframe: () => stream.publisher?.requestKeyframe?.(),
      }),
      publisher: null,
      phase: 'interrupted',
      phaseSinceMs: nowMs,
      isAnnounced: false,
      wasStarted: false,
      isDegraded: false,
      size: { width: 0, height: 0, codecs: '' },
    }
    streams.set(streamId, stream)
    return stream
  }

  function announce(stream: LiveStream): void {
    if (stream.isAnnounced || stream.phase !== 'publishing') return
    stream.isAnnounced = true
    tell({ name: stream.wasStarted ? 'resumed' : 'started', streamId: stream.streamId })
    stream.wasStarted = true
  }

  function attach(stream: LiveStream, publisher: Publisher): StreamInput {
    const { streamId, packager, fanout } = stream
    fanout.begin()
    const health = createHealth(clock.nowMs())
    const isCurrent = () => stream.publisher?.input === input
    // For WebRTC all publishers of a stream count on one clock, so that those who watch do not see time jump.
    let aheadMs: number | null = null
    const steadyMs = (timestampMs: number, nowMs: number) => {
      aheadMs ??= nowMs - timestampMs
      return timestampMs + aheadMs
    }
    const input: StreamInput = {
      video(tag, timestampMs) {
        if (!isCurrent()) return
        const nowMs = clock.nowMs()
        if (tag.kind === 'config') {
          packager.setVideoConfig(tag.avcC)
          fanout.videoConfig(tag.avcC)
        } else if (tag.kind === 'frame') {
          const { isKey, compositionMs, data } = tag
          health.countVideo({ dtsMs: timestampMs, isKey, bytes: data.length }, nowMs)
          packager.video({ dtsMs: timestampMs, compositionMs, isKey, data }, nowMs)
          fanout.picture({ dtsMs: steadyMs(timestampMs, nowMs), compositionMs, isKey, data })
        }
      },
      audio(tag, timestampMs) {
        if (!isCurrent()) return
        const nowMs = clock.nowMs()
        if (tag.kind === 'config') {
          packager.setAudioConfig(parseAudioConfig(tag.asc), nowMs)
          fanout.otherSound()
        } else if (tag.kind === 'opus') {
          packager.setAudioConfig(opusConfig(tag.channels), nowMs)
          fanout.opus()
        } else if (tag.kind === 'frame') {
          health.countAudio(tag.data.length)
          packager.audio({ ptsMs: timestampMs, data: tag.data }, nowMs)
          fanout.sound({ ptsMs: steadyMs(timestampMs, nowMs), data: tag.data })
        }
      },
      heard() {
        if (stream.publisher?.input === input) stream.publisher.heardAtMs = clock.nowMs()
      },
      reject(reason, detail) {
        if (isCurrent()) tell({ name: 'rejected', streamId, reason, detail })
      },
      leave() {
        if (isCurrent()) interrupt(stream)
      },
    }
    stream.publisher = { ...publisher, input, heardAtMs: clock.nowMs() }
    stream.health = health
    stream.isAnnounced = false
    enter(stream, 'publishing')
    return input
  }

  function enter(stream: LiveStream, phase: LiveStream['phase']): void {
    stream.phase = phase
    stream.phaseSinceMs = clock.nowMs()
  }

  function interrupt(stream: LiveStream): void {
    stream.publisher = null
    stream.packager.interrupt(clock.nowMs())
    stream.recorder.flush()
    enter(stream, 'interrupted')
    if (stream.isDegraded) stream.isDegraded = false
    if (stream.isAnnounced) tell({ name: 'interrupted', streamId: stream.streamId })
  }

  function end(stream: LiveStream, reason: 'left' | 'kicked' | 'engine_closed'): void {
    const { publisher, streamId } = stream
    if (publisher !== null) {
      stream.publisher = null
      stream.packager.interrupt(clock.nowMs())
      publisher.kick('The broadcast was ended.')
    }
    enter(stream, 'ended')
    stream.window.end()
    const closed = stream.recorder.close().catch((fault: unknown) => {
      log('error', 'A recording could not be closed', { streamId, fault: String(fault) })
    })
    closing.add(closed)
    void closed.then(() => {
      closing.delete(closed)
      // A connection that never sent a picture was never on air.
      if (stream.wasStarted) tell({ name: 'ended', streamId, reason })
    })
  }

  /** Every 100 ms. */
  function tick(): void {
    const nowMs = clock.nowMs()
    for (const stream of streams.values()) {
      const phaseMs = nowMs - stream.phaseSinceMs
      if (stream.phase === 'publishing') stream.packager.tick(nowMs)
      else if (stream.phase === 'interrupted' && phaseMs > returnWithinMs) end(stream, 'left')
      else if (stream.phase === 'ended' && phaseMs > endedKeptMs) streams.delete(stream.streamId)
    }
  }

  /** Every second. */
  function measure(): StreamState[] {
    const nowMs = clock.nowMs()
    const states: StreamState[] = []
    for (const stream of streams.values()) {
      if (stream.phase === 'ended') continue
      stream.health.measure(nowMs)
      stream.recorder.flush()
      stream.fanout.report(clock.wallMs())
      const { degraded, ...measured } = stream.health.read(nowMs)
      const isPublishing = stream.phase === 'publishing'
      if (isPublishing) tellDegraded(stream, degraded)
      states.push({
        streamId: stream.streamId,
        phase: isPublishing ? 'publishing' : 'interrupted',
        via: stream.publisher?.via ?? null,
        watchers: stream.fanout.watchers(),
        canWatchByRtc: isPublishing && stream.fanout.canWatch() && !stream.fanout.isFull(),
        ...stream.size,
        ...measured,
        isDegraded: stream.isDegraded,
        recordedBytes: stream.recorder.bytes(),
      })
    }
    return states
  }

  function tellDegraded(stream: LiveStream, degraded: 'no_keyframe' | 'no_frames' | null): void {
    if (degraded !== null && !stream.isDegraded) {
      stream.isDegraded = true
      tell({ name: 'degraded', streamId: stream.streamId, reason: degraded })
    } else if (degraded === null && stream.isDegraded) {
      stream.isDegraded = false
      tell({ name: 'recovered', streamId: stream.streamId })
    }
  }

  function kick(streamId: string): void {
    const stream = liveOf(streamId)
    if (stream !== null) end(stream, 'kicked')
  }

  /** The publisher has to go, the broadcast goes on: whoever comes with the right key in time is the next. */
  function dismissPublisher(streamId: string): void {
    const stream = liveOf(streamId)
    const publisher = stream?.publisher ?? null
    if (stream === null || publisher === null) return
    interrupt(stream)
    publisher.kick('The stream key was replaced by a new one.')
  }

  async function close(): Promise<void> {
    for (const stream of streams.values()) if (stream.phase !== 'ended') end(stream, 'engine_closed')
    await Promise.all(closing)
  }

  function recordingDirectory(streamId: string): string {
    return join(options.storageDir, streamId)
  }

  return {
    openInput,
    tick,
    measure,
    kick,
    dismissPublisher,
    close,
    find: (id: string) => streams.get(id) ?? null,
    recordingDirectory,
  }
}
