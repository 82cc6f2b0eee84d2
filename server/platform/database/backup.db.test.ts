import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backUpCluster, restoreCluster } from './backup.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let folder: string
let source: EmbeddedPostgres
const open: EmbeddedPostgres[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hawker backup '))
  await chmod(folder, 0o755)
  source = await start('source')
  await query(source.url, 'create table sales (id bigint primary key, filler text not null)')
})
afterAll(async () => {
  await Promise.all(open.map((each) => each.stop()))
  await rm(folder, { recursive: true, force: true })
})

async function start(name: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, name), log })
  open.push(postgres)
  return postgres
}

async function query(url: string, text: string, values: unknown[] = []) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

/** Sells until told to stop; answers the last sale that was acknowledged. */
function sell(url: string, from: number) {
  let acknowledged = from
  let isOver = false
  const client = new pg.Client(url)
  const done = (async () => {
    await client.connect()
    while (!isOver) {
      await client.query('insert into sales select id, $2 from generate_series($1::bigint, $1 + 99) as s (id)', [
        acknowledged + 1,
        'x'.repeat(500),
      ])
      acknowledged += 100
    }
    await client.end()
  })()
  return {
    acknowledged: () => acknowledged,
    async stop() {
      isOver = true
      await done
    },
  }
}

test('a backup that is made while much is sold holds all that was sold before it, as one moment', async () => {
  const shop = sell(source.url, 0)
  while (shop.acknowledged() < 2_000) await new Promise((resolve) => setTimeout(resolve, 10))
  const before = shop.acknowledged()
  const report = await backUpCluster({
    url: source.url,
    dataDir: join(folder, 'source'),
    target: join(folder, 'backup'),
  })
  await shop.stop()
  expect(report.bytes).toBeGreaterThan(1_000_000)
  expect(await query(source.url, 'select from pg_replication_slots'), 'no log is kept any longer').toEqual([])

  await restoreCluster({ backup: join(folder, 'backup'), dataDir: join(folder, 'restored') })
  const restored = await start('restored')
  const [found] = await query(restored.url, 'select count(*)::int as count, max(id)::int as last from sales')
  expect(found.last).toBeGreaterThanOrEqual(before)
  // Sales were made a hundred at a time, one after the other: a moment has no holes and no half.
  expect(found.count).toBe(found.last)
  expect(found.last % 100).toBe(0)
  // And it is a whole database, which goes on.
  await query(restored.url, 'insert into sales values (1000000000, $1)', ['after'])
})

test('nothing is ever written over', async () => {
  const of = { url: source.url, dataDir: join(folder, 'source') }
  await expect(backUpCluster({ ...of, target: join(folder, 'backup') })).rejects.toThrow('never written over')
  await expect(restoreCluster({ backup: join(folder, 'backup'), dataDir: join(folder, 'source') })).rejects.toThrow(
    'nothing is written over',
  )
  await expect(restoreCluster({ backup: join(folder, 'nowhere'), dataDir: join(folder, 'new') })).rejects.toThrow(
    'holds no backup',
  )
})

test('a backup that lost a piece does not start as if it were whole', async () => {
  const backup = join(folder, 'damaged')
  await backUpCluster({ url: source.url, dataDir: join(folder, 'source'), target: backup })
  await truncate(join(backup, 'cluster/global/pg_control'), 100)
  await restoreCluster({ backup, dataDir: join(folder, 'from damaged') })
  await expect(start('from damaged')).rejects.toThrow('did not start')
  expect(existsSync(join(backup, 'cluster/backup_label'))).toBe(true)
})
