/** The last line of a run: what it counts, and that nothing which went wrong is left out of it. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandEnvironment } from '../../tools/check.ts'
import { addSummaries, closingLines, emptySummary } from '../../tools/reporter.ts'
import { root } from './house.ts'

test('the last line counts; skips stand before it with their reasons, and the five slowest files', () => {
  const files = [1, 2, 3, 4, 5, 6].map((second) => ({ path: `${second}.test.ts`, ms: second * 1_000 }))
  const lines = closingLines({
    passed: 3,
    failures: ['a.test.ts > adds'],
    skips: [{ name: 'b.test.ts > plays', reason: 'there is no ffmpeg' }],
    files,
  }).split('\n')
  expect(lines.at(-1)).toBe('3 passed, 1 failed, 1 skipped')
  expect(lines).toContain('  a.test.ts > adds')
  expect(lines).toContain('  b.test.ts > plays: there is no ffmpeg')
  expect(lines).toContain('     6.0 s  6.test.ts')
  expect(lines.join('\n')).not.toContain('1.test.ts')
})

test('without skips the line is bare, and sums add up', () => {
  const three = { ...emptySummary(), passed: 3 }
  expect(
    closingLines(addSummaries(three, { ...three, failures: ['x'] }))
      .split('\n')
      .at(-1),
  ).toBe('6 passed, 1 failed')
})

test('a real run: failed tests, files that cannot be loaded and errors outside of tests are all counted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hawker-reporter-'))
  try {
    const files = {
      'good.test.ts': "test('is', () => expect(1).toBe(1))\ntest('waits', (context) => context.skip('for a camera'))",
      'bad.test.ts': "test('is not', () => expect(1).toBe(2))",
      'broken.test.ts': "import './not-there.ts'\ntest('is', () => expect(1).toBe(1))",
      'group.test.ts': "beforeAll(() => { throw new Error('no') })\ntest('is', () => expect(1).toBe(1))",
      'late.test.ts': "test('is', () => { void Promise.reject(new Error('lost')); expect(1).toBe(1) })",
    }
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(folder, name), `import { beforeAll, expect, test } from 'vitest'\nvoid beforeAll\n${text}\n`)
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const { HAWKER_TEST_RESULTS: _, ...environment } = commandEnvironment()
    const reporter = join(root, 'tools/reporter.ts')
    await writeFile(join(folder, 'vitest.config.mjs'), 'export default {}\n')
    const args = ['run', '--root', folder, `--reporter=${reporter}`]
    const run = spawnSync('vitest', args, { cwd: folder, env: environment, encoding: 'utf8' })
    const lines = run.stdout.trimEnd().split('\n')
    expect(lines.at(-1)).toBe('2 passed, 4 failed, 2 skipped')
    expect(run.stdout).toContain('good.test.ts > waits: for a camera')
    expect(run.stderr).toContain('expected 1 to be 2')
    expect(run.stderr).toContain('lost')
    expect(run.status).toBe(1)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 60_000)
