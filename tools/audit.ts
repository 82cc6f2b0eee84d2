/**
 * `npm run audit [-- --json]`: every invariant against the live database; exit 1 with the rows that break one.
 *
 *   --since=15m   what was touched in the last minutes (m), hours (h) or days (d), or since an instant
 *   --watch=60    again and again, so many seconds apart; tells what changed, and ends with Ctrl-C
 *   --prove       each invariant is broken on purpose, in a transaction that is rolled back, to show that it would be noticed
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { startClock } from '#platform/clock'
import { readConfig } from '#platform/config'
import { joinDatabase, openDatabase } from '#platform/database'
import { startLog } from '#platform/log'
import { type AuditReport, type Proof, proveAudit, runAudit } from '../server/app/audit.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    prove: { type: 'boolean', default: false },
    since: { type: 'string' },
    watch: { type: 'string' },
  },
})
const { json } = flags
const sinceOf = readSince(flags.since)
const watchSeconds = flags.watch === undefined ? null : readSeconds(flags.watch)
const config = readConfig(process.env)
const log = startLog({ level: config.logLevel })
const joined = await joinDatabase(config, log)
const database = openDatabase({
  url: joined.url,
  connectionsMax: 2,
  statementTimeoutMs: config.databaseStatementTimeoutMs,
  clock: startClock(),
  log,
})
try {
  if (flags.prove) process.exitCode = showProofs(await proveAudit(database))
  else if (watchSeconds === null) process.exitCode = show(await audit())
  else await watch(watchSeconds)
} finally {
  await database.close()
  await joined.stop()
}

/** Null: from the beginning. A span is counted back from each run. */
function readSince(text: string | undefined): () => Temporal.Instant | null {
  if (text === undefined) return () => null
  const span = /^(\d{1,6})([mhd])$/.exec(text)
  if (span !== null) {
    const hours = { m: 1 / 60, h: 1, d: 24 }[span[2] as 'm' | 'h' | 'd'] * Number(span[1])
    return () => Temporal.Now.instant().subtract({ seconds: Math.round(hours * 3_600) })
  }
  const instant = Temporal.Instant.from(text)
  return () => instant
}

function readSeconds(text: string): number {
  const seconds = Number(text)
  if (!(seconds >= 1 && seconds <= 86_400))
    throw new Error(`--watch is a number of seconds from 1 to 86400, not ${text}.`)
  return seconds
}

function audit(): Promise<AuditReport> {
  const since = sinceOf()
  return runAudit(database, since === null ? {} : { since })
}

/** The first run is shown whole, then only what changed. */
async function watch(seconds: number): Promise<void> {
  const ended = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
  let before = new Map<string, number>()
  while (!ended.signal.aborted) {
    const report = await audit()
    const changed = report.invariants.filter(({ id, broken }) => broken !== (before.get(id) ?? 0))
    if (before.size === 0) show(report)
    else for (const { id, broken } of changed) print(`${broken === 0 ? 'holds again ' : `BROKEN ${broken} `} ${id}`)
    process.exitCode = report.broken === 0 ? 0 : 1
    before = new Map(report.invariants.map(({ id, broken }) => [id, broken]))
    await sleep(seconds * 1_000, undefined, { signal: ended.signal }).catch(() => undefined)
  }
}

function show(report: AuditReport): number {
  if (json) print(JSON.stringify(report))
  else {
    for (const { id, sentence, broken, rows, milliseconds } of report.invariants) {
      print(
        `${broken === 0 ? 'holds ' : 'BROKEN'}  ${id.padEnd(34)} ${String(milliseconds).padStart(6)} ms  ${sentence}`,
      )
      for (const row of rows) print(`          ${JSON.stringify(row)}`)
      if (broken > rows.length) print(`          and ${broken - rows.length} more`)
    }
    print(`\n${report.invariants.length} invariants, ${report.broken} broken, ${report.milliseconds} ms`)
  }
  return report.broken === 0 ? 0 : 1
}

function showProofs(proofs: readonly Proof[]): number {
  const missed = proofs.filter((proof) => !proof.caught).length
  if (json) print(JSON.stringify({ proofs, missed }))
  else {
    for (const { id, caught, before, after } of proofs) {
      print(`${caught ? 'caught' : 'MISSED'}  ${id.padEnd(34)} ${before} -> ${after} rows`)
    }
    print(`\n${proofs.length} violations planted, ${proofs.length - missed} caught, ${missed} missed`)
  }
  return missed === 0 ? 0 : 1
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
