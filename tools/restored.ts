/** Looks whether what was restored is a whole platform: its database is started, and the auditor reads all of it. */
import { startClock } from '#platform/clock'
import type { Config } from '#platform/config'
import { openDatabase } from '#platform/database'
import { startLog } from '#platform/log'
import { type AuditReport, runAudit } from '../server/app/audit.ts'
import { startEmbeddedPostgres } from '../server/platform/database/embedded.ts'

export async function auditCluster(dataDir: string, config: Config): Promise<AuditReport> {
  const log = startLog({ level: config.logLevel })
  const cluster = await startEmbeddedPostgres({ dataDir, log })
  const database = openDatabase({
    url: cluster.socketUrl,
    connectionsMax: 4,
    statementTimeoutMs: config.databaseStatementTimeoutMs,
    clock: startClock(),
    log,
  })
  try {
    return await runAudit(database)
  } finally {
    await database.close()
    await cluster.stop()
  }
}
