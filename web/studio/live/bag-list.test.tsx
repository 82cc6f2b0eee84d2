import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { I18n, startI18n } from '../../kit/index.ts'
import type { BagItem } from '../types.ts'
import { BagList, keySettleMs } from './bag-list.tsx'

const item = (id: string): BagItem => ({
  id,
  position: 0,
  productId: `product-${id}`,
  title: { en: id.toUpperCase(), zh: id },
  picture: 'a.webp',
  priceMinor: 990,
  listPriceMinor: null,
  currency: 'CNY',
  unitsLeft: 5,
  soldOut: false,
  pinned: false,
  skus: [],
})
const bag = ['a', 'b', 'c'].map(item)

beforeAll(() => startI18n({ en: () => import('../locales/en.po'), 'zh-CN': () => import('../locales/zh-CN.po') }))
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function open(of: { onOrder?: (ids: string[]) => Promise<unknown>; pinnedItemId?: string | null } = {}) {
  const pins: (string | null)[] = []
  const sent: string[][] = []
  const onOrder = (ids: string[]) => {
    sent.push(ids)
    return of.onOrder?.(ids) ?? Promise.resolve()
  }
  render(
    <I18n>
      <MantineProvider env="test">
        <BagList
          bag={bag}
          pinnedItemId={of.pinnedItemId ?? null}
          onOrder={onOrder}
          onPin={(id) => pins.push(id)}
          onRemove={() => undefined}
        />
      </MantineProvider>
    </I18n>,
  )
  return { pins, sent }
}

const shown = () =>
  screen.getAllByRole('button', { name: /^Move/ }).map((grip) => grip.getAttribute('aria-label')?.split(' ')[1])
const grip = (title: string) => screen.getByRole('button', { name: new RegExp(`^Move ${title},`) })
const settle = () => act(() => vi.advanceTimersByTimeAsync(keySettleMs + 10))

test('arrow keys put the bag in order; a walk is one request', async () => {
  const { sent } = open({ onOrder: () => new Promise(() => undefined) })
  fireEvent.keyDown(grip('A'), { key: 'ArrowDown' })
  fireEvent.keyDown(grip('A'), { key: 'ArrowDown' })
  expect(shown()).toEqual(['B,', 'C,', 'A,'])
  expect(screen.getByRole('status').textContent).toBe('A: place 3 of 3')
  expect(sent).toEqual([])
  await settle()
  expect(sent).toEqual([['b', 'c', 'a']])
})

test('the wished order is taken back when the server says no', async () => {
  open({ onOrder: () => Promise.reject(new Error('bag_changed')) })
  fireEvent.keyDown(grip('C'), { key: 'Home' })
  expect(shown()).toEqual(['C,', 'A,', 'B,'])
  await settle()
  expect(shown()).toEqual(['A,', 'B,', 'C,'])
})

test('at the ends there is nowhere to go, and nothing is asked', async () => {
  const { sent } = open()
  fireEvent.keyDown(grip('A'), { key: 'ArrowUp' })
  fireEvent.keyDown(grip('C'), { key: 'End' })
  await settle()
  expect(sent).toEqual([])
})

test('a product is explained by pressing it, and by pressing it again no more', () => {
  const { pins } = open({ pinnedItemId: 'b' })
  const [a, b] = ['A', 'B'].map((title) =>
    screen
      .getAllByRole('button')
      .find((each) => each.hasAttribute('aria-pressed') && each.textContent?.includes(title)),
  )
  expect([a, b].map((each) => each?.getAttribute('aria-pressed'))).toEqual(['false', 'true'])
  fireEvent.click(a as HTMLElement)
  fireEvent.click(b as HTMLElement)
  expect(pins).toEqual(['a', null])
})
