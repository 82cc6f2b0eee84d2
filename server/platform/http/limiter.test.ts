import { expect, test } from 'vitest'
import { limiter } from './limiter.ts'

test('a caller may take his count at once, then as fast as it is refilled; others are not held up by him', () => {
  const limits = limiter()
  const limit = { count: 5, seconds: 10 }
  for (let call = 0; call < 5; call++) expect(limits.take('one', limit, 0)).toBeNull()
  expect(limits.take('one', limit, 0)).toBe(2_000)
  expect(limits.take('other', limit, 0)).toBeNull()
  expect(limits.take('one', limit, 2_000)).toBeNull()
  expect(limits.take('one', limit, 2_000)).toBeGreaterThan(0)
})
