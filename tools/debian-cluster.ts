/**
 * A PostgreSQL of the distribution in a temporary folder, so that the suite runs on the oldest server that we support as
 * well as on the built-in one. Durable settings as in production; only the folder is thrown away.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const folderOfVersions = '/usr/lib/postgresql'
const startTimeoutMs = 30_000

export interface DebianCluster {
  version: string
  url: string
  stop(): Promise<void>
}

/** Null when the distribution has brought none. The oldest one that is there is taken. */
export async function startDebianCluster(): Promise<DebianCluster | null> {
  const version = existsSync(folderOfVersions)
    ? readdirSync(folderOfVersions)
        .filter((name) => existsSync(join(folderOfVersions, name, 'bin/initdb')))
        .sort((a, b) => Number(a) - Number(b))[0]
    : undefined
  if (version === undefined) return null
  const programs = join(folderOfVersions, version, 'bin')
  const folder = mkdtempSync(join(tmpdir(), 'hawker-debian-'))
  // PostgreSQL refuses to run as root; the package has made a user for it.
  const account = process.getuid?.() === 0 ? postgresUser() : undefined
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  const passwordFile = join(folder, 'password')
  const password = randomBytes(18).toString('base64url')
  writeFileSync(passwordFile, password, { mode: 0o644 })
  const port = 20_000 + (randomBytes(2).readUInt16BE(0) % 9_000)
  const data = join(folder, 'data')
  const options = { ...account, cwd: folder }
  const made = spawnSync(
    join(programs, 'initdb'),
    [
      '--pgdata',
      data,
      '--username',
      'hawker',
      '--pwfile',
      passwordFile,
      '--auth',
      'scram-sha-256',
      '--encoding',
      'UTF8',
      '--locale',
      'C.UTF-8',
    ],
    { ...options, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb of PostgreSQL ${version} failed: ${made.stderr}`)
  const settings = [
    'port',
    String(port),
    'listen_addresses',
    '127.0.0.1',
    'unix_socket_directories',
    folder,
    'max_connections',
    '200',
    'log_min_messages',
    'fatal',
  ]
  const flags = settings.flatMap((name, index) => (index % 2 === 0 ? ['-c', `${name}=${settings[index + 1]}`] : []))
  const child = spawn(join(programs, 'postgres'), ['-D', data, ...flags], { ...options, stdio: 'ignore' })
  const url = `postgres://hawker:${password}@127.0.0.1:${port}/postgres`
  const until = performance.now() + startTimeoutMs
  while (!(await answers(url))) {
    if (performance.now() > until) throw new Error(`PostgreSQL ${version} did not start`)
    await sleep(100)
  }
  return {
    version,
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim())
  return { uid: id('-u'), gid: id('-g') }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
