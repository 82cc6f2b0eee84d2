import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Screen } from '../client/index.ts'
import { I18n, startI18n } from '../kit/index.ts'
import { Hero } from './hero.tsx'
import { afterSales, latestMax, milestoneOf, reloaded, stateOf } from './screen-state.ts'

const order = (number: string) => ({
  number,
  maskedBuyer: '林*',
  city: '杭州市',
  title: { en: 'Tea', zh: '茶' },
  picture: 'a.webp',
  payMinor: 990,
  at: '2026-11-11T00:00:00Z',
  roomTitle: null,
  isDemo: true,
})
const screenAt = (paidMinor: number, topicNumber = 1): Screen => ({
  currency: 'CNY',
  day: '2026-11-11',
  definition: 'paid',
  paidMinor,
  orders: 3,
  units: 4,
  buyers: 2,
  minutes: [],
  latest: [order('1')],
  topProducts: [],
  topRooms: [],
  regions: [],
  ranking: [],
  topicNumber,
  now: '2026-11-11T01:00:00Z',
})
const sales = (paidMinor: number, day = '2026-11-11') => ({
  kind: 'sales' as const,
  day,
  paidMinor,
  orders: 4,
  units: 5,
  latest: [order('2')],
})

beforeAll(() => startI18n({ en: () => import('./locales/en.po'), 'zh-CN': () => import('./locales/zh-CN.po') }))
afterEach(cleanup)

test('the amount rolls: the same wheels turn to the new digits, and a reader of screens hears the amount', () => {
  const before = stateOf(screenAt(123_456))
  const { container, rerender } = render(<Hero state={before} />, { wrapper: I18n })
  const wheels = () => [...container.querySelectorAll<HTMLElement>('.amount [style*="--digit"]')]
  const digits = () => wheels().map((wheel) => wheel.style.getPropertyValue('--digit'))
  expect(digits().join('')).toBe('123456')
  const ones = wheels().at(-1)

  rerender(<Hero state={afterSales(before, sales(1_234_567), 2)} />)
  expect(digits().join('')).toBe('1234567')
  expect(wheels().at(-1)).toBe(ones)
  expect(container.querySelector('.amount .visually-hidden')?.textContent).toBe('¥12,345.67')
  expect(container.querySelector('.corrected')).toBeNull()
})

test('an amount that went down says that it was corrected, until the next day', () => {
  const down = afterSales(stateOf(screenAt(10_000)), sales(9_000), 2)
  expect(down.corrected).toBe(true)
  expect(afterSales(down, sales(100, '2026-11-12'), 3)).toMatchObject({ corrected: false, screen: { paidMinor: 100 } })
})

test('tables that were loaded before the last message do not turn the amount back', () => {
  const told = afterSales(stateOf(screenAt(10_000, 5)), sales(12_000), 7)
  const after = reloaded(told, { ...screenAt(11_000, 6), buyers: 9 })
  expect(after.screen).toMatchObject({ paidMinor: 12_000, buyers: 9 })
  expect(after.corrected).toBe(false)
  expect(reloaded(told, screenAt(13_000, 8))).toMatchObject({ number: 8, screen: { paidMinor: 13_000 } })
})

test('the stream of orders stays short, and tells each order once', () => {
  let state = stateOf(screenAt(0))
  for (let number = 2; number < 500; number++) {
    state = afterSales(state, { ...sales(number), latest: [order(`${number}`), order(`${number - 1}`)] }, number)
  }
  expect(state.screen.latest.length).toBe(latestMax)
  expect(new Set(state.screen.latest.map((each) => each.number)).size).toBe(latestMax)
})

test('milestones', () => {
  expect([999_999, 1_000_000, 4_900_000, 5_000_000, 10_000_000].map(milestoneOf)).toEqual([
    0, 1_000_000, 2_000_000, 5_000_000, 10_000_000,
  ])
})
