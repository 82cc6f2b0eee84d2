import { expect, test } from 'vitest'
import { cursorOf, positionIn } from './cursor.ts'

const id = '018f0000-0000-7000-8000-000000000000'

test('a cursor of ours is read as it was written', () => {
  const at = Temporal.Instant.from('2026-11-11T00:00:00.123456Z')
  expect(positionIn(cursorOf(at, id))).toEqual({ at: at.toString(), id })
})

test.each([
  undefined,
  '',
  'next',
  `~${id}`,
  `+275760-09-13T00:00:00Z~${id}`,
  `0000-01-01T00:00:00Z~${id}`,
  `2026-11-11T00:00:00Z~${'-'.repeat(36)}`,
  `9999-99-99T99:99:99Z~${id}`,
  `2026-11-11~${id}`,
  `2026-11-11T00:00:00Z~${id}~1`,
])('%s begins at the start', (cursor) => {
  expect(positionIn(cursor)).toBeNull()
})
