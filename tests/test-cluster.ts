/**
 * The PostgreSQL of a test run: the one that HAWKER_TEST_DATABASE_URL names, else a built-in one in a temporary folder,
 * started once for all files and stopped at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLog } from '#platform/log'
import { startEmbeddedPostgres } from '../server/platform/database/embedded.ts'

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['HAWKER_TEST_DATABASE_URL']) return undefined
  const dataDir = await mkdtemp(join(tmpdir(), 'hawker-cluster-'))
  const cluster = await startEmbeddedPostgres({ dataDir, log: startLog({ level: 'warn' }) })
  process.env['HAWKER_TEST_DATABASE_URL'] = cluster.url
  return async () => {
    await cluster.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
