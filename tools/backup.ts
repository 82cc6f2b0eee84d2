/**
 * `npm run backup -- FOLDER [--with-recordings] [--unproven]`: all that this platform keeps, as of one moment, while it runs.
 *
 * The copy is restored into a scratch folder, started and audited before it counts: a backup that was never restored is a
 * hope. `--unproven` leaves that out where there is no room for it. With a database of your own, its own tools back it up;
 * then this copies the rest: pictures, and the secret that sessions and attributions are signed with.
 */
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '#platform/config'
import { type BackupReport, backUpCluster, joinDatabase, restoreCluster } from '#platform/database'
import { startLog } from '#platform/log'
import { auditCluster } from './restored.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'with-recordings': { type: 'boolean', default: false },
    unproven: { type: 'boolean', default: false },
  },
})
const [name] = positionals
if (name === undefined) {
  process.stderr.write('Where to? npm run backup -- FOLDER\n')
  process.exit(2)
}
const target = resolve(name)
if (existsSync(target)) {
  process.stderr.write(`${target} is there already; a backup is never written over.\n`)
  process.exit(2)
}
const config = readConfig(process.env)
const dataDir = resolve(config.dataDir)
const unfinished = `${target}.unfinished`
await rm(unfinished, { recursive: true, force: true })
await mkdir(unfinished, { recursive: true, mode: 0o700 })

const database = config.databaseUrl === undefined ? await backUpDatabase() : null
// After the database: each picture that it names was there before it was named.
const kept = ['files', 'secret', ...(flags['with-recordings'] ? ['recordings'] : [])]
for (const each of kept) {
  if (!existsSync(join(dataDir, each))) continue
  await cp(join(dataDir, each), join(unfinished, each), { recursive: true, preserveTimestamps: true })
}
const broken = database === null || flags.unproven ? null : await prove()
const manifest = { madeAt: Temporal.Now.instant().toString(), database, kept, broken }
await writeFile(join(unfinished, 'backup.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
await rename(unfinished, target)
say(`The backup is ${target}.`)
if (broken !== null && broken > 0) {
  say(`${broken} invariants do not hold in it; they did not hold when it was made. Run "npm run audit".`)
  process.exitCode = 1
}

async function backUpDatabase(): Promise<BackupReport> {
  const joined = await joinDatabase(config, startLog({ level: config.logLevel }))
  try {
    if (joined.embeddedDir === null) throw new Error('There is no built-in database here.')
    say('copying the database')
    const of = { url: joined.url, dataDir: joined.embeddedDir, target: join(unfinished, 'database') }
    const report = await backUpCluster(of)
    say(`${report.files} files, ${Math.ceil(report.bytes / 1_000_000)} MB, up to ${report.upTo}`)
    return report
  } finally {
    await joined.stop()
  }
}

/** How many invariants do not hold in what the backup brings back. */
async function prove(): Promise<number> {
  say('restoring it beside, to see that it can be')
  const scratch = await mkdtemp(join(dirname(target), '.hawker-restored-'))
  try {
    await chmod(scratch, 0o755)
    await restoreCluster({ backup: join(unfinished, 'database'), dataDir: join(scratch, 'database') })
    const report = await auditCluster(join(scratch, 'database'), config)
    say(`${report.invariants.length} invariants looked at in it, ${report.broken} broken`)
    return report.broken
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function say(sentence: string): void {
  process.stdout.write(`  ${sentence}\n`)
}
