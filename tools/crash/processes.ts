/** The processes of a crash run: started, found and killed by their ids, and only those that the run itself has started. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerProcess {
  pid: number
  /** True until it has ended, by whoever's hand. */
  isRunning(): boolean
  /** When it has ended. */
  ended: Promise<void>
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '../..')
const readyWithinMs = 120_000

/**
 * Starts the server as `npm start` does and answers as soon as it takes requests. One that is armed to kill itself at a
 * named point may get there before its first answer, with work that an earlier life left behind: then it has done its task.
 */
export async function startServerProcess(of: {
  environment: Record<string, string>
  url: string
  log: string
  armed?: boolean
}): Promise<ServerProcess> {
  const log = openSync(of.log, 'a')
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(HAWKER_|DATABASE_URL|NODE_OPTIONS|VITEST)/.test(key)),
  )
  const child = spawn(process.execPath, [join(root, 'server/app/main.ts')], {
    cwd: root,
    env: { ...inherited, ...of.environment },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const until = performance.now() + readyWithinMs
  while (!(await answers(`${of.url}/health/ready`))) {
    if (of.armed && child.signalCode === 'SIGKILL') break
    if (!isRunning()) throw new Error(`The server did not start; see ${of.log}:\n${tailOf(of.log)}`)
    if (performance.now() > until) throw new Error(`The server is not ready after ${readyWithinMs} ms; see ${of.log}`)
    await sleep(50)
  }
  return {
    pid: child.pid ?? 0,
    isRunning,
    ended,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A Node process of ours that speaks by messages; answers the next message that fits. */
export function startDriverProcess<To extends { do: string }, From extends { did: string }>(
  file: string,
): { tell(message: To): Promise<From>; end(): void } {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, file)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return {
    tell: (message) =>
      new Promise((resolve, reject) => {
        const hear = (answer: From) => {
          if (answer.did !== message.do) return
          child.off('message', hear)
          child.off('exit', gone)
          resolve(answer)
        }
        const gone = () => reject(new Error('The buyers ended before their time.'))
        child.on('message', hear)
        child.once('exit', gone)
        child.send(message)
      }),
    end: () => void child.kill('SIGKILL'),
  }
}

/** The postmaster of the cluster in this folder, or null when none is written there. */
export function postmasterOf(databaseDir: string): number | null {
  try {
    const pid = Number(readFileSync(join(databaseDir, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])
    return Number.isSafeInteger(pid) && pid > 1 && wordsOf(pid).includes('postgres') ? pid : null
  } catch {
    return null
  }
}

/** The media engine of a server, by what it runs. */
export function mediaEngineOf(serverPid: number): number | null {
  return childrenOf(serverPid).find((pid) => wordsOf(pid).includes('engine-main')) ?? null
}

/** Ends a process at once and with it all that it has started: no handler runs, nothing is written. */
export function killTree(pid: number): void {
  const family = [pid, ...childrenOf(pid)]
  for (const each of family) killNow(each)
}

export function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** From Linux' own accounts: the parent is the fourth word, after the name in brackets. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      try {
        const stat = readFileSync(`/proc/${each}/stat`, 'latin1')
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid
      } catch {
        return false
      }
    })
}

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

function tailOf(path: string): string {
  return readFileSync(path, 'utf8').split('\n').slice(-20).join('\n')
}
