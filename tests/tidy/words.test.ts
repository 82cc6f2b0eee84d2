/** Every "no" that the platform can say has words on the screen, in English and in Chinese. */
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { aTest, house, root, type SourceFile, walk } from './house.ts'

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

// refuse(429, 'x'), problemOf({ code: 'x' }), { t: 'refused', code: 'x' }, no(a ? 'x' : 'y'), const code = a ? 'x' : 'y'
const sayings =
  /\b(?:refuse\(\d+, ('\w+')|(?:problemOf\(|t: 'refused')[^}]*?code: ('\w+')|no\(([^()]*?)\)|const code = (.*))/g

/** Codes that the floor itself says before any module is asked: signed out, too often, unreadable. */
function codesOfTheEdge(files: SourceFile[]): string[] {
  return files
    .filter(({ path }) => edge.test(path))
    .flatMap(({ text }) => [...text.matchAll(sayings)].map((match) => match.slice(1).join('')))
    .flatMap((saying) => [...saying.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] ?? ''))
    .filter((code) => code !== 'person')
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

/** Read, not run: the file is one of the browser's. Every `code: { en: '…', zh: '…' }` in it counts. */
function wordsIn(file: SourceFile): Words {
  const words: Words = {}
  walk(file, (node) => {
    if (!ts.isPropertyAssignment(node) || !ts.isObjectLiteralExpression(node.initializer)) return
    const said: Words[string] = {}
    for (const property of node.initializer.properties) {
      if (!ts.isPropertyAssignment(property) || !ts.isStringLiteralLike(property.initializer)) continue
      const language = property.name.getText()
      if (language === 'en' || language === 'zh') said[language] = property.initializer.text
    }
    words[node.name.getText().replaceAll("'", '')] = said
  })
  return words
}

test('every refusal and problem has words in English and Chinese', async () => {
  const codes = [...(await codesOfTheContract()), ...codesOfTheEdge(house())]
  expect(codes.length).toBeGreaterThan(0)
  const file = house().find(({ path }) => path === wordsFile)
  if (file === undefined) throw new Error(`${wordsFile} is not there; it holds code: { en, zh } for every refusal`)
  expect(codesWithoutWords(codes, wordsIn(file))).toEqual([])
})

test('a code without words is reported', () => {
  const text =
    "export const words = { sold_out: { en: 'Sold out.', zh: '已售罄。' }, desk_busy: { en: 'Busy.', zh: 'Busy.' } }"
  const words = wordsIn({ path: wordsFile, text })
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
