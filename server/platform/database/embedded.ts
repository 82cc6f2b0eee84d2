/**
 * The built-in PostgreSQL: a real one from the npm registry, started beside the server, for whoever has no database yet.
 *
 * Always true: one server process owns a data folder; what was acknowledged is on disk; only this machine can connect,
 * and only with the password that lies in the data folder.
 * Not here: the pool and the migrations, which do not know whether their database is built in.
 *
 *   <dataDir>/cluster       what PostgreSQL itself keeps
 *   <dataDir>/password      read by the owner alone; an orphaned cluster is adopted with it
 *   <dataDir>/owner.lock    held by the server process that runs the cluster
 *   <dataDir>/postgres.log  what PostgreSQL says, one earlier file beside it
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, realpathSync, statfsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '#platform/log'
import { type Binaries, canEnter, prepareBinaries, type RunAs } from './embedded-binaries.ts'

export type EmbeddedPostgres = {
  url: string
  port: number
  /** The same database over the unix socket, which costs less CPU than TCP. */
  socketUrl: string
  /** True if the cluster was still running because an earlier server had been killed. */
  adopted: boolean
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  dataDir: string
  /** Taken if free, otherwise the next free one. */
  port?: number | undefined
  log: EmbeddedLog
  /** PostgreSQL settings that win over ours. */
  settings?: Readonly<Record<string, string>> | undefined
  /** The programs to run, where they are not the installed package's. */
  nativeDir?: string | undefined
}

type EmbeddedLog = Pick<Log, 'info' | 'warn' | 'error'>

/** Long enough for a crash recovery of `max_wal_size` on a slow disk. */
const startTimeoutMs = 300_000
const stopTimeoutMs = 60_000
const watchEveryMs = 1_000
const restartFailuresMax = 10
const portAttemptsMax = 20
const logBytesMax = 10_000_000
/** The kernel's limit for a socket's path is 107 bytes (103 on macOS), and PostgreSQL appends a name to the folder. */
const socketDirBytesMax = 80
const sharedMemoryBytesMin = 256_000_000
/** Below the ports that systems hand out for outgoing connections, so the port is still free after a crash. */
const portRange = { first: 20_000, last: 29_999 }

const userName = 'hawker'
const databaseName = 'hawker'

const ownSettings: Readonly<Record<string, string>> = {
  // An acknowledged sale survives a power cut: these three are never traded for speed.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  listen_addresses: '127.0.0.1',
  max_connections: '100',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  // Group commits come in bursts: a buffer that takes a whole batch, room between checkpoints, and old segments that are
  // used again rather than deleted and made anew.
  wal_buffers: '32MB',
  min_wal_size: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  // Queries here are short; compiling one costs more than running it.
  jit: 'off',
  random_page_cost: '1.1',
  // Stock and outbox rows are updated all day, so dead rows are collected early and often.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_cost_limit: '1000',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The log carries no statements: they hold names and addresses.
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
}

/** A cluster's folder with all that is needed to run it. */
type Cluster = {
  dataDir: string
  dir: string
  password: string
  binaries: Binaries
  runAs: RunAs | null
  /** How PostgreSQL is told its folder: by name, or as "where you already stand" if it may not walk there. */
  dirAsSeenInside: string
}

type Running = { pid: number; port: number; socketDir: string }

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  const dataDir = resolve(options.dataDir)
  await mkdir(dataDir, { recursive: true, mode: 0o755 })
  const ownership = takeOwnership(dataDir)
  try {
    const cluster = await prepareCluster({ ...options, dataDir })
    const survivor = await findSurvivor(cluster, log)
    let running = survivor ?? (await launchOnFreePort(cluster, options))
    await createDatabase(running, cluster.password)
    const what = survivor
      ? 'Adopted the built-in PostgreSQL that was still running.'
      : 'Started the built-in PostgreSQL.'
    log.info({ pid: running.pid, port: running.port, dataDir }, what)

    let stopping: Promise<void> | null = null
    const watch = keepRunning({
      running: () => running,
      relaunch: async () => {
        running = await launch(cluster, { ...options, port: running.port, socketDir: running.socketDir })
      },
      log,
    })
    // Runs at any orderly end of the process, also after an exception, when nobody had the time to call stop().
    const lastResort = () => signal(running.pid, 'SIGINT')
    process.once('exit', lastResort)

    return {
      url: urlOf('127.0.0.1', running.port, cluster.password),
      socketUrl: urlOf(encodeURIComponent(running.socketDir), running.port, cluster.password),
      port: running.port,
      adopted: survivor !== null,
      stop() {
        stopping ??= (async () => {
          await watch.end()
          process.off('exit', lastResort)
          await stopCluster(running, log)
          if (!running.socketDir.startsWith(dataDir)) await rm(running.socketDir, { recursive: true, force: true })
          ownership.release()
        })()
        return stopping
      },
    }
  } catch (error) {
    ownership.release()
    throw error
  }
}

/**
 * The kernel lets go of the lock when its holder dies, however it dies. A file with a process id in it would not be as
 * good: ids are used again, and each container counts its own. SQLite is how Node reaches such a lock.
 */
function takeOwnership(dataDir: string) {
  const lock = new DatabaseSync(join(dataDir, 'owner.lock'))
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error
    throw new Error(
      `Another Hawker server is already using ${dataDir}. Stop it first, or give this one a data folder of its own.`,
      { cause: error },
    )
  }
  return { release: () => lock.close() }
}

const sqliteBusy = 5

async function prepareCluster(options: EmbeddedPostgresOptions): Promise<Cluster> {
  const { dataDir, log } = options
  const dir = join(dataDir, 'cluster')
  const runAs = await findRunAs(dir)
  const binaries = await prepareBinaries({ linksDir: join(dataDir, 'pg-lib'), runAs, nativeDir: options.nativeDir })
  const passwordPath = join(dataDir, 'password')

  if (!existsSync(dir)) {
    const startedAt = performance.now()
    const password = randomBytes(24).toString('base64url')
    await writeFile(passwordPath, `${password}\n`, { mode: 0o600 })
    await createCluster({ dir, binaries, runAs, password })
    log.info(
      { dataDir, tookMs: Math.round(performance.now() - startedAt) },
      'Created the built-in PostgreSQL database.',
    )
  }

  const clusterVersion = (await readFile(join(dir, 'PG_VERSION'), 'utf8').catch(explainForeignFolder(dir))).trim()
  if (clusterVersion !== binaries.majorVersion) {
    throw new Error(
      `${dir} was made by PostgreSQL ${clusterVersion}, and this Hawker brings PostgreSQL ${binaries.majorVersion}. ` +
        `Start the Hawker that made it, take a dump, and load that into a new data folder.`,
    )
  }
  const password = (await readFile(passwordPath, 'utf8').catch(explainMissingPassword(passwordPath))).trim()
  const dirAsSeenInside = runAs && !canEnter(dir, runAs) ? whereYouStand : dir
  return { dataDir, dir, password, binaries, runAs, dirAsSeenInside }
}

/**
 * Root's home is closed to the user that PostgreSQL must run as, and a clone often lies there. That user may still work
 * in a folder into which root has put it, so the folder gets no name that would have to be walked from the top.
 */
const whereYouStand = '/proc/self/cwd'

/** PostgreSQL refuses to run as root, so root lends it another user: the one that owns the cluster, or `postgres`. */
export async function findRunAs(clusterDir: string): Promise<RunAs | null> {
  if (process.getuid?.() !== 0) return null
  const owner = await stat(clusterDir).catch(() => null)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const known = lookUpUser('postgres')
  if (known) return known
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'])
  const created = lookUpUser('postgres')
  if (created) return created
  throw new Error(
    'PostgreSQL does not run as root, and a user "postgres" could not be created for it. ' +
      'Start Hawker as an ordinary user, create that user, or set DATABASE_URL.',
  )
}

function lookUpUser(name: string): RunAs | null {
  const ids = [['-u'], ['-g']].map((flag) => spawnSync('id', [...flag, name], { encoding: 'utf8' }))
  const [uid, gid] = ids.map((answer) => (answer.status === 0 ? Number(answer.stdout) : Number.NaN))
  return uid && gid ? { uid, gid } : null
}

/** Made under another name and renamed when it is whole, so that being killed half way leaves no half cluster. */
async function createCluster(options: { dir: string; binaries: Binaries; runAs: RunAs | null; password: string }) {
  const { dir, binaries, runAs } = options
  const unfinished = `${dir}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  if (runAs) await chown(unfinished, runAs.uid, runAs.gid)

  // Handed over as an open file: neither the list of processes nor a path that another user must reach shows it.
  const passwordPath = `${dir}.password`
  await writeFile(passwordPath, `${options.password}\n`, { mode: 0o600 })
  if (runAs) await chown(passwordPath, runAs.uid, runAs.gid)
  const passwordFile = await open(passwordPath, 'r')
  try {
    const made = spawnSync(
      binaries.initdb,
      [
        `--pgdata=${runAs && !canEnter(unfinished, runAs) ? whereYouStand : unfinished}`,
        `--username=${userName}`,
        '--pwfile=/dev/stdin',
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The same order and the same letters on every machine and after every update of the system's libraries.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
      ],
      { cwd: unfinished, env: binaries.env, stdio: [passwordFile.fd, 'pipe', 'pipe'], encoding: 'utf8', ...runAs },
    )
    if (made.status !== 0) {
      const reason = made.error?.message ?? lastLines(`${made.stdout}\n${made.stderr}`)
      throw new Error(`The built-in PostgreSQL could not create its database in ${dir}: ${reason}`)
    }
  } finally {
    await passwordFile.close()
    await rm(passwordPath, { force: true })
  }
  await rename(unfinished, dir)
}

/** A server that was killed leaves its PostgreSQL running: it is taken over, and nobody waits for a recovery. */
async function findSurvivor(cluster: Cluster, log: EmbeddedLog): Promise<Running | null> {
  const pidPath = join(cluster.dir, 'postmaster.pid')
  const found = await readPidFile(cluster.dir)
  if (!found) return null
  if (!isPostgresOf(cluster.dir, found.pid)) {
    log.warn({ pid: found.pid }, 'Removed the process id file of a PostgreSQL that is gone.')
    await rm(pidPath, { force: true })
    return null
  }
  // It may still be starting, or already be stopping.
  const settled = await waitUntilReady(cluster.dir, found.pid, log)
  if (settled && (await canConnect(settled, cluster.password))) return settled
  if (isAlive(found.pid)) {
    log.warn({ pid: found.pid }, 'A PostgreSQL of this data folder is running but does not answer; it is restarted.')
    await stopCluster({ pid: found.pid }, log)
  }
  return null
}

async function launchOnFreePort(cluster: Cluster, options: EmbeddedPostgresOptions): Promise<Running> {
  const socketDir = await makeSocketDir(cluster)
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort(options.port)
    if (options.port && port !== options.port) {
      options.log.warn(
        { wanted: options.port, port },
        `Port ${options.port} is taken, so PostgreSQL listens on ${port}.`,
      )
    }
    try {
      return await launch(cluster, { ...options, port, socketDir })
    } catch (error) {
      // Somebody else took the port between our look and PostgreSQL's.
      if (attempt >= portAttemptsMax || !/could not create any TCP\/IP sockets/.test(String(error))) throw error
    }
  }
}

async function launch(
  cluster: Cluster,
  options: { port: number; socketDir: string; settings?: EmbeddedPostgresOptions['settings']; log: EmbeddedLog },
): Promise<Running> {
  const { binaries, dir, runAs } = cluster
  const settings = {
    ...ownSettings,
    ...sharedMemorySetting(),
    unix_socket_directories: options.socketDir,
    port: String(options.port),
    ...options.settings,
  }
  const logPath = join(cluster.dataDir, 'postgres.log')
  const logSize = (await stat(logPath).catch(() => null))?.size ?? 0
  if (logSize > logBytesMax) await rename(logPath, `${logPath}.1`)
  const logBytesBefore = logSize > logBytesMax ? 0 : logSize
  const logFile = openSync(logPath, 'a', 0o600)

  const child = spawn(
    binaries.postgres,
    ['-D', cluster.dirAsSeenInside, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: dir,
      env: binaries.env,
      // A process group of its own: Ctrl-C reaches the server alone, which first drains and then stops PostgreSQL. And a
      // file for its words: a pipe would break when the server is killed.
      detached: true,
      stdio: ['ignore', logFile, logFile],
      ...runAs,
    },
  )
  closeSync(logFile)
  child.unref()
  const failure = new Promise<Error>((tell) => child.once('error', tell))
  const pid = child.pid
  const ready = pid ? await waitUntilReady(dir, pid, options.log) : null
  if (ready) return ready

  const said = pid ? readFileSync(logPath).subarray(logBytesBefore).toString() : String(await failure)
  throw new Error(`The built-in PostgreSQL did not start in ${cluster.dataDir}: ${lastLines(said)}`)
}

/** Answers when that process takes connections, or null when it ended first. */
async function waitUntilReady(dir: string, pid: number, log: EmbeddedLog): Promise<Running | null> {
  const startedAt = performance.now()
  let toldAt = startedAt
  while (isAlive(pid)) {
    const file = await readPidFile(dir)
    if (file?.pid === pid && file.status === 'ready') return file
    const now = performance.now()
    if (now - startedAt > startTimeoutMs) {
      throw new Error(`The built-in PostgreSQL (process ${pid}) is not ready after ${startTimeoutMs / 1_000} seconds.`)
    }
    if (now - toldAt > 10_000) {
      toldAt = now
      log.info({ pid }, 'PostgreSQL is still getting ready; after a crash it first repeats its last minutes.')
    }
    await sleep(15)
  }
  return null
}

/** PostgreSQL gives up by itself when the disk fails under it; it comes back on the same port, so pools reconnect. */
function keepRunning(what: { running: () => Running; relaunch: () => Promise<void>; log: EmbeddedLog }) {
  let failures = 0
  let busy: Promise<void> | null = null
  const restart = async () => {
    what.log.error({ pid: what.running().pid }, 'The built-in PostgreSQL ended by itself; it is started again.')
    try {
      await what.relaunch()
      failures = 0
    } catch (err) {
      failures += 1
      what.log.error({ err, failures }, 'The built-in PostgreSQL could not be started again.')
      if (failures >= restartFailuresMax) clearInterval(timer)
    }
  }
  const timer = setInterval(() => {
    if (busy || isAlive(what.running().pid)) return
    busy = restart().finally(() => {
      busy = null
    })
  }, watchEveryMs)
  timer.unref()
  return {
    async end() {
      clearInterval(timer)
      await busy
    },
  }
}

/** A fast shutdown: sessions are cut, everything is written. If even that takes too long, the next start recovers. */
async function stopCluster(running: Pick<Running, 'pid'>, log: EmbeddedLog) {
  const { pid } = running
  signal(pid, 'SIGINT')
  if (await isGoneWithin(pid, stopTimeoutMs)) return
  log.warn({ pid }, 'PostgreSQL takes too long to stop and is ended at once; the next start repeats its last minutes.')
  signal(pid, 'SIGQUIT')
  await isGoneWithin(pid, stopTimeoutMs)
}

async function isGoneWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const startedAt = performance.now()
  while (isAlive(pid)) {
    if (performance.now() - startedAt > timeoutMs) return false
    await sleep(10)
  }
  return true
}

async function createDatabase(running: Running, password: string) {
  const client = new pg.Client(urlOf('127.0.0.1', running.port, password, 'postgres'))
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`create database ${databaseName}`)
  } finally {
    await client.end()
  }
}

async function canConnect(running: Running, password: string): Promise<boolean> {
  const url = urlOf('127.0.0.1', running.port, password, 'postgres')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

function urlOf(host: string, port: number, password: string, database = databaseName) {
  return `postgres://${userName}:${password}@${host}:${port}/${database}`
}

/** PostgreSQL writes there, line by line, who it is and how far it is. */
async function readPidFile(dir: string): Promise<(Running & { status: string }) | null> {
  const text = await readFile(join(dir, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 1) return null
  return { pid, port: Number(lines[3]), socketDir: lines[4] ?? '', status: lines[7] ?? '' }
}

/** Ids are used again, so the process must also stand in the cluster's folder, where every PostgreSQL stands. */
function isPostgresOf(dir: string, pid: number): boolean {
  if (!isAlive(pid)) return false
  try {
    if (process.platform === 'linux') return realpathSync(`/proc/${pid}/cwd`) === realpathSync(dir)
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(dir)
  } catch {
    return false
  }
}

/** A process that has ended but that nobody has collected still has an id; it counts as gone. */
function isAlive(pid: number): boolean {
  if (!signal(pid, 0)) return false
  if (process.platform !== 'linux') return true
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return !/^[ZX]/.test(status.slice(status.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT' | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** In the data folder, unless its path is too long for a socket or closed to the user who must make one there. */
async function makeSocketDir(cluster: Cluster): Promise<string> {
  const { runAs } = cluster
  const near = join(cluster.dataDir, 'sockets')
  await mkdir(near, { recursive: true, mode: 0o700 })
  if (runAs) await chown(near, runAs.uid, runAs.gid)
  // A comma would separate two folders.
  const isUsable = Buffer.byteLength(near) <= socketDirBytesMax && !near.includes(',')
  if (isUsable && (!runAs || canEnter(near, runAs))) return near
  const short = await mkdtemp(join('/tmp', 'hawker-'))
  await chmod(short, 0o700)
  if (runAs) await chown(short, runAs.uid, runAs.gid)
  return short
}

/** Containers often have only 64 MB of shared memory, too little for a large parallel query; files do as well. */
function sharedMemorySetting(): Record<string, string> {
  if (process.platform !== 'linux') return {}
  try {
    const { blocks, bsize } = statfsSync('/dev/shm')
    return blocks * bsize >= sharedMemoryBytesMin ? {} : { dynamic_shared_memory_type: 'mmap' }
  } catch {
    return { dynamic_shared_memory_type: 'mmap' }
  }
}

async function findFreePort(wanted: number | undefined): Promise<number> {
  if (wanted && (await isFree(wanted))) return wanted
  for (let attempt = 1; attempt <= portAttemptsMax; attempt++) {
    const port = wanted ? wanted + attempt : randomInt(portRange.first, portRange.last + 1)
    if (port <= 65_535 && (await isFree(port))) return port
  }
  throw new Error(`No free port was found for the built-in PostgreSQL in ${portAttemptsMax} attempts.`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer()
    probe.once('error', () => answer(false))
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => answer(true)))
  })
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n')
}

function explainForeignFolder(dir: string) {
  return (error: NodeJS.ErrnoException): never => {
    const reason =
      error.code === 'EACCES'
        ? `${dir} belongs to another user. Start Hawker as that user, or give it a data folder of its own.`
        : `${dir} is there but is no PostgreSQL database. Move it away, and a new one is made.`
    throw new Error(reason, { cause: error })
  }
}

function explainMissingPassword(path: string) {
  return (error: NodeJS.ErrnoException): never => {
    throw new Error(`The password of the built-in PostgreSQL cannot be read: ${path} (${error.code}). Put it back.`, {
      cause: error,
    })
  }
}
