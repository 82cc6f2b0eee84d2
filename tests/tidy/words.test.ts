/** Every "no" that the platform can say has words on the screen, in English and in Chinese. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aTest, house, root, type SourceFile } from './house.ts'

type Words = Record<string, { en?: unknown; zh?: unknown }>

const wordsFile = 'web/kit/problems.ts'
const edge = /^server\/platform\/(http|sockets)\/(server|index)\.ts$/

/** Codes of the `refusals` of every endpoint and ask that a contract file exports. */
function refusalsIn(exported: unknown, depth = 0): string[] {
  if (exported === null || typeof exported !== 'object' || depth > 2) return []
  if ('refusals' in exported && exported.refusals !== null && typeof exported.refusals === 'object') {
    return Object.keys(exported.refusals)
  }
  if ('_zod' in exported) return [] // A schema holds no endpoint.
  return Object.values(exported).flatMap((value) => refusalsIn(value, depth + 1))
}

/** Codes that the floor itself says before any module is asked: signed out, too often, unreadable. */
function codesOfTheEdge(files: SourceFile[]): string[] {
  return files
    .filter(({ path }) => edge.test(path))
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /\brefuse\(\d|problemOf\(|t: 'refused'|\bno\(|const code = /.test(line))
    .flatMap((line) => [...line.matchAll(/'([a-z]+(?:_[a-z]+)*)'/g)].map((match) => match[1] ?? ''))
    .filter((code) => !['refused', 'person'].includes(code))
}

async function codesOfTheContract(): Promise<string[]> {
  const files = house().filter(({ path }) => /^contract\/[^/]+\.ts$/.test(path) && !aTest.test(path))
  expect(files.length).toBeGreaterThan(0)
  const modules = await Promise.all(files.map(({ path }) => import(join(root, path))))
  return modules.flatMap((module) => refusalsIn({ ...module }, -1))
}

function codesWithoutWords(codes: string[], words: Words): string[] {
  const isSaid = (text: unknown) => typeof text === 'string' && text.trim() !== ''
  const isChinese = (text: unknown) => isSaid(text) && /\p{Script=Han}/u.test(String(text))
  return [...new Set(codes)].toSorted().flatMap((code) => {
    const said = Object.hasOwn(words, code) ? words[code] : undefined
    return [
      ...(isSaid(said?.en) ? [] : [`${code}: no English`]),
      ...(isChinese(said?.zh) ? [] : [`${code}: no Chinese`]),
    ]
  })
}

test('every refusal and problem has words in English and Chinese', async () => {
  const codes = [...(await codesOfTheContract()), ...codesOfTheEdge(house())]
  expect(codes.length).toBeGreaterThan(0)
  expect(existsSync(join(root, wordsFile)), `${wordsFile} exports code -> { en, zh }`).toBe(true)
  const exported: Record<string, unknown> = await import(join(root, wordsFile))
  const words = Object.assign({}, ...Object.values(exported).filter((value) => typeof value === 'object')) as Words
  expect(codesWithoutWords(codes, words)).toEqual([])
})

test('a code without words is reported', () => {
  const words = { sold_out: { en: 'Sold out.', zh: '已售罄。' }, desk_busy: { en: 'Busy.', zh: 'Busy.' } }
  expect(codesWithoutWords(['sold_out', 'desk_busy', 'price_changed'], words)).toEqual([
    'desk_busy: no Chinese',
    'price_changed: no English',
    'price_changed: no Chinese',
  ])
})

test('codes are found in endpoints, and in what the floor says by itself', async () => {
  expect(
    refusalsIn({ buy: { id: 'buy', refusals: { sold_out: 409 } }, more: { sell: { refusals: { gone: 410 } } } }),
  ).toEqual(['sold_out', 'gone'])
  expect(await codesOfTheContract()).toContain('sold_out')
  expect(codesOfTheEdge(house())).toEqual(
    expect.arrayContaining(['sign_in_needed', 'fault', 'bad_input', 'unknown_ask']),
  )
})
