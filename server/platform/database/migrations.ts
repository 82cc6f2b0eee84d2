import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import pg from 'pg'
import { moduleFolders } from './modules.ts'

export interface Migration {
  /** `trade/orders`; also says which module owns the schema. */
  module: string
  name: string
  checksum: string
  sql: string
}

const advisoryLock = 4_100_001

/** All migrations in the order in which they run: the floor first, then areas as in the table, each by number. */
export async function listMigrations(root = join(import.meta.dirname, '../..')): Promise<Migration[]> {
  const migrations: Migration[] = []
  for (const folder of await moduleFolders(root)) {
    const directory = join(folder, 'migrations')
    const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.sql')).sort()
    for (const name of names) {
      const sql = await readFile(join(directory, name), 'utf8')
      const checksum = createHash('sha256').update(sql).digest('hex')
      migrations.push({ module: relative(root, folder), name: basename(name, '.sql'), checksum, sql })
    }
  }
  return migrations
}

export interface MigrationReport {
  applied: Migration[]
  pending: Migration[]
}

/**
 * Brings the database to the present schema, one writer at a time, each migration in a transaction of its own.
 * With `dryRun` it only tells. Throws when an applied file was changed or is missing: history does not bend.
 */
export async function migrate(options: { url: string; dryRun?: boolean; root?: string }): Promise<MigrationReport> {
  const migrations = await listMigrations(options.root)
  const client = new pg.Client({
    connectionString: options.url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 600_000,
  })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLock])
    await client.query(`create schema if not exists platform;
      create table if not exists platform.migrations (
        module text not null, name text not null, checksum text not null,
        applied_at timestamptz not null default clock_timestamp(), primary key (module, name))`)
    const known = await client.query<{ module: string; name: string; checksum: string }>(
      'select module, name, checksum from platform.migrations',
    )
    const applied = new Map(known.rows.map((row) => [`${row.module}/${row.name}`, row.checksum]))
    const present = new Set(migrations.map((each) => `${each.module}/${each.name}`))
    for (const key of applied.keys()) {
      if (!present.has(key))
        throw new Error(`Migration ${key} was applied to this database but is not in this version.`)
    }
    const pending: Migration[] = []
    for (const migration of migrations) {
      const before = applied.get(`${migration.module}/${migration.name}`)
      if (before === undefined) pending.push(migration)
      else if (before !== migration.checksum) {
        throw new Error(`Migration ${migration.module}/${migration.name} was changed after it had been applied.`)
      }
    }
    if (options.dryRun) return { applied: [], pending }
    for (const migration of pending) {
      await client.query('begin')
      try {
        await client.query(migration.sql)
        await client.query('insert into platform.migrations (module, name, checksum) values ($1, $2, $3)', [
          migration.module,
          migration.name,
          migration.checksum,
        ])
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw new Error(`Migration ${migration.module}/${migration.name} failed: ${(error as Error).message}`, {
          cause: error,
        })
      }
    }
    // Tables that came with these migrations are watched from their first row on.
    if (pending.length > 0) await client.query('select platform.watch_changes()')
    return { applied: pending, pending: [] }
  } finally {
    await client.end()
  }
}
