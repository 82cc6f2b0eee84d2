import { expect, test } from 'vitest'
import { clock, secondsOf } from './moment.ts'

test('a moment is minutes and seconds, with hours if there are any', () => {
  expect(secondsOf('12:34')).toBe(754)
  expect(secondsOf(' 1:02:03 ')).toBe(3_723)
  expect(secondsOf('0:00')).toBe(0)
  for (const wrong of ['', '12', '12:3', '1:60:00', '12:61', 'now']) expect(secondsOf(wrong)).toBeNull()
})

test('what was read is said the same way', () => {
  for (const said of ['12:34', '01:02:03', '00:00']) expect(clock(secondsOf(said) ?? -1)).toBe(said)
})
