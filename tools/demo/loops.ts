import { join } from 'node:path'
import type { RoomLoop } from './creators.ts'

/** FLV, 720 by 1280, H.264 main without B-frames and AAC, twenty seconds that end where they begin. */
export function loopPath(loop: RoomLoop): string {
  return join(import.meta.dirname, 'loops', `${loop}.flv`)
}
