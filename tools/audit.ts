/**
 * `npm run audit [-- --json] [-- --prove]`: every invariant against the live database; exit 1 with the rows that break one.
 * With `--prove` each invariant is broken on purpose, in a transaction that is rolled back, to show that it would be noticed.
 */

import { startClock } from '#platform/clock'
import { readConfig } from '#platform/config'
import { joinDatabase, openDatabase } from '#platform/database'
import { startLog } from '#platform/log'
import { type AuditReport, type Proof, proveAudit, runAudit } from '../server/app/audit.ts'

const json = process.argv.includes('--json')
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
  process.exitCode = process.argv.includes('--prove')
    ? showProofs(await proveAudit(database))
    : show(await runAudit(database))
} finally {
  await database.close()
  await joined.stop()
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
