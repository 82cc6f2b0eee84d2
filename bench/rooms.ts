/**
 * What a full room costs: `npm run bench -- rooms [--json] [--viewers 10000] [--seconds 8] [--only ours|ws|socket.io]`.
 *
 * One room and its viewers: 500 comments a second are offered, likes, pins and stock changes beside them. The server is one
 * process, all viewers and talkers are a second one, and share the machine's cores with it and with the database. Ours is the
 * whole way: a comment is asked over a socket by a person who is signed in, committed, and sent in the next tick; pins and
 * stock are numbered in PostgreSQL. Beside it, on the same load: a broadcast with plain `ws`, and socket.io from npm in a
 * temporary folder. They store nothing, check nothing, and get their load from a timer in their own process.
 *
 * CPU per delivery is the server process's time over the comments and messages that arrived. Who cannot keep up with 500 a
 * second is measured by what he managed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Kind, ServerCommand, ServerReport, ViewerCommand, ViewerReport } from './rooms/words.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    viewers: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '8' },
    only: { type: 'string' },
    /** Without the thousand rooms and the two thousand who join. */
    quick: { type: 'boolean', default: false },
    'cpu-profile': { type: 'string' },
  },
})
const viewers = Number(flags.viewers)
const seconds = Number(flags.seconds)
const commentsPerSecond = 500
const say = (sentence: string) => process.stderr.write(`${sentence}\n`)

/** A process of ours in which many files may be open, with whom one speaks by messages. */
class Helper<Command, Report extends { told: string }> {
  readonly #child: ChildProcess
  constructor(script: string, args: readonly string[]) {
    const profile =
      flags['cpu-profile'] && script === 'server' ? ['--cpu-prof', `--cpu-prof-dir=${flags['cpu-profile']}`] : []
    const program = join(import.meta.dirname, 'rooms', `${script}.ts`)
    this.#child = spawn(
      '/bin/sh',
      [
        '-c',
        'ulimit -n $(ulimit -H -n); exec "$0" "$@"',
        process.execPath,
        '--expose-gc',
        ...profile,
        program,
        ...args,
      ],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    )
  }
  async ask(command: Command): Promise<Report> {
    this.#child.send(command as object)
    const [report] = (await Promise.race([
      once(this.#child, 'message'),
      once(this.#child, 'exit').then(([code]) => Promise.reject(new Error(`a helper ended with ${code}`))),
    ])) as [Report]
    return report
  }
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.send({ do: 'stop' })
    await Promise.race([once(this.#child, 'exit'), sleep(10_000)])
    this.#child.kill('SIGKILL')
  }
}

type Row = Record<string, number | string>

async function measure(kind: Kind, folder: string): Promise<Row> {
  say(`${kind}: starting`)
  const server = new Helper<ServerCommand, ServerReport>('server', [kind, folder])
  const crowd = new Helper<ViewerCommand, ViewerReport>('viewers', [])
  try {
    const opened = await server.ask({ do: 'open', talkers: kind === 'ours' ? commentsPerSecond * 2 : 0 })
    const before = await server.ask({ do: 'weigh' })
    say(`${kind}: ${viewers} viewers come`)
    const joined = await crowd.ask({
      do: 'join',
      kind,
      port: opened.port,
      topic: opened.topic,
      count: viewers,
      cookies: opened.cookies,
    })
    const present = await server.ask({ do: 'weigh' })
    say(`${kind}: ${seconds} s of load`)
    await server.ask({ do: 'load', commentsPerSecond: kind === 'ours' ? 0 : commentsPerSecond })
    await crowd.ask({ do: 'talk', commentsPerSecond: kind === 'ours' ? commentsPerSecond : 0 })
    await sleep(1_500)
    await crowd.ask({ do: 'count' })
    const cpuBefore = await server.ask({ do: 'weigh' })
    await sleep(seconds * 1_000)
    const during = await server.ask({ do: 'weigh' })
    const heard = await crowd.ask({ do: 'report' })
    await crowd.ask({ do: 'talk', commentsPerSecond: 0 })
    const end = await server.ask({ do: 'rest' })
    await sleep(2_500)
    const last = await crowd.ask({ do: 'report' })
    const cpuUs = during.cpuUs - cpuBefore.cpuUs
    const took = heard.seconds
    return {
      kind,
      viewers: joined.joined,
      comments_offered_per_s: Math.round(
        kind === 'ours' ? heard.said / took : (during.published - cpuBefore.published) / took,
      ),
      comments_delivered_per_s: Math.round(heard.comments / took),
      per_viewer_per_s: rounded(heard.comments / took / joined.joined),
      delivery_p50_ms: heard.p50Ms,
      delivery_p99_ms: heard.reliableP99Ms,
      comment_p99_ms: heard.p99Ms,
      say_p99_ms: heard.sayP99Ms,
      dropped: heard.dropped,
      dropped_reliable: last.wrongReliable + Math.max(0, end.reliable * joined.joined - last.reliable),
      reliable_sent: end.reliable,
      likes_updates_per_s: rounded(heard.counters / took / joined.joined),
      kb_per_viewer: rounded((present.rssBytes - before.rssBytes) / 1_024 / joined.joined),
      kb_per_viewer_busy: rounded((during.rssBytes - before.rssBytes) / 1_024 / joined.joined),
      cpu_us_per_delivery: rounded(cpuUs / Math.max(1, heard.comments + heard.reliableHeard), 3),
      cpu_percent: Math.round(cpuUs / 10_000 / took),
      crowd_cpu_percent: Math.round(heard.cpuUs / 10_000 / took),
      loop_p99_ms: during.loopP99Ms,
    }
  } finally {
    await crowd.stop()
    await server.stop()
  }
}

/** A thousand rooms of ten, and two thousand who come to one room within five seconds. */
async function measureMore(folder: string): Promise<Row> {
  const server = new Helper<ServerCommand, ServerReport>('server', ['ours', folder])
  const crowd = new Helper<ViewerCommand, ViewerReport>('viewers', [])
  try {
    const { port, topic } = await server.ask({ do: 'open', talkers: 0 })
    say('2,000 join within 5 s')
    const came = await crowd.ask({ do: 'join', kind: 'ours', port, topic, count: 2_000, cookies: [], withinMs: 5_000 })
    say('1,000 rooms of 10')
    const rooms = await crowd.ask({
      do: 'join',
      kind: 'ours',
      port,
      topic: 'hall',
      count: 10_000,
      cookies: [],
      rooms: 1_000,
    })
    await server.ask({ do: 'load', commentsPerSecond: 2_000, rooms: 1_000 })
    await sleep(1_500)
    await crowd.ask({ do: 'count' })
    const before = await server.ask({ do: 'weigh' })
    await sleep(5_000)
    const during = await server.ask({ do: 'weigh' })
    const heard = await crowd.ask({ do: 'report' })
    return {
      join_2000_in_5s: came.joined,
      join_p99_ms: came.joinP99Ms,
      rooms_of_10: 1_000,
      rooms_viewers: rooms.joined - came.joined,
      rooms_comments_delivered_per_s: Math.round(heard.comments / heard.seconds),
      rooms_comment_p99_ms: heard.p99Ms,
      rooms_cpu_us_per_delivery: rounded((during.cpuUs - before.cpuUs) / Math.max(1, heard.comments), 2),
    }
  } finally {
    await crowd.stop()
    await server.stop()
  }
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits))
}

const rows: Row[] = []
let more: Row = {}
for (const kind of ['ours', 'ws', 'socket.io'] as const) {
  if (flags.only !== undefined && flags.only !== kind) continue
  const folder = await mkdtemp(join(tmpdir(), 'hawker-bench-rooms-'))
  try {
    rows.push(await measure(kind, folder))
  } catch (error) {
    say(`${kind}: left out: ${(error as Error).message}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
if (!flags.quick && (flags.only ?? 'ours') === 'ours') {
  const folder = await mkdtemp(join(tmpdir(), 'hawker-bench-rooms-'))
  try {
    more = await measureMore(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'kind')
console.table(
  Object.fromEntries(names.map((name) => [name, Object.fromEntries(rows.map((row) => [row['kind'], row[name]]))])),
)
if (Object.keys(more).length > 0) console.table(more)
if (flags.json) {
  const [ours, ...others] = rows
  console.log(JSON.stringify({ bench: 'rooms', ...ours, ...more, beside: others }))
}
