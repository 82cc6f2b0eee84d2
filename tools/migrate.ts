/** `npm run migrate [-- --dry-run]`: brings the database to the present schema, or says what it would run. */
import { readConfig } from '#platform/config'
import { joinDatabase, migrate } from '#platform/database'
import { startLog } from '#platform/log'

const dryRun = process.argv.includes('--dry-run')
const config = readConfig(process.env)
const database = await joinDatabase(config, startLog({ level: config.logLevel }))
try {
  const report = await migrate({ url: database.url, dryRun })
  for (const migration of dryRun ? report.pending : report.applied) {
    process.stdout.write(
      dryRun
        ? `-- ${migration.module}/${migration.name}\n${migration.sql}\n`
        : `applied ${migration.module}/${migration.name}\n`,
    )
  }
  const count = dryRun ? report.pending.length : report.applied.length
  process.stdout.write(
    `${dryRun ? '-- ' : ''}${count} ${count === 1 ? 'migration' : 'migrations'} ${dryRun ? 'would run' : 'ran'}\n`,
  )
} finally {
  await database.stop()
}
