import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createQueryClient } from '../../client/index.ts'
import { I18n, startI18n } from '../../kit/index.ts'
import { BuySheet, type Goods } from './buy.tsx'

vi.mock('@tanstack/react-router', () => ({
  Link: ({ children }: { children: unknown }) => <a href="/x">{children as string}</a>,
}))

const text = (en: string) => ({ en, zh: en })
const goods = (left: number): Goods => ({
  productId: 'p1',
  title: text('Lipstick'),
  picture: 'a.webp',
  currency: 'CNY',
  listPriceMinor: 10_900,
  skus: [
    { id: 'k1', label: text('Brick'), priceMinor: 7_900, unitsLeft: left },
    { id: 'k2', label: text('Coral'), priceMinor: 8_900, unitsLeft: 0 },
  ],
})

const address = {
  id: 'a1',
  recipient: 'Lin',
  phone: '13800138000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '文三路1号',
  isDefault: true,
}

interface Call {
  path: string
  body: { id?: string; lines?: { skuId: string; units: number }[]; shownPayMinor?: number }
}

let calls: Call[]
let answers: Record<string, (call: Call) => { status?: number; body: unknown }>

const priced = (units: number, walletMinor: number) => ({
  quote: {
    lines: [],
    explanation: [
      { kind: 'price', name: text('Price'), amountMinor: 7_900 * units, funders: [] },
      {
        kind: 'discount',
        name: text('Room price'),
        amountMinor: -900,
        funders: [{ party: 'creator', basisPoints: 10_000 }],
      },
      { kind: 'total', name: text('You pay'), amountMinor: 7_900 * units - 900, funders: [] },
    ],
    payMinor: 7_900 * units - 900,
    currency: 'CNY',
    walletMinor,
    address,
    promise: null,
    sellerName: text('Hawker'),
    coupons: [],
    couponId: null,
  },
})

beforeEach(async () => {
  calls = []
  answers = {
    '/api/v1/me': () => ({
      body: {
        me: null,
        platform: {
          name: 'Hawker',
          mode: 'demo',
          currency: 'CNY',
          timeZone: 'UTC',
          now: new Date(0).toISOString(),
          setupNeeded: false,
        },
      },
    }),
    '/api/v1/quotes': ({ body }) => ({ body: priced(body.lines?.[0]?.units ?? 1, 100_000) }),
    '/api/v1/orders': ({ body }) => ({
      status: 201,
      body: {
        order: {
          orderId: body.id,
          number: '2611220001',
          payMinor: body.shownPayMinor,
          currency: 'CNY',
          walletMinor: 0,
          repeated: false,
          payBy: null,
          orders: [{ orderId: 'o1', number: '2611220001', payMinor: 7_000 }],
        },
      },
    }),
  }
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url)
    const call: Call = {
      path: pathname,
      body: request.method === 'GET' ? {} : ((await request.json()) as Call['body']),
    }
    calls.push(call)
    const { status = 200, body } = answers[pathname]?.(call) ?? { status: 404, body: { code: 'not_found' } }
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  })
  // No socket answers here, so orders take the way over HTTP.
  vi.stubGlobal(
    'WebSocket',
    class {
      close() {}
    },
  )
  localStorage.setItem('hawker.locale', 'en')
  await startI18n({ en: () => import('../locales/en.po'), 'zh-CN': () => import('../locales/zh-CN.po') })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function show(of: Goods) {
  const queries = createQueryClient()
  const sheet = (shown: Goods) => (
    <I18n>
      <QueryClientProvider client={queries}>
        <BuySheet goods={shown} attribution="signed" onClose={() => undefined} />
      </QueryClientProvider>
    </I18n>
  )
  const { rerender } = render(sheet(of))
  return (changed: Goods) => rerender(sheet(changed))
}

const button = (name: string | RegExp) => screen.findByRole('button', { name, hidden: true })
const isDisabled = (element: HTMLElement) => (element as HTMLButtonElement).disabled

test('the price is explained line by line, with who pays for a discount', async () => {
  show(goods(5))
  expect((await screen.findByText('Room price')).textContent).toContain('paid by the creator')
  expect(screen.getByText('-¥9.00')).toBeTruthy()
  expect(isDisabled(await button(/Coral/))).toBe(true)
})

test('buying takes two requests, and the order carries the price that was shown', async () => {
  show(goods(5))
  fireEvent.click(await button('Pay ¥70.00'))
  await screen.findByText(/2611220001/)
  const posts = calls.filter(({ path }) => path !== '/api/v1/me')
  expect(posts.map(({ path }) => path)).toEqual(['/api/v1/quotes', '/api/v1/orders'])
  expect(posts[1]?.body).toMatchObject({
    lines: [{ skuId: 'k1', units: 1 }],
    addressId: 'a1',
    shownPayMinor: 7_000,
    payment: 'wallet',
    attribution: 'signed',
  })
})

test('another number of units is another quote', async () => {
  show(goods(2))
  fireEvent.click(await button('One more'))
  await button('Pay ¥149.00')
  expect(isDisabled(await button('One more'))).toBe(true)
})

test('a refusal is said in words; the same wish keeps its id, so that it cannot be bought twice', async () => {
  let tries = 0
  const good = answers['/api/v1/orders']
  answers['/api/v1/orders'] = (call) => (++tries === 1 ? { status: 503, body: { code: 'desk_busy' } } : good!(call))
  show(goods(5))
  fireEvent.click(await button('Pay ¥70.00'))
  expect((await screen.findByRole('alert', { hidden: true })).textContent).toContain('Nothing was charged')
  fireEvent.click(await button('Pay ¥70.00'))
  await screen.findByText(/2611220001/)
  const ids = calls.filter(({ path }) => path === '/api/v1/orders').map(({ body }) => body.id)
  expect(ids).toHaveLength(2)
  expect(ids[0]).toBe(ids[1])
})

test('a wallet that holds too little offers to be filled', async () => {
  answers['/api/v1/quotes'] = () => ({ body: priced(1, 500) })
  show(goods(5))
  fireEvent.click(await button('Top up and pay'))
  // What is missing, in whole tens, is the first choice.
  expect((await button('¥70')).getAttribute('aria-pressed')).toBe('true')
})

test('what sells out while the sheet is open cannot be paid any more', async () => {
  const change = show(goods(5))
  await button('Pay ¥70.00')
  change(goods(0))
  await waitFor(async () => expect(isDisabled(await button('Sold out'))).toBe(true))
})
