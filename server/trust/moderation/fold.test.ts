import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldText, wordIn } from './fold.ts'

test.each([
  ['a plain word', 'buy on telegram', 'telegram'],
  ['capitals and width', 'ＴＥＬＥＧＲＡＭ', 'telegram'],
  ['gaps and dots', 't e.l-e·g_r a m', 'telegram'],
  ['invisible characters', 'tele\u200bgr\u00adam', 'telegram'],
  ['Cyrillic lookalikes', 'tеlеgrаm', 'telegram'],
  ['Greek lookalikes', 'τelεgrαm', 'telegram'],
  ['digits for letters', 't3l3gr4m', 't3l3gr4m'],
  ['an accent', 'télégram', 'telegram'],
  ['i and l and 1', 'te1egram', 'telegram'],
  ['Chinese with gaps', '加 微 信 abc', '加微信'],
  ['Chinese with signs', '加★微~信', '加微信'],
  ['the word itself disguised', 'telegram', 'T e l e g r a m'],
])('%s is found', (_what, text, word) => expect(wordIn(text, [word])).toBe(word))

test('what only resembles the word is left alone', () => {
  expect(wordIn('teller and gram', ['telegram'])).toBeNull()
  expect(wordIn('微信支付可以吗', ['加微信'])).toBeNull()
  expect(wordIn('anything', ['', '  ', '★'])).toBeNull()
})

test('folding twice is folding once, and a word is found wherever it stands', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => foldText(foldText(text)) === foldText(text)))
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[a-z]{3,8}$/), fc.string(), (before, word, after) => {
      expect(wordIn(`${before}${word}${after}`, [word])).toBe(word)
    }),
  )
})
