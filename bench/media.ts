/**
 * What a live stream costs the media process: `node bench/media.ts [--json] [--seconds 10]`.
 *
 * The encoders run in a second process and send a made-up film of 1.5 Mbit/s: nothing is decoded anywhere, so pictures
 * that no decoder would like cost the engine what real ones cost. CPU and memory are those of the media process alone.
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { madeUpFilm, publishLoop, startMediaEngine } from '#live/media'

const streamCounts = [1, 10, 30]
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
  for (const streams of streamCounts) rows.push(await measure({ streams, seconds: Number(values.seconds) }))
  console.table(rows)
  if (values.json) console.log(JSON.stringify({ bench: 'media', rows }))
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
