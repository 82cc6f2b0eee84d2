/** One address for a browser that publishes and one that watches: the pages of the benchmark, and media behind them. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { forwardMedia, forwardRtc, type MediaEngine } from '#live/media'
import { publisherPage, viewerPageOf } from './pages.ts'

export interface Front {
  origin: string
  close(): void
}

export async function openFront(
  engine: MediaEngine,
  streamId: string,
  /** Told of each request for media; what is played, where it is not our own low-latency HLS. */
  more: { asked?: (url: string) => void; playlist?: string } = {},
): Promise<Front> {
  const player = readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.light.min.js'))
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/media/')) more.asked?.(request.url)
    const html = (page: string) => void response.setHeader('content-type', 'text/html').end(page)
    if (request.url === '/hls.js') response.end(player)
    else if (request.url === '/publisher') html(publisherPage)
    else if (request.url === '/viewer') html(viewerPageOf(streamId, more.playlist))
    else if (request.url?.startsWith('/media/') && request.method === 'GET') forwardMedia(engine, request, response)
    else forwardRtc(engine, request, response, '127.0.0.1')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
