import { expect, test } from 'vitest'
import { createStreamKey, hashStreamKey, isStreamKeyShaped, streamKeyMatches } from './stream-key.ts'

test('a stream key is long, never the same, and kept as its hash', () => {
  const one = createStreamKey()
  const other = createStreamKey()
  expect(one.key).toMatch(/^live_[A-Za-z0-9_-]{32}$/)
  expect(isStreamKeyShaped(one.key)).toBe(true)
  expect(one.key).not.toBe(other.key)
  expect(one.hash).toBe(hashStreamKey(one.key))
  expect(streamKeyMatches(one.key, one.hash)).toBe(true)
  expect(streamKeyMatches(other.key, one.hash)).toBe(false)
  expect(streamKeyMatches(one.key, 'not a hash')).toBe(false)
})
