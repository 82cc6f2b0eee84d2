/**
 * `npm run restore -- FOLDER`: puts a backup into the data folder (`HAWKER_DATA_DIR`), which must not hold a platform yet,
 * starts its database once and audits it. Then `npm start` goes on from the moment of the backup.
 */
import { existsSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readConfig } from '#platform/config'
import { restoreCluster } from '#platform/database'
import { auditCluster } from './restored.ts'

const parts = ['files', 'secret', 'recordings']

const [name] = process.argv.slice(2)
if (name === undefined || !existsSync(join(resolve(name), 'backup.json'))) {
  process.stderr.write('Which backup? npm run restore -- FOLDER, a folder that "npm run backup" has made.\n')
  process.exit(2)
}
const backup = resolve(name)
const config = readConfig(process.env)
const dataDir = resolve(config.dataDir)
const taken = ['database', ...parts].find((each) => existsSync(join(dataDir, each)))
if (taken !== undefined) {
  process.stderr.write(`${join(dataDir, taken)} is there already; move it away first, nothing is written over.\n`)
  process.exit(2)
}
await mkdir(dataDir, { recursive: true })
for (const part of parts) {
  if (!existsSync(join(backup, part))) continue
  await cp(join(backup, part), join(dataDir, part), { recursive: true, preserveTimestamps: true })
}
if (existsSync(join(backup, 'database'))) {
  await mkdir(join(dataDir, 'database'), { recursive: true, mode: 0o755 })
  await restoreCluster({ backup: join(backup, 'database'), dataDir: join(dataDir, 'database') })
  const report = await auditCluster(join(dataDir, 'database'), config)
  say(`${report.invariants.length} invariants looked at, ${report.broken} broken`)
  for (const { id, broken } of report.invariants) if (broken > 0) say(`broken: ${id}, ${broken} rows`)
  if (report.broken > 0) process.exitCode = 1
} else say('It holds no database: that is your own, and its own tools bring it back.')
say(`Restored into ${dataDir}; "npm start" goes on from there.`)

function say(sentence: string): void {
  process.stdout.write(`  ${sentence}\n`)
}
