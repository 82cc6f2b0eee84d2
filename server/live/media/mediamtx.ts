import { z } from 'zod'
import { ask, type ForeignEngineOptions, type ForeignMediaEngine, startForeignEngine } from './foreign-engine.ts'
import type { SeenPublisher } from './foreign-streams.ts'
import type { IngestKind } from './media-engine.ts'

/**
 * MediaMTX, set up as `docs/operations/mediamtx.yml` shows. Tested against a server of ours that speaks its documented
 * interfaces (external HTTP authentication, control API v3), never against MediaMTX itself.
 *
 * A stream's path is `live/<id>`; the key comes as an argument by RTMP, as the password by SRT, as the bearer by WHIP.
 * Low-latency HLS with parts of 200 ms. It records nothing that our replays could play.
 */
const sources: Record<string, { via: IngestKind; kick: string } | undefined> = {
  rtmpConn: { via: 'rtmp', kick: 'rtmpconns' },
  rtmpsConn: { via: 'rtmp', kick: 'rtmpsconns' },
  srtConn: { via: 'srt', kick: 'srtconns' },
  webRTCSession: { via: 'whip', kick: 'webrtcsessions' },
}
const viaOf: Record<string, IngestKind | undefined> = { rtmp: 'rtmp', rtmps: 'rtmp', srt: 'srt', webrtc: 'whip' }
const pathShape = /^live\/([0-9a-f-]{36})$/
const pathsPerPage = 1_000

const authentication = z.object({
  user: z.string().default(''),
  password: z.string().default(''),
  token: z.string().default(''),
  ip: z.string().default(''),
  action: z.string(),
  path: z.string().default(''),
  protocol: z.string().default(''),
  id: z.string().nullish(),
  query: z.string().default(''),
})

const codecProps = z.object({ width: z.number().default(0), height: z.number().default(0) }).nullish()
/** Both generations of names: `ready` and `bytesReceived` were called so before `available` and `inboundBytes`. */
const pathList = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      available: z.boolean().optional(),
      ready: z.boolean().optional(),
      source: z.object({ type: z.string(), id: z.string().default('') }).nullish(),
      inboundBytes: z.number().optional(),
      bytesReceived: z.number().optional(),
      tracks: z.array(z.string()).nullish(),
      tracks2: z.array(z.object({ codec: z.string(), codecProps })).nullish(),
    }),
  ),
})

export async function startMediaMtx(options: ForeignEngineOptions): Promise<ForeignMediaEngine> {
  const { controlUrl, playbackUrl } = options
  // Which kind of connection publishes is known from the look alone, and how it is cut off depends on it.
  const kickPaths = new Map<string, string>()

  return await startForeignEngine(options, {
    capabilities: {
      ingest: ['rtmp', 'srt'],
      playback: ['low_latency_hls'],
      recording: false,
      pictures: false,
      kick: true,
    },
    playbackOf: (streamId) => [{ kind: 'low_latency_hls', path: `/media/${streamId}/x/index.m3u8` }],
    streamKeyOf: ({ streamId, key }) => `${streamId}?key=${key}`,
    elsewhere: (streamId, name) => new URL(`/live/${streamId}/${name}`, playbackUrl),

    readHook(path, body) {
      if (path !== '/auth') return null
      const read = authentication.safeParse(parsed(body))
      if (!read.success) return null
      const asked = read.data
      // Pictures are public; viewers come through our own server or a cache before it.
      if (asked.action === 'read') return { kind: 'allow' }
      const streamId = pathShape.exec(asked.path)?.[1]
      const via = viaOf[asked.protocol]
      if (asked.action !== 'publish' || streamId === undefined || via === undefined) return { kind: 'refuse' }
      const key = new URLSearchParams(asked.query).get('key') ?? (asked.token || asked.password)
      return { kind: 'publish', streamId, key, ip: asked.ip, publisherId: asked.id ?? '', via }
    },

    async look() {
      const url = new URL(`/v3/paths/list?itemsPerPage=${pathsPerPage}`, controlUrl)
      const { items } = pathList.parse(JSON.parse(await ask(url)))
      const seen: SeenPublisher[] = []
      kickPaths.clear()
      for (const item of items) {
        const streamId = pathShape.exec(item.name)?.[1]
        const source = item.source == null ? undefined : sources[item.source.type]
        if (streamId === undefined || source === undefined || item.source == null) continue
        const picture = item.tracks2?.find(({ codecProps }) => (codecProps?.width ?? 0) > 0)?.codecProps
        kickPaths.set(item.source.id, source.kick)
        seen.push({
          streamId,
          publisherId: item.source.id,
          via: source.via,
          isPlayable: item.available ?? item.ready ?? false,
          bytes: item.inboundBytes ?? item.bytesReceived ?? 0,
          width: picture?.width ?? 0,
          height: picture?.height ?? 0,
          codecs: (item.tracks2?.map(({ codec }) => codec) ?? item.tracks ?? []).join(','),
          fps: null,
        })
      }
      return seen
    },

    async drop({ publisherId, via }) {
      const known = Object.values(sources).find((source) => source?.via === via)
      const kick = kickPaths.get(publisherId) ?? known?.kick ?? 'rtmpconns'
      await ask(new URL(`/v3/${kick}/kick/${encodeURIComponent(publisherId)}`, controlUrl), 'POST')
    },
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
