/** What a start that cannot be says: one sentence that helps, and nothing secret. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '#platform/config'
import { startEmbeddedPostgres } from '../platform/database/embedded.ts'
import { StartRefused, startServer } from './server.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hawker-start-'))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function start(environment: Record<string, string>): Promise<unknown> {
  return startServer(readConfig({ HAWKER_DATA_DIR: folder, HAWKER_LOG_LEVEL: 'silent', ...environment })).then(
    async (server) => {
      await server.stop()
      return 'started'
    },
    (error: unknown) => error,
  )
}

test('a database that is not there is named, its password is not', async () => {
  const refused = await start({ HAWKER_DATABASE_URL: 'postgres://shop:very-secret@127.0.0.1:1/hawker' })
  expect(refused).toBeInstanceOf(StartRefused)
  expect(String(refused)).toContain('The database 127.0.0.1:1/hawker cannot be reached')
  expect(String(refused)).not.toContain('very-secret')
})

test('a data folder that another server uses is left to it', async () => {
  const other = await startEmbeddedPostgres({ dataDir: join(folder, 'database'), log: silent })
  try {
    const refused = await start({})
    expect(refused).toBeInstanceOf(StartRefused)
    expect(String(refused)).toContain('Another Hawker server is already using')
  } finally {
    await other.stop()
  }
})
