/** The two commands as an operator types them: a platform is backed up, lost, restored, and found whole. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const minuteMs = 60_000
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hawker backups '))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function run(tool: string, args: string[], dataDir: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, tool), ...args], {
    encoding: 'utf8',
    timeout: 2 * minuteMs,
    env: {
      ...process.env,
      HAWKER_DATA_DIR: dataDir,
      HAWKER_PORT: '29871',
      HAWKER_RTMP_PORT: '29872',
      DATABASE_URL: '',
    },
  })
  return { status, said: `${stdout}${stderr}` }
}

test('what was lost comes back, and is proven to', { timeout: 5 * minuteMs }, async () => {
  const shop = join(folder, 'shop')
  const backup = join(folder, 'backup')
  expect(run('seed.ts', ['empty'], shop)).toMatchObject({ status: 0 })
  await mkdir(join(shop, 'files/pictures'), { recursive: true })
  await writeFile(join(shop, 'files/pictures/tea.webp'), 'a picture')

  const made = run('backup.ts', [backup], shop)
  expect(made, made.said).toMatchObject({ status: 0 })
  expect(made.said).toMatch(/\d+ invariants looked at in it, 0 broken/)
  expect(run('backup.ts', [backup], shop)).toMatchObject({
    status: 2,
    said: expect.stringContaining('never written over'),
  })
  expect(run('restore.ts', [backup], shop)).toMatchObject({ status: 2, said: expect.stringContaining('move it away') })

  const secret = await readFile(join(shop, 'secret'), 'utf8')
  await rm(shop, { recursive: true })
  const restored = run('restore.ts', [backup], shop)
  expect(restored, restored.said).toMatchObject({ status: 0 })
  expect(restored.said).toMatch(/\d+ invariants looked at, 0 broken/)
  expect(await readFile(join(shop, 'files/pictures/tea.webp'), 'utf8')).toBe('a picture')
  expect(await readFile(join(shop, 'secret'), 'utf8')).toBe(secret)
  expect(run('migrate.ts', ['--dry-run'], shop).said).toContain('0 migrations would run')
})

test('a folder that is no backup is refused with the way to make one', () => {
  expect(run('restore.ts', [folder], join(folder, 'new'))).toMatchObject({
    status: 2,
    said: expect.stringContaining('npm run backup'),
  })
  expect(run('backup.ts', [], join(folder, 'new'))).toMatchObject({ status: 2 })
  expect(existsSync(join(folder, 'new'))).toBe(false)
})
