import { type AudioConfig, isSameAudio, samplesOfPacket } from './audio.ts'
import { type AudioSample, encodeFragment, encodeInit, type VideoSample, videoTimescale } from './cmaf.ts'
import { parseVideoConfig, type VideoConfig } from './h264.ts'

/**
 * Cuts what an encoder sends into parts and segments. Nothing is decoded: pictures and sounds are only rewrapped.
 *
 * An *epoch* is a stretch with one configuration and one clock of the encoder. When the encoder comes back, changes its
 * configuration or its clock jumps, the next keyframe begins a new epoch; the media timeline goes on without a gap, so
 * that a recording is one film, and players are told by a discontinuity.
 *
 * There is no clock and no timer in here: whoever calls says what time it is.
 */
// A part aims at 200 ms. Five pictures of a 24 fps encoder take 208 ms; a part may be that long, so that every usual frame rate fits.
export const partMsMax = 210
export const partFramesMax = 64
export const partBytesMax = 4 * 1024 * 1024
export const segmentMsTarget = 1_000
// An encoder without keyframes gets its segments cut all the same, or the window would grow without bound.
export const segmentMsMax = 10_000
export const segmentBytesMax = 16 * 1024 * 1024
// A part without its sound stalls the player for good, one that waits for ever stalls everybody.
export const partAwaitsAudioMs = 300
export const partsAwaitingAudioMax = 32
// Whether there will be sound is known when its configuration comes; encoders send it within a few frames of the first picture.
export const audioConfigAwaitedMs = 500
export const framesHeldAtStartMax = 128
export const audioPacketsQueuedMax = 1_000
export const audioMissingAfterMs = 3_000
export const audioGapMsMax = 100
export const clockJumpBackMsMax = 1_000
export const clockJumpAheadMsMax = 10_000

const ticksPerMs = videoTimescale / 1_000
const frameTicksUnknown = videoTimescale / 30
// A keyframe that comes a little early still ends its segment.
const segmentMsSlack = 50

export type VideoFrame = { dtsMs: number; compositionMs: number; isKey: boolean; data: Buffer }
export type AudioPacket = { ptsMs: number; data: Buffer }

export type Init = { id: number; epoch: number; data: Buffer; video: VideoConfig; audio: AudioConfig | null }
export type SegmentHead = {
  msn: number
  initId: number
  epoch: number
  startsEpoch: boolean
  startTicks: number
  startWallMs: number
}
export type Part = {
  segment: SegmentHead
  index: number
  startTicks: number
  durationTicks: number
  isIndependent: boolean
  data: Buffer
}
export type PackagerSink = {
  init(init: Init): void
  part(part: Part): void
  segmentDone(msn: number): void
}

/** Where the timeline goes on: at zero for a new stream, behind the last recorded fragment for one that was cut off. */
export type PackagerStart = { msn: number; epoch: number; ticks: number }
export const packagerStart: PackagerStart = { msn: 0, epoch: 0, ticks: 0 }

export type Packager = ReturnType<typeof createPackager>

type QueuedFrame = { dts: number; compositionOffset: number; isKey: boolean; data: Buffer }
type QueuedPacket = { start: number; samples: number; data: Buffer }
type ClosedPart = { frames: QueuedFrame[]; start: number; end: number; endsSegment: boolean; deadlineMs: number }
type Epoch = {
  video: VideoConfig
  audio: AudioConfig | null
  offsetTicks: number
  startTicks: number
  startWallMs: number
  initId: number
  isNew: boolean
}

export function createPackager(options: { sink: PackagerSink; wallMs(): number; start?: PackagerStart }) {
  const { sink, wallMs } = options
  const start = options.start ?? packagerStart
  let stage: 'idle' | 'starting' | 'running' = 'idle'
  let videoConfig: VideoConfig | null = null
  let audioConfig: AudioConfig | null = null
  let audioIsMissing = false
  let epoch: Epoch | null = null
  let epochNumber = start.epoch - 1
  let timelineTicks = start.ticks
  let nextMsn = start.msn
  let fragmentSequence = 1

  let startingSinceMs = 0
  let heldFrames: VideoFrame[] = []
  let heldPackets: AudioPacket[] = []

  let frames: QueuedFrame[] = [] // The part that is being filled.
  let framesBytes = 0
  let lastDtsMs: number | null = null
  let lastFrameTicks = frameTicksUnknown
  let segmentTicks = 0 // Closed parts of the segment that is being filled.
  let segmentBytes = 0
  let awaitingAudio: ClosedPart[] = []
  let packets: QueuedPacket[] = []
  let nextPacketStart: number | null = null // In samples.
  let segment: { head: SegmentHead; partCount: number } | null = null // As far as it was handed out.

  function setVideoConfig(avcC: Buffer): VideoConfig {
    if (videoConfig?.avcC.equals(avcC)) return videoConfig
    videoConfig = parseVideoConfig(avcC)
    if (stage === 'starting') stage = 'idle' // What was held is of another configuration.
    return videoConfig
  }

  function setAudioConfig(config: AudioConfig, nowMs: number): AudioConfig {
    if (audioConfig !== null && isSameAudio(audioConfig, config)) return audioConfig
    audioConfig = config
    heldPackets = []
    if (stage === 'starting') startWhenReady(nowMs)
    return audioConfig
  }

  function video(frame: VideoFrame, nowMs: number): void {
    if (videoConfig === null) return
    if (epoch !== null) {
      if (clockJumped(frame) || (frame.isKey && configChanged(epoch))) finish(nowMs)
      else if (epoch.video !== videoConfig) return // Nothing can decode this until its keyframe has come.
    }
    if (stage === 'idle') {
      if (!frame.isKey) return
      stage = 'starting'
      startingSinceMs = nowMs
      heldFrames = []
      heldPackets = []
    }
    if (stage === 'starting') {
      heldFrames.push(frame)
      startWhenReady(nowMs)
    } else if (epoch !== null) {
      addFrame(epoch, frame, nowMs)
    }
  }

  function audio(packet: AudioPacket, nowMs: number): void {
    if (audioConfig === null) return
    audioIsMissing = false
    if (stage === 'starting') {
      if (heldPackets.length < framesHeldAtStartMax) heldPackets.push(packet)
    } else if (epoch !== null && epoch.audio !== null && epoch.audio === audioConfig) {
      addPacket(epoch, epoch.audio, packet)
      handOut(nowMs)
    }
  }

  /** To be called every 100 ms or so: parts that wait for sound are let go, also when nothing arrives any more. */
  function tick(nowMs: number): void {
    if (stage === 'starting') startWhenReady(nowMs)
    else handOut(nowMs)
  }

  /** The encoder is gone. What came is handed out, and the next picture begins a new epoch. */
  function interrupt(nowMs: number): void {
    if (stage === 'starting' && heldFrames.length > 0) begin(nowMs)
    finish(nowMs)
    videoConfig = null
    audioConfig = null
    audioIsMissing = false
  }

  function clockJumped(frame: VideoFrame): boolean {
    if (lastDtsMs === null) return false
    const aheadMs = frame.dtsMs - lastDtsMs
    return aheadMs < -clockJumpBackMsMax || aheadMs > clockJumpAheadMsMax
  }

  function audioInUse(): AudioConfig | null {
    return audioIsMissing ? null : audioConfig
  }

  function configChanged(current: Epoch): boolean {
    return current.video !== videoConfig || current.audio !== audioInUse()
  }

  function startWhenReady(nowMs: number): void {
    const first = heldFrames.at(0)
    const last = heldFrames.at(-1)
    if (first === undefined || last === undefined) return
    const waitedMs = Math.max(nowMs - startingSinceMs, last.dtsMs - first.dtsMs)
    const isReady =
      audioConfig !== null || waitedMs >= audioConfigAwaitedMs || heldFrames.length >= framesHeldAtStartMax
    if (isReady) begin(nowMs)
  }

  function begin(nowMs: number): void {
    const first = heldFrames.at(0)
    if (videoConfig === null || first === undefined) return
    const held = { frames: heldFrames, packets: heldPackets }
    heldFrames = []
    heldPackets = []
    epochNumber += 1
    epoch = {
      video: videoConfig,
      audio: audioInUse(),
      offsetTicks: timelineTicks - Math.round(first.dtsMs * ticksPerMs),
      startTicks: timelineTicks,
      startWallMs: wallMs() - Math.max(0, nowMs - startingSinceMs),
      initId: nextMsn, // The number of its first segment, so that a name is never used twice for different bytes.
      isNew: true,
    }
    stage = 'running'
    const data = encodeInit(epoch.video, epoch.audio)
    sink.init({ id: epoch.initId, epoch: epochNumber, data, video: epoch.video, audio: epoch.audio })
    if (epoch.audio !== null) for (const packet of held.packets) addPacket(epoch, epoch.audio, packet)
    for (const frame of held.frames) addFrame(epoch, frame, nowMs)
  }

  function addFrame(current: Epoch, frame: VideoFrame, nowMs: number): void {
    // Clocks of RTP are finer than milliseconds; what a fragment holds is whole ticks.
    let dts = Math.round(frame.dtsMs * ticksPerMs) + current.offsetTicks
    let compositionOffset = Math.round(frame.compositionMs * ticksPerMs)
    const last = frames.at(-1)
    const lastDts = last?.dts ?? (segmentTicks > 0 ? timelineTicks - 1 : null)
    if (lastDts !== null && dts <= lastDts) {
      // Decode times must grow. The picture is kept, because others may depend on it, and still shown at its own time.
      const shift = lastDts + 1 - dts
      dts += shift
      compositionOffset -= shift
    }
    lastDtsMs = frame.dtsMs
    const first = frames.at(0)
    if (first !== undefined && last !== undefined) {
      lastFrameTicks = dts - last.dts
      const partTicks = dts - first.dts
      const segmentMs = (segmentTicks + partTicks) / ticksPerMs
      const endsSegment =
        (frame.isKey && segmentMs >= segmentMsTarget - segmentMsSlack) ||
        segmentMs >= segmentMsMax ||
        segmentBytes + framesBytes >= segmentBytesMax
      const endsPart =
        endsSegment ||
        (partTicks + lastFrameTicks) / ticksPerMs > partMsMax ||
        frames.length >= partFramesMax ||
        framesBytes >= partBytesMax
      if (endsPart) closePart({ end: dts, endsSegment, nowMs })
    }
    frames.push({ dts, compositionOffset, isKey: frame.isKey, data: frame.data })
    framesBytes += frame.data.length
  }

  function addPacket(current: Epoch, config: AudioConfig, packet: AudioPacket): void {
    const ticks = packet.ptsMs * ticksPerMs + current.offsetTicks
    const at = Math.round((ticks * config.sampleRate) / videoTimescale)
    const gapMsMax = nextPacketStart === null ? 0 : audioGapMsMax
    const expected = nextPacketStart ?? Math.round((current.startTicks * config.sampleRate) / videoTimescale)
    const gapMs = ((at - expected) * 1_000) / config.sampleRate
    // Sound from before the first picture, or that was already heard, or of a clock that has jumped: none can be placed.
    if (gapMs < -gapMsMax || gapMs > clockJumpAheadMsMax) return
    // Times of RTMP are whole milliseconds: as long as they are near, counting samples is more exact.
    const packetStart = nextPacketStart !== null && gapMs <= audioGapMsMax ? nextPacketStart : Math.max(at, expected)
    const samples = samplesOfPacket(config, packet.data)
    packets.push({ start: packetStart, samples, data: packet.data })
    nextPacketStart = packetStart + samples
    if (packets.length > audioPacketsQueuedMax) packets.shift()
  }

  function closePart(cut: { end: number; endsSegment: boolean; nowMs: number }): void {
    const first = frames.at(0)
    if (first === undefined) return
    awaitingAudio.push({
      frames,
      start: first.dts,
      end: cut.end,
      endsSegment: cut.endsSegment,
      deadlineMs: cut.nowMs + partAwaitsAudioMs,
    })
    segmentTicks = cut.endsSegment ? 0 : segmentTicks + cut.end - first.dts
    segmentBytes = cut.endsSegment ? 0 : segmentBytes + framesBytes
    timelineTicks = cut.end
    frames = []
    framesBytes = 0
    handOut(cut.nowMs)
  }

  function audioEndTicks(current: Epoch): number {
    if (current.audio === null) return Number.POSITIVE_INFINITY
    if (nextPacketStart === null) return current.startTicks
    return (nextPacketStart * videoTimescale) / current.audio.sampleRate
  }

  function handOut(nowMs: number): void {
    if (epoch === null) return
    for (;;) {
      const part = awaitingAudio.at(0)
      if (part === undefined) return
      const isDue = nowMs >= part.deadlineMs || awaitingAudio.length > partsAwaitingAudioMax
      if (!isDue && audioEndTicks(epoch) < part.end) return
      awaitingAudio.shift()
      emit(epoch, part)
    }
  }

  function emit(current: Epoch, part: ClosedPart): void {
    if (audioEndTicks(current) < part.end - audioMissingAfterMs * ticksPerMs) audioIsMissing = true
    segment ??= { head: newSegmentHead(current, part), partCount: 0 }
    const data = encodeFragment({
      sequence: fragmentSequence,
      video: { decodeTime: part.start, samples: videoSamplesOf(part) },
      audio: current.audio === null ? null : takeAudioUntil(part.end, current.audio),
    })
    fragmentSequence += 1
    sink.part({
      segment: segment.head,
      index: segment.partCount,
      startTicks: part.start,
      durationTicks: part.end - part.start,
      isIndependent: part.frames.at(0)?.isKey === true,
      data,
    })
    segment.partCount += 1
    if (part.endsSegment) endSegment()
  }

  function newSegmentHead(current: Epoch, part: ClosedPart): SegmentHead {
    const head = {
      msn: nextMsn,
      initId: current.initId,
      epoch: epochNumber,
      startsEpoch: current.isNew,
      startTicks: part.start,
      startWallMs: current.startWallMs + (part.start - current.startTicks) / ticksPerMs,
    }
    nextMsn += 1
    current.isNew = false
    return head
  }

  function endSegment(): void {
    if (segment === null) return
    const { msn } = segment.head
    segment = null
    sink.segmentDone(msn)
  }

  function takeAudioUntil(end: number, config: AudioConfig): { decodeTime: number; samples: AudioSample[] } | null {
    const endSample = (end * config.sampleRate) / videoTimescale
    let count = 0
    for (const packet of packets) {
      if (packet.start >= endSample) break
      count += 1
    }
    const taken = packets.splice(0, count)
    const first = taken.at(0)
    if (first === undefined) return null
    const samples = taken.map((packet, index) => {
      const next = taken[index + 1]
      return { data: packet.data, duration: next === undefined ? packet.samples : next.start - packet.start }
    })
    return { decodeTime: first.start, samples }
  }

  /** Ends the epoch: everything that came is handed out, with or without its sound. */
  function finish(nowMs: number): void {
    if (epoch !== null) {
      const last = frames.at(-1)
      if (last !== undefined) closePart({ end: last.dts + lastFrameTicks, endsSegment: true, nowMs })
      for (const part of awaitingAudio) emit(epoch, part)
      endSegment()
    }
    epoch = null
    stage = 'idle'
    awaitingAudio = []
    packets = []
    nextPacketStart = null
    frames = []
    framesBytes = 0
    segmentTicks = 0
    segmentBytes = 0
    lastDtsMs = null
    lastFrameTicks = frameTicksUnknown
  }

  return { setVideoConfig, setAudioConfig, video, audio, tick, interrupt }
}

/** A picture lasts until the next one begins. */
function videoSamplesOf(part: ClosedPart): VideoSample[] {
  return part.frames.map((frame, index) => ({
    data: frame.data,
    duration: (part.frames[index + 1]?.dts ?? part.end) - frame.dts,
    compositionOffset: frame.compositionOffset,
    isKey: frame.isKey,
  }))
}
