import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId } from '#platform/ids'
import { type Attribution, issueAttribution, readAttribution, tokenLengthMax } from './attribution.ts'

const app = { secret: 'a secret of this test that is long enough' }
const issuedAt = Temporal.Instant.from('2026-11-11T12:00:00Z')
const attribution: Attribution = {
  creatorId: newId(),
  roomId: newId(),
  sessionId: newId(),
  roomTitle: '双十一 · Mugs and more',
  personId: newId(),
  issuedAt,
}

test('what we issued reads back the same', () => {
  expect(readAttribution(app, issueAttribution(app, attribution), issuedAt)).toEqual(attribution)
  const signedOut = { ...attribution, personId: null }
  expect(readAttribution(app, issueAttribution(app, signedOut), issuedAt)).toEqual(signedOut)
})

test('it counts for seven days and not a moment longer', () => {
  const token = issueAttribution(app, attribution)
  expect(readAttribution(app, token, issuedAt.add({ hours: 7 * 24 }))).not.toBeNull()
  expect(readAttribution(app, token, issuedAt.add({ hours: 7 * 24, milliseconds: 1 }))).toBeNull()
})

test('a token of another server, for another buyer, or for one who buys from himself counts for nothing', () => {
  const token = issueAttribution(app, attribution)
  expect(readAttribution({ secret: 'another secret that is long enough too' }, token, issuedAt)).toBeNull()
  expect(readAttribution(app, token, issuedAt, newId())).toBeNull()
  expect(readAttribution(app, token, issuedAt, attribution.personId ?? '')).not.toBeNull()
  const own = issueAttribution(app, { ...attribution, personId: attribution.creatorId })
  expect(readAttribution(app, own, issuedAt, attribution.creatorId)).toBeNull()
})

test('no changed character is believed, and nothing that people send is an error', () => {
  const token = issueAttribution(app, attribution)
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'Aa0_-.=+Z9'), (at, letter) => {
      fc.pre(token[at] !== letter)
      expect(readAttribution(app, token.slice(0, at) + letter + token.slice(at + 1), issuedAt)).toBeNull()
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => readAttribution(app, text, issuedAt) === null))
  fc.assert(
    fc.property(fc.string(), fc.string(), (body, end) => readAttribution(app, `v1.${body}.${end}`, issuedAt) === null),
  )
})

test('the longest title still fits, cut at a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (roomTitle) => {
      const token = issueAttribution(app, { ...attribution, roomTitle })
      expect(token.length).toBeLessThanOrEqual(tokenLengthMax)
      const read = readAttribution(app, token, issuedAt)
      expect(read?.roomTitle.includes('\uFFFD')).toBe(roomTitle.includes('\uFFFD'))
      expect(roomTitle.startsWith(read?.roomTitle ?? 'nothing')).toBe(true)
    }),
  )
})
