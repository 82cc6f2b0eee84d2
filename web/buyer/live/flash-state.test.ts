import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { noteServerTime, serverNowMs } from '../../client/clock.ts'
import type { FlashSaleView } from '../../client/index.ts'
import { clockOf, leftAt, phaseAt, withSale, withUnits } from './flash-state.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const start = Date.parse('2026-11-11T12:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString()
const sale = (more: Partial<FlashSaleView> = {}): FlashSaleView => ({
  ...{ id: 'sale', kind: 'liveFlash', roomId: 'room', sessionId: 'session', skuId: 'sku', productId: 'product' },
  ...{ title: { en: 'Tea', zh: '茶' }, label: { en: 'One', zh: '一' }, picture: '', currency: 'CNY' },
  ...{ priceMinor: 9_900, shelfMinor: 19_900, units: 10, unitsLeft: 10, unitsSold: 0, perBuyerUnits: 1 },
  ...{ announcedAt: at(0), startsAt: at(60), endsAt: at(360), state: 'announced', closedAt: null },
  ...more,
})

test('the later step stays, in whatever order and however often steps are told', () => {
  const running = sale({ state: 'running', unitsLeft: 3 })
  expect(withSale([], sale())).toHaveLength(1)
  expect(withSale([running], sale())).toEqual([running])
  expect(withSale([sale()], running)).toEqual([running])
  expect(withUnits([running], { saleId: 'sale', unitsLeft: 1, unitsSold: 9 })[0]).toMatchObject({ unitsLeft: 1 })
  const over = sale({ state: 'ended', closedAt: at(360), unitsLeft: 0 })
  expect(withUnits([over], { saleId: 'sale', unitsLeft: 1, unitsSold: 9 }), 'what is over has none left').toEqual([
    over,
  ])
})

test('a device whose clock is ten minutes wrong counts the same seconds as the server', () => {
  for (const wrongMs of [-600_000, 0, 600_000]) {
    vi.setSystemTime(start + 30_000 + wrongMs)
    // The server says that it is half a minute before the start; this device believes something else.
    noteServerTime(start + 30_000, Date.now(), Date.now())
    expect(phaseAt(sale(), serverNowMs())).toBe('counting')
    expect(Math.abs(leftAt(sale(), serverNowMs()).seconds - 30)).toBeLessThanOrEqual(1)
    vi.setSystemTime(Date.now() + 31_000)
    expect(phaseAt(sale(), serverNowMs())).toBe('running')
  }
})

test('the ring shrinks from full to nothing on the way to the next step', () => {
  expect(leftAt(sale(), start)).toEqual({ seconds: 60, part: 1 })
  expect(leftAt(sale(), start + 30_000)).toEqual({ seconds: 30, part: 0.5 })
  expect(leftAt(sale(), start + 60_000)).toEqual({ seconds: 300, part: 1 })
  expect(phaseAt(sale(), start + 60_000)).toBe('running')
  expect(phaseAt(sale({ closedAt: at(70), state: 'cancelled' }), start + 80_000)).toBe('over')
  expect([clockOf(300), clockOf(61), clockOf(59)]).toEqual(['5:00', '1:01', '59'])
})
