import { open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { clipFileName, clipPosterName } from './clip-files.ts'
import { createImageTool } from './image-tool.ts'
import { isStreamId } from './media-path.ts'
import { type IndexLine, readIndex, recordingFileName } from './recording.ts'

/**
 * Cuts a piece out of a recording: rewrapped, never decoded, as an ordinary MP4 that every phone plays and every page takes.
 * It begins at the keyframe at or before the wish, since nothing can be shown without one, and never crosses a change of
 * configuration, since one film has one size.
 */
export const clipBytesMax = 256 * 1024 * 1024
export const clipPosterWidth = 480
const ticksPerMs = 90

export type CutClip = {
  bytes: number
  fromMs: number
  untilMs: number
  width: number
  height: number
  hasPoster: boolean
}

const images = createImageTool()
// One at a time: two of them would be the memory of two films.
let cutting: Promise<unknown> = Promise.resolve()

/** Null where nothing of the recording lies in that time, or it cannot be rewrapped. */
export async function cutClip(of: {
  storageDir: string
  streamId: string
  clipId: string
  fromMs: number
  untilMs: number
}): Promise<CutClip | null> {
  const cut = cutting.then(() => cutNow(of))
  cutting = cut.catch(() => undefined)
  return await cut
}

async function cutNow(of: Parameters<typeof cutClip>[0]): Promise<CutClip | null> {
  if (!isStreamId(of.streamId) || !isStreamId(of.clipId)) return null
  const directory = join(of.storageDir, of.streamId)
  const chosen = choose((await readIndex(directory)) ?? [], of)
  if (chosen === null) return null
  const { segments, fromMs, untilMs } = chosen
  const [first] = segments
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  if (first === undefined || bytes > clipBytesMax) return null
  const { init, whole } = await readSegments(join(directory, recordingFileName), segments)
  const startS = first.startTicks / 90_000
  const film = await rewrap({
    bytes: Buffer.concat([init, ...whole]),
    startS,
    endS: startS + (untilMs - fromMs) / 1_000,
  })
  if (film === null) return null
  await appear(join(directory, clipFileName(of.clipId)), film)
  const poster = await images.jpegOf({ init, fragment: whole[0] ?? Buffer.alloc(0), width: clipPosterWidth })
  if (poster !== null) await appear(join(directory, clipPosterName(of.clipId)), poster)
  return { bytes: film.length, fromMs, untilMs, ...sizeOf(init), hasPoster: poster !== null }
}

/** The segments that hold the wish, under the initialisation of the first. */
export function choose(
  lines: readonly IndexLine[],
  wish: { fromMs: number; untilMs: number },
): { segments: IndexLine[]; fromMs: number; untilMs: number } | null {
  const segments: IndexLine[] = []
  let positionMs = 0
  let fromMs = 0
  let endMs = 0
  for (const line of lines) {
    const startMs = positionMs
    positionMs += line.durationTicks / ticksPerMs
    if (positionMs <= wish.fromMs) continue
    if (startMs >= wish.untilMs) break
    if (segments.length === 0) fromMs = startMs
    if (line.init.offset !== (segments[0] ?? line).init.offset) break
    segments.push(line)
    endMs = positionMs
  }
  return segments.length === 0 ? null : { segments, fromMs, untilMs: Math.min(wish.untilMs, endMs) }
}

async function readSegments(path: string, segments: readonly IndexLine[]): Promise<{ init: Buffer; whole: Buffer[] }> {
  const file = await open(path, 'r')
  const read = async ({ offset, bytes }: { offset: number; bytes: number }) =>
    (await file.read(Buffer.alloc(bytes), 0, bytes, offset)).buffer
  try {
    const init = await read(segments[0]?.init ?? { offset: 0, bytes: 0 })
    const whole: Buffer[] = []
    for (const segment of segments) whole.push(await read(segment))
    return { init, whole }
  } finally {
    await file.close()
  }
}

function rewrap(of: { bytes: Buffer; startS: number; endS: number }): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./clip-worker.ts', import.meta.url), { workerData: of })
    worker.once('message', ({ film }: { film: Uint8Array | null }) => resolve(film))
    worker.once('error', reject)
    worker.once('exit', () => resolve(null))
  })
}

/** Whole or not at all. */
async function appear(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.part`, bytes)
  await rename(`${path}.part`, path)
}

/** Width and height as the track's header says them. */
function sizeOf(init: Buffer): { width: number; height: number } {
  const at = init.indexOf('tkhd', 0, 'latin1')
  if (at < 4) return { width: 0, height: 0 }
  const end = at - 4 + init.readUInt32BE(at - 4)
  return { width: init.readUInt16BE(end - 8), height: init.readUInt16BE(end - 4) }
}

export async function removeClip(of: { storageDir: string; streamId: string; clipId: string }): Promise<void> {
  if (!isStreamId(of.streamId) || !isStreamId(of.clipId)) return
  const directory = join(of.storageDir, of.streamId)
  for (const name of [clipFileName(of.clipId), clipPosterName(of.clipId)])
    await rm(join(directory, name), { force: true })
}
