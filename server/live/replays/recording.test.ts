import { expect, test } from 'vitest'
import { keptUntilOf, mayDelete } from './recording.ts'

const at = (text: string) => Temporal.Instant.from(text)

test('three years are three years, leap days and all', () => {
  expect(keptUntilOf(at('2028-02-29T12:00:00Z'), 3).toString()).toBe('2031-02-28T12:00:00Z')
  expect(keptUntilOf(at('2026-11-11T23:59:59Z'), 3).toString()).toBe('2029-11-11T23:59:59Z')
})

test('a recording may be deleted when its time is over and nobody holds it', () => {
  const keptUntil = at('2029-11-11T00:00:00Z')
  expect(mayDelete({ heldAt: null, keptUntil }, at('2029-11-10T23:59:59Z'))).toBe('retention_not_over')
  expect(mayDelete({ heldAt: null, keptUntil }, keptUntil)).toBeNull()
  expect(mayDelete({ heldAt: at('2027-01-01T00:00:00Z'), keptUntil }, at('2040-01-01T00:00:00Z'))).toBe(
    'recording_held',
  )
})
