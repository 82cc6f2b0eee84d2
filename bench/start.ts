/**
 * How long a start takes, until everything answers: `npm run bench -- start [--json] [--warm 3]`.
 *
 * Cold is a fresh data folder: PostgreSQL is initialised, the schema made, the demo world written. Warm is every start after it.
 * Measured from the process's first moment to its own sentence "is ready"; the pages and pictures are not built here.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const startMsMax = 180_000
const stopMsMax = 20_000
const port = 20_000 + (process.pid % 20_000)

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, warm: { type: 'string', default: '3' } },
})

const folder = await mkdtemp(join(tmpdir(), 'hawker-bench-start-'))
try {
  const coldMs = await startOnce()
  const warmMs: number[] = []
  for (let times = 0; times < Number(flags.warm); times++) warmMs.push(await startOnce())
  const figures = {
    cold_start_ms: Math.round(coldMs),
    warm_start_ms: Math.round(warmMs.toSorted((a, b) => a - b)[Math.floor(warmMs.length / 2)] ?? 0),
  }
  console.table(figures)
  if (flags.json) console.log(JSON.stringify({ bench: 'start', ...figures, warm_ms: warmMs.map(Math.round) }))
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Starts the server, waits for its sentence, stops it as a supervisor would. */
function startOnce(): Promise<number> {
  const sinceMs = performance.now()
  const child = spawn(process.execPath, [join(import.meta.dirname, '../server/app/main.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HAWKER_DATA_DIR: folder,
      HAWKER_PORT: String(port),
      HAWKER_RTMP_PORT: String(port + 1),
      HAWKER_HOST: '127.0.0.1',
      HAWKER_MODE: 'demo',
    },
  })
  return new Promise((resolve, reject) => {
    let said = ''
    let readyMs: number | null = null
    const tooLong = setTimeout(() => child.kill('SIGKILL'), startMsMax)
    const hear = (chunk: Buffer) => {
      said += String(chunk)
      if (readyMs !== null || !said.includes(' is ready in ')) return
      readyMs = performance.now() - sinceMs
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), stopMsMax).unref()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', () => {
      clearTimeout(tooLong)
      if (readyMs === null) reject(new Error(`The server did not get ready:\n${said.slice(-2_000)}`))
      else resolve(readyMs)
    })
  })
}
