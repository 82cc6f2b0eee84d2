import { type FileHandle, mkdir, open, readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { videoTrackId } from './cmaf.ts'
import type { EngineLog } from './engine-clock.ts'
import { type Init, type PackagerStart, type Part, packagerStart } from './packager.ts'
import type { ReplaySegment } from './playlist.ts'

/**
 * A recording is what was broadcast, appended to one file per stream, and an index with a line for each segment.
 *
 * Nothing is rewritten at the end, so a recording plays to its last whole fragment whatever became of us. Data is always
 * written before the line that tells of it. A disk that does not keep up ends the recording, never the broadcast.
 */
export const recordingFileName = 'recording.mp4'
export const recordingIndexName = 'segments.jsonl'
export const recordingQueueBytesMax = 24 * 1024 * 1024
// Written in strides: a system call for each part of thirty streams costs more than packaging them.
export const recordingStrideBytes = 512 * 1024
// What may stand behind the last line of the index: one segment and what was queued with it.
export const recordingTailBytesMax = 64 * 1024 * 1024
// Numbers of segments that were seen by viewers but never reached the disk are not given a second time: caches hold them
// for a day. What is queued reaches the disk once a second; players count the numbers left out as time, so not many.
export const msnsSkippedAfterLoss = 6

export type IndexLine = {
  msn: number
  epoch: number
  offset: number
  bytes: number
  startTicks: number
  durationTicks: number
  startWallMs: number
  init: { offset: number; bytes: number }
}

export type Recorder = ReturnType<typeof createRecorder>

/** Opens the recording of a stream, or makes it. What was cut off by a crash is put in order first. */
export async function openRecording(
  directory: string,
): Promise<{ file: FileHandle; index: FileHandle; bytes: number; start: PackagerStart }> {
  await mkdir(directory, { recursive: true })
  const filePath = join(directory, recordingFileName)
  const indexPath = join(directory, recordingIndexName)
  const lines = await recover({ filePath, indexPath })
  const last = lines.at(-1)
  const file = await open(filePath, 'a')
  const index = await open(indexPath, 'a')
  const { size } = await file.stat()
  if (last === undefined) return { file, index, bytes: size, start: packagerStart }
  return {
    file,
    index,
    bytes: size,
    start: {
      msn: last.msn + msnsSkippedAfterLoss,
      epoch: last.epoch + 1,
      ticks: last.startTicks + last.durationTicks,
    },
  }
}

export function createRecorder(options: {
  file: FileHandle
  index: FileHandle
  bytes: number
  log: EngineLog
  onFailed(): void
}) {
  const { file, index, log } = options
  let queue: Buffer[] = []
  let queueBytes = 0
  let lines = ''
  let offset = options.bytes
  let init = { offset: 0, bytes: 0 }
  let filling: IndexLine | null = null
  let writing: Promise<void> | null = null
  let isFailed = false

  function append(bytes: Buffer): void {
    offset += bytes.length
    queue.push(bytes)
    queueBytes += bytes.length
    if (queueBytes > recordingQueueBytesMax) fail('The disk does not keep up')
    else if (queueBytes >= recordingStrideBytes) flush()
  }

  function addInit(added: Init): void {
    if (isFailed) return
    init = { offset, bytes: added.data.length }
    append(added.data)
  }

  function addPart(part: Part): void {
    if (isFailed) return
    const { msn, epoch, startTicks, startWallMs } = part.segment
    filling ??= { msn, epoch, offset, bytes: 0, startTicks, durationTicks: 0, startWallMs, init }
    filling.bytes += part.data.length
    filling.durationTicks += part.durationTicks
    append(part.data)
  }

  function closeSegment(): void {
    if (isFailed || filling === null) return
    lines += `${JSON.stringify(filling)}\n`
    filling = null
  }

  /** Called once a second or so; also what a stream of few bytes sent is then on the disk. */
  function flush(): void {
    if (isFailed || writing !== null || (queue.length === 0 && lines === '')) return
    writing = write().then(
      () => {
        writing = null
      },
      (fault: unknown) => {
        writing = null
        fail(fault instanceof Error ? fault.message : 'The recording could not be written')
      },
    )
  }

  async function write(): Promise<void> {
    const bytes = queue
    const text = lines
    queue = []
    queueBytes = 0
    lines = ''
    if (bytes.length > 0) await file.appendFile(bytes.length === 1 ? (bytes[0] ?? '') : Buffer.concat(bytes))
    if (text !== '') await index.appendFile(text)
  }

  function fail(reason: string): void {
    if (isFailed) return
    isFailed = true
    queue = []
    queueBytes = 0
    lines = ''
    log('error', 'A recording was given up', { reason })
    options.onFailed()
  }

  async function close(): Promise<void> {
    closeSegment()
    await writing
    flush()
    await writing
    await file.close()
    await index.close()
  }

  return { addInit, addPart, closeSegment, flush, close, bytes: () => offset }
}

/** Cuts off what is not whole and writes lines for whole fragments that the index does not know yet. */
async function recover(paths: { filePath: string; indexPath: string }): Promise<IndexLine[]> {
  const fileBytes = await sizeOf(paths.filePath)
  const text = await readFile(paths.indexPath, 'utf8').catch(ignoreMissing)
  const { lines, textLength } = parseIndex(text ?? '', fileBytes)
  const last = lines.at(-1)
  const indexedBytes = last === undefined ? 0 : last.offset + last.bytes
  const tailBytes = Math.min(fileBytes - indexedBytes, recordingTailBytesMax)
  const tail = tailBytes > 0 ? await readAt(paths.filePath, indexedBytes, tailBytes) : Buffer.alloc(0)
  const found = readTail(tail, { offset: indexedBytes, last: last ?? null })
  if (text !== null && textLength < Buffer.byteLength(text)) await truncate(paths.indexPath, textLength)
  if (fileBytes > found.endOffset) await truncate(paths.filePath, found.endOffset)
  if (found.lines.length > 0) {
    const index = await open(paths.indexPath, 'a')
    await index.appendFile(found.lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await index.close()
  }
  return [...lines, ...found.lines]
}

/** Lines that are whole and speak of bytes that exist. The first that is not ends the index: nothing behind it is sure. */
export function parseIndex(text: string, fileBytes: number): { lines: IndexLine[]; textLength: number } {
  const lines: IndexLine[] = []
  let textLength = 0
  for (const piece of text.split('\n').slice(0, -1)) {
    const line = parseLine(piece)
    if (line === null || line.offset + line.bytes > fileBytes) break
    lines.push(line)
    textLength += Buffer.byteLength(piece) + 1
  }
  return { lines, textLength }
}

function parseLine(text: string): IndexLine | null {
  try {
    const line = JSON.parse(text) as IndexLine
    const numbers = [line.msn, line.epoch, line.offset, line.bytes, line.startTicks, line.durationTicks]
    return numbers.every(Number.isSafeInteger) && Number.isSafeInteger(line.init.offset) ? line : null
  } catch {
    return null
  }
}

/** Walks the boxes behind the last indexed byte. Fragments under one initialisation become one segment. */
export function readTail(
  tail: Buffer,
  from: { offset: number; last: IndexLine | null },
): { lines: IndexLine[]; endOffset: number } {
  const lines: IndexLine[] = []
  let line: IndexLine | null = null
  let init = from.last?.init ?? null
  let previous = from.last
  let at = 0
  let whole = 0
  let initStart = 0
  let fragment: { startTicks: number; durationTicks: number } | null = null
  while (at + 8 <= tail.length) {
    const size = tail.readUInt32BE(at)
    const type = tail.toString('latin1', at + 4, at + 8)
    if (size < 8 || at + size > tail.length) break
    if (type === 'ftyp') {
      initStart = at
      line = null
    } else if (type === 'moov') {
      init = { offset: from.offset + initStart, bytes: at + size - initStart }
      whole = at + size
    } else if (type === 'moof') {
      fragment = videoTimesOf(tail.subarray(at + 8, at + size))
      if (fragment === null) break
    } else if (type === 'mdat' && fragment !== null && init !== null) {
      if (line === null) {
        line = {
          msn: (previous?.msn ?? -1) + 1,
          epoch: init.offset === previous?.init.offset ? previous.epoch : (previous?.epoch ?? -1) + 1,
          offset: from.offset + whole,
          bytes: 0,
          startTicks: fragment.startTicks,
          durationTicks: 0,
          startWallMs: wallAfter(previous),
          init,
        }
        previous = line
        lines.push(line)
      }
      whole = at + size
      line.bytes = from.offset + whole - line.offset
      line.durationTicks = fragment.startTicks + fragment.durationTicks - line.startTicks
      fragment = null
    } else {
      break
    }
    at += size
  }
  return { lines, endOffset: from.offset + whole }
}

function wallAfter(previous: IndexLine | null): number {
  return previous === null ? 0 : previous.startWallMs + previous.durationTicks / 90
}

/** Decode time and duration of the video run of a `moof` that we wrote ourselves. */
function videoTimesOf(moof: Buffer): { startTicks: number; durationTicks: number } | null {
  for (const traf of boxesIn(moof)) {
    if (traf.type !== 'traf') continue
    const boxes = boxesIn(traf.body)
    const head = boxes.find((box) => box.type === 'tfhd')?.body
    const time = boxes.find((box) => box.type === 'tfdt')?.body
    const run = boxes.find((box) => box.type === 'trun')?.body
    if (head === undefined || time === undefined || run === undefined) return null
    if (head.length < 8 || head.readUInt32BE(4) !== videoTrackId) continue
    if (time.length < 12 || run.length < 12) return null
    const count = run.readUInt32BE(4)
    if (run.length !== 12 + count * 16) return null
    let durationTicks = 0
    for (let index = 0; index < count; index += 1) durationTicks += run.readUInt32BE(12 + index * 16)
    return { startTicks: Number(time.readBigUInt64BE(4)), durationTicks }
  }
  return null
}

function boxesIn(bytes: Buffer): { type: string; body: Buffer }[] {
  const boxes: { type: string; body: Buffer }[] = []
  let at = 0
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at)
    if (size < 8 || at + size > bytes.length) break
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) })
    at += size
  }
  return boxes
}

export const replayGroupTicksTarget = 6 * 90_000

/** Segments as a replay wants them: six seconds or so each, since nobody waits for the newest one. */
export function groupForReplay(lines: readonly IndexLine[]): ReplaySegment[] {
  const groups: ReplaySegment[] = []
  for (const line of lines) {
    const group = groups.at(-1)
    const isSame = group?.init.offset === line.init.offset && group.offset + group.bytes === line.offset
    if (group !== undefined && isSame && group.durationTicks < replayGroupTicksTarget) {
      group.bytes += line.bytes
      group.durationTicks += line.durationTicks
    } else {
      const { startWallMs, durationTicks, offset, bytes, init } = line
      groups.push({ startWallMs, durationTicks, offset, bytes, init })
    }
  }
  return groups
}

/** The index of a recording, as far as it is on the disk; null when there is no recording. */
export async function readIndex(directory: string): Promise<IndexLine[] | null> {
  const text = await readFile(join(directory, recordingIndexName), 'utf8').catch(ignoreMissing)
  if (text === null) return null
  return parseIndex(text, await sizeOf(join(directory, recordingFileName))).lines
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(ignoreMissing))?.size ?? 0
}

async function readAt(path: string, offset: number, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(bytes)
    const { bytesRead } = await file.read(buffer, 0, bytes, offset)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function ignoreMissing(fault: NodeJS.ErrnoException): null {
  if (fault.code === 'ENOENT') return null
  throw fault
}
