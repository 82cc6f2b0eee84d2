import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildWebIfStale, fingerprintOf } from './web-build.ts'

let root: string
const said: string[] = []
const build = () => buildWebIfStale({ root, say: (line) => said.push(line) })

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hawker web build '))
  await mkdir(join(root, 'web'))
  await mkdir(join(root, 'contract'))
  await symlink(join(import.meta.dirname, '..', 'node_modules'), join(root, 'node_modules'))
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
})

afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

test('pages are built once, and again when something that goes into them has changed', async () => {
  expect(await build()).toBe('absent')
  await writeFile(join(root, 'vite.config.ts'), `export default { root: 'web', build: { outDir: '../dist/web' } }`)
  await writeFile(join(root, 'web', 'index.html'), '<title>One</title>')
  expect(await build()).toBe('built')
  expect(await readFile(join(root, 'dist', 'web', 'index.html'), 'utf8')).toContain('One')
  expect(said.at(-1)).toMatch(/^Built the pages in [\d.]+ s\.$/)
  expect(await build()).toBe('fresh')

  await writeFile(join(root, 'web', 'index.html'), '<title>Two</title>')
  expect(await build()).toBe('built')
  expect(await readFile(join(root, 'dist', 'web', 'index.html'), 'utf8')).toContain('Two')
  expect(await readdir(join(root, 'dist'))).toEqual(['web'])
})

test('a build that fails leaves the earlier pages in place', async () => {
  await writeFile(join(root, 'web', 'index.html'), '<script type="module" src="./missing.ts"></script>')
  await expect(build()).rejects.toThrow('missing.ts')
  expect(await readFile(join(root, 'dist', 'web', 'index.html'), 'utf8')).toContain('Two')
  expect(await readdir(join(root, 'dist'))).toEqual(['web'])
})

test('two that build at once, as two starts do, both end with the pages', async () => {
  await writeFile(join(root, 'web', 'index.html'), '<title>Three</title>')
  const module = join(import.meta.dirname, 'web-build.ts')
  const script = `const { buildWebIfStale } = await import(process.argv[1])
    await buildWebIfStale({ root: process.argv[2], say: () => undefined })`
  const one = () =>
    new Promise<string>((resolve) => {
      const args = ['--input-type=module', '--eval', script, module, root]
      execFile(process.execPath, args, (error, _, stderr) => resolve(error === null ? 'built' : stderr))
    })
  expect(await Promise.all([one(), one(), one()])).toEqual(['built', 'built', 'built'])
  expect(await readFile(join(root, 'dist', 'web', 'index.html'), 'utf8')).toContain('Three')
  expect(await readdir(join(root, 'dist'))).toEqual(['web'])
})

test('moving bytes from one file to another is a change', async () => {
  const before = await fingerprintOf(root)
  await writeFile(join(root, 'contract', 'money.ts'), 'ab')
  const one = await fingerprintOf(root)
  await writeFile(join(root, 'contract', 'money.ts'), 'a')
  await writeFile(join(root, 'contract', 'mone'), 'b')
  expect(new Set([before, one, await fingerprintOf(root)]).size).toBe(3)
})
