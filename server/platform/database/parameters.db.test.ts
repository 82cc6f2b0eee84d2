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

test('what is declared travels in binary, and arrives all the same', async () => {
  const ids = ['0192fe4a-0000-7abc-8def-0123456789ab', null, 'FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF']
  const longs = [0, -1, 2 ** 31, -(2 ** 40), Number.MAX_SAFE_INTEGER, null]
  const instants = ['2026-11-11T00:00:00Z', '1999-12-31T23:59:59.999Z', '2026-11-11T00:00:00Z', null]
  const exact = ['2026-11-11T00:00:00.123456Z']
  const [row] = await transact(here.app, (tx) =>
    tx.hot<Record<string, unknown[]>>(
      'test.binary',
      `select $1::uuid[] as ids, $2::bigint[]::text[] as longs, $3::timestamptz[]::text[] as instants, $4::timestamptz[]::text[] as exact,
        $5::smallint[] as shorts, $6::text[] as texts, $7::date[]::text[] as days`,
      [ids, longs, instants, exact, [-32_768, 32_767], ['same', 'same', '明前', 'same'], ['2026-11-11']],
    ),
  )
  expect(row).toEqual({
    ids: ids.map((id) => id?.toLowerCase() ?? null),
    longs: longs.map((long) => long?.toString() ?? null),
    instants: ['2026-11-11 00:00:00+00', '1999-12-31 23:59:59.999+00', '2026-11-11 00:00:00+00', null],
    exact: ['2026-11-11 00:00:00.123456+00'],
    shorts: [-32_768, 32_767],
    texts: ['same', 'same', '明前', 'same'],
    days: ['2026-11-11'],
  })
})

test('what is not of the declared type is PostgreSQL’s to refuse, not to be bent', async () => {
  const send = (text: string, values: unknown[]) => transact(here.app, (tx) => tx.hot(`test.${text}`, text, [values]))
  await expect(send('select $1::uuid[]', ['0192fe4a-0000-7abc-8def-0123456789ag'])).rejects.toThrow('uuid')
  await expect(send('select $1::uuid[] as b', ['0192fe4a00007abc8def0123456789ab-----'])).rejects.toThrow('uuid')
  await expect(send('select $1::int[]', [2 ** 31])).rejects.toThrow('integer')
  await expect(send('select $1::bigint[]', [1.5])).rejects.toThrow('bigint')
  await expect(send('select $1::timestamptz[]', ['2026-13-11T00:00:00Z'])).rejects.toThrow('time')
  await expect(send('select $1::text[]', ['a\0b'])).rejects.toThrow('0x00')
})
