import { videoTimescale } from './cmaf.ts'
import { partMsMax } from './packager.ts'

/** HLS playlists as text (RFC 8216bis). Pure: the window decides what is in them. */
export const segmentsListedMax = 8
// Parts help only a viewer at the live edge: the specification wants them gone behind three target durations.
export const segmentsWithPartsMax = 3

export type PlaylistPart = { index: number; durationTicks: number; isIndependent: boolean }
export type PlaylistSegment = {
  msn: number
  initId: number
  epoch: number
  startsEpoch: boolean
  startWallMs: number
  durationTicks: number
  isDone: boolean
  parts: readonly PlaylistPart[]
}
export type LivePlaylist = {
  segments: readonly PlaylistSegment[] // All but the last are done.
  longestSegmentTicks: number
  longestPartTicks: number
  nextMsn: number
  isEnded: boolean
}

export function lowLatencyPlaylist(live: LivePlaylist): string {
  const segments = listedOf(live)
  const partTargetS = Math.max(partMsMax / 1_000, Math.ceil(secondsOf(live.longestPartTicks) * 1_000) / 1_000)
  const targetS = targetSecondsOf(live)
  const lines = headOf({ live, segments, version: 9 })
  lines.push(
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${(partTargetS * 3).toFixed(3)},HOLD-BACK=${targetS * 3}`,
    `#EXT-X-PART-INF:PART-TARGET=${partTargetS.toFixed(3)}`,
  )
  const lastMsn = segments.at(-1)?.msn ?? 0
  forEachWithMap(segments, lines, (segment) => {
    if (segment.msn > lastMsn - segmentsWithPartsMax) {
      for (const part of segment.parts) {
        const independent = part.isIndependent ? ',INDEPENDENT=YES' : ''
        const duration = secondsOf(part.durationTicks).toFixed(5)
        lines.push(`#EXT-X-PART:DURATION=${duration},URI="${partName(segment.msn, part.index)}"${independent}`)
      }
    }
    if (segment.isDone) lines.push(...segmentLines(segment))
  })
  if (live.isEnded) lines.push('#EXT-X-ENDLIST')
  else lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${hintedPartOf(live)}"`)
  return `${lines.join('\n')}\n`
}

export function plainPlaylist(live: LivePlaylist): string {
  const segments = listedOf(live).filter((segment) => segment.isDone)
  const lines = headOf({ live, segments, version: 7 })
  forEachWithMap(segments, lines, (segment) => lines.push(...segmentLines(segment)))
  if (live.isEnded) lines.push('#EXT-X-ENDLIST')
  return `${lines.join('\n')}\n`
}

export type ReplaySegment = {
  startWallMs: number
  durationTicks: number
  offset: number
  bytes: number
  init: { offset: number; bytes: number }
}

/** A recording as a playlist that holds only byte ranges of its one file. */
export function replayPlaylist(
  segments: readonly ReplaySegment[],
  options: { fileName: string; isEnded: boolean },
): string {
  const longest = segments.reduce((ticks, segment) => Math.max(ticks, segment.durationTicks), 0)
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(secondsOf(longest)))}`,
    `#EXT-X-PLAYLIST-TYPE:${options.isEnded ? 'VOD' : 'EVENT'}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
  ]
  let initOffset: number | null = null
  for (const segment of segments) {
    if (segment.init.offset !== initOffset) {
      if (initOffset !== null) lines.push('#EXT-X-DISCONTINUITY')
      initOffset = segment.init.offset
      lines.push(`#EXT-X-MAP:URI="${options.fileName}",BYTERANGE="${segment.init.bytes}@${segment.init.offset}"`)
      lines.push(dateLine(segment.startWallMs))
    }
    lines.push(`#EXTINF:${secondsOf(segment.durationTicks).toFixed(5)},`)
    lines.push(`#EXT-X-BYTERANGE:${segment.bytes}@${segment.offset}`, options.fileName)
  }
  if (options.isEnded) lines.push('#EXT-X-ENDLIST')
  return `${lines.join('\n')}\n`
}

export function initName(id: number): string {
  return `init-${id}.mp4`
}

export function segmentName(msn: number): string {
  return `s${msn}.m4s`
}

export function partName(msn: number, index: number): string {
  return `s${msn}.${index}.m4s`
}

function listedOf(live: LivePlaylist): PlaylistSegment[] {
  const done = live.segments.filter((segment) => segment.isDone).slice(-segmentsListedMax)
  const filling = live.segments.filter((segment) => !segment.isDone)
  return [...done, ...filling]
}

function headOf(options: { live: LivePlaylist; segments: PlaylistSegment[]; version: number }): string[] {
  const first = options.segments.at(0)
  const lines = [
    '#EXTM3U',
    `#EXT-X-VERSION:${options.version}`,
    `#EXT-X-TARGETDURATION:${targetSecondsOf(options.live)}`,
    `#EXT-X-MEDIA-SEQUENCE:${first?.msn ?? options.live.nextMsn}`,
  ]
  // Counts the discontinuities that have left the window; the tag of the first segment has not left yet.
  const discontinuities = first === undefined ? 0 : first.epoch - (isDiscontinuity(first) ? 1 : 0)
  if (discontinuities > 0) lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuities}`)
  if (options.segments.every(isIndependent)) lines.push('#EXT-X-INDEPENDENT-SEGMENTS')
  return lines
}

function forEachWithMap(segments: PlaylistSegment[], lines: string[], write: (segment: PlaylistSegment) => void): void {
  let initId: number | null = null
  for (const segment of segments) {
    if (isDiscontinuity(segment)) lines.push('#EXT-X-DISCONTINUITY')
    if (segment.initId !== initId) {
      initId = segment.initId
      lines.push(`#EXT-X-MAP:URI="${initName(initId)}"`)
    }
    lines.push(dateLine(segment.startWallMs))
    write(segment)
  }
}

/** The very first epoch follows nothing, so that nothing is discontinued by it. */
function isDiscontinuity(segment: PlaylistSegment): boolean {
  return segment.startsEpoch && segment.epoch > 0
}

function isIndependent(segment: PlaylistSegment): boolean {
  return segment.parts.at(0)?.isIndependent !== false
}

function segmentLines(segment: PlaylistSegment): string[] {
  return [`#EXTINF:${secondsOf(segment.durationTicks).toFixed(5)},`, segmentName(segment.msn)]
}

function hintedPartOf(live: LivePlaylist): string {
  const last = live.segments.at(-1)
  return last !== undefined && !last.isDone ? partName(last.msn, last.parts.length) : partName(live.nextMsn, 0)
}

function targetSecondsOf(live: LivePlaylist): number {
  return Math.max(1, Math.round(secondsOf(live.longestSegmentTicks)))
}

function dateLine(wallMs: number): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.round(wallMs))
  return `#EXT-X-PROGRAM-DATE-TIME:${instant.toString({ fractionalSecondDigits: 3 })}`
}

function secondsOf(ticks: number): number {
  return ticks / videoTimescale
}
