/**
 * A backup of the built-in PostgreSQL while it runs, and the way back: PostgreSQL's own low-level backup, since the package
 * brings no `pg_basebackup` and the tools of a system are often older than the server.
 *
 * A copy of files that are being written is no database by itself; it becomes one with the log from before the first copied
 * byte until after the last, which a slot keeps there meanwhile. So a backup holds every commit that was acknowledged before
 * it began, and is one moment.
 */
import { existsSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { findRunAs } from './embedded.ts'

export interface BackupReport {
  /** The place in the log up to which everything is in it. */
  upTo: string
  files: number
  bytes: number
}

const connectTimeoutMs = 10_000
/** A checkpoint of a busy shop takes its time. */
const stepMsMax = 300_000

/** What a running server keeps there is of no use to another one; the folders themselves must be there. */
const emptied = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
])
const leftOut = /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|pg_internal\.init.*|pgsql_tmp.*)$/
/** Where PostgreSQL looks first, so it is copied last. */
const control = join('global', 'pg_control')

/** Copies the cluster in `dataDir`, which runs at `url`, into `target`, which must not be there yet. */
export async function backUpCluster(of: { url: string; dataDir: string; target: string }): Promise<BackupReport> {
  const from = join(of.dataDir, 'cluster')
  const to = join(of.target, 'cluster')
  if (existsSync(of.target)) throw new Error(`${of.target} is there already; a backup is never written over.`)
  const client = new pg.Client({
    connectionString: of.url,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: stepMsMax,
  })
  // Lost while files are copied, it is missed at the next step.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await mkdir(to, { recursive: true, mode: 0o700 })
    // Both belong to this connection: whatever ends it ends them, and no log is kept for nobody.
    await client.query(`select pg_create_physical_replication_slot('hawker_backup', true, true)`)
    const first = await oneOf<{ segment: string }>(
      client,
      `select pg_walfile_name(pg_backup_start('hawker backup', fast => true)) as segment`,
    )
    const copied = await copyFolder(from, to, '')
    await copyDurably(join(from, control), join(to, control))
    const { lsn, label, last } = await oneOf<{ lsn: string; label: string; last: string }>(
      client,
      `select lsn::text, labelfile as label, pg_walfile_name(lsn) as last from pg_backup_stop(wait_for_archive => false)`,
    )
    await writeDurably(join(to, 'backup_label'), label)
    // What the end of the backup wrote must be on disk before it is copied, whole segment by whole segment.
    await client.query('select pg_switch_wal()')
    const log = await copyLog(from, to, first.segment, last)
    await copyDurably(join(of.dataDir, 'password'), join(of.target, 'password'))
    return { upTo: lsn, files: copied.files + log.files, bytes: copied.bytes + log.bytes }
  } catch (error) {
    await rm(of.target, { recursive: true, force: true })
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Puts a backup where a server will find its cluster; `dataDir` must not hold one. It is brought to its moment at the start. */
export async function restoreCluster(of: { backup: string; dataDir: string }): Promise<void> {
  const to = join(of.dataDir, 'cluster')
  if (existsSync(to)) throw new Error(`${to} is there already; move it away first, nothing is written over.`)
  if (!existsSync(join(of.backup, 'cluster', 'backup_label')))
    throw new Error(`${of.backup} holds no backup of a database.`)
  const unfinished = `${to}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await copyFolder(join(of.backup, 'cluster'), unfinished, '', { all: true })
  await copyDurably(join(of.backup, 'password'), join(of.dataDir, 'password'))
  await chmod(join(of.dataDir, 'password'), 0o600)
  const runAs = await findRunAs(to)
  if (runAs !== null) await chownAll(unfinished, runAs)
  await rename(unfinished, to)
}

async function copyFolder(
  from: string,
  to: string,
  inside: string,
  { all = false } = {},
): Promise<{ files: number; bytes: number }> {
  let files = 0
  let bytes = 0
  const entries = await readdir(join(from, inside), { withFileTypes: true }).catch(ifGone([]))
  for (const entry of entries) {
    const path = join(inside, entry.name)
    if (entry.isDirectory()) {
      await mkdir(join(to, path), { recursive: true, mode: 0o700 })
      // The log is copied at the end, when it is known how much of it is needed.
      if (!all && (emptied.has(entry.name) || path === 'pg_wal')) continue
      const within = await copyFolder(from, to, path, { all })
      files += within.files
      bytes += within.bytes
    } else if (entry.isFile()) {
      if (!all && (leftOut.test(entry.name) || path === control)) continue
      const size = await copyDurably(join(from, path), join(to, path)).catch(ifGone(null))
      // A table that was dropped meanwhile is gone with its files; the log knows.
      if (size === null) continue
      files++
      bytes += size
    } else
      throw new Error(`${join(from, path)} is neither file nor folder; tables outside the cluster are not backed up.`)
  }
  return { files, bytes }
}

/** The segments from the first to the last that the backup needs, by name: names sort as the log was written. */
async function copyLog(from: string, to: string, first: string, last: string) {
  const segments = (await readdir(join(from, 'pg_wal'))).filter((name) => /^[0-9A-F]{24}$/.test(name))
  const needed = segments.filter((name) => name >= first && name <= last).toSorted()
  if (needed[0] !== first || needed.at(-1) !== last)
    throw new Error(`The log from ${first} to ${last} is not whole; there are ${needed.join(', ')}.`)
  let bytes = 0
  for (const name of needed) bytes += await copyDurably(join(from, 'pg_wal', name), join(to, 'pg_wal', name))
  return { files: needed.length, bytes }
}

/** On disk when it answers: a backup that a power cut takes along is none. */
async function copyDurably(from: string, to: string): Promise<number> {
  await copyFile(from, to)
  const file = await open(to, 'r+')
  try {
    await file.sync()
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flush: true })
}

async function chownAll(path: string, to: { uid: number; gid: number }): Promise<void> {
  await chown(path, to.uid, to.gid)
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true }))
    await chown(join(entry.parentPath, entry.name), to.uid, to.gid)
}

function ifGone<Value>(instead: Value): (error: unknown) => Value {
  return (error) => {
    if ((error as { code?: string }).code === 'ENOENT') return instead
    throw error
  }
}

async function oneOf<Row extends object>(client: pg.Client, text: string): Promise<Row> {
  const { rows } = await client.query<Row>(text)
  const [row] = rows
  if (row === undefined) throw new Error('PostgreSQL did not answer.')
  return row
}
