import { expect, test } from 'vitest'
import { unstorablePathIn } from './storable.ts'

test('a text that the database cannot hold is found wherever it stands', () => {
  expect(unstorablePathIn({ a: ['ok', { b: 'one\0two' }] })).toEqual(['a', '1', 'b'])
  expect(unstorablePathIn({ a: 'half \ud800' })).toEqual(['a'])
  expect(unstorablePathIn({ 'half \udc00': 1 })).toEqual(['half \udc00'])
  expect(unstorablePathIn('\0')).toEqual([])
})

test('all other texts pass', () => {
  expect(unstorablePathIn({ a: '明前龙井 🍵', b: [null, 1, true, undefined], c: '\t\r\n\u202e' })).toBeNull()
})
