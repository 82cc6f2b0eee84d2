/**
 * Builds the pages into `dist/web`, unless they are already built from exactly what lies in the repository.
 * `npm start` runs it before the server, so that nobody has to know that there is a build.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** All that goes into the pages; what is not there is left out. */
const sources = ['web', 'contract', 'package-lock.json', 'vite.config.ts', 'lingui.config.ts', 'tsconfig.json']
const configs = ['vite.config.ts', 'web/vite.config.ts']
const repository = dirname(import.meta.dirname)

export async function buildWebIfStale(options: { root?: string; say?: (line: string) => void } = {}) {
  const { root = repository, say = (line: string) => process.stderr.write(`${line}\n`) } = options
  const configFile = configs.map((path) => join(root, path)).find((path) => existsSync(path))
  if (!configFile) return 'absent'
  const dist = join(root, 'dist')
  const fingerprint = await fingerprintOf(root)
  const builtFrom = await readFile(join(dist, 'web', '.built-from'), 'utf8').catch(() => '')
  if (builtFrom.trim() === fingerprint) return 'fresh'

  say('Building the pages; after the first time only when they have changed.')
  const startedAt = performance.now()
  // Built aside and moved into place when whole: a build that was stopped half way leaves the earlier pages untouched,
  // and two that run at once do not mix.
  const unfinished = join(dist, `web.unfinished.${process.pid}`)
  await mkdir(dist, { recursive: true })
  try {
    await build(root, configFile, unfinished)
    await writeFile(join(unfinished, '.built-from'), `${fingerprint}\n`)
    await replace(join(dist, 'web'), unfinished)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  say(`Built the pages in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.`)
  return 'built'
}

export async function fingerprintOf(root: string): Promise<string> {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const path of await filesUnder(join(root, source))) {
      const content = await readFile(path)
      hash.update(`${relative(root, path)}\0${content.length}\0`).update(content)
    }
  }
  return hash.digest('hex')
}

async function filesUnder(path: string): Promise<string[]> {
  if (!existsSync(path)) return []
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return null
    throw error
  })
  if (entries === null) return [path]
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return files.sort()
}

async function build(root: string, configFile: string, outDir: string) {
  const { build: viteBuild } = await import('vite')
  // Otherwise an environment made for tests or development would put slow development pages before the buyers.
  const nodeEnv = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  const cwd = process.cwd()
  process.chdir(root)
  try {
    await viteBuild({ configFile, mode: 'production', logLevel: 'warn', build: { outDir, emptyOutDir: true } })
  } finally {
    process.chdir(cwd)
    if (nodeEnv === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = nodeEnv
  }
}

/** Whoever else puts his pages there in the same moment has built them from the same: then either are as good. */
async function replace(path: string, replacement: string) {
  const replaced = `${replacement}.replaced`
  for (let tries = 1; ; tries++) {
    await rename(path, replaced).catch(unless('ENOENT'))
    const isTaken = await rename(replacement, path).then(() => false, unless('ENOTEMPTY', 'EEXIST'))
    await rm(replaced, { recursive: true, force: true })
    if (isTaken === false) return
    if (tries === replaceTriesMax) throw new Error(`${path} is replaced by somebody else again and again.`)
  }
}

const replaceTriesMax = 20

function unless(...codes: string[]) {
  return (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? '')) throw error
  }
}

if (import.meta.main) await buildWebIfStale()
