import { expect, test } from 'vitest'
import { promiseFor, regionOf } from './promise.ts'

const timeZone = 'Asia/Shanghai'

/** The promise of an order that was paid at this local time, in local time. */
function promised(local: string, more: { region?: 'near' | 'far' | 'remote'; holidays?: string[] } = {}) {
  const now = Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).toInstant()
  const { dispatchBy, deliverBy } = promiseFor({
    region: more.region ?? 'near',
    now,
    timeZone,
    holidays: more.holidays ?? [],
  })
  const show = (at: Temporal.Instant) =>
    at.toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' })
  return { leaves: show(dispatchBy), arrives: show(deliverBy) }
}

test('a second before the first cutoff it leaves today and arrives tomorrow', () => {
  expect(promised('2026-11-11T10:59:59')).toEqual({ leaves: '2026-11-11T23:59', arrives: '2026-11-12T22:00' })
})

test('at the first cutoff, and a second later, it leaves tomorrow', () => {
  const tomorrow = { leaves: '2026-11-12T23:59', arrives: '2026-11-13T22:00' }
  expect(promised('2026-11-11T11:00:00')).toEqual(tomorrow)
  expect(promised('2026-11-11T11:00:01')).toEqual(tomorrow)
  expect(promised('2026-11-11T22:59:59')).toEqual(tomorrow)
})

test('at the second cutoff, and a second later, it leaves the day after', () => {
  expect(promised('2026-11-11T23:00:00').leaves).toBe('2026-11-13T23:59')
  expect(promised('2026-11-11T23:00:01').leaves).toBe('2026-11-13T23:59')
})

test('the day begins in the zone of the warehouse, not in UTC', () => {
  // Still the 10th in London.
  expect(promised('2026-11-11T00:00:00').leaves).toBe('2026-11-11T23:59')
  expect(promised('2026-12-31T23:30:00').leaves).toBe('2027-01-02T23:59')
})

test('nothing leaves on a holiday, and distance takes its days', () => {
  const holidays = ['2027-02-06', '2027-02-07']
  expect(promised('2027-02-06T09:00:00', { holidays }).leaves).toBe('2027-02-08T23:59')
  expect(promised('2027-02-05T12:00:00', { holidays, region: 'far' }).arrives).toBe('2027-02-10T22:00')
  expect(promised('2027-03-01T09:00:00', { region: 'remote' }).arrives).toBe('2027-03-05T22:00')
})

test('neighbours are near, the far west and north are remote', () => {
  expect(regionOf({ warehouseRegion: '浙江省', province: '浙江省' })).toBe('near')
  expect(regionOf({ warehouseRegion: '浙江省', province: '上海市' })).toBe('near')
  expect(regionOf({ warehouseRegion: '浙江省', province: '四川省' })).toBe('far')
  expect(regionOf({ warehouseRegion: '四川省', province: '西藏自治区' })).toBe('remote')
  expect(regionOf({ warehouseRegion: '西藏自治区', province: '西藏自治区' })).toBe('near')
})
