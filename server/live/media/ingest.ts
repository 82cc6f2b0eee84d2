import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LiveStreams } from './live-streams.ts'
import type { PublishRefusal } from './media-engine.ts'
import { parseRtcPath } from './media-path.ts'
import { offerBytesMax } from './sdp.ts'
import type { WhepServer } from './whep.ts'
import type { WhipServer } from './whip.ts'

/** WHIP and WHEP as HTTP: an offer comes in a POST, the answer names a resource, and a DELETE of that ends it. */
export const sdpType = 'application/sdp'
/** Written by the server that forwards: the address of whoever asked it. Nobody else reaches this port. */
export const askerHeader = 'x-hawker-asker'

type Rtc = { whip: WhipServer; whep: WhepServer } | null

const statusOf: Record<PublishRefusal | 'bad_offer' | 'codec_unsupported' | 'not_watchable', number> = {
  bad_key: 401,
  banned: 403,
  no_session: 409,
  busy: 409,
  full: 503,
  unavailable: 503,
  bad_offer: 400,
  codec_unsupported: 415,
  not_watchable: 409,
}

/** False when this is no request for WebRTC. */
export async function serveRtc(
  request: IncomingMessage,
  response: ServerResponse,
  house: { streams: LiveStreams; rtc: Rtc },
): Promise<boolean> {
  const target = parseRtcPath((request.url ?? '').split('?', 1)[0] ?? '')
  if (target === null) return false
  if (house.rtc === null) {
    answer(response, { status: 501, reason: 'no_webrtc' })
    return true
  }
  const { whip, whep } = house.rtc
  if (target.kind === 'whip_session' || target.kind === 'whep_session') {
    // Nothing trickles and nothing restarts here, which the standard allows to be said by this.
    if (request.method !== 'DELETE') return answer(response, { status: 405 })
    const isGone =
      target.kind === 'whip_session'
        ? whip.remove(target.resourceId, bearerOf(request) ?? '')
        : whep.remove(target.resourceId)
    return answer(response, { status: isGone ? 200 : 404 })
  }
  if (request.method !== 'POST') return answer(response, { status: 405 })
  if (request.headers['content-type']?.split(';')[0]?.trim() !== sdpType) return answer(response, { status: 415 })
  const key = bearerOf(request)
  if (target.kind === 'whip' && key === null) return answer(response, { status: 401, reason: 'bad_key' })
  const offer = await bodyOf(request)
  if (offer === null) return answer(response, { status: 413 })
  if (target.kind === 'whip') {
    const outcome = await whip.publish({ key: key ?? '', ip: askerOf(request), offer })
    return answerSdp(response, outcome, '/media/whip/')
  }
  const stream = house.streams.find(target.streamId)
  if (stream === null) return answer(response, { status: 404 })
  return answerSdp(response, await whep.watch(stream, offer), '/media/whep/')
}

export function askerOf(request: IncomingMessage): string {
  const asker = request.headers[askerHeader]
  return typeof asker === 'string' ? asker : (request.socket.remoteAddress ?? '')
}

function answerSdp(
  response: ServerResponse,
  outcome: { answer: string; resourceId: string } | { refused: keyof typeof statusOf },
  base: string,
): true {
  if ('refused' in outcome) return answer(response, { status: statusOf[outcome.refused], reason: outcome.refused })
  return answer(response, {
    status: 201,
    type: sdpType,
    body: outcome.answer,
    headers: { location: `${base}${outcome.resourceId}`, etag: `"${outcome.resourceId}"` },
  })
}

function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer ([\w-]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > offerBytesMax) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function answer(
  response: ServerResponse,
  reply: { status: number; reason?: string; type?: string; body?: string; headers?: Record<string, string> },
): true {
  const body = reply.body ?? (reply.reason === undefined ? '' : JSON.stringify({ reason: reply.reason }))
  response.writeHead(reply.status, {
    'content-type': reply.type ?? 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
  })
  response.end(body)
  return true
}
