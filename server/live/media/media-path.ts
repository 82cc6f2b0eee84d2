/** The addresses of media. A stream is a UUID and a file one of these names: nothing of a URL ever becomes a path. */
export type MediaFile =
  | { kind: 'live' }
  | { kind: 'plain' }
  | { kind: 'replay' }
  | { kind: 'recording' }
  /** A picture of what is on air now, and one of what was. */
  | { kind: 'now' }
  | { kind: 'poster' }
  | { kind: 'clip' | 'clip_poster'; id: string }
  | { kind: 'init'; id: number }
  | { kind: 'segment'; msn: number }
  | { kind: 'part'; msn: number; index: number }
  /** A file of an engine that names its own. */
  | { kind: 'foreign'; name: string }

export type MediaPath = { streamId: string; file: MediaFile }

const mediaPathBytesMax = 160
const pathShape = /^\/media\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([a-z0-9.-]{1,48})$/
const foreignShape =
  /^\/media\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/x\/([A-Za-z0-9_-][A-Za-z0-9_.-]{0,80}\.(?:m3u8|ts|mp4|m4s))$/
const streamIdShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const initShape = /^init-(\d{1,9})\.mp4$/
const segmentShape = /^s(\d{1,9})\.m4s$/
const clipShape = /^clip-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(mp4|jpg)$/
const partShape = /^s(\d{1,9})\.(\d{1,4})\.m4s$/

export function parseMediaPath(path: string): MediaPath | null {
  if (path.length > mediaPathBytesMax) return null
  const foreign = foreignShape.exec(path)
  if (foreign !== null) {
    return { streamId: foreign[1] ?? '', file: { kind: 'foreign', name: foreign[2] ?? '' } }
  }
  const [, streamId, name] = pathShape.exec(path) ?? []
  if (streamId === undefined || name === undefined) return null
  const file = parseFileName(name)
  return file === null ? null : { streamId, file }
}

/** Where WebRTC is asked for; a stream to watch is named like its other media. */
export type RtcPath =
  | { kind: 'whip' }
  | { kind: 'whip_session'; resourceId: string }
  | { kind: 'whep'; streamId: string }
  | { kind: 'whep_session'; resourceId: string }

/** Where a browser publishes over a WebSocket. */
export const publishSocketPath = '/media/publish'
const rtcSessionShape = /^\/media\/(whip|whep)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const whepShape = /^\/media\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/whep$/

export function parseRtcPath(path: string): RtcPath | null {
  if (path.length > mediaPathBytesMax) return null
  if (path === '/media/whip') return { kind: 'whip' }
  const [, streamId] = whepShape.exec(path) ?? []
  if (streamId !== undefined) return { kind: 'whep', streamId }
  const [, kind, resourceId] = rtcSessionShape.exec(path) ?? []
  if (resourceId === undefined) return null
  return { kind: kind === 'whip' ? 'whip_session' : 'whep_session', resourceId }
}

export function isStreamId(text: string): boolean {
  return streamIdShape.test(text)
}

/** What a playlist request waits for (RFC 8216bis, 6.2.5.2). Null: nothing. */
export function parseBlocking(query: string): { msn: number; index: number | null } | null | 'malformed' {
  if (query === '') return null
  const values = new URLSearchParams(query)
  const msn = values.get('_HLS_msn')
  const part = values.get('_HLS_part')
  if (msn === null) return part === null ? null : 'malformed'
  const numbers = [msn, part ?? '0']
  if (!numbers.every((text) => /^\d{1,9}$/.test(text))) return 'malformed'
  return { msn: Number(msn), index: part === null ? null : Number(part) }
}

function parseFileName(name: string): MediaFile | null {
  if (name === 'live.m3u8') return { kind: 'live' }
  if (name === 'plain.m3u8') return { kind: 'plain' }
  if (name === 'replay.m3u8') return { kind: 'replay' }
  if (name === 'recording.mp4') return { kind: 'recording' }
  if (name === 'now.jpg') return { kind: 'now' }
  if (name === 'poster.jpg') return { kind: 'poster' }
  const [, clip, ending] = clipShape.exec(name) ?? []
  if (clip !== undefined) return { kind: ending === 'mp4' ? 'clip' : 'clip_poster', id: clip }
  const init = initShape.exec(name)
  if (init !== null) return { kind: 'init', id: Number(init[1]) }
  const segment = segmentShape.exec(name)
  if (segment !== null) return { kind: 'segment', msn: Number(segment[1]) }
  const part = partShape.exec(name)
  if (part !== null) return { kind: 'part', msn: Number(part[1]), index: Number(part[2]) }
  return null
}
