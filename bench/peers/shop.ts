/** What each compared shop must be able to do, and how its programs are run. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startLog } from '#platform/log'
import { startEmbeddedPostgres } from '../../server/platform/database/embedded.ts'
import { npmCommand } from '../../tools/bootstrap.mjs'
import { cpuUsOfCluster } from '../orders/cpu.ts'
import type { Checkout } from './client.ts'

export interface Shop {
  port: number
  /** Buys one unit of what there is plenty of, with the fewest requests that the shop's API allows. */
  plenty: Checkout
  /** The same, asking for the price first, as our own page does. */
  plentyWithPrice?: Checkout
  /** Buys one unit of what there are 100 of. */
  few: Checkout
  /** What its server and its database have used so far. */
  cpuUs(): number
  stop(): Promise<void>
}

export interface Peer {
  name: string
  version: string
  /** Installs and seeds into a folder of its own; done once for a folder. */
  prepare(folder: string): Promise<void>
  open(folder: string): Promise<Shop>
}

export const fewUnits = 100

const installMsMax = 300_000
const stopMsMax = 10_000
const outputLettersMax = 2_000

/** The exact packages, and the programs of ours that run them, in `folder`. */
export async function installPackages(
  folder: string,
  of: { name: string; packages: Readonly<Record<string, string>> },
): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: `peer-${of.name}`, private: true, dependencies: of.packages }, null, 2),
  )
  await cp(join(import.meta.dirname, 'programs', of.name), folder, { recursive: true })
  const [npm = 'npm', ...args] = npmCommand(process.env, process.execPath)
  await runProgram(folder, [npm, ...args, 'install', '--no-audit', '--no-fund', '--loglevel=error'], {}, installMsMax)
}

/** A PostgreSQL of its own with the settings that ours has: `fsync` and `synchronous_commit` on, room between checkpoints. */
export async function withDatabase<Value>(folder: string, use: (url: string) => Promise<Value>): Promise<Value> {
  const cluster = await openDatabase(folder)
  try {
    return await use(cluster.url)
  } finally {
    await cluster.stop()
  }
}

export function openDatabase(folder: string) {
  return startEmbeddedPostgres({ dataDir: join(folder, 'database'), log: startLog({ level: 'silent' }) })
}

/** A program with what it started, and the cluster in `databaseDir`. */
export function cpuUsOf(programPid: number, databaseDir: string): number {
  const postmaster = Number(readFileSync(join(databaseDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0])
  return cpuUsOfCluster(programPid) + cpuUsOfCluster(postmaster)
}

/** Runs to the end, or is ended; throws with its last words. */
export async function runProgram(
  folder: string,
  [program = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  limitMs: number,
): Promise<void> {
  const child = start(folder, [program, ...args], environment)
  const timer = setTimeout(() => endGroup(child.process, 'SIGKILL'), limitMs)
  const code = await child.ended
  clearTimeout(timer)
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${code}:\n${child.said()}`)
}

/** Starts a server and waits until it answers at `path`. */
export async function startProgram(
  folder: string,
  command: readonly string[],
  of: { port: number; path: string; limitMs: number; environment: Readonly<Record<string, string>> },
): Promise<{ pid: number; stop(): Promise<void> }> {
  const child = start(folder, command, of.environment)
  let hasEnded = false
  void child.ended.then(() => {
    hasEnded = true
  })
  const stop = async () => {
    endGroup(child.process, 'SIGTERM')
    const hurry = setTimeout(() => endGroup(child.process, 'SIGKILL'), stopMsMax)
    await child.ended
    clearTimeout(hurry)
  }
  const untilMs = performance.now() + of.limitMs
  for (;;) {
    if (hasEnded) throw new Error(`${command.join(' ')} ended:\n${child.said()}`)
    const isThere = await fetch(`http://127.0.0.1:${of.port}${of.path}`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isThere) return { pid: child.process.pid ?? 0, stop }
    if (performance.now() > untilMs) {
      await stop()
      throw new Error(`${command.join(' ')} did not answer within ${of.limitMs / 1_000} s:\n${child.said()}`)
    }
    await sleep(100)
  }
}

function start(folder: string, [program = '', ...args]: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // A group of its own, so that whatever it starts ends with it.
  })
  let said = ''
  const hear = (chunk: Buffer) => {
    said = `${said}${String(chunk)}`.slice(-outputLettersMax)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<number>((resolve) => {
    child.on('error', (error) => {
      hear(Buffer.from(error.message))
      resolve(1)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
  return { process: child, ended, said: () => said }
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It has ended by itself.
  }
}
