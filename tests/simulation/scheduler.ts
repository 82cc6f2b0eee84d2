/**
 * Interleavings on demand: several transactions on a real PostgreSQL, of which a seed says whose statement comes next.
 *
 * Each statement of a task waits at a gate. The next is let through only when every task waits there or is held by a lock
 * (PostgreSQL is asked, not the clock), so the same seed gives the same order again.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import type { Database } from '#platform/database'
import { diceOf } from './dice.ts'

interface Task {
  name: string
  over: boolean
  /** Statements that wait for their turn. */
  waiting: (() => void)[]
  /** Statements under way: in which process of the database, and since when. Some travel together on one connection. */
  running: Set<{ pid: number; since: number }>
  deadlocks: number
}

export interface Interleaved {
  results: PromiseSettledResult<unknown>[]
  /** Whose statement came when: `aabba…`. */
  trace: string
  /** Deadlocks that PostgreSQL found; whoever was chosen must have tried again by himself. */
  deadlocks: number
}

const present = new AsyncLocalStorage<Task>()
const patienceMs = 30_000
const lookAfterMs = 3

/** Puts a gate before every statement that a task of `interleave` sends through this pool; others pass freely. */
export function gate(database: Database): void {
  const { pool } = database
  const connect = pool.connect.bind(pool) as (...args: unknown[]) => Promise<object> | undefined
  const gated = (...args: unknown[]) => {
    const task = present.getStore()
    const connected = connect(...args)
    return task === undefined || connected === undefined ? connected : connected.then((client) => watch(client, task))
  }
  pool.connect = gated as typeof pool.connect
}

function watch(client: object, task: Task): object {
  return new Proxy(client, {
    get(target, key) {
      const value = Reflect.get(target, key)
      if (key === 'query') return (...args: unknown[]) => send(target, task, args)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function send(client: object, task: Task, args: unknown[]): Promise<unknown> {
  const { processID, query } = client as { processID: number; query: (...args: unknown[]) => Promise<unknown> }
  await new Promise<void>((go) => task.waiting.push(go))
  const statement = { pid: processID, since: performance.now() }
  task.running.add(statement)
  try {
    return await query.apply(client, args)
  } catch (error) {
    if ((error as { code?: string }).code === '40P01') task.deadlocks++
    throw error
  } finally {
    task.running.delete(statement)
  }
}

/** Runs the tasks at once and lets one statement after the other through, as the seed says. */
export async function interleave(
  database: Database,
  seed: number,
  bodies: readonly (() => Promise<unknown>)[],
): Promise<Interleaved> {
  const dice = diceOf(seed)
  const tasks = bodies.map((_, index): Task => {
    return { name: 'abcdef'[index] ?? '?', over: false, waiting: [], running: new Set(), deadlocks: 0 }
  })
  const ends = bodies.map((body, index) => {
    const task = tasks[index] as Task
    return present.run(task, body).finally(() => {
      task.over = true
    })
  })
  const all = Promise.allSettled(ends)
  let trace = ''
  const until = performance.now() + patienceMs
  while (tasks.some((task) => !task.over)) {
    if (performance.now() > until) throw new Error(`The tasks do not come to an end: ${trace}`)
    await untilQuiet(database, tasks)
    const waiting = tasks.filter((task) => task.waiting.length > 0)
    // All that live are held by locks: PostgreSQL will find the deadlock.
    if (waiting.length === 0) await sleep(lookAfterMs)
    else {
      const next = dice.pick(waiting)
      trace += next.name
      next.waiting.shift()?.()
    }
  }
  const deadlocks = tasks.reduce((sum, task) => sum + task.deadlocks, 0)
  return { results: await all, trace, deadlocks }
}

/** Waits until every task is over, waits at the gate, or is held by a lock. */
async function untilQuiet(database: Database, tasks: readonly Task[]): Promise<void> {
  for (let tries = 0; ; tries++) {
    await turn()
    const busy = tasks.filter((task) => !task.over && task.waiting.length === 0)
    if (busy.length === 0) return
    const now = performance.now()
    const isSlow = (task: Task) => [...task.running].some(({ since }) => now - since > lookAfterMs)
    // Somebody thinks, or has just asked: he goes on by himself.
    if (!busy.every(isSlow)) {
      if (tries > 20) await sleep(1)
      continue
    }
    const pids = [...new Set(busy.flatMap((task) => [...task.running].map(({ pid }) => pid)))]
    const { rows } = await database.pool.query(
      'select count(*) as held from unnest($1::int[]) as pid where cardinality(pg_blocking_pids(pid)) > 0',
      [pids],
    )
    const stillBusy = busy.every((task) => !task.over && task.running.size > 0)
    if (stillBusy && rows[0]?.held === pids.length) return
  }
}
