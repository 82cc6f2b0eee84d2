import { ProtocolError } from './protocol-error.ts'

/**
 * Offers of browsers, cut down to what we answer: one H.264 picture that needs no transcoding, and Opus.
 *
 * Only lines on a list are passed on, because the library behind would answer with every codec that it is offered, and
 * with header extensions (transport-wide feedback) that nobody here serves: Chromium then believes that nothing arrives.
 * Candidates are left out as well: whoever asks reaches us at the address in our answer, and nobody can make us knock at
 * addresses of his choice.
 */
export const offerBytesMax = 64 * 1024
export const offerLinesMax = 2_000
export const offerSectionsMax = 8

export type OfferedTrack = { mid: string; payloadType: number; direction: Direction }
export type Offer = { sdp: string; video: OfferedTrack; audio: OfferedTrack | null }
type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

const sessionLines =
  /^(v=|o=|s=|t=|a=(group:BUNDLE|msid-semantic|ice-ufrag|ice-pwd|ice-options|fingerprint|setup)(?![\w-]))/
const trackLines =
  /^a=(mid|ice-ufrag|ice-pwd|ice-options|fingerprint|setup|rtcp-mux|rtcp-rsize|ssrc|msid|sendrecv|sendonly|recvonly|inactive|rtpmap|fmtp|rtcp-fb)(?![\w-])/
const printable = /^[\x20-\x7e]*$/

export function readOffer(text: string): Offer {
  if (text.length > offerBytesMax) throw new ProtocolError('The offer is too long')
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  if (lines.length > offerLinesMax || !lines.every((line) => printable.test(line))) {
    throw new ProtocolError('The offer is not readable')
  }
  if (lines[0] !== 'v=0') throw new ProtocolError('This is not an offer')
  const starts = lines.flatMap((line, index) => (line.startsWith('m=') ? [index] : []))
  if (starts.length > offerSectionsMax) throw new ProtocolError('The offer has too many tracks')
  const head = lines.slice(0, starts[0] ?? lines.length).filter((line) => sessionLines.test(line))
  const output = [...head]
  let video: OfferedTrack | null = null
  let audio: OfferedTrack | null = null
  for (const [index, start] of starts.entries()) {
    const section = lines.slice(start, starts[index + 1] ?? lines.length)
    const kind = /^m=(\w+) /.exec(section[0] ?? '')?.[1]
    const isFirst = kind === 'video' ? video === null : kind === 'audio' ? audio === null : false
    if (!isFirst) throw new ProtocolError('The offer may have one picture and one sound, and nothing else')
    const track = kind === 'video' ? readTrack(section, isWantedPicture) : readTrack(section, isOpus)
    if (kind === 'video') video = track.track
    else audio = track.track
    output.push(...track.lines)
  }
  if (video === null) throw new ProtocolError('The offer has no picture')
  return { sdp: `${output.join('\r\n')}\r\n`, video, audio }
}

type Format = { payloadType: number; codec: string; parameters: string }

function readTrack(
  section: readonly string[],
  wanted: (format: Format) => number,
): { track: OfferedTrack; lines: string[] } {
  const formats = formatsOf(section)
  const best = formats
    .map((format) => ({ format, rank: wanted(format) }))
    .filter((each) => each.rank > 0)
    .sort((one, other) => other.rank - one.rank)
    .at(0)?.format
  const head = /^(m=\w+ \d{1,5} [A-Z/]+) /.exec(section[0] ?? '')?.[1]
  const mid = section.map((line) => /^a=mid:([\w-]{1,32})$/.exec(line)?.[1]).find((each) => each !== undefined)
  if (head === undefined || mid === undefined) throw new ProtocolError('A track of the offer is not readable')
  if (best === undefined) throw new ProtocolError('codec_unsupported')
  const lines = section.filter((line) => {
    if (!trackLines.test(line)) return false
    const about = /^a=(rtpmap|fmtp|rtcp-fb):(\S+)/.exec(line)
    if (about === null) return true
    if (about[2] !== String(best.payloadType)) return false
    return !/^a=rtcp-fb:\d+ transport-cc/.test(line)
  })
  const direction = (lines.map((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line)?.[1]).find(Boolean) ??
    'sendrecv') as Direction
  return {
    track: { mid, payloadType: best.payloadType, direction },
    lines: [`${head} ${best.payloadType}`, 'c=IN IP4 0.0.0.0', ...lines],
  }
}

function formatsOf(section: readonly string[]): Format[] {
  const parameters = new Map<string, string>()
  for (const line of section) {
    const [, type, text] = /^a=fmtp:(\d{1,3}) (.*)$/.exec(line) ?? []
    if (type !== undefined && text !== undefined) parameters.set(type, text)
  }
  return section.flatMap((line) => {
    const [, type, codec] = /^a=rtpmap:(\d{1,3}) (\S+)/.exec(line) ?? []
    if (type === undefined || codec === undefined || Number(type) > 127) return []
    return [{ payloadType: Number(type), codec, parameters: parameters.get(type) ?? '' }]
  })
}

/** Baseline first: every browser and phone decodes it, and it has no pictures out of order. */
function isWantedPicture(format: Format): number {
  if (!/^H264\/90000$/i.test(format.codec) || !/packetization-mode=1/.test(format.parameters)) return 0
  return /profile-level-id=42e0/i.test(format.parameters) ? 3 : /profile-level-id=42/i.test(format.parameters) ? 2 : 1
}

function isOpus(format: Format): number {
  return /^opus\/48000/i.test(format.codec) ? 1 : 0
}

/**
 * Behind a translated address nobody reaches the addresses that we know of: for each of them the answer gets a second
 * candidate with the address that people use.
 */
export function withPublicAddress(answer: string, address: string | null): string {
  if (address === null) return answer
  const added = new Set<string>()
  return answer
    .split('\r\n')
    .flatMap((line) => {
      const parts = /^(a=candidate:)(\S+)( \d+ UDP \d+ )(\S+)( \d+ typ host.*)$/i.exec(line)
      if (parts === null) return [line]
      const [, name = '', foundation = '', middle = '', , end = ''] = parts
      const other = `${name}${foundation}1${middle}${address}${end}`
      const isKnown = added.has(`${middle}${end}`)
      added.add(`${middle}${end}`)
      return isKnown ? [line] : [line, other]
    })
    .join('\r\n')
}
