/**
 * The same checkout, side by side, on us and on what somebody would take instead: `npm run bench -- peers [--json]
 * [--seconds 8] [--only vendure,medusa,hawker] [--folder DIR]`.
 *
 * Installs exact versions of Vendure and Medusa from the npm registry into a temporary folder (or into `--folder`, which is
 * kept and used again), seeds each with goods, and asks each for orders with the same client on the same machine: a closed
 * loop with more and more buyers until more of them no longer help or wait too long, then 300 buyers at once for 100 units. Each runs on a
 * PostgreSQL of its own with the same durable settings, in production mode, in the lightest form in which it runs. One after
 * the other, so that none takes time of another. A peer that cannot be installed or started is left out, and the reason is said.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { machineTicks } from './orders/cpu.ts'
import { closedLoop, type LoopReport, rush } from './peers/client.ts'
import { hawker } from './peers/hawker.ts'
import { medusa } from './peers/medusa.ts'
import { fewUnits, type Peer, type Shop } from './peers/shop.ts'
import { vendure } from './peers/vendure.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '8' },
    only: { type: 'string' },
    folder: { type: 'string' },
    /** Installs and seeds what is to be compared, and stops. */
    'prepare-only': { type: 'boolean', default: false },
  },
})
const seconds = Number(flags.seconds)
const connectionsLadder = [4, 16, 64, 128, 256]
/** More buyers that bring less than this much more are too many, and so are those who wait longer than anybody would. */
const worthIt = 1.1
const patienceMs = 10_000
const rushBuyers = 300

interface Compared {
  version: string
  orders_per_s: number
  p50_ms: number
  p99_ms: number
  connections: number
  /** Of its server and its database; says more than the rate where the machine has other work. */
  cpu_ms_per_order: number
  /** How much of the machine others had meanwhile. */
  others_percent: number
  not_placed: Record<string, number>
  /** With the price asked for first; only where that is another way. */
  with_price_per_s?: number
  sold_of_100: number
  rush_s: number
  rush_not_placed: Record<string, number>
}

const wanted = [hawker, vendure, medusa].filter(({ name }) => flags.only?.split(',').includes(name) ?? true)
const folder = flags.folder === undefined ? await mkdtemp(join(tmpdir(), 'hawker-peers-')) : resolve(flags.folder)
const compared: Record<string, Compared> = {}
const leftOut: Record<string, string> = {}
let running: Shop | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Whoever ends the comparison ends the shops with it.
  process.once(signal, () => void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(1)))
}
// Our own books are made anew each time: what is kept is only what takes long to install.
const forgetOurs = () => rm(join(folder, hawker.name), { recursive: true, force: true })
try {
  await forgetOurs()
  for (const peer of wanted) {
    try {
      await prepare(peer)
      if (!flags['prepare-only']) compared[peer.name] = await measure(peer)
    } catch (error) {
      leftOut[peer.name] = error instanceof Error ? error.message : String(error)
      say(`${peer.name} is left out: ${leftOut[peer.name]}`)
    }
  }
} finally {
  await forgetOurs()
  if (flags.folder === undefined) await rm(folder, { recursive: true, force: true })
}
show()

async function prepare(peer: Peer): Promise<void> {
  const home = join(folder, peer.name)
  const done = join(home, '.prepared')
  if (existsSync(done)) return
  say(`${peer.name} ${peer.version}: installing and seeding`)
  await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  await peer.prepare(home)
  await writeFile(done, peer.version)
}

async function measure(peer: Peer): Promise<Compared> {
  say(`${peer.name}: starting`)
  const shop = await peer.open(join(folder, peer.name))
  running = shop
  try {
    say(`${peer.name}: warming up`)
    await closedLoop(shop.port, shop.plenty, { connections: 4, seconds })
    let best: (LoopReport & Costs) | undefined
    for (const connections of connectionsLadder) {
      const report = await costed(shop, () => closedLoop(shop.port, shop.plenty, { connections, seconds }))
      say(`${peer.name}: ${connections} buyers, ${rounded(report.ordersPerSecond)} orders/s`)
      const isWorthIt = best === undefined || report.ordersPerSecond > best.ordersPerSecond * worthIt
      if (best === undefined || report.ordersPerSecond > best.ordersPerSecond) best = report
      if (!isWorthIt || report.p50Ms > patienceMs) break
    }
    if (best === undefined || best.placed === 0)
      throw new Error(`no order was placed: ${JSON.stringify(best?.notPlaced)}`)
    const { plentyWithPrice } = shop
    const priced =
      plentyWithPrice && (await closedLoop(shop.port, plentyWithPrice, { connections: best.connections, seconds }))
    const rushed = await rush(shop.port, shop.few, rushBuyers)
    say(`${peer.name}: ${rushed.placed} sold of ${fewUnits} to ${rushBuyers} at once`)
    return {
      version: peer.version,
      orders_per_s: rounded(best.ordersPerSecond),
      p50_ms: Math.round(best.p50Ms),
      p99_ms: Math.round(best.p99Ms),
      connections: best.connections,
      cpu_ms_per_order: rounded(best.cpuMsPerOrder),
      others_percent: best.othersPercent,
      not_placed: best.notPlaced,
      ...(priced && { with_price_per_s: rounded(priced.ordersPerSecond) }),
      sold_of_100: rushed.placed,
      rush_s: rounded(rushed.seconds),
      rush_not_placed: rushed.notPlaced,
    }
  } finally {
    running = undefined
    await shop.stop()
  }
}

interface Costs {
  cpuMsPerOrder: number
  othersPercent: number
}

async function costed(shop: Shop, run: () => Promise<LoopReport>): Promise<LoopReport & Costs> {
  const now = () => ({ shopUs: shop.cpuUs(), ownUs: ownCpuUs(), machine: machineTicks() })
  const before = now()
  const report = await run()
  const after = now()
  const allUs = (after.machine.all - before.machine.all) * 10_000
  const busyUs = (after.machine.busy - before.machine.busy) * 10_000
  const shopUs = after.shopUs - before.shopUs
  const othersUs = busyUs - shopUs - (after.ownUs - before.ownUs)
  return {
    ...report,
    cpuMsPerOrder: shopUs / 1_000 / Math.max(1, report.placed),
    othersPercent: allUs === 0 ? 0 : Math.max(0, Math.round((othersUs / allUs) * 100)),
  }
}

function ownCpuUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function show(): void {
  const ours = compared[hawker.name]?.orders_per_s
  const theirs = Object.entries(compared)
    .filter(([name]) => name !== hawker.name)
    .map(([, { orders_per_s }]) => orders_per_s)
  const cheapest = Object.entries(compared).flatMap(([name, { cpu_ms_per_order }]) =>
    name === hawker.name ? [] : [cpu_ms_per_order],
  )
  const ourCpu = compared[hawker.name]?.cpu_ms_per_order
  const timesLessCpu =
    ourCpu === undefined || cheapest.length === 0 ? null : Math.round(Math.min(...cheapest) / Math.max(ourCpu, 0.001))
  const timesBestPeer = ours === undefined || theirs.length === 0 ? null : Math.round(ours / Math.max(...theirs))
  console.table(
    Object.fromEntries(
      Object.entries(compared).map(([name, { not_placed: _, rush_not_placed: __, ...figures }]) => [name, figures]),
    ),
  )
  for (const [name, { rush_not_placed }] of Object.entries(compared))
    console.log(`${name}, who got none of the 100: ${JSON.stringify(rush_not_placed)}`)
  console.log(`times the best peer: ${timesBestPeer ?? 'nothing to compare with'}`)
  console.log(`times less CPU an order than the cheapest peer: ${timesLessCpu ?? 'nothing to compare with'}`)
  if (flags.json) {
    const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? '', node: process.versions.node }
    console.log(
      JSON.stringify({
        bench: 'peers',
        ...machine,
        shops: compared,
        left_out: leftOut,
        times_best_peer: timesBestPeer,
        times_less_cpu: timesLessCpu,
      }),
    )
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

function say(sentence: string): void {
  process.stderr.write(`  ${sentence}\n`)
}
