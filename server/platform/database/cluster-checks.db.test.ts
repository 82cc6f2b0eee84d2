import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkCluster, checkClusterAt } from './cluster-checks.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let dataDir: string
let cluster: EmbeddedPostgres

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hawker-checks-'))
  cluster = await startEmbeddedPostgres({ dataDir, log })
})

afterAll(async () => {
  await cluster.stop()
  await rm(dataDir, { recursive: true, force: true })
})

async function run(...statements: string[]) {
  const client = new pg.Client(cluster.url)
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

async function refusalAfter(set: string, reset: string) {
  await run(set)
  try {
    return await checkClusterAt(cluster.url)
  } finally {
    await run(reset)
  }
}

test('the built-in database is good enough to start on', async () => {
  expect(await checkClusterAt(cluster.url)).toBeNull()
})

test('a database or a role that lets commits wait for the disk later is refused, and the sentence says where', async () => {
  const ofDatabase = await refusalAfter(
    'alter database hawker set synchronous_commit = off',
    'alter database hawker reset synchronous_commit',
  )
  expect(ofDatabase).toMatchObject({ setting: 'synchronous_commit', value: 'off' })
  expect(ofDatabase?.sentence).toContain('synchronous_commit is off for the database hawker')
  expect(ofDatabase?.sentence).toContain('alter database hawker reset synchronous_commit')

  const ofRole = await refusalAfter(
    'alter role hawker set synchronous_commit = off',
    'alter role hawker reset synchronous_commit',
  )
  expect(ofRole?.sentence).toContain('off for the role hawker')

  const ofBoth = await refusalAfter(
    'alter role hawker in database hawker set synchronous_commit = off',
    'alter role hawker in database hawker reset synchronous_commit',
  )
  expect(ofBoth?.sentence).toContain('off for the role hawker in the database hawker')
  expect(ofBoth?.sentence).toContain('"alter role hawker in database hawker reset synchronous_commit"')

  const ofAll = await refusalAfter(
    'alter role all set synchronous_commit = off',
    'alter role all reset synchronous_commit',
  )
  expect(ofAll?.sentence).toContain('off for all roles')
  expect(await checkClusterAt(cluster.url)).toBeNull()
})

test('a connection that is careful itself does not hide a careless database', async () => {
  await run('alter database hawker set synchronous_commit = off')
  const client = new pg.Client({ connectionString: cluster.url, options: '-c synchronous_commit=on' })
  await client.connect()
  try {
    expect((await checkCluster(client))?.setting).toBe('synchronous_commit')
  } finally {
    await client.end()
    await run('alter database hawker reset synchronous_commit')
  }
})

test('a session that lets commits wait is refused', async () => {
  const refusal = await checkClusterAt(`${cluster.url}?options=-c%20synchronous_commit%3Doff`)
  expect(refusal?.sentence).toContain('off for this session')
})

test('a database that does not keep UTF8 is refused', async () => {
  await run(`create database narrow encoding 'LATIN1' template template0 locale_provider libc locale 'C'`)
  const refusal = await checkClusterAt(cluster.url.replace(/\/hawker$/, '/narrow'))
  expect(refusal).toMatchObject({ setting: 'server_encoding', value: 'LATIN1' })
})

test('a server that is too old, or only a copy, is refused', async () => {
  const pretend = (facts: object) => ({ query: async () => ({ rows: [facts] }) }) as unknown as pg.Client
  const good = {
    version: '18.4',
    version_number: 180_004,
    encoding: 'UTF8',
    fsync: 'on',
    full_page_writes: 'on',
    kept_off: [],
  }
  expect(await checkCluster(pretend(good))).toBeNull()
  expect(await checkCluster(pretend({ ...good, version: '14.9', version_number: 140_009 }))).toMatchObject({
    setting: 'server_version',
    value: '14.9',
  })
  expect((await checkCluster(pretend({ ...good, is_replica: true })))?.setting).toBe('pg_is_in_recovery')
})

test.for([
  ['fsync', 'off'],
  ['full_page_writes', 'off'],
  ['synchronous_commit', 'off'],
] as const)('a server that was started with %s = %s is refused', async ([setting, value]) => {
  await cluster.stop()
  cluster = await startEmbeddedPostgres({ dataDir, log, settings: { [setting]: value } })
  const refusal = await checkClusterAt(cluster.url)
  expect(refusal).toMatchObject({ setting, value })
  expect(refusal?.sentence).toContain(`${setting} is ${value}`)
  expect(refusal?.sentence).toContain('alter system')
})
