import { expect, test } from 'vitest'
import { calendarOf } from './calendar.ts'

const entry = calendarOf({
  id: '018f0000-0000-7000-8000-000000000000',
  title: '双十一预热，羽绒服专场; 明前龙井, 老白茶与一整晚的好物推荐、福袋和秒杀',
  host: '林 \\ 若溪',
  startsAt: Temporal.Instant.from('2026-11-11T12:00:00.4Z'),
  minutes: 90,
  url: 'https://shop.example/rooms/1',
  now: Temporal.Instant.from('2026-11-01T00:00:00Z'),
})

test('no line is longer than 75 octets, and no character is cut', () => {
  const lines = entry.split('\r\n')
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75)
  expect(entry).not.toContain('\uFFFD')
})

test('unfolded, it says when, how long, who and what', () => {
  const lines = entry.replaceAll('\r\n ', '').split('\r\n')
  expect(lines).toContain('DTSTART:20261111T120000Z')
  expect(lines).toContain('DTEND:20261111T133000Z')
  expect(lines.find((line) => line.startsWith('SUMMARY'))).toBe(
    'SUMMARY:林 \\\\ 若溪: 双十一预热，羽绒服专场\\; 明前龙井\\, 老白茶与一整晚的好物推荐、福袋和秒杀',
  )
  expect(lines.at(-1)).toBe('')
})
