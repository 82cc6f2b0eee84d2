import { ask, type ForeignEngineOptions, type ForeignMediaEngine, startForeignEngine } from './foreign-engine.ts'
import type { SeenPublisher } from './foreign-streams.ts'

/**
 * nginx with its RTMP module (Debian: libnginx-mod-rtmp), set up as `docs/operations/nginx-rtmp.conf` shows.
 *
 * A stream is published under its own id, with the key as an argument: `live/<id>?key=<secret>`. Its name is all that
 * viewers and files ever see. (Answering the hook with another name would rename the stream, but not its files.)
 * Plain HLS with whole segments: about four seconds behind. It records nothing that our replays could play.
 */
export async function startNginxRtmp(options: ForeignEngineOptions): Promise<ForeignMediaEngine> {
  const { controlUrl, playbackUrl } = options
  // The playlist of before is still there when an encoder comes back: only another one means pictures of his.
  const playlistBefore = new Map<string, string | null>()

  return await startForeignEngine(options, {
    capabilities: { ingest: ['rtmp'], playback: ['hls'], recording: false, pictures: false, kick: true },
    playbackOf: (streamId) => [{ kind: 'hls', path: `/media/${streamId}/x/index.m3u8` }],
    streamKeyOf: ({ streamId, key }) => `${streamId}?key=${key}`,
    elsewhere: (streamId, name) => new URL(`/live/${streamId}/${name}`, playbackUrl),

    readHook(path, body) {
      const said = new URLSearchParams(body)
      const streamId = said.get('name') ?? ''
      const publisherId = said.get('clientid') ?? ''
      if (path === '/publish' && said.get('call') === 'publish') {
        const key = said.get('key') ?? ''
        return { kind: 'publish', streamId, key, ip: said.get('addr') ?? '', publisherId, via: 'rtmp' }
      }
      if (path === '/publish-done') return { kind: 'left', streamId, publisherId }
      return null
    },

    async look() {
      const seen = readStatistics(await ask(new URL('/stat', controlUrl)))
      const here = new Set(seen.map((each) => `${each.streamId} ${each.publisherId}`))
      for (const name of playlistBefore.keys()) if (!here.has(name)) playlistBefore.delete(name)
      for (const each of seen) each.isPlayable = await isPlayable(each)
      return seen
    },

    async drop({ streamId, publisherId }) {
      const url = new URL('/control/drop/client', controlUrl)
      url.search = new URLSearchParams({ app: 'live', name: streamId, clientid: publisherId }).toString()
      await ask(url)
    },
  })

  async function isPlayable({ streamId, publisherId }: SeenPublisher): Promise<boolean> {
    const name = `${streamId} ${publisherId}`
    const before = playlistBefore.get(name)
    if (before === null) return true
    const text = await ask(new URL(`/live/${streamId}/index.m3u8`, playbackUrl)).catch(() => '')
    if (before === undefined) {
      playlistBefore.set(name, text)
      return false
    }
    if (text === before || !text.includes('#EXTINF')) return false
    playlistBefore.set(name, null)
    return true
  }
}

/** Reads the page of statistics; it is XML of a fixed shape, written by the module for a style sheet. */
export function readStatistics(xml: string): SeenPublisher[] {
  const seen: SeenPublisher[] = []
  for (const [, stream = ''] of xml.matchAll(/<stream>(.*?)<\/stream>/gs)) {
    const [head = ''] = stream.split('<client>', 1)
    for (const [, client = ''] of stream.matchAll(/<client>(.*?)<\/client>/gs)) {
      if (!client.includes('<publishing/>')) continue
      const [, meta = ''] = /<meta>(.*?)<\/meta>/s.exec(stream) ?? []
      const [, picture = ''] = /<video>(.*?)<\/video>/s.exec(meta) ?? []
      const [, sound = ''] = /<audio>(.*?)<\/audio>/s.exec(meta) ?? []
      seen.push({
        streamId: textOf(head, 'name'),
        publisherId: textOf(client, 'id'),
        via: 'rtmp',
        isPlayable: false,
        bytes: Number(textOf(head, 'bytes_in')) || 0,
        width: Number(textOf(picture, 'width')) || 0,
        height: Number(textOf(picture, 'height')) || 0,
        codecs: [textOf(picture, 'codec'), textOf(sound, 'codec')].filter((codec) => codec !== '').join(','),
        fps: Number(textOf(picture, 'frame_rate')) || null,
      })
    }
  }
  return seen
}

function textOf(xml: string, tag: string): string {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? ''
}
