/**
 * `npm run crash [-- --kills=60] [-- --seed=1] [-- --json] [-- --keep]`: kills what a shop runs on while people buy, and
 * looks whether anything that they were told is not so.
 *
 * Buyers in a process of their own write down what they ask for and what they were answered. The server, its PostgreSQL,
 * its media engine, or server and PostgreSQL together are ended at random moments, with no warning (SIGKILL), and come
 * back. What was acknowledged must be there whole, once; what was refused must not be there; what nobody knows must be
 * there whole or not at all, and asking again under the same id must settle it. In the end everything must converge: the
 * outbox empties, and the auditor finds nothing. Exit 1 and the rows if not.
 */
import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startClock } from '#platform/clock'
import { readConfig } from '#platform/config'
import { type CrashPoint, crashPoints } from '#platform/crash-points'
import { type Database, joinDatabase, openDatabase } from '#platform/database'
import { startLog } from '#platform/log'
import { runAudit } from '../server/app/audit.ts'
import type { FromDriver, ToDriver } from './crash/driver.ts'
import { readLedger } from './crash/ledger.ts'
import {
  killNow,
  killTree,
  mediaEngineOf,
  postmasterOf,
  type ServerProcess,
  startDriverProcess,
  startServerProcess,
} from './crash/processes.ts'
import { judge, type Verdict } from './crash/verdict.ts'
import { openCrashWorld } from './crash/world.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const kills = Number(values.kills)
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
const workers = 64
const loadMs = { least: 300, most: 1_300 }
/** After everything is healed: the outbox must be empty, and somebody must have been able to buy. */
const convergeWithinMs = 30_000
const sellWithinMs = 30_000
const unknownExpectedFromKills = 20
const pointWithinMs = 20_000

type Target = 'server' | 'database' | 'media' | 'both' | 'point'
// The beginning is fixed, so that a short run kills each of them; what follows is chance.
const opening: Target[] = ['server', 'database', 'both', 'media', 'point', 'point']
const say = (line: string) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`)

const folder = await mkdtemp(join(tmpdir(), 'hawker-crash-'))
const dataDir = join(folder, 'data')
await mkdir(dataDir)
const ledgerPath = join(folder, 'ledger.jsonl')
const logPath = join(folder, 'server.log')
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const environment = {
  HAWKER_MODE: 'sandbox',
  HAWKER_HOST: '127.0.0.1',
  HAWKER_PORT: String(port),
  HAWKER_RTMP_PORT: String(await freePort()),
  HAWKER_DATA_DIR: dataDir,
  HAWKER_LOG_LEVEL: 'error',
}
const databaseDir = join(dataDir, 'database')
const dice = mulberry(seed)

let server: ServerProcess | null = null
let database: Database | null = null
let driver: ReturnType<typeof startDriverProcess<ToDriver, FromDriver>> | null = null
// However we end, what we have started ends with us.
process.once('exit', () => {
  if (server?.isRunning()) killNow(server.pid)
  const postmaster = postmasterOf(databaseDir)
  if (postmaster !== null) killTree(postmaster)
  driver?.end()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const problems: string[] = []
const sums = { lost: 0, partial: 0, duplicated: 0, haunting: 0, oversold: 0, unknown: 0, landed: 0, deliveries: 0 }
const killed = { server: 0, database: 0, media: 0, both: 0, point: 0 }
/** How often the server died at each named point. */
const diedAt = Object.fromEntries(crashPoints.map((point) => [point, 0])) as Record<CrashPoint, number>
let slowestSaleMs = 0
let endedByItself = 0

try {
  say(`seed ${seed}, ${kills} kills, in ${folder}`)
  const world = await openCrashWorld(environment)
  server = await startServerProcess({ environment, url, log: logPath })
  driver = startDriverProcess<ToDriver, FromDriver>('driver.ts')
  await driver.tell({ do: 'open', world, url, ledger: ledgerPath, workers })

  for (let kill = 1; kill <= kills; kill++) {
    const target =
      opening[kill - 1] ?? pick<Target>(['server', 'point', 'point', 'point', 'database', 'database', 'both', 'media'])
    // Each point in turn, so that even a short run meets more than one.
    const point = target === 'point' ? crashPoints[killed.point % crashPoints.length] : undefined
    if (point !== undefined) await startAgainTo(point)
    await driver.tell({ do: 'go' })
    if (point === undefined) await sleep(between(loadMs.least, loadMs.most))
    else await diesAt(point)
    killed[target]++
    endAtOnce(target)
    // Buyers go on for a moment: they meet the dead server, or the living one without its database.
    await sleep(between(50, 400))
    const paused = driver.tell({ do: 'pause' })
    await comeBack(target)
    const { acknowledged, refused, unknown } = await paused
    const deliveries = await waitingDeliveries()
    sums.deliveries += deliveries
    const before = await check('before anybody asked again')
    sums.unknown += before.unknown
    sums.landed += before.landed
    const settled = await driver.tell({ do: 'settle' })
    if (settled.unsettled.length > 0) problems.push(`asking again settled nothing:`, ...settled.unsettled.slice(0, 5))
    await check('after everybody had asked again')
    await sellSomething()
    say(
      `${String(kill).padStart(3)}. ${(point ?? target).padEnd(17)}  ${acknowledged} acknowledged, ${refused} refused, ${unknown} unknown so far; ` +
        `${before.unknown} unknown now, of which ${before.landed} had happened; ${deliveries} consequences were waiting`,
    )
  }
  await driver.tell({ do: 'pause' })
  await converge()
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
} finally {
  driver?.end()
  await closeDatabase()
  if (server?.isRunning()) await server.stop()
}

const entries = await ledgerEntries()
const acknowledged = entries.filter(({ outcome }) => outcome.word === 'acknowledged').length
const orders = entries.filter(
  ({ intent, outcome }) => intent.kind === 'place' && outcome.word === 'acknowledged',
).length
const topUps = entries.filter(
  ({ intent, outcome }) => intent.kind === 'topUp' && outcome.word === 'acknowledged',
).length
if (orders === 0) problems.push('nothing was sold, so nothing was shown')
if (topUps === 0) problems.push('nobody topped up, so nothing was shown of it')
if (kills >= unknownExpectedFromKills && sums.unknown === 0)
  problems.push('no answer was ever lost: the kills did not meet anybody')
for (const problem of problems) say(problem)
say(
  `kills: ${Object.entries(killed)
    .map(([target, number]) => `${target} ${number}`)
    .join(', ')}; at points ${Object.entries(diedAt)
    .map(([point, number]) => `${point} ${number}`)
    .join(', ')}; the server ended by itself ${endedByItself} times`,
)
say(
  `${acknowledged} acknowledged, of which ${orders} orders and ${topUps} top-ups; ${sums.unknown} answers lost, of which ${sums.landed} had happened; ` +
    `${sums.deliveries} consequences waited over a kill; slowest first sale ${Math.round(slowestSaleMs)} ms`,
)
say(
  `${sums.lost} lost, ${sums.partial} partial, ${sums.duplicated} duplicated, ${sums.oversold} oversold` +
    (sums.haunting > 0 ? `, ${sums.haunting} refused and yet there` : ''),
)
if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ seed, kills: killed, points: diedAt, acknowledged, orders, topUps, ...sums, slowestSaleMs: Math.round(slowestSaleMs), problems })}\n`,
  )
}
if (values.keep || problems.length > 0) say(`The folder is kept: ${folder}`)
else await rm(folder, { recursive: true, force: true })
process.exitCode = problems.length > 0 ? 1 : 0
// Timers of the tool's own pools are none of anybody's business any more.
process.exit()

function endAtOnce(target: Target): void {
  const postmaster = postmasterOf(databaseDir)
  const media = server === null ? null : mediaEngineOf(server.pid)
  if (target === 'media' && media !== null) killNow(media)
  if ((target === 'server' || target === 'both') && server !== null) {
    killNow(server.pid)
    // The engine is the server's own; an orphan would keep its port.
    if (media !== null) killNow(media)
  }
  if ((target === 'database' || target === 'both') && postmaster !== null) killTree(postmaster)
}

/** The server stops as asked and comes back to die at some pass of this point. */
async function startAgainTo(point: CrashPoint): Promise<void> {
  await server?.stop()
  const deadly = { ...environment, HAWKER_CRASH_AT: `${point}:${between(1, 12)}` }
  server = await startServerProcess({ environment: deadly, url, log: logPath, armed: true })
}

/** Nobody helps: the server ends by itself at the point, or the run has shown nothing. */
async function diesAt(point: CrashPoint): Promise<void> {
  const until = performance.now() + pointWithinMs
  while (server?.isRunning()) {
    if (performance.now() > until) throw new Error(`The server never died at ${point}.`)
    await sleep(20)
  }
  diedAt[point]++
  const media = server === null ? null : mediaEngineOf(server.pid)
  if (media !== null) killNow(media)
}

/** Brings back what is gone. A database alone comes back by the server's own care, and the media engine too. */
async function comeBack(target: Target): Promise<void> {
  await closeDatabase()
  if (target === 'server' || target === 'both' || target === 'point') {
    await server?.ended
    server = null
  }
  server ??= await startServerProcess({ environment, url, log: logPath })
  const config = readConfig(environment)
  const until = performance.now() + sellWithinMs
  for (;;) {
    if (!server.isRunning()) {
      // A supervisor would start it again, so do we; but what keeps a shop open does not end with its database.
      endedByItself++
      problems.push(`the server ended by itself after the ${target} was killed; see ${logPath}`)
      server = await startServerProcess({ environment, url, log: logPath })
    }
    if (postmasterOf(databaseDir) !== null) {
      try {
        const log = startLog({ level: 'silent' })
        const joined = await joinDatabase(config, log)
        database = openDatabase({
          url: joined.url,
          connectionsMax: 3,
          statementTimeoutMs: 60_000,
          clock: startClock(),
          log,
        })
        await database.pool.query('select 1')
        return
      } catch {
        await closeDatabase()
      }
    }
    if (performance.now() > until) throw new Error(`The database was not back after ${sellWithinMs} ms.`)
    await sleep(100)
  }
}

async function closeDatabase(): Promise<void> {
  await database?.close().catch(() => undefined)
  database = null
}

function here(): Database {
  if (database === null) throw new Error('The database is closed.')
  return database
}

async function ledgerEntries() {
  try {
    return [...readLedger(ledgerPath).values()]
  } catch {
    return []
  }
}

async function check(when: string): Promise<Verdict> {
  const verdict = await judge(here(), await ledgerEntries())
  for (const kind of ['lost', 'partial', 'duplicated', 'haunting', 'oversold'] as const) {
    if (verdict[kind].length === 0) continue
    sums[kind] = Math.max(sums[kind], verdict[kind].length)
    problems.push(`${verdict[kind].length} ${kind} ${when}:`, ...verdict[kind].slice(0, 5))
  }
  return verdict
}

/** Somebody must be able to buy again, soon. */
async function sellSomething(): Promise<void> {
  const startedAtMs = performance.now()
  await driver?.tell({ do: 'go' })
  for (;;) {
    await sleep(50)
    const seen = await driver?.tell({ do: 'pause' })
    if (seen?.firstOrderMs !== null && seen !== undefined) {
      slowestSaleMs = Math.max(slowestSaleMs, performance.now() - startedAtMs)
      return
    }
    if (performance.now() - startedAtMs > sellWithinMs) throw new Error(`Nobody could buy within ${sellWithinMs} ms.`)
    await driver?.tell({ do: 'go' })
  }
}

async function waitingDeliveries(): Promise<number> {
  const { rows } = await here().pool.query(
    'select count(*) as waiting from platform.deliveries where failed_at is null',
  )
  return rows[0]?.waiting ?? 0
}

/** Everything is healed: what is still on its way must arrive, and then all must be in order. */
async function converge(): Promise<void> {
  const settled = await driver?.tell({ do: 'settle' })
  if (settled !== undefined && settled.unsettled.length > 0)
    problems.push('asking again settled nothing:', ...settled.unsettled)
  const startedAtMs = performance.now()
  while ((await waitingDeliveries()) > 0) {
    if (performance.now() - startedAtMs > convergeWithinMs) {
      problems.push(
        `the outbox is not empty after ${convergeWithinMs} ms: ${await waitingDeliveries()} deliveries wait`,
      )
      break
    }
    await sleep(50)
  }
  say(`the outbox was empty after ${Math.round(performance.now() - startedAtMs)} ms`)
  await check('in the end')
  const report = await runAudit(here())
  say(`the auditor: ${report.invariants.length} invariants, ${report.broken} broken`)
  for (const { id, broken, rows } of report.invariants) {
    if (broken > 0) problems.push(`${id}: ${broken} rows`, ...rows.slice(0, 5).map((row) => JSON.stringify(row)))
  }
}

function between(low: number, high: number): number {
  return low + Math.floor(dice() * (high - low + 1))
}

function pick<Value>(options: readonly Value[]): Value {
  return options[Math.floor(dice() * options.length)] as Value
}

function mulberry(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
