/**
 * What a live stream costs the media process, and how far behind those who watch are:
 * `npm run bench -- media [--json] [--seconds 10]`.
 *
 * The encoders run in a second process and send a made-up film of 1.5 Mbit/s: nothing is decoded anywhere, so pictures
 * that no decoder would like cost the engine what real ones cost. CPU and memory are those of the media process alone.
 */
import { execFile, fork, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { madeUpFilm, publishLoop, startMediaEngine } from '#live/media'
import { type encoderKinds, startClockEncoder } from './media/clock-encoder.ts'
import { type Edge, openEdge } from './media/edge.ts'
import { type Front, openFront } from './media/front.ts'
import type { PageScope, Seen } from './media/pages.ts'

const streamCounts = [1, 10, 30]
const viewersCount = 200
const streamId = '01900000-0000-7000-8000-000000000001'
const run = promisify(execFile)
const warmUpMs = 5_000
const clockTicksPerSecond = 100 // Of Linux, for all programs.
const pageBytes = 4_096

type Row = {
  streams: number
  cpuPercent: number
  cpuPercentPerStream: number
  rssMb: number
  firstPartMs: number
  firstPartMsMax: number
  fps: number
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    publish: { type: 'string' },
    port: { type: 'string', default: '0' },
  },
})

if (values.publish === undefined) await main()
else await publishAll({ count: Number(values.publish), port: Number(values.port) })

async function main(): Promise<void> {
  const rows: Row[] = []
  const seconds = Number(values.seconds)
  for (const streams of streamCounts) rows.push(await measure({ streams, seconds }))
  console.table(rows)
  const origin = await measureOrigin({ seconds })
  const browsers = await measureBrowsers({ seconds })
  const quick = await measureEncoder({ seconds: seconds * 2, kind: 'quick' })
  const obs = await measureEncoder({ seconds: seconds * 2, kind: 'obs' })
  const most = rows.at(-1)
  const figures = {
    rtmp_core_percent_per_stream: most?.cpuPercentPerStream ?? null,
    rtmp_mb_per_stream: most === undefined ? null : rounded(most.rssMb / most.streams),
    first_part_ms: rows.at(0)?.firstPartMs ?? null,
    ...browsers,
    first_frame_ms: quick?.firstFrameMs == null ? null : Math.round(quick.firstFrameMs),
    llhls_p50_ms: quick?.p50 ?? null,
    llhls_p95_ms: quick?.p95 ?? null,
    llhls_obs_p50_ms: obs?.p50 ?? null,
    llhls_obs_p95_ms: obs?.p95 ?? null,
    llhls_unreadable: quick === null || obs === null ? null : quick.unreadable + obs.unreadable,
    ...origin,
  }
  console.table(Object.entries(figures).map(([figure, value]) => ({ figure, value })))
  if (values.json) console.log(JSON.stringify({ bench: 'media', ...figures, rows }))
}

/** What 200 viewers of low-latency HLS cost the origin: all of them directly, and through a cache. Null: there is none here. */
async function measureOrigin(of: { seconds: number }): Promise<Record<string, number | null>> {
  const house = await openHouse()
  const publisher = fork(fileURLToPath(import.meta.url), ['--publish', '1', '--port', String(house.engine.rtmpPort)])
  try {
    while (house.engine.stateOf(streamId)?.phase !== 'publishing') await sleep(100)
    await sleep(3_000)
    const direct = await watchBy(house, { port: house.engine.httpPort ?? 0, seconds: of.seconds })
    const edge = await openEdge({ originPort: house.engine.httpPort ?? 0, directory: house.directory })
    const cached = edge === null ? null : await watchBy(house, { port: edge.port, seconds: of.seconds, edge })
    await edge?.close()
    return {
      origin_core_percent_200_viewers: direct.cpuPercent,
      origin_requests_per_s: direct.requestsPerS,
      origin_errors: direct.errors,
      origin_core_percent_200_viewers_cached: cached?.cpuPercent ?? null,
      origin_errors_cached: cached?.errors ?? null,
      edge_core_percent_200_viewers: cached?.edgePercent ?? null,
      edge_requests_per_s: cached?.requestsPerS ?? null,
    }
  } finally {
    publisher.kill()
    await house.close()
  }
}

async function watchBy(
  house: { engine: { pid: number | null } },
  of: { port: number; seconds: number; edge?: Edge },
): Promise<{ cpuPercent: number; edgePercent: number | null; requestsPerS: number; errors: number }> {
  const viewers = run(process.execPath, [
    fileURLToPath(new URL('./media/viewers.ts', import.meta.url)),
    ...['--port', String(of.port), '--stream', streamId, '--count', String(viewersCount)],
    ...['--seconds', String(of.seconds + 4)],
  ])
  await sleep(3_000)
  const origin = beginCpu([house.engine.pid ?? 0])
  const edge = of.edge === undefined ? null : beginCpu(withChildren(of.edge.pid))
  await sleep(of.seconds * 1_000)
  const cpuPercent = origin.percent()
  const edgePercent = edge?.percent() ?? null
  const counts = JSON.parse((await viewers).stdout) as { requests: number; errors: number }
  const requestsPerS = Math.round(counts.requests / (of.seconds + 4))
  return { cpuPercent, edgePercent, requestsPerS, errors: counts.errors }
}

/** One Chromium publishes a painted clock by WHIP; two more read it, by WebRTC and by low-latency HLS. Null: no Chromium. */
async function measureBrowsers(of: { seconds: number }): Promise<Record<string, number | null>> {
  const nothing = { whip_core_percent: null, whep_p50_ms: null, llhls_whip_p50_ms: null }
  return await withBrowser(nothing, async ({ house, front, browser }) => {
    if (house.engine.rtcPort === null) return nothing
    const publisher = await openPage(browser, `${front.origin}/publisher`)
    await publisher.evaluate((key) => (globalThis as unknown as PageScope).publish(key), 'live_bench_000000000001')
    while (house.engine.stateOf(streamId)?.phase !== 'publishing') await sleep(100)
    await sleep(4_000)
    const cpu = beginCpu([house.engine.pid ?? 0])
    await sleep(of.seconds * 1_000)
    const cpuPercent = cpu.percent()
    const byWhep = await watchOn(browser, front, of, 'whep')
    const byHls = await watchOn(browser, front, of, 'hls')
    return { whip_core_percent: cpuPercent, whep_p50_ms: byWhep.p50, llhls_whip_p50_ms: byHls.p50 }
  })
}

/** An encoder sends a painted clock by RTMP, one Chromium reads it by low-latency HLS. Null: no ffmpeg, or no Chromium. */
async function measureEncoder(of: { seconds: number; kind: keyof typeof encoderKinds }): Promise<Seen | null> {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) return null
  return await withBrowser<Seen | null>(null, async ({ house, front, browser }) => {
    const to = `rtmp://127.0.0.1:${house.engine.rtmpPort}/live/live_bench_000000000001`
    const encoder = startClockEncoder({ to, kind: of.kind, width: 1_280, height: 720 })
    try {
      while (house.engine.stateOf(streamId)?.phase !== 'publishing') await sleep(100)
      await sleep(5_000)
      return await watchOn(browser, front, of, 'hls')
    } finally {
      await encoder.stop()
    }
  })
}

async function withBrowser<Result>(
  nothing: Result,
  work: (parts: { house: House; front: Front; browser: Browser }) => Promise<Result>,
): Promise<Result> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (executablePath === undefined) return nothing
  const house = await openHouse()
  const front = await openFront(house.engine, streamId)
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--autoplay-policy=no-user-gesture-required']
  const browser = await chromium.launch({ executablePath, args })
  try {
    return await work({ house, front, browser })
  } finally {
    await browser.close()
    front.close()
    await house.close()
  }
}

async function watchOn(browser: Browser, front: Front, of: { seconds: number }, by: 'whep' | 'hls'): Promise<Seen> {
  const page = await openPage(browser, `${front.origin}/viewer`)
  if (by === 'whep') await page.evaluate(() => (globalThis as unknown as PageScope).watchWhep())
  else await page.evaluate(() => (globalThis as unknown as PageScope).watchHls())
  await sleep(of.seconds * 1_000)
  const seen = await page.evaluate(() => (globalThis as unknown as PageScope).seen())
  await page.context().close()
  return seen
}

async function openPage(browser: Browser, address: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(address)
  return page
}

type House = Awaited<ReturnType<typeof openHouse>>

async function openHouse() {
  const directory = await mkdtemp(join(tmpdir(), 'bench-media-'))
  const engine = await startMediaEngine({
    rtmpPort: 0,
    rtmpHost: '127.0.0.1',
    storageDir: directory,
    log: { info: () => undefined, warn: console.warn, error: console.error },
    authorizePublish: async () => ({ allowed: true, streamId }),
    onEvent: () => undefined,
  })
  return {
    engine,
    directory,
    async close() {
      await engine.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function measure(options: { streams: number; seconds: number }): Promise<Row> {
  const storageDir = await mkdtemp(join(tmpdir(), 'bench-media-'))
  const allowedAtMs = new Map<string, number>()
  const firstPartMs: number[] = []
  const log = { info: () => undefined, warn: console.warn, error: console.error }
  const engine = await startMediaEngine({
    rtmpPort: 0,
    rtmpHost: '127.0.0.1',
    storageDir,
    log,
    async authorizePublish({ key }) {
      const streamId = `01900000-0000-7000-8000-${key.slice(-12)}`
      allowedAtMs.set(streamId, performance.now())
      return { allowed: true, streamId }
    },
    onEvent(event) {
      const sinceMs = allowedAtMs.get(event.streamId)
      if (event.name === 'started' && sinceMs !== undefined) firstPartMs.push(performance.now() - sinceMs)
    },
  })
  const publisher = fork(fileURLToPath(import.meta.url), [
    ...['--publish', String(options.streams), '--port', String(engine.rtmpPort)],
  ])
  try {
    while (firstPartMs.length < options.streams) await sleep(100)
    await sleep(warmUpMs)
    const pid = engine.pid ?? 0
    const cpu = beginCpu([pid])
    await sleep(options.seconds * 1_000)
    const cpuPercent = cpu.percent()
    const states = [...allowedAtMs.keys()].map((streamId) => engine.stateOf(streamId)?.fps ?? 0)
    return {
      streams: options.streams,
      cpuPercent: rounded(cpuPercent),
      cpuPercentPerStream: rounded(cpuPercent / options.streams),
      rssMb: Math.round(rssBytesOf(pid) / 1_048_576),
      firstPartMs: Math.round(medianOf(firstPartMs)),
      firstPartMsMax: Math.round(Math.max(...firstPartMs)),
      fps: rounded(Math.min(...states)),
    }
  } finally {
    publisher.kill()
    await engine.close()
    await rm(storageDir, { recursive: true, force: true })
  }
}

async function publishAll(options: { count: number; port: number }): Promise<void> {
  const flv = madeUpFilm({ seconds: 4 })
  const log = { info: () => undefined, warn: console.warn }
  const ending = new AbortController()
  process.once('disconnect', () => process.exit(0))
  await Promise.all(
    Array.from({ length: options.count }, async (_, index) => {
      await sleep(index * 50) // Encoders do not all begin in the same moment.
      const key = `live_bench_${String(index + 1).padStart(12, '0')}`
      await publishLoop({ flv, url: `rtmp://127.0.0.1:${options.port}/live`, key, signal: ending.signal, log })
    }),
  )
}

/** Of one core, since it was begun. */
function beginCpu(pids: readonly number[]): { percent(): number } {
  const total = () => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0)
  const before = { cpuMs: total(), atMs: performance.now() }
  return { percent: () => rounded(((total() - before.cpuMs) / (performance.now() - before.atMs)) * 100) }
}

/** Varnish works in a child of the process that was started. */
function withChildren(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...children.split(' ').filter(Boolean).map(Number)]
}

function cpuMsOf(pid: number): number {
  const [, text = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = text.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / clockTicksPerSecond
}

function rssBytesOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
