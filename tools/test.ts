/**
 * `npm test`: everything, in the order in which a fault is cheapest to find: checks, unit, database, journeys,
 * simulation, the built pages and their size, the browser. Ends with `N passed, N failed`, and with exit code 1 if
 * anything failed; each check counts as a test.
 *
 *   npm test                            all of it
 *   npm test -- db journeys             some parts: `checks`, a check's name, or a part's name
 *   npm test -- server/trade            the tests of these paths, whatever they need
 *   npm test -- --database=postgres://… uses that PostgreSQL instead of the built-in one
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Check, checks, commandEnvironment, endGroup, runChecks, tellResult } from './check.ts'
import { startDebianCluster } from './debian-cluster.ts'
import { equip } from './equipment.ts'
import { addSummaries, closingLines, emptySummary, type RunSummary } from './reporter.ts'

type Part = { name: string; projects: string[]; needs: Parameters<typeof equip>[0]; before?: Check[]; limitMs: number }

const root = join(import.meta.dirname, '..')
const minuteMs = 60_000
/**
 * Where a machine waits for the answer: alone on two cores all of it takes about a quarter of an hour. Limits, here and below, are
 * for what hangs; a machine that is four times slower must still come to an end.
 */
const allInCiMs = 60 * minuteMs

const buildPages: Check = {
  name: 'build',
  says: 'the pages',
  command: ['node', 'tools/web-build.ts'],
  limitMs: 3 * minuteMs,
}
const measurePages: Check = { name: 'budgets', says: 'bytes of the pages', command: ['node', 'tools/budgets.ts'] }

/** One after the other: the last three want the machine for themselves. */
const parts: Part[] = [
  { name: 'unit', projects: ['unit', 'web'], needs: [], limitMs: 6 * minuteMs },
  { name: 'db', projects: ['db'], needs: ['postgresql'], limitMs: 12 * minuteMs },
  {
    name: 'journeys',
    projects: ['journeys'],
    needs: ['ffmpeg', 'nginx', 'varnish'],
    before: [buildPages],
    limitMs: 12 * minuteMs,
  },
  { name: 'simulation', projects: ['simulation'], needs: [], limitMs: 15 * minuteMs },
  {
    name: 'browser',
    projects: ['browser'],
    needs: ['chromium', 'fonts', 'ffmpeg'],
    before: [buildPages, measurePages],
    limitMs: 20 * minuteMs,
  },
]

async function main(words: string[]) {
  const startedAt = performance.now()
  const database = words.find((word) => word.startsWith('--database='))?.slice('--database='.length)
  const names = words.filter((word) => !word.startsWith('--'))
  const paths = names.filter((name) => name.includes('/') || name.includes('.test.'))
  const isChosen = (name: string) => names.length === 0 || names.includes(name)
  const known = [
    'checks',
    'web',
    'build',
    'budgets',
    ...checks.map(({ name }) => name),
    ...parts.map(({ name }) => name),
    'oldest',
  ]
  const unknown = names.filter((name) => !paths.includes(name) && !known.includes(name))
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}. There are: ${known.join(', ')}, and paths.`)
    console.log('0 passed, 1 failed')
    process.exitCode = 1
    return
  }

  let summary = emptySummary()
  const add = (more: RunSummary) => {
    summary = addSummaries(summary, more)
  }
  const leftMs = () => (process.env['CI'] ? allInCiMs - (performance.now() - startedAt) : Number.POSITIVE_INFINITY)
  const environment = database === undefined ? {} : { HAWKER_TEST_DATABASE_URL: database }

  const chosen = checks.filter(({ name }) => isChosen(name) || names.includes('checks'))
  if (chosen.length > 0) {
    console.log('\n== checks')
    add(await countedChecks(chosen))
  }
  if (names.includes('build') || names.includes('budgets')) {
    add(await countedChecks([buildPages]))
    if (names.includes('budgets')) add(await countedChecks([measurePages]))
  }
  const done = new Set<string>()
  for (const part of parts) {
    const projects = part.projects.filter((project) => isChosen(part.name) || names.includes(project))
    if (projects.length === 0) continue
    console.log(`\n== ${part.name}`)
    for (const line of equip(part.needs)) console.log(line)
    for (const check of part.before ?? []) {
      if (done.has(check.name)) continue
      done.add(check.name)
      add(await countedChecks([check]))
    }
    add(await runVitest(part.name, projectFlags(projects), Math.min(part.limitMs, leftMs()), environment))
  }
  if (isChosen('oldest')) add(await onOldestServer(leftMs()))
  if (paths.length > 0) {
    console.log(`\n== ${paths.join(' ')}`)
    add(await runVitest(paths.join(' '), paths, 15 * minuteMs, environment))
  }

  console.log(closingLines(summary))
  process.exitCode = summary.failures.length > 0 || summary.passed === 0 ? 1 : 0
}

/** What touches the database again on the oldest PostgreSQL that we support, and the whole sale with it. */
async function onOldestServer(limitMs: number): Promise<RunSummary> {
  console.log('\n== oldest')
  for (const line of equip(['postgresql', 'ffmpeg'])) console.log(line)
  const cluster = await startDebianCluster()
  if (cluster === null) {
    console.log('Skipped: this system has no PostgreSQL of its own.')
    return {
      ...emptySummary(),
      skips: [{ name: 'the suite on the oldest server', reason: 'the system has no PostgreSQL' }],
    }
  }
  try {
    const name = `on PostgreSQL ${cluster.version}`
    const paths = [
      'server/trade',
      'server/money',
      'server/supply',
      'server/goods',
      'server/people',
      'server/app',
      'tests/journeys/buy-in-a-live-room.test.ts',
    ]
    const flags = ['--project', 'db', '--project', 'journeys', '--exclude', '**/*.ffmpeg.test.ts']
    return await runVitest(name, [...paths, ...flags], Math.min(12 * minuteMs, limitMs), {
      HAWKER_TEST_DATABASE_URL: cluster.url,
    })
  } finally {
    await cluster.stop()
  }
}

function projectFlags(projects: string[]): string[] {
  return projects.flatMap((project) => ['--project', project])
}

async function countedChecks(list: readonly Check[]): Promise<RunSummary> {
  const results = await runChecks(list, tellResult)
  return {
    ...emptySummary(),
    passed: results.filter(({ isGood }) => isGood).length,
    failures: results.filter(({ isGood }) => !isGood).map(({ name }) => `the check ${name}`),
  }
}

/** One run of vitest. Its summary comes in a file: a run that ends without one has failed, whatever it printed. */
async function runVitest(name: string, args: string[], limitMs: number, more: NodeJS.ProcessEnv): Promise<RunSummary> {
  if (limitMs <= 0) return { ...emptySummary(), failures: [`${name}: no time was left for it`] }
  const folder = await mkdtemp(join(tmpdir(), 'hawker-test-'))
  const resultsPath = join(folder, 'results.json')
  const child = spawn('vitest', ['run', ...args], {
    cwd: root,
    env: commandEnvironment({ ...more, HAWKER_TEST_RESULTS: resultsPath }),
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true, // A group of its own, so that what a stuck test started ends with it.
  })
  running.add(child.pid)
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    endGroup(child.pid)
  }, limitMs)
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
  clearTimeout(timer)
  running.delete(child.pid)
  const text = await readFile(resultsPath, 'utf8').catch(() => undefined)
  await rm(folder, { recursive: true, force: true })

  const summary: RunSummary = text === undefined ? emptySummary() : JSON.parse(text)
  if (isLate) summary.failures.push(`${name}: not done after ${Math.round(limitMs / 1_000)} s`)
  else if (summary.passed + summary.failures.length + summary.skips.length === 0) {
    summary.failures.push(`${name}: no test ran`)
  } else if (code !== 0 && summary.failures.length === 0) summary.failures.push(`${name}: ended with code ${code}`)
  return summary
}

const running = new Set<number | undefined>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const pid of running) endGroup(pid)
    process.exit(130)
  })
}

await main(process.argv.slice(2))
