/**
 * `npm run check`: what needs no database, in seconds. The checks are independent of each other and run side by side.
 *
 * `tools/test.ts` runs the same list first and counts each as a test.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'

export type Check = { name: string; says: string; command: readonly string[]; limitMs?: number }
export type CheckResult = { name: string; isGood: boolean; ms: number; output: string }

const root = join(import.meta.dirname, '..')
// Alone on two cores none takes 15 s; on a machine that others use it may take twenty times as long.
const limitMs = 300_000

/** The longest first: side by side, the others fit beside it. */
export const checks: readonly Check[] = [
  { name: 'lint', says: 'promises are awaited, cases are complete', command: ['oxlint', '--deny-warnings'] },
  { name: 'format', says: 'format and plain lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', says: 'the program', command: ['tsc', '--noEmit', '--project', '.'] },
  { name: 'web-types', says: 'the pages', command: ['tsc', '--noEmit', '--project', 'web'] },
  { name: 'architecture', says: 'who may call whom', command: ['node', 'tools/architecture.ts'] },
  { name: 'unused', says: 'code and packages that nobody uses', command: ['knip', '--no-config-hints'] },
  { name: 'texts', says: 'every text has its Chinese', command: ['node', 'tools/texts.ts'] },
  { name: 'api', says: 'API document and client match the contract', command: ['node', 'tools/openapi.ts', '--check'] },
]

const quickTests: Check = {
  name: 'tests',
  says: 'unit, property, tidy, components',
  command: ['vitest', 'run', '--project', 'unit', '--project', 'web'],
}

/** Runs the list, as many at a time as there are cores; each result is told when it is there. */
export async function runChecks(
  list: readonly Check[],
  told: (result: CheckResult) => void = () => undefined,
  folder = root,
): Promise<CheckResult[]> {
  const waiting = [...list]
  const results: CheckResult[] = []
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const result = await runCheck(check, folder)
      results.push(result)
      told(result)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return results
}

async function runCheck(check: Check, folder: string): Promise<CheckResult> {
  const startedAt = performance.now()
  const { code, output } = await run(check.command, folder, check.limitMs ?? limitMs)
  return { name: check.name, isGood: code === 0, ms: performance.now() - startedAt, output }
}

/** Runs a command of this package with the pinned Node; a command that takes too long is ended with all it started. */
async function run(
  command: readonly string[],
  folder: string,
  endAfterMs: number,
): Promise<{ code: number; output: string }> {
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    cwd: folder,
    env: commandEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const timer = setTimeout(() => {
    chunks.push(Buffer.from(`\nended after ${endAfterMs / 1_000} s\n`))
    endGroup(child.pid)
  }, endAfterMs)
  const code = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`))
      resolve(1)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
  clearTimeout(timer)
  return { code, output: Buffer.concat(chunks).toString().trimEnd() }
}

/** The tools of this package come before those of the machine; colours only where a person looks. */
export function commandEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
  const colours = process.stdout.isTTY ? {} : { NO_COLOR: '1' }
  const { FORCE_COLOR: _, ...inherited } = process.env
  return { ...(process.stdout.isTTY ? process.env : inherited), ...colours, ...more, PATH: path }
}

/** Ends a child that leads a group of its own, and all that it started. */
export function endGroup(pid: number | undefined) {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself in the meantime.
  }
}

export function tellResult({ name, isGood, ms, output }: CheckResult) {
  console.log(`${isGood ? ' ok ' : 'FAIL'} ${name.padEnd(14)} ${(ms / 1_000).toFixed(1).padStart(6)} s`)
  if (!isGood) console.log(output.replaceAll(/^/gm, '     | '))
}

if (import.meta.main) {
  const startedAt = performance.now()
  const results = await runChecks([quickTests, ...checks], tellResult)
  const good = results.filter(({ isGood }) => isGood).length
  console.log(`\n${((performance.now() - startedAt) / 1_000).toFixed(1)} s in all`)
  console.log(`${good} passed, ${results.length - good} failed`)
  if (good < results.length) process.exitCode = 1
}
