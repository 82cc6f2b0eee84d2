/** The short form of `npm run crash`: six kills, at least one of everything that a shop runs on. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const kills = 6

test('whatever is killed while people buy, what they were told is so', async () => {
  const run = promisify(execFile)(process.execPath, ['tools/crash.ts', `--kills=${kills}`, '--json', ...seedAsked()], {
    cwd: root,
    maxBuffer: 16_000_000,
  })
  // A run that found something ends with 1, and what it found is in both outputs.
  const { stdout, stderr } = await run.catch((failure: { stdout?: string; stderr?: string }) => failure)
  console.info(stderr)
  const report = JSON.parse(stdout?.trim().split('\n').at(-1) || 'null')
  expect(report, stderr).not.toBeNull()
  expect(report.problems, `node tools/crash.ts --kills=${kills} --seed=${report.seed}`).toEqual([])
  expect(report).toMatchObject({ lost: 0, partial: 0, duplicated: 0, oversold: 0, haunting: 0 })
  expect(report.orders).toBeGreaterThan(0)
  const { server, database, both, media, point } = report.kills
  expect(server + database + both + media + point).toBe(kills)
  expect(point).toBeGreaterThan(0)
})

function seedAsked(): string[] {
  const seed = process.env['HAWKER_SEED']
  return seed === undefined ? [] : [`--seed=${seed}`]
}
