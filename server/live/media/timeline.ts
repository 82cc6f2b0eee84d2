import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isStreamId } from './media-path.ts'
import { readIndex } from './recording.ts'

/** Where a moment of the day is in a recording, which has no gaps although its broadcast may have had some. */
export type Timeline = { durationMs: number; positionMsOf(wallMs: number): number }

/** Null where there is no recording, or nothing whole in it yet. */
export async function readTimeline(storageDir: string, streamId: string): Promise<Timeline | null> {
  if (!isStreamId(streamId)) return null
  const lines = await readIndex(join(storageDir, streamId))
  if (lines === null || lines.length === 0) return null
  const segments: { startWallMs: number; durationMs: number; positionMs: number }[] = []
  let durationMs = 0
  for (const line of lines) {
    segments.push({ startWallMs: line.startWallMs, durationMs: line.durationTicks / 90, positionMs: durationMs })
    durationMs += line.durationTicks / 90
  }
  return {
    durationMs,
    /** What was said while no picture came is found where the picture went on. */
    positionMsOf(wallMs) {
      const segment = segments.findLast((each) => each.startWallMs <= wallMs)
      if (segment === undefined) return 0
      return segment.positionMs + Math.min(segment.durationMs, wallMs - segment.startWallMs)
    },
  }
}

/** For good. Whether it may be is decided by whoever calls. */
export async function removeRecording(storageDir: string, streamId: string): Promise<void> {
  if (isStreamId(streamId)) await rm(join(storageDir, streamId), { recursive: true, force: true })
}
