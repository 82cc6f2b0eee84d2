/**
 * How many durable, paid orders a second: `npm run bench -- orders [--json] [--seconds 10]`.
 *
 * The real server, on a PostgreSQL of its own with fsync on, is in this process; those who buy are in a second one and share
 * the machine's cores. Everything passes the public doors: the socket's ask and the HTTP route, with sessions, the price that
 * was shown and a signed attribution. Every order is counted against a limit, every third has a discount that the platform pays,
 * others a coupon, half of the commissions are shared with an agency. Each phase ends by its time. `--mixed MINUTES` runs sockets,
 * HTTP and carts side by side and looks whether memory stays flat; `--scale` sees what an order costs when there are ten million
 * past ones, twice the SKUs and twice the buyers. At the end the database is asked whether it holds exactly
 * what was acknowledged, and the auditor whether anything is broken, and how long he took for it.
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '#platform/config'
import { runAudit } from '../server/app/audit.ts'
import { type RunningServer, startServer } from '../server/app/server.ts'
import { cpuUsOfCluster, machineTicks } from './orders/cpu.ts'
import { measureLimit } from './orders/limit.ts'
import type { LoadCommand, LoadReport, LoadWorld } from './orders/load.ts'
import { makePastOrders } from './orders/past.ts'
import { type BenchWorld, openCrowdSessions, seedWorld } from './orders/seed.ts'
import { startStatementProfile } from './orders/statements.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    sockets: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '10' },
    buyers: { type: 'string', default: '20000' },
    skus: { type: 'string', default: '100' },
    'in-flight': { type: 'string', default: '4' },
    connections: { type: 'string', default: '1000' },
    /** Minutes of everything at once, at two thirds of what it can. */
    mixed: { type: 'string' },
    /** Past orders to make in bulk; the bench is run before and after it. */
    scale: { type: 'string' },
    /** Only the closed loop. */
    quick: { type: 'boolean', default: false },
    /** The closed loop over HTTP instead of sockets; with --quick and a profile, to see what that way costs. */
    http: { type: 'boolean', default: false },
    /** Statements, by the time the server waited for them. */
    profile: { type: 'boolean', default: false },
    /** Where to write what the server's process did in the closed loop, as a .cpuprofile. */
    'cpu-profile': { type: 'string' },
  },
})
const sockets = Number(flags.sockets)
const seconds = Number(flags.seconds)
const warmUpSeconds = 3
const drainMsMax = 120_000
const memoryLookMs = 5_000

const acknowledged = new Set<string>()
/** Orders of the run of minutes: so many that only their number is kept. */
let placedUnnamed = 0
let folder = ''
if (flags.scale === undefined) {
  const result = await withWorld({ skus: Number(flags.skus), buyers: Number(flags.buyers) }, measure)
  show(result)
  if (result.wrong.length > 0) process.exitCode = 1
} else await measureScale(Number(flags.scale))

/** Starts the server with a world of this size and takes it down again, whatever the work came to. */
async function withWorld<Value>(
  of: { skus: number; buyers: number },
  work: (running: RunningServer, load: Load, world: BenchWorld) => Promise<Value>,
): Promise<Value> {
  folder = await mkdtemp(join(tmpdir(), 'hawker-bench-orders-'))
  let server: RunningServer | undefined
  let load: Load | undefined
  try {
    server = await startServer(
      readConfig({
        HAWKER_MODE: 'demo',
        HAWKER_DEMO_SALES: 'false',
        HAWKER_HOST: '127.0.0.1',
        HAWKER_PORT: String(await freePort()),
        HAWKER_RTMP_PORT: String(await freePort()),
        HAWKER_DATA_DIR: folder,
        HAWKER_LOG_LEVEL: 'warn',
      }),
    )
    say(`seeding ${of.buyers} buyers`)
    const world = await seedWorld(server.app, { ...of, sockets })
    await server.outbox.drained(60_000)
    load = await startLoad(server, world)
    return await work(server, load, world)
  } finally {
    load?.stop()
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The same wishes in a small world and in one with many past orders, twice the SKUs and twice the buyers. */
async function measureScale(pastOrders: number): Promise<void> {
  const costOf = async (running: RunningServer, load: Load) => {
    await load.run({ do: 'closed_loop', seconds: warmUpSeconds, inFlight: Number(flags['in-flight']) })
    await running.outbox.drained(drainMsMax)
    await running.app.database.pool.query('analyze')
    const before = cpuNow()
    const report = await load.run({ do: 'closed_loop', seconds, inFlight: Number(flags['in-flight']) })
    await running.outbox.drained(drainMsMax)
    const after = cpuNow()
    return {
      us: (after.server - before.server + after.database - before.database) / Math.max(1, report.placed),
      generatorUs: report.cpuUs / Math.max(1, report.placed),
    }
  }
  const size = { skus: Number(flags.skus), buyers: Number(flags.buyers) }
  const small = await withWorld(size, costOf)
  const large = await withWorld({ skus: size.skus * 2, buyers: size.buyers * 2 }, async (running, load, world) => {
    await makePastOrders(running.app.database, world, { orders: pastOrders, say })
    return costOf(running, load)
  })
  const figures = {
    past_orders: pastOrders,
    small_cpu_us: rounded(small.us),
    large_cpu_us: rounded(large.us),
    // The generator's own cost of the same wish says how fast the machine was in each of the two.
    small_generator_us: rounded(small.generatorUs),
    large_generator_us: rounded(large.generatorUs),
    growth_percent: Math.round((large.us / small.us - 1) * 100),
  }
  console.table(figures)
  if (flags.json) console.log(JSON.stringify({ bench: 'orders', ...figures }))
}

type Result = Awaited<ReturnType<typeof measure>>

async function measure(running: RunningServer, load: Load, world: BenchWorld) {
  const { database } = running.app
  const profile = flags.profile ? await startStatementProfile(database) : null
  say('warming up')
  await load.run({ do: 'closed_loop', seconds: warmUpSeconds, inFlight: Number(flags['in-flight']) })
  await running.outbox.drained(drainMsMax)
  // What autovacuum does within its minute; a bench is over before it looks. Not earlier: of empty tables it learns nothing good.
  await database.pool.query('analyze')

  say('closed loop: as many as it takes')
  profile?.reset()
  const inspector = flags['cpu-profile'] === undefined ? null : await startCpuProfile()
  const cpuBefore = cpuNow()
  const closed = await load.run(
    flags.http
      ? { do: 'http', seconds, connections: Number(flags.connections) }
      : { do: 'closed_loop', seconds, inFlight: Number(flags['in-flight']) },
  )
  const cpuHot = cpuNow()
  const drainSince = performance.now()
  await running.outbox.drained(drainMsMax)
  const drainMs = Math.round(performance.now() - drainSince)
  const cpuAfter = cpuNow()
  await inspector?.write(flags['cpu-profile'] ?? '')
  profile?.show(closed.placed)
  const perOrder = (us: number) => rounded(us / Math.max(1, closed.placed))
  const ordersPerSecond = Math.round(closed.placed / closed.seconds)

  const figures = {
    cores: availableParallelism(),
    sockets,
    orders_per_s: ordersPerSecond,
    closed_loop_p50_ms: rounded(closed.p50Ms),
    closed_loop_p99_ms: rounded(closed.p99Ms),
    // While buyers ask; what may wait until they are through is in the next two as well.
    cpu_us_hot_server: perOrder(cpuHot.server - cpuBefore.server),
    cpu_us_hot_database: perOrder(cpuHot.database - cpuBefore.database),
    cpu_us_server: perOrder(cpuAfter.server - cpuBefore.server),
    cpu_us_database: perOrder(cpuAfter.database - cpuBefore.database),
    cpu_us_generator: perOrder(closed.cpuUs),
    consequences_lag_ms: drainMs,
    desk_busy: closed.refused['desk_busy'] ?? 0,
    cpu_idle_percent: idlePercent(cpuBefore, cpuHot),
    cpu_others_percent: othersPercent(cpuBefore, cpuHot, closed.cpuUs),
  }
  const mixed = flags.mixed === undefined ? null : await measureMixed(running, load, ordersPerSecond)
  const more = flags.quick ? null : await measureMore(running, load, world, ordersPerSecond)
  say('looking for what was acknowledged')
  await running.outbox.drained(drainMsMax)
  const wrong = [...(more?.wrong ?? []), ...(await findWrong(running, world))]
  const audit = await runAudit(database)
  // As a running platform looks at itself: what was touched in the last ten minutes, which here is all of it.
  const watched = await runAudit(database, { since: Temporal.Now.instant().subtract({ minutes: 10 }) })
  const stored = acknowledged.size + placedUnnamed
  const slowest = audit.invariants.toSorted((one, other) => other.milliseconds - one.milliseconds)[0]
  say(`the slowest of ${audit.invariants.length} invariants: ${slowest?.id}, ${slowest?.milliseconds} ms`)
  for (const invariant of audit.invariants)
    if (invariant.broken > 0) wrong.push(`${invariant.id}: ${JSON.stringify(invariant.rows.slice(0, 3))}`)
  return {
    figures: {
      ...figures,
      ...mixed,
      ...more?.figures,
      orders_stored: stored,
      audit_broken: audit.broken,
      audit_s: rounded(audit.milliseconds / 1_000),
      audit_s_per_100k_orders: rounded(audit.milliseconds / 1_000 / (Math.max(1, stored) / 100_000)),
      audit_last_minutes_s: rounded(watched.milliseconds / 1_000),
    },
    wrong,
  }
}

/** Sockets, HTTP and carts side by side for minutes, at half of what sockets alone can: memory must not grow with time. */
async function measureMixed(running: RunningServer, load: Load, ordersPerSecond: number) {
  const minutes = Number(flags.mixed)
  say(`everything at once for ${minutes} minutes`)
  const usedMb: number[] = []
  const look = () => usedMb.push(Math.round(process.memoryUsage().rss / 2 ** 20))
  const timer = setInterval(look, memoryLookMs)
  const mixed = await load.run({ do: 'mixed', seconds: minutes * 60, perSecond: Math.round(ordersPerSecond / 2) })
  clearInterval(timer)
  placedUnnamed += mixed.placed
  await running.outbox.drained(drainMsMax)
  const quarter = Math.max(1, Math.floor(usedMb.length / 4))
  const meanOf = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const [early, late] = [meanOf(usedMb.slice(quarter, 2 * quarter)), meanOf(usedMb.slice(-quarter))]
  return {
    mixed_minutes: minutes,
    mixed_orders_per_s: Math.round(mixed.placed / mixed.seconds),
    mixed_p99_ms: rounded(mixed.p99Ms),
    mixed_memory_early_mb: Math.round(early),
    mixed_memory_late_mb: Math.round(late),
    mixed_memory_growth_percent: Math.round((late / Math.max(1, early) - 1) * 100),
  }
}

async function measureMore(running: RunningServer, load: Load, world: BenchWorld, ordersPerSecond: number) {
  say('open loop: four fifths of that, whatever comes back')
  const open = await load.run({ do: 'open_loop', seconds, perSecond: Math.round(ordersPerSecond * 0.8) })
  await running.outbox.drained(drainMsMax)

  say('HTTP')
  const connections = Number(flags.connections)
  await load.run({ do: 'http', seconds: 1, connections })
  const cpuBefore = cpuNow()
  const http = await load.run({ do: 'http', seconds, connections })
  await running.outbox.drained(drainMsMax)
  const cpuAfter = cpuNow()

  say('carts of two sellers over HTTP')
  const carts = await load.run({ do: 'carts', seconds: Math.min(seconds, 5), connections })
  await running.outbox.drained(drainMsMax)

  say('flash: one SKU, everybody at once')
  const [one, other] = world.flashSkus
  if (one === undefined || other === undefined) throw new Error('there are SKUs for the flashes')
  const wishes = world.buyers.length
  const flash = await load.run({ do: 'flash', sku: one, wishes })
  const flashHttp = await load.run({ do: 'flash_http', sku: other, connections })
  await running.outbox.drained(drainMsMax)

  say('the limit: the same rows without a rule')
  const limit = await measureLimit(running.app.database)
  const wrong: string[] = []
  for (const [name, report] of Object.entries({ flash, flashHttp })) {
    const told = report.placed + Object.values(report.refused).reduce((sum, count) => sum + count, 0)
    if (report.placed !== world.flashUnits) wrong.push(`${name}: sold ${report.placed} of ${world.flashUnits}`)
    if (told !== wishes) wrong.push(`${name}: told ${told} of ${wishes}`)
  }
  for (const [name, report] of Object.entries({ open, http, carts }))
    if (report.unanswered > 0) wrong.push(`${name}: ${report.unanswered} were never answered`)
  return {
    wrong,
    figures: {
      open_loop_per_s: Math.round(open.placed / open.seconds),
      ack_p50_ms: rounded(open.p50Ms),
      ack_p99_ms: rounded(open.p99Ms),
      http_orders_per_s: Math.round(http.placed / http.seconds),
      http_p50_ms: rounded(http.p50Ms),
      http_p99_ms: rounded(http.p99Ms),
      http_cpu_us_server: rounded((cpuAfter.server - cpuBefore.server) / Math.max(1, http.placed)),
      http_cpu_us_database: rounded((cpuAfter.database - cpuBefore.database) / Math.max(1, http.placed)),
      http_cpu_us_generator: rounded(http.cpuUs / Math.max(1, http.placed)),
      cart_orders_per_s: Math.round(carts.placed / carts.seconds),
      cart_p99_ms: rounded(carts.p99Ms),
      limit_per_s: limit.perSecond,
      ratio_to_limit: rounded(ordersPerSecond / Math.max(1, limit.perSecond)),
      flash_wishes: wishes,
      flash_sold: flash.placed,
      flash_told_ms: Math.round(flash.toldMs),
      // Told to come back is told, but it is not told that nothing is left.
      flash_desk_busy: flash.refused['desk_busy'] ?? 0,
      flash_http_sold: flashHttp.placed,
      flash_http_told_ms: Math.round(flashHttp.toldMs),
      refused: JSON.stringify(merged([open.refused, http.refused, carts.refused])),
    },
  }
}

/** What was acknowledged is stored, and nothing else; stock and wallets are what the orders leave of them. */
async function findWrong(running: RunningServer, world: BenchWorld): Promise<string[]> {
  const { pool } = running.app.database
  const wrong: string[] = []
  const stored = await pool.query<{ id: string }>('select id from orders.orders where group_id = id')
  const ids = new Set(stored.rows.map((row) => row.id))
  const lost = [...acknowledged].filter((id) => !ids.has(id)).length
  const untold = ids.size - placedUnnamed - (acknowledged.size - lost)
  if (lost > 0) wrong.push(`${lost} orders were acknowledged and are not stored`)
  if (untold !== 0) wrong.push(`${untold} more orders are stored than were acknowledged`)
  const checks: Record<string, string> = {
    'stock is what the lines leave of it': `select s.sku_id from
      (select sku_id, sum(allocated) as allocated, min(on_hand - allocated) as least from warehouse.stock group by sku_id) s
      full join (select sku_id, sum(units) as units from orders.lines group by sku_id) l on l.sku_id = s.sku_id
      where coalesce(s.allocated, 0) <> coalesce(l.units, 0) or s.least < 0`,
    'wallets are what the orders leave of them': `select b.account from ledger.balances b
      join (select buyer_id, sum(pay_minor) as paid from orders.orders group by buyer_id) o on b.account = 'wallet:' || o.buyer_id
      join (select p.account, -sum(p.amount_minor) as put_in from ledger.postings p
        join ledger.journals j on j.id = p.journal_id and j.kind = 'books.opened' group by p.account) w on w.account = b.account
      where b.balance_minor <> w.put_in - o.paid`,
    'no flash sold more than there was': `select sku_id from orders.lines where sku_id = any('{${world.flashSkus
      .map((sku) => sku.skuId)
      .join(',')}}'::uuid[]) group by sku_id having sum(units) > ${world.flashUnits}`,
  }
  for (const [sentence, text] of Object.entries(checks)) {
    const rows = await pool.query(text)
    if (rows.rows.length > 0) wrong.push(`not true: ${sentence} (${rows.rows.length})`)
  }
  return wrong
}

interface Load {
  run(command: LoadCommand): Promise<LoadReport>
  stop(): void
}

async function startLoad(running: RunningServer, world: BenchWorld): Promise<Load> {
  const cookies = await openCrowdSessions(running.app, world.buyers)
  const crowd = world.buyers.map(({ addressId }, index) => ({ addressId, cookie: cookies[index] ?? '' }))
  const buyers = world.buyers.slice(0, sockets).map((buyer, index) => ({ ...buyer, cookie: cookies[index] ?? '' }))
  const file = join(folder, 'load.json')
  const given: LoadWorld = {
    url: running.url,
    port: running.port,
    skus: world.skus,
    sellerSkus: world.sellerSkus,
    buyers,
    crowd,
  }
  await writeFile(file, JSON.stringify(given))
  // The flags of a profiler are for the server alone.
  const child = fork(join(import.meta.dirname, 'orders/load.ts'), [file], { execArgv: [] })
  let failed: ((error: Error) => void) | null = null
  child.on('exit', () => failed?.(new Error('the load generator ended')))
  const run = (command: LoadCommand) =>
    new Promise<LoadReport>((resolve, reject) => {
      failed = reject
      child.once('message', (report) => {
        failed = null
        for (const id of (report as LoadReport).placedIds) acknowledged.add(id)
        resolve(report as LoadReport)
      })
      child.send(command)
    })
  await run({ do: 'open' })
  return { run, stop: () => void child.kill() }
}

function cpuNow() {
  const { user, system } = process.cpuUsage()
  const postmaster = Number(readFileSync(join(folder, 'database/cluster/postmaster.pid'), 'utf8').split('\n')[0])
  return { server: user + system, database: cpuUsOfCluster(postmaster), machine: machineTicks() }
}

/** How much of the machine others had: rates are worth little when they had much, costs in CPU are worth more. */
function othersPercent(before: ReturnType<typeof cpuNow>, after: ReturnType<typeof cpuNow>, generatorUs: number) {
  const all = (after.machine.all - before.machine.all) * 10_000
  const busy = (after.machine.busy - before.machine.busy) * 10_000
  const ours = after.server - before.server + after.database - before.database + generatorUs
  return all === 0 ? 0 : Math.max(0, Math.round(((busy - ours) / all) * 100))
}

function idlePercent(before: ReturnType<typeof cpuNow>, after: ReturnType<typeof cpuNow>) {
  const all = after.machine.all - before.machine.all
  return all === 0 ? 0 : Math.round(100 - ((after.machine.busy - before.machine.busy) / all) * 100)
}

function show(result: Result): void {
  console.table(result.figures)
  for (const sentence of result.wrong) console.error(`WRONG  ${sentence}`)
  if (result.wrong.length === 0) console.log('What was acknowledged is stored, and the auditor found nothing.')
  if (flags.json) console.log(JSON.stringify({ bench: 'orders', ...result.figures, wrong: result.wrong }))
}

async function startCpuProfile() {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  return {
    async write(file: string): Promise<void> {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      await writeFile(file, JSON.stringify(profile))
    },
  }
}

function merged(counts: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const each of counts) for (const [code, count] of Object.entries(each)) sums[code] = (sums[code] ?? 0) + count
  return sums
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

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

function say(sentence: string): void {
  process.stderr.write(`  ${sentence}\n`)
}
