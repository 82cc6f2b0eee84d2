/**
 * The database of this configuration: the operator's own, or the built-in one. Tools that run beside a server use the
 * cluster which that server has started.
 */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pg from 'pg'
import type { Config } from '#platform/config'
import type { Log } from '#platform/log'
import { startEmbeddedPostgres } from './embedded.ts'

export interface ResolvedDatabase {
  url: string
  /** Where the built-in cluster lies; null for the operator's own database. */
  embeddedDir: string | null
  /** Stops the cluster if this process started it. */
  stop(): Promise<void>
}

/** Starts the built-in cluster when no database is configured; this process then owns the data folder. */
export async function resolveDatabase(config: Config, log: Log): Promise<ResolvedDatabase> {
  if (config.databaseUrl !== undefined)
    return { url: config.databaseUrl, embeddedDir: null, stop: async () => undefined }
  const dataDir = resolve(config.dataDir, 'database')
  const cluster = await startEmbeddedPostgres({ dataDir, log })
  return { url: cluster.socketUrl, embeddedDir: dataDir, stop: () => cluster.stop() }
}

/** For tools: joins the running server's cluster if there is one, else starts it for the length of the tool. */
export async function joinDatabase(config: Config, log: Log): Promise<ResolvedDatabase> {
  if (config.databaseUrl === undefined) {
    const url = await runningClusterUrl(resolve(config.dataDir, 'database'))
    if (url !== null) return { url, embeddedDir: resolve(config.dataDir, 'database'), stop: async () => undefined }
  }
  return resolveDatabase(config, log)
}

async function runningClusterUrl(dataDir: string): Promise<string | null> {
  const [pid, password] = await Promise.all([
    readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8').catch(() => null),
    readFile(join(dataDir, 'password'), 'utf8').catch(() => null),
  ])
  const port = pid?.split('\n')[3]
  if (!port || password === null) return null
  const url = `postgres://hawker:${encodeURIComponent(password.trim())}@127.0.0.1:${port.trim()}/hawker`
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  try {
    await client.connect()
    return url
  } catch {
    return null
  } finally {
    await client.end().catch(() => undefined)
  }
}
