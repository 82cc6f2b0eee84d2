/**
 * Two starts in the same instant: on one data folder one of them has it and the other says so; on one empty PostgreSQL both make
 * the schema, one after the other, and both come up. Each is a process of its own, as with `npm start`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../world.ts'

const root = join(import.meta.dirname, '../..')
/** Long enough for a machine that does much else. */
const patienceMs = 300_000

interface Started {
  child: ChildProcess
  said: () => string
  /** Resolves with the address when it is ready, and with null when it ended before. */
  ready: Promise<string | null>
  ended: Promise<number | null>
}

const running = new Set<ChildProcess>()
const folders: string[] = []
afterEach(async () => {
  const ended = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const child of running) child.kill('SIGTERM')
  await Promise.all(ended)
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hawker-two-'))
  folders.push(folder)
  return folder
}

async function start(environment: Record<string, string>): Promise<Started> {
  const ports = { HAWKER_PORT: String(await freePort()), HAWKER_RTMP_PORT: String(await freePort()) }
  // Nothing of the settings of whoever runs the tests.
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HAWKER_')))
  const child = spawn(process.execPath, [join(root, 'server/app/main.ts')], {
    cwd: root,
    env: { ...own, HAWKER_MODE: 'sandbox', HAWKER_HOST: '127.0.0.1', ...ports, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  const ended = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => {
      running.delete(child)
      resolve(code)
    }),
  )
  const ready = new Promise<string | null>((resolve) => {
    const hear = (bytes: Buffer) => {
      text += String(bytes)
      const address = /Shop +(http:\S+)\//.exec(text)?.[1]
      if (address !== undefined) resolve(address)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    void ended.then(() => resolve(null))
  })
  return { child, said: () => text, ready, ended }
}

async function stop({ child, ended }: Started): Promise<number | null> {
  child.kill('SIGTERM')
  return ended
}

const isReady = async (address: string | null) => (await fetch(`${address}/health/ready`)).status === 200

test(
  'of two starts on one data folder one runs, the other says that one is running, and the data is whole',
  async () => {
    const folder = await newFolder()
    const both = await Promise.all([start({ HAWKER_DATA_DIR: folder }), start({ HAWKER_DATA_DIR: folder })])
    const addresses = await Promise.all(both.map(({ ready }) => ready))
    const told = both.map(({ said }) => said()).join('\n---\n')
    expect(
      addresses.filter((address) => address !== null),
      told,
    ).toHaveLength(1)
    const [winner, loser] = addresses[0] === null ? both.toReversed() : both
    expect(await loser?.ended, 'it ends as one that may not start').toBe(2)
    expect(loser?.said()).toContain('Another Hawker server is already using')
    expect(loser?.said()).toContain('Stop it first, or give this one a data folder of its own')
    expect(await isReady(addresses.find((address) => address !== null) ?? null)).toBe(true)

    // A third comes while it runs, and then the folder is free again.
    const third = await start({ HAWKER_DATA_DIR: folder })
    expect(await third.ready).toBeNull()
    expect(await third.ended).toBe(2)
    expect(winner && (await stop(winner))).toBe(0)
    const again = await start({ HAWKER_DATA_DIR: folder })
    expect(await isReady(await again.ready), again.said()).toBe(true)
    expect(again.said(), 'nothing was half done').not.toContain('migrations')
    expect(await stop(again)).toBe(0)
  },
  patienceMs,
)

test(
  'two servers that start on one empty PostgreSQL make its schema once, and both come up',
  async () => {
    const server = process.env['HAWKER_TEST_DATABASE_URL'] ?? ''
    const name = `hawker_two_${process.pid}`
    const onServer = async (sql: string) => {
      const client = new pg.Client({ connectionString: server })
      await client.connect()
      try {
        await client.query(sql)
      } finally {
        await client.end()
      }
    }
    await onServer(`create database ${name}`)
    try {
      const url = new URL(server)
      url.pathname = `/${name}`
      const one = { HAWKER_DATABASE_URL: url.href, HAWKER_SECRET: 'one secret for both of these servers' }
      const both = await Promise.all([
        start({ ...one, HAWKER_DATA_DIR: await newFolder() }),
        start({ ...one, HAWKER_DATA_DIR: await newFolder() }),
      ])
      const addresses = await Promise.all(both.map(({ ready }) => ready))
      const told = both.map(({ said }) => said()).join('\n---\n')
      expect(addresses, told).not.toContain(null)
      expect(new Set(addresses).size).toBe(2)
      for (const address of addresses) expect(await isReady(address), told).toBe(true)
      const migrated = both.filter(({ said }) => said().includes('migrations'))
      expect(migrated, 'one of them made the schema, the other found it').toHaveLength(1)
      for (const each of both) expect(await stop(each)).toBe(0)
    } finally {
      await onServer(`drop database if exists ${name} with (force)`)
    }
  },
  patienceMs,
)
