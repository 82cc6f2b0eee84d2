import { expect, test } from 'vitest'
import { parseAudioConfig } from './aac.ts'
import { asc, avcC, collect, otherAsc, runsOf } from './media.test-kit.ts'
import { audioMissingAfterMs, createPackager, partAwaitsAudioMs, partMsMax, segmentMsMax } from './packager.ts'

const data = Buffer.alloc(50, 1)
const ticks = 90

function packagerWith(options: { withAudio: boolean; start?: Parameters<typeof createPackager>[0]['start'] }) {
  const collected = collect()
  const packager = createPackager({ sink: collected.sink, wallMs: () => 1_000_000, start: options.start })
  packager.setVideoConfig(avcC)
  if (options.withAudio) packager.setAudioConfig(parseAudioConfig(asc), 0)
  return { packager, ...collected }
}

type Feed = {
  fromMs: number
  toMs: number
  fps: number
  gopFrames: number
  audioLagMs?: number
  withAudio?: boolean
  clockMs?: number
}

/** Feeds pictures, and sound that lags behind them, in the order in which they would arrive. */
function feed(packager: ReturnType<typeof createPackager>, options: Feed): void {
  const { fromMs, toMs, fps, gopFrames, audioLagMs = 0, withAudio = true, clockMs = 0 } = options
  let nextAudio = 0
  for (let frame = 0; ; frame += 1) {
    const dtsMs = fromMs + Math.round((frame * 1_000) / fps)
    if (dtsMs >= toMs) return
    packager.video({ dtsMs, compositionMs: 0, isKey: frame % gopFrames === 0, data }, dtsMs + clockMs)
    while (withAudio) {
      const ptsMs = fromMs + Math.round((nextAudio * 1_024_000) / 44_100)
      if (ptsMs > dtsMs - audioLagMs) break
      packager.audio({ ptsMs, data }, dtsMs + clockMs)
      nextAudio += 1
    }
  }
}

test('parts hold 200 ms and a segment a group of pictures, at every usual frame rate', () => {
  for (const fps of [15, 20, 24, 25, 30, 50, 60]) {
    const { packager, parts, done } = packagerWith({ withAudio: true })
    feed(packager, { fromMs: 0, toMs: 5_000, fps, gopFrames: fps })
    expect(done).toEqual([0, 1, 2, 3])
    const first = parts.filter((part) => part.segment.msn === 1)
    expect(first.reduce((total, part) => total + part.durationTicks, 0)).toBe(1_000 * ticks)
    expect(first[0]?.isIndependent).toBe(true)
    for (const part of first.slice(0, -1)) {
      expect(part.durationTicks / ticks).toBeLessThanOrEqual(partMsMax)
      expect(part.durationTicks / ticks).toBeGreaterThanOrEqual(partMsMax * 0.85)
    }
  }
})

test('short groups share a segment, and one without keyframes is cut after ten seconds', () => {
  const short = packagerWith({ withAudio: false })
  feed(short.packager, { fromMs: 0, toMs: 4_100, fps: 30, gopFrames: 15, withAudio: false })
  expect(short.done).toEqual([0, 1, 2, 3])
  const endless = packagerWith({ withAudio: false })
  feed(endless.packager, { fromMs: 0, toMs: 21_500, fps: 30, gopFrames: 10_000, withAudio: false })
  const lengths = [0, 1].map((msn) =>
    endless.parts.filter((part) => part.segment.msn === msn).reduce((total, part) => total + part.durationTicks, 0),
  )
  for (const length of lengths) expect(length / ticks).toBeCloseTo(segmentMsMax, -2)
  expect(endless.parts.find((part) => part.segment.msn === 1)?.isIndependent).toBe(false)
})

test('decode times are one row without a gap, for pictures and for sound', () => {
  const { packager, parts } = packagerWith({ withAudio: true })
  feed(packager, { fromMs: 7_777, toMs: 12_777, fps: 30, gopFrames: 60 })
  packager.interrupt(20_000)
  const ends = new Map<number, number>()
  for (const run of parts.flatMap((part) => runsOf(part.data))) {
    if (ends.has(run.trackId)) expect(run.decodeTime).toBe(ends.get(run.trackId))
    ends.set(
      run.trackId,
      run.samples.reduce((time, sample) => time + sample.duration, run.decodeTime),
    )
  }
  // The length of the last picture is taken from the one before it, in whole milliseconds.
  expect(ends.get(1)).toBe(5_001 * ticks)
  expect(ends.get(2)).toBeGreaterThan(4_900 * 44.1)
})

test('pictures that are shown in another order keep their own time', () => {
  const { packager, parts } = packagerWith({ withAudio: false })
  const compositions = [67, 133, 33, 0, 100, 33]
  for (let frame = 0; frame < 60; frame += 1) {
    const compositionMs = compositions[frame % compositions.length] ?? 0
    packager.video({ dtsMs: Math.round(frame * 33.333), compositionMs, isKey: frame % 30 === 0, data }, frame * 33)
  }
  const samples = parts.flatMap((part) => runsOf(part.data)[0]?.samples ?? [])
  expect(samples.slice(0, 6).map((sample) => sample.offset / ticks)).toEqual(compositions)
})

test('a decode time that stands still or goes back a little is moved, and the picture still shown at its own', () => {
  const { packager, parts } = packagerWith({ withAudio: false })
  for (const [frame, dtsMs] of [0, 33, 33, 20, 100, 133, 166, 200, 233, 266, 300, 333].entries()) {
    packager.video({ dtsMs, compositionMs: 40, isKey: frame === 0, data }, dtsMs + 600)
  }
  packager.interrupt(1_000)
  const run = runsOf(parts[0]?.data ?? data)[0]
  expect(run?.samples.every((sample) => sample.duration > 0)).toBe(true)
  const shownAt: number[] = []
  let time = run?.decodeTime ?? 0
  for (const sample of run?.samples ?? []) {
    shownAt.push((time + sample.offset) / ticks)
    time += sample.duration
  }
  expect(shownAt.slice(0, 5)).toEqual([40, 73, 73, 60, 140])
})

test('a part waits for its sound', () => {
  const { packager, parts } = packagerWith({ withAudio: true })
  feed(packager, { fromMs: 0, toMs: 3_000, fps: 30, gopFrames: 30, audioLagMs: 150 })
  expect(parts.length).toBeGreaterThan(12)
  for (const part of parts) {
    const sound = runsOf(part.data).find((run) => run.trackId === 2)
    const samples = sound?.samples.reduce((total, sample) => total + sample.duration, 0) ?? 0
    const soundEndTicks = (((sound?.decodeTime ?? 0) + samples) * 90_000) / 44_100
    expect(soundEndTicks).toBeGreaterThanOrEqual(part.startTicks + part.durationTicks)
  }
})

test('a part does not wait for its sound longer than 300 ms', () => {
  const { packager, parts } = packagerWith({ withAudio: true })
  feed(packager, { fromMs: 0, toMs: 215, fps: 30, gopFrames: 30, audioLagMs: 1_000 })
  expect(parts).toHaveLength(0)
  packager.tick(200 + partAwaitsAudioMs - 1)
  expect(parts).toHaveLength(0)
  packager.tick(200 + partAwaitsAudioMs)
  expect(parts).toHaveLength(1)
})

test('sound that stays away is left out of the next epoch, and taken in again when it is back', () => {
  const { packager, inits, parts } = packagerWith({ withAudio: true })
  feed(packager, { fromMs: 0, toMs: 2_000, fps: 30, gopFrames: 30 })
  feed(packager, { fromMs: 2_000, toMs: 2_000 + audioMissingAfterMs + 2_000, fps: 30, gopFrames: 30, withAudio: false })
  expect(inits.map((init) => init.audio !== null)).toEqual([true, false])
  packager.audio({ ptsMs: 7_000, data }, 7_000)
  feed(packager, { fromMs: 7_000, toMs: 9_000, fps: 30, gopFrames: 30 })
  expect(inits.map((init) => init.audio !== null)).toEqual([true, false, true])
  expect(parts.filter((part) => part.segment.startsEpoch && part.index === 0)).toHaveLength(3)
})

test('a gap in the sound stays a gap, and does not move what follows', () => {
  const { packager, parts } = packagerWith({ withAudio: true })
  feed(packager, { fromMs: 0, toMs: 1_000, fps: 30, gopFrames: 30 })
  for (let frame = 0; frame < 60; frame += 1) {
    const dtsMs = 1_000 + Math.round(frame * 33.333)
    packager.video({ dtsMs, compositionMs: 0, isKey: frame % 30 === 0, data }, dtsMs)
    if (dtsMs >= 1_500) packager.audio({ ptsMs: dtsMs, data }, dtsMs)
  }
  const starts = parts.flatMap((part) => runsOf(part.data).filter((run) => run.trackId === 2))
  const after = starts.find((run) => run.decodeTime / 44.1 > 1_300)
  expect(after?.decodeTime).toBe(Math.round(1_500 * 44.1))
})

test('without sound the first part comes after half a second at the latest', () => {
  const { packager, parts, inits } = packagerWith({ withAudio: false })
  feed(packager, { fromMs: 0, toMs: 700, fps: 30, gopFrames: 30, withAudio: false })
  expect(inits).toHaveLength(1)
  expect(inits[0]?.audio).toBeNull()
  expect(parts.length).toBeGreaterThanOrEqual(2)
})

test('an encoder that comes back begins a new epoch, and the timeline goes on', () => {
  const { packager, inits, parts, done } = packagerWith({ withAudio: true })
  feed(packager, { fromMs: 0, toMs: 2_500, fps: 30, gopFrames: 30 })
  packager.interrupt(2_500)
  const endTicks = parts.reduce((end, part) => Math.max(end, part.startTicks + part.durationTicks), 0)
  expect(endTicks).toBe(2_501 * ticks)
  packager.setVideoConfig(avcC)
  packager.setAudioConfig(parseAudioConfig(otherAsc), 6_000)
  feed(packager, { fromMs: 90_000, toMs: 91_500, fps: 30, gopFrames: 30, clockMs: -84_000 })
  expect(inits.map((init) => init.id)).toEqual([0, 3])
  expect(inits[1]?.audio?.sampleRate).toBe(48_000)
  const back = parts.find((part) => part.segment.msn === 3)
  expect(back?.startTicks).toBe(endTicks)
  expect(back?.segment).toMatchObject({ epoch: 1, startsEpoch: true, initId: 3 })
  expect(done).toEqual([0, 1, 2, 3])
})

test('another configuration waits for its keyframe', () => {
  const { packager, inits, parts } = packagerWith({ withAudio: false })
  feed(packager, { fromMs: 0, toMs: 1_500, fps: 30, gopFrames: 30, withAudio: false })
  const other = Buffer.from(avcC)
  other.writeUInt8(0x28, 3) // Another level.
  packager.setVideoConfig(other)
  packager.video({ dtsMs: 1_533, compositionMs: 0, isKey: false, data: Buffer.alloc(77) }, 1_533)
  expect(inits).toHaveLength(1)
  feed(packager, { fromMs: 1_566, toMs: 3_000, fps: 30, gopFrames: 30, withAudio: false })
  expect(inits).toHaveLength(2)
  const sizes = parts.flatMap((part) => runsOf(part.data)[0]?.samples.map((sample) => sample.bytes) ?? [])
  expect(sizes).not.toContain(77)
})

test('a jump of the encoder clock begins a new epoch without a hole in the timeline', () => {
  const { packager, inits, parts } = packagerWith({ withAudio: false })
  feed(packager, { fromMs: 50_000, toMs: 52_000, fps: 30, gopFrames: 30, withAudio: false, clockMs: -50_000 })
  feed(packager, { fromMs: 0, toMs: 2_000, fps: 30, gopFrames: 30, withAudio: false, clockMs: 2_000 })
  expect(inits).toHaveLength(2)
  let end = 0
  for (const part of parts) {
    expect(part.startTicks).toBe(end)
    end = part.startTicks + part.durationTicks
  }
})

test('pictures before the configuration or the first keyframe are not kept', () => {
  const collected = collect()
  const packager = createPackager({ sink: collected.sink, wallMs: () => 0 })
  packager.video({ dtsMs: 0, compositionMs: 0, isKey: true, data }, 0)
  packager.setVideoConfig(avcC)
  packager.video({ dtsMs: 33, compositionMs: 0, isKey: false, data }, 33)
  packager.tick(10_000)
  expect(collected.inits).toHaveLength(0)
})
