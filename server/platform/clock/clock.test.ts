import { expect, test } from 'vitest'
import { businessDayOf, startClock } from './index.ts'

test('the clock goes forward by an offset and never back', () => {
  const clock = startClock()
  const before = clock.nowMs()
  clock.setOffsetMs(86_400_000)
  expect(clock.nowMs() - before).toBeGreaterThanOrEqual(86_400_000)
  clock.setOffsetMs(0)
  expect(clock.offsetMs()).toBe(86_400_000)
  expect(clock.nowMs()).toBeGreaterThanOrEqual(before + 86_400_000)
})

test('a business day is a date where the operator lives', () => {
  const lastSecond = Temporal.Instant.from('2026-11-10T15:59:59Z')
  expect(businessDayOf(lastSecond, 'Asia/Shanghai').toString()).toBe('2026-11-10')
  expect(businessDayOf(lastSecond.add({ seconds: 1 }), 'Asia/Shanghai').toString()).toBe('2026-11-11')
})
