import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseAudioConfig } from './aac.ts'
import { asc, avcC } from './media.test-kit.ts'
import { createPackager, packagerStart } from './packager.ts'
import {
  createRecorder,
  groupForReplay,
  type IndexLine,
  msnsSkippedAfterLoss,
  openRecording,
  readIndex,
  recordingFileName,
  recordingIndexName,
} from './recording.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recording-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

/** Records some seconds as the engine does. `isCut`: the process is gone before it could close anything. */
async function record(options: { seconds: number; isCut?: boolean }) {
  const opened = await openRecording(directory)
  const recorder = createRecorder({ ...opened, log: () => undefined, onFailed: () => expect.fail('the disk is fine') })
  const packager = createPackager({
    start: opened.start,
    wallMs: () => 5_000_000,
    sink: { init: recorder.addInit, part: recorder.addPart, segmentDone: recorder.closeSegment },
  })
  packager.setVideoConfig(avcC)
  packager.setAudioConfig(parseAudioConfig(asc), 0)
  for (let frame = 0; frame < options.seconds * 30; frame += 1) {
    const dtsMs = Math.round(frame * 33.3334)
    packager.video({ dtsMs, compositionMs: 0, isKey: frame % 30 === 0, data: Buffer.alloc(500, frame) }, dtsMs)
    packager.tick(dtsMs + 10_000)
  }
  if (options.isCut !== true) packager.interrupt(100_000)
  recorder.flush()
  if (options.isCut === true) {
    // What was queued reaches the disk, the line of the segment that is being filled does not exist yet.
    while ((await stat(join(directory, recordingFileName))).size < recorder.bytes()) await new Promise(setImmediate)
    await opened.file.close()
    await opened.index.close()
  } else {
    await recorder.close()
  }
  return opened.start
}

async function linesOf(): Promise<IndexLine[]> {
  return (await readIndex(directory)) ?? []
}

test('a recording is one row of bytes: initialisation, then every segment behind the last', async () => {
  expect(await record({ seconds: 4 })).toEqual(packagerStart)
  const lines = await linesOf()
  expect(lines.map((line) => line.msn)).toEqual([0, 1, 2, 3])
  let end = lines[0]?.init.bytes ?? 0
  for (const line of lines) {
    expect(line.offset).toBe(end)
    end += line.bytes
  }
  expect((await stat(join(directory, recordingFileName))).size).toBe(end)
})

test('after a crash the whole fragments behind the index are kept, and the timeline goes on', async () => {
  await record({ seconds: 3.5, isCut: true })
  const before = await linesOf()
  expect(before.map((line) => line.msn)).toEqual([0, 1, 2])
  const opened = await openRecording(directory)
  await opened.file.close()
  await opened.index.close()
  const after = await linesOf()
  expect(after.map((line) => line.msn)).toEqual([0, 1, 2, 3])
  const last = after[3]
  const ticks = (last?.startTicks ?? 0) + (last?.durationTicks ?? 0)
  expect(opened.start).toEqual({ msn: 3 + msnsSkippedAfterLoss, epoch: 1, ticks })
  expect(last?.durationTicks).toBeGreaterThanOrEqual(0.2 * 90_000)
})

test('a recording that is cut at any byte is opened again, and holds every fragment that was whole', async () => {
  await record({ seconds: 2.5, isCut: true })
  const whole = await readFile(join(directory, recordingFileName))
  const indexText = await readFile(join(directory, recordingIndexName), 'utf8')
  for (let cut = whole.length; cut > 0; cut -= 997) {
    await truncate(join(directory, recordingFileName), 0)
    const { file, index } = await openRecording(directory)
    await file.appendFile(whole.subarray(0, cut))
    await index.appendFile(indexText.slice(0, cut % 3 === 0 ? undefined : -7))
    await file.close()
    await index.close()
    const opened = await openRecording(directory)
    await opened.file.close()
    await opened.index.close()
    const lines = await linesOf()
    const last = lines.at(-1)
    expect(opened.bytes).toBeLessThanOrEqual(cut)
    // Nothing is counted twice and nothing is missing between the lines.
    for (const [at, line] of lines.entries()) {
      const previous = lines[at - 1]
      if (previous !== undefined) expect(line.offset).toBe(previous.offset + previous.bytes)
    }
    if (last !== undefined) expect(opened.bytes).toBe(last.offset + last.bytes)
    if (cut > 20_000) expect(lines.length).toBeGreaterThan(0)
    await rm(directory, { recursive: true })
    await openRecording(directory).then(async ({ file: made, index: alsoMade }) => {
      await made.close()
      await alsoMade.close()
    })
  }
})

test('what is recorded after a restart follows what was there, under its own initialisation', async () => {
  await record({ seconds: 2 })
  const start = await record({ seconds: 2 })
  const lines = await linesOf()
  expect(start.msn).toBe(1 + msnsSkippedAfterLoss)
  const [, second, third] = lines
  expect(third?.startTicks).toBe((second?.startTicks ?? 0) + (second?.durationTicks ?? 0))
  expect(third?.init.offset).toBe((second?.offset ?? 0) + (second?.bytes ?? 0))
  expect(third?.epoch).toBe(1)
})

test('a disk that fails ends the recording and is told of once', async () => {
  const opened = await openRecording(directory)
  let failures = 0
  const recorder = createRecorder({ ...opened, log: () => undefined, onFailed: () => (failures += 1) })
  await opened.file.close()
  const head = { msn: 0, initId: 0, epoch: 0, startsEpoch: true, startTicks: 0, startWallMs: 0 }
  for (let index = 0; index < 3; index += 1) {
    const data = Buffer.alloc(600_000)
    recorder.addPart({ segment: head, index, startTicks: 0, durationTicks: 18_000, isIndependent: true, data })
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(failures).toBe(1)
  await opened.index.close()
})

test('a replay groups segments to six seconds, never over a change of configuration', () => {
  const init = { offset: 0, bytes: 700 }
  const lines = Array.from({ length: 8 }, (_, msn) => ({
    msn,
    epoch: 0,
    offset: 700 + msn * 100,
    bytes: 100,
    startTicks: msn * 90_000,
    durationTicks: 90_000,
    startWallMs: 0,
    init,
  }))
  const changed = { ...lines[7], offset: 2_200, init: { offset: 1_500, bytes: 700 } } as IndexLine
  expect(groupForReplay([...lines, changed]).map((group) => [group.offset, group.bytes])).toEqual([
    [700, 600],
    [1_300, 200],
    [2_200, 100],
  ])
})
