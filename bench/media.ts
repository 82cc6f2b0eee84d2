/**
 * What a live stream costs the media process, and how far behind those who watch are:
 * `npm run bench -- media [--json] [--seconds 10]`.
 *
 * The encoders run in a second process and send a made-up film of 1.5 Mbit/s: nothing is decoded anywhere, so pictures
 * that no decoder would like cost the engine what real ones cost. CPU and memory are those of the media process alone.
 */
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { madeUpFilm, publishLoop, startMediaEngine } from '#live/media'
import { openFront } from './media/front.ts'
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
  const most = rows.at(-1)
  const figures = {
    rtmp_core_percent_per_stream: most?.cpuPercentPerStream ?? null,
    rtmp_mb_per_stream: most === undefined ? null : rounded(most.rssMb / most.streams),
    first_part_ms: rows.at(0)?.firstPartMs ?? null,
    ...origin,
    ...browsers,
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
    const cache = await openVarnish(house.engine.httpPort ?? 0, house.directory)
    const cached = cache === null ? null : await watchBy(house, { port: cache.port, seconds: of.seconds })
    cache?.process.kill()
    return {
      origin_core_percent_200_viewers: direct.cpuPercent,
      origin_requests_per_s: direct.requestsPerS,
      origin_errors: direct.errors,
      origin_core_percent_200_viewers_cached: cached?.cpuPercent ?? null,
      origin_errors_cached: cached?.errors ?? null,
    }
  } finally {
    publisher.kill()
    await house.close()
  }
}

async function watchBy(
  house: { engine: { pid: number | null } },
  of: { port: number; seconds: number },
): Promise<{ cpuPercent: number; requestsPerS: number; errors: number }> {
  const viewers = run(process.execPath, [
    fileURLToPath(new URL('./media/viewers.ts', import.meta.url)),
    ...['--port', String(of.port), '--stream', streamId, '--count', String(viewersCount)],
    ...['--seconds', String(of.seconds + 4)],
  ])
  await sleep(3_000)
  const pid = house.engine.pid ?? 0
  const before = { cpuMs: cpuMsOf(pid), atMs: performance.now() }
  await sleep(of.seconds * 1_000)
  const cpuPercent = rounded(((cpuMsOf(pid) - before.cpuMs) / (performance.now() - before.atMs)) * 100)
  const counts = JSON.parse((await viewers).stdout) as { requests: number; errors: number }
  return { cpuPercent, requestsPerS: Math.round(counts.requests / (of.seconds + 4)), errors: counts.errors }
}

/** The configuration of docs/operations.md, with the port of this origin. */
async function openVarnish(
  originPort: number,
  directory: string,
): Promise<{ port: number; process: ChildProcess } | null> {
  const program = ['/usr/sbin/varnishd', '/usr/local/sbin/varnishd'].find(existsSync)
  if (program === undefined) return null
  // The cache works under a user of its own, who has to get into its folder.
  await chmod(directory, 0o755)
  const rules = join(directory, 'edge.vcl')
  await writeFile(
    rules,
    `vcl 4.1; backend origin { .host="127.0.0.1"; .port="${originPort}"; .first_byte_timeout=15s; }
     sub vcl_recv { return (hash); }
     sub vcl_backend_response { set beresp.grace = 0s; if (beresp.status != 200) { set beresp.ttl = 0.2s; } else if (beresp.ttl > 6s) { set beresp.ttl = 60s; } }`,
  )
  const port = 20_000 + (process.pid % 20_000)
  const flags = ['-F', '-f', rules, '-a', `127.0.0.1:${port}`, '-n', join(directory, 'varnish'), '-s', 'malloc,64m']
  const started = spawn(program, flags, { stdio: 'ignore' })
  for (let tries = 0; tries < 100; tries += 1) {
    const answers = await fetch(`http://127.0.0.1:${port}/media/${streamId}/live.m3u8`).then(
      (answer) => answer.status === 200,
      () => false,
    )
    if (answers) return { port, process: started }
    await sleep(100)
  }
  started.kill()
  return null
}

/** One Chromium publishes a painted clock by WHIP; two more read it, by WebRTC and by low-latency HLS. Null: no Chromium. */
async function measureBrowsers(of: { seconds: number }): Promise<Record<string, number | null>> {
  const nothing = { whip_core_percent: null, whep_p50_ms: null, llhls_p50_ms: null, first_frame_ms: null }
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (executablePath === undefined) return nothing
  const house = await openHouse()
  const front = await openFront(house.engine, streamId)
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--autoplay-policy=no-user-gesture-required']
  const browser = await chromium.launch({ executablePath, args })
  try {
    if (house.engine.rtcPort === null) return nothing
    const publisher = await openPage(browser, `${front.origin}/publisher`)
    await publisher.evaluate(
      (key) => (globalThis as unknown as PageScope).publish(key),
      `live_bench_${streamId.slice(-12)}`,
    )
    while (house.engine.stateOf(streamId)?.phase !== 'publishing') await sleep(100)
    await sleep(4_000)
    const pid = house.engine.pid ?? 0
    const before = { cpuMs: cpuMsOf(pid), atMs: performance.now() }
    await sleep(of.seconds * 1_000)
    const cpuPercent = rounded(((cpuMsOf(pid) - before.cpuMs) / (performance.now() - before.atMs)) * 100)
    const watcher = await openPage(browser, `${front.origin}/viewer`)
    await watcher.evaluate(() => (globalThis as unknown as PageScope).watchWhep())
    await sleep(of.seconds * 1_000)
    const byWhep = await seenOn(watcher)
    await watcher.context().close()
    const viewer = await openPage(browser, `${front.origin}/viewer`)
    await viewer.evaluate(() => (globalThis as unknown as PageScope).watchHls())
    await sleep(of.seconds * 1_000)
    const byHls = await seenOn(viewer)
    return {
      whip_core_percent: cpuPercent,
      whep_p50_ms: byWhep.p50,
      llhls_p50_ms: byHls.p50,
      first_frame_ms: byHls.firstFrameMs === null ? null : Math.round(byHls.firstFrameMs),
    }
  } finally {
    await browser.close()
    front.close()
    await house.close()
  }
}

async function openPage(browser: Browser, address: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(address)
  return page
}

async function seenOn(page: Page): Promise<Seen> {
  return await page.evaluate(() => (globalThis as unknown as PageScope).seen())
}

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
    const before = { cpuMs: cpuMsOf(pid), atMs: performance.now() }
    await sleep(options.seconds * 1_000)
    const cpuPercent = ((cpuMsOf(pid) - before.cpuMs) / (performance.now() - before.atMs)) * 100
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
