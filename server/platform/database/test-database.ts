/**
 * A fresh database for each test file, copied from a template that has all migrations: tens of milliseconds, not seconds.
 * Only tests import this file.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { App } from '#platform/app'
import { type Clock, startClock } from '#platform/clock'
import { readConfig } from '#platform/config'
import { newId, newSecret } from '#platform/ids'
import { startLog } from '#platform/log'
import { startMetrics } from '#platform/metrics'
import { startSockets } from '#platform/sockets'
import { openDiskStorage } from '#platform/storage'
import { openDatabase } from './database.ts'
import { listMigrations, migrate } from './migrations.ts'

export interface TestClock extends Clock {
  /** Moves the platform's time forward. */
  advance(duration: Temporal.DurationLike): void
}

export interface TestApp {
  app: App & { clock: TestClock }
  url: string
  close(): Promise<void>
}

const advisoryLock = 4_100_002

function serverUrl(): string {
  const url = process.env['HAWKER_TEST_DATABASE_URL']
  if (!url)
    throw new Error('HAWKER_TEST_DATABASE_URL is not set: run vitest with tests/test-cluster.ts as global setup.')
  return url
}

function urlOf(database: string): string {
  const url = new URL(serverUrl())
  url.pathname = `/${database}`
  return url.href
}

async function onServer<Value>(work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: serverUrl() })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The template's name carries the hash of all migrations: a changed file makes a new template. */
async function templateDatabase(): Promise<string> {
  const hash = createHash('sha256')
  for (const migration of await listMigrations())
    hash.update(migration.module).update(migration.name).update(migration.checksum)
  const name = `hawker_template_${hash.digest('hex').slice(0, 12)}`
  await onServer(async (client) => {
    await client.query('select pg_advisory_lock($1)', [advisoryLock])
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 1) return
    await client.query(`drop database if exists ${name}_building`)
    await client.query(`create database ${name}_building`)
    await migrate({ url: urlOf(`${name}_building`) })
    await client.query(`alter database ${name}_building rename to ${name}`)
  })
  return name
}

/** Creates a database with the present schema and answers its address and how to drop it. */
export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const template = await templateDatabase()
  const name = `hawker_test_${newId().replaceAll('-', '')}`
  await onServer(async (client) => {
    // One copy at a time: PostgreSQL refuses to copy a template that another session is copying.
    await client.query('select pg_advisory_lock($1)', [advisoryLock])
    await client.query(`create database ${name} template ${template}`)
  })
  return {
    url: urlOf(name),
    drop: () => onServer(async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  }
}

/** An App over a fresh database: no HTTP, no jobs, no reactions unless the test starts them. */
export async function openTestApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const { url, drop } = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'hawker-test-'))
  const config = readConfig({
    HAWKER_MODE: 'sandbox',
    HAWKER_LOG_LEVEL: 'silent',
    HAWKER_DATA_DIR: folder,
    ...environment,
  })
  const log = startLog({ level: config.logLevel })
  const clock = testClock()
  const metrics = startMetrics()
  const database = openDatabase({
    url,
    connectionsMax: 12,
    statementTimeoutMs: config.databaseStatementTimeoutMs,
    clock,
    log,
  })
  const sockets = startSockets({ config, database, clock, log, metrics })
  const jobs = { sweepAll: async () => undefined, stop: async () => undefined }
  const app = {
    config,
    clock,
    log,
    metrics,
    database,
    storage: openDiskStorage(folder),
    sockets,
    jobs,
    secret: newSecret(),
  }
  return {
    app,
    url,
    async close() {
      await sockets.stop()
      await database.close()
      await drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function testClock(): TestClock {
  const clock = startClock()
  return {
    ...clock,
    advance: (duration) => clock.setOffsetMs(clock.offsetMs() + Temporal.Duration.from(duration).total('milliseconds')),
  }
}
