import { expect, test } from 'vitest'
import { clockOf, msOfClock } from './recording.ts'

test('a time of a film is written and read back', () => {
  expect([0, 75_400, 3_600_000, 36_605_000].map(clockOf)).toEqual(['00:00', '01:15', '1:00:00', '10:10:05'])
  for (const ms of [0, 59_000, 75_000, 3_723_000]) expect(msOfClock(clockOf(ms))).toBe(ms)
  expect(msOfClock('1:02:03.5')).toBe(3_723_500)
  expect(msOfClock(' 75 ')).toBe(75_000)
  expect(msOfClock('1：15'), 'as a Chinese keyboard writes it').toBe(75_000)
  for (const text of ['', 'a', '1:', '1:2:3:4', '-1', '1.5:00']) expect(msOfClock(text), text).toBeNull()
})
