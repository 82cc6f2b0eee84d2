import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseMediaPath } from './media-path.ts'

/**
 * Forwards a viewer's request to the media process. Bytes stream through; nothing is read into memory. The path is
 * checked here as well, so that nothing but media ever reaches the process.
 */
export const forwardedRequestsMax = 4_000
// A playlist request waits up to six seconds for its part: this must be longer, or we would cut off patient players.
export const forwardTimeoutMs = 10_000

const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 })
const headersForwarded = ['range', 'if-none-match', 'if-range'] as const
const headersReturned = ['content-type', 'content-length', 'cache-control', 'content-range', 'accept-ranges'] as const
let forwarded = 0

export function forwardMedia(
  engine: { readonly httpPort: number | null },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [path = '', query] = (request.url ?? '').split('?', 2)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    problem(response, 405, 'Media is only read.')
  } else if (parseMediaPath(path) === null) {
    problem(response, 404, 'There is no such media.')
  } else if (engine.httpPort === null || forwarded >= forwardedRequestsMax) {
    unavailable(response)
  } else {
    forward(request, response, { port: engine.httpPort, path: query === undefined ? path : `${path}?${query}` })
  }
}

function forward(request: IncomingMessage, response: ServerResponse, to: { port: number; path: string }): void {
  forwarded += 1
  const upstream = httpRequest({
    agent,
    host: '127.0.0.1',
    port: to.port,
    method: request.method,
    path: to.path,
    headers: pick(request.headers, headersForwarded),
    timeout: forwardTimeoutMs,
  })
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, {
      ...pick(answer.headers, headersReturned),
      'x-content-type-options': 'nosniff',
    })
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  upstream.on('timeout', () => upstream.destroy(new Error('The media process does not answer')))
  upstream.on('error', () => {
    if (response.headersSent) response.destroy()
    else unavailable(response)
  })
  upstream.on('close', () => {
    forwarded -= 1
  })
  // A viewer who leaves frees the place at once, also in the middle of a wait.
  response.on('close', () => {
    if (!response.writableFinished) upstream.destroy()
  })
  upstream.end()
}

function unavailable(response: ServerResponse): void {
  response.setHeader('retry-after', '1')
  problem(response, 503, 'Live video is not available right now. It will be back in a moment.')
}

const problemTitles: Record<number, string> = {
  404: 'Not found',
  405: 'Method not allowed',
  503: 'Media unavailable',
}

function problem(response: ServerResponse, status: number, detail: string): void {
  if (response.destroyed) return
  const body = JSON.stringify({ type: 'about:blank', title: problemTitles[status] ?? 'Problem', status, detail })
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(body)
}

function pick(headers: IncomingMessage['headers'], names: readonly string[]): Record<string, string | string[]> {
  const picked: Record<string, string | string[]> = {}
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}
