import { open, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createImageTool } from './image-tool.ts'
import type { LiveStreams } from './live-streams.ts'
import { readIndex, recordingFileName } from './recording.ts'

/** Pictures of streams, for lists and covers: made when somebody asks, and then given to all. */
export const pictureFreshMs = 10_000
export const picturesKeptMax = 200
export const pictureWidth = 480
export const posterName = 'poster.jpg'
// The first seconds of a broadcast are an empty chair.
const posterShare = 0.2
const fragmentBytesMax = 8 * 1024 * 1024

export type Pictures = ReturnType<typeof createPictures>

export function createPictures(streams: Pick<LiveStreams, 'find' | 'recordingDirectory'>) {
  const tool = createImageTool()
  const made = new Map<string, { jpeg: Promise<Buffer | null>; atMs: number }>()
  const posters = new Map<string, Promise<Buffer | null>>()

  function now(streamId: string): Promise<Buffer | null> {
    const known = made.get(streamId)
    if (known !== undefined && performance.now() - known.atMs < pictureFreshMs) return known.jpeg
    const stream = streams.find(streamId)
    const keyframe = stream === null || stream.phase === 'ended' ? null : stream.window.keyframe()
    if (keyframe === null) return Promise.resolve(null)
    const jpeg = tool.jpegOf({ ...keyframe, width: pictureWidth })
    made.delete(streamId)
    made.set(streamId, { jpeg, atMs: performance.now() })
    const [oldest] = made.keys()
    if (made.size > picturesKeptMax && oldest !== undefined) made.delete(oldest)
    return jpeg
  }

  /** Of a recording; kept beside it once it is made. */
  async function poster(streamId: string): Promise<Buffer | null> {
    const directory = streams.recordingDirectory(streamId)
    const kept = await readFile(join(directory, posterName)).catch(() => null)
    if (kept !== null) return kept
    const running = posters.get(streamId)
    if (running !== undefined) return await running
    const making = make(directory).finally(() => posters.delete(streamId))
    posters.set(streamId, making)
    return await making
  }

  async function make(directory: string): Promise<Buffer | null> {
    const lines = (await readIndex(directory)) ?? []
    const line = lines[Math.floor(lines.length * posterShare)]
    if (line === undefined || line.bytes > fragmentBytesMax) return null
    const file = await open(join(directory, recordingFileName), 'r')
    try {
      const init = (await file.read(Buffer.alloc(line.init.bytes), 0, line.init.bytes, line.init.offset)).buffer
      const fragment = (await file.read(Buffer.alloc(line.bytes), 0, line.bytes, line.offset)).buffer
      const jpeg = await tool.jpegOf({ init, fragment, width: pictureWidth })
      if (jpeg === null) return null
      const path = join(directory, posterName)
      await writeFile(`${path}.part`, jpeg)
      await rename(`${path}.part`, path)
      return jpeg
    } finally {
      await file.close()
    }
  }

  return { now, poster }
}
