/** Every page that the shop's program knows is also one that the server answers with it: a link is opened by a stranger first. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

test('the server answers each page of the shop', () => {
  const known = [...read('web/buyer/router.tsx').matchAll(/ path: '([^']+)'/g)].map((match) =>
    (match[1] ?? '').replace('$', ':'),
  )
  const served = [...read('server/app/pages.ts').matchAll(/^ {4}'(\/[^']*)',$/gm)].map((match) => match[1])
  expect(new Set(served).size, 'each once').toBe(served.length)
  expect(known.length).toBeGreaterThan(10)
  expect(known.filter((path) => !served.includes(path))).toEqual([])
})
