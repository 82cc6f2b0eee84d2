/** Arrays travel to PostgreSQL in our own spelling: what arrives must be what was sent. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#platform/database'
import { openTestApp, type TestApp } from './test-database.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(() => here.close())

test('every text that can be stored arrives as it was sent', async () => {
  const texts = [
    ...['', ' ', 'null', 'NULL', 'a,b', '{}', '{"en":"Tea \\"one\\"","zh":"明前龙井"}', 'C:\\tea', '"', '\\', '\\"'],
    ...['line\nbreak', 'tab\tand\rreturn', '\u007f\u2028\u{1f375}', "it's", 'wallet:1', '2026-11-11T00:00:00Z', '-1'],
    null,
  ]
  const rows = await transact(here.app, (tx) =>
    tx.hot<{ text: string | null }>(
      'test.texts',
      'select text from unnest($1::text[]) with ordinality as t (text, place) order by place',
      [texts],
    ),
  )
  expect(rows.map((row) => row.text)).toEqual(texts)
})

test('numbers, flags and bytes do too', async () => {
  const bytes = [Buffer.from([0, 92, 34, 255]), Buffer.alloc(0)]
  const [row] = await transact(here.app, (tx) =>
    tx.hot<{ numbers: number[]; flags: boolean[]; bytes: Buffer[]; none: string[] }>(
      'test.others',
      'select $1::int[] as numbers, $2::boolean[] as flags, $3::bytea[] as bytes, $4::text[] as none',
      [[1, -2, 0], [true, false], bytes, []],
    ),
  )
  expect(row).toEqual({ numbers: [1, -2, 0], flags: [true, false], bytes, none: [] })
})
