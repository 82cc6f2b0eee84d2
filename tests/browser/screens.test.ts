/**
 * Every screen of the four apps, on both devices, light and dark, in both languages: it loads quietly, says with one
 * heading what it is, fits its width, and axe finds nothing serious or critical.
 */
import type { Browser } from 'playwright-core'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  chromiumPath,
  type Device,
  devices,
  findingsOf,
  type Language,
  noChromium,
  openBrowser,
  settled,
  shoot,
  type Theme,
  type Visitor,
  visit,
} from './chromium.ts'

interface Screen {
  name: string
  path: string | (() => Promise<string>)
  login?: string
  /** What must be seen before anything is judged; without it, the heading is enough. */
  shows?: string
  /** What has to be there first; may be called again when it is there. */
  prepare?: (visitor: Visitor) => Promise<void>
}

/** The first id that a list of the API answers with, as that person sees it. */
async function idFrom(path: string, list: string, login?: string): Promise<string> {
  const visitor = await visitorOf(login, 'en')
  // A room is on air when its first pictures have come, which may be after the first of these tests begins.
  const items = async () => (await (await visitor.context.request.get(`/api/v1/${path}`)).json())[list] ?? []
  await expect.poll(async () => (await items()).length, { timeout: 20_000, message: path }).toBeGreaterThan(0)
  return (await items())[0].id
}

const buyer: Screen[] = [
  { name: 'feed', path: '/', shows: '[role=feed] article' },
  { name: 'feed-signed-in', path: '/', login: 'buyer-1', shows: '[role=feed] article' },
  { name: 'feed-search', path: '/?q=a', shows: 'main' },
  { name: 'live', path: '/live', shows: 'article' },
  { name: 'room', path: async () => `/rooms/${await idFrom('rooms', 'rooms')}`, login: 'buyer-1' },
  { name: 'product', path: async () => `/products/${await idFrom('products', 'items')}` },
  { name: 'orders', path: '/orders', login: 'buyer-1' },
  { name: 'order', path: async () => `/orders/${await idFrom('me/orders', 'items', 'buyer-1')}`, login: 'buyer-1' },
  { name: 'notes', path: '/notes', login: 'buyer-1' },
  { name: 'me', path: '/me', login: 'buyer-1' },
  { name: 'me-stranger', path: '/me' },
  { name: 'sign-in', path: '/sign-in', shows: 'form' },
  { name: 'setup', path: '/setup' },
  { name: 'top', path: '/top' },
]

const inConsole = (name: string, path: string | (() => Promise<string>), shows?: string): Screen => ({
  name: `console-${name}`,
  path: typeof path === 'string' ? `/console${path}` : async () => `/console${await path()}`,
  login: 'admin',
  ...(shows === undefined ? {} : { shows }),
})
const operator: Screen[] = [
  inConsole('overview', '/'),
  inConsole('pick-list', '/pick-list'),
  inConsole('parcels', '/parcels'),
  inConsole('parcel', async () => `/parcels/${await idFrom('parcels', 'items', 'admin')}`),
  inConsole('stock', '/stock'),
  inConsole('suppliers', '/suppliers'),
  inConsole('orders', '/orders'),
  inConsole('order', async () => `/orders/${await idFrom('orders', 'items', 'admin')}`),
  inConsole('after-sales', '/after-sales'),
  inConsole('returns', '/returns'),
  inConsole('coupons', '/coupons'),
  inConsole('prices', '/prices'),
  inConsole('products', '/products'),
  inConsole('new-product', '/products/new'),
  inConsole('rooms', '/rooms'),
  inConsole('creators', '/creators'),
  inConsole('shops', '/shops'),
  inConsole('violations', '/violations'),
  inConsole('appeals', '/appeals'),
  inConsole('rulebook', '/rulebook'),
  inConsole('coins', '/coins'),
  inConsole('people', '/people'),
  inConsole('reports', '/reports'),
  inConsole('blacklist', '/blacklist'),
  inConsole('gates', '/gates'),
  inConsole('recordings', '/recordings'),
  inConsole('balances', '/balances'),
  inConsole('journals', '/journals'),
  inConsole('journal', async () => `/journals/${await idFrom('books/journals', 'items', 'admin')}`),
  inConsole('accounts', '/accounts?line=wallet:*'),
  inConsole('account', '/account?account=escrow'),
  inConsole('payouts', '/payouts'),
  inConsole('deposits', '/deposits'),
  inConsole('payments', '/payments'),
  inConsole('withdrawals', '/withdrawals'),
  inConsole('reconciliation', '/reconciliation'),
  inConsole('audit', '/audit'),
  inConsole('clock', '/clock'),
  inConsole('trail', '/trail'),
  inConsole('failed', '/failed'),
]

const creator: Screen[] = [
  { name: 'studio', path: '/studio', login: 'creator' },
  { name: 'studio-one-short', path: '/studio', login: 'creator-1999' },
  { name: 'studio-on-air', path: '/studio', login: 'creator-2000', prepare: openStudioSession },
  { name: 'studio-recordings', path: '/studio/recordings', login: 'creator' },
  { name: 'studio-sales', path: '/studio/sales', login: 'creator' },
  { name: 'studio-earnings', path: '/studio/earnings', login: 'creator' },
  { name: 'studio-violations', path: '/studio/violations', login: 'creator-violation' },
  { name: 'studio-verification', path: '/studio/verification', login: 'creator' },
  { name: 'studio-mirror', path: '/studio/mirror', login: 'creator' },
  { name: 'studio-shop', path: '/studio/shop', login: 'merchant', shows: 'section' },
  { name: 'studio-shop-orders', path: '/studio/shop/orders', login: 'merchant', shows: 'article' },
  {
    name: 'studio-shop-order',
    path: async () => `/studio/shop/orders/${await idFrom('studio/shop/orders', 'items', 'merchant')}`,
    login: 'merchant',
    shows: 'dl',
  },
  { name: 'studio-shop-statement', path: '/studio/shop/statement', login: 'merchant', shows: 'dl' },
  { name: 'studio-stranger', path: '/studio' },
]

const wall: Screen[] = [
  { name: 'wall', path: '/screen', login: 'admin' },
  { name: 'wall-stranger', path: '/screen' },
]

let browser: Browser
const visitors = new Map<string, Promise<Visitor>>()
/** One window a person and language; screens are visited in it one after the other. */
function visitorOf(login: string | undefined, language: Language): Promise<Visitor> {
  const key = `${login} ${language}`
  const opened =
    visitors.get(key) ?? visit(browser, { language, calm: true, ...(login === undefined ? {} : { login }) })
  visitors.set(key, opened)
  return opened
}

beforeAll(async () => {
  if (chromiumPath !== undefined) browser = await openBrowser()
})
afterAll(() => browser?.close())

describe.each([
  ['the shop', buyer],
  ['the console', operator],
  ['the studio', creator],
  ['the wall', wall],
] as const)('%s', (_app, screens) => {
  test.each(screens)('$name', async (screen) => {
    if (inject('worldUrl') === '') return
    await screen.prepare?.(await visitorOf(screen.login, 'en'))
    const path = typeof screen.path === 'string' ? screen.path : await screen.path()
    // Two windows at a time: one waits while the other computes.
    await Promise.all((['en', 'zh'] as const).map((language) => look(screen, path, language)))
  })
})

/** A session that waits for its encoder, with goods in the bag. */
async function openStudioSession({ context }: Visitor): Promise<void> {
  const { session: open } = await (await context.request.get('/api/v1/studio/session')).json()
  if (open !== null) return
  const { items } = await (await context.request.get('/api/v1/alliance/products?limit=8')).json()
  const id = uuidv7()
  await context.request.post('/api/v1/studio/sessions', { data: { id, title: '周末好物清单' } })
  const productIds = items.map((item: { id: string }) => item.id)
  const filled = await context.request.post(`/api/v1/studio/sessions/${id}/bag`, { data: { productIds } })
  expect(filled.status(), await filled.text()).toBe(200)
}

test('there is a browser to look with', (context) => {
  if (chromiumPath === undefined) context.skip(noChromium)
  expect(browser.isConnected()).toBe(true)
})

async function look(screen: Screen, path: string, language: Language): Promise<void> {
  const visitor = await visitorOf(screen.login, language)
  const { page } = visitor
  const wrong: string[] = []
  let isLoaded = false
  for (const device of ['phone', 'desktop'] as const) {
    await page.setViewportSize(devices[device])
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      if (!isLoaded) await visitor.go(path)
      isLoaded = true
      if (screen.shows !== undefined) await page.waitForSelector(screen.shows)
      await settled(page)
      wrong.push(...(await complaintsOf(visitor, device, theme)))
      await shoot({ page, device, theme, language }, screen.name)
    }
  }
  expect(wrong, `${screen.name} in ${language}`).toEqual([])
  visitor.quiet()
}

async function complaintsOf({ page }: Visitor, device: Device, theme: Theme): Promise<string[]> {
  const { headings, width } = await page.evaluate(() => ({
    headings: document.querySelectorAll('h1').length,
    width: document.documentElement.scrollWidth,
  }))
  const findings = await findingsOf(page, theme === 'light' ? 'everything' : 'colours')
  return [
    ...(headings === 1 ? [] : [`${headings} first headings`]),
    ...(width <= devices[device].width ? [] : [`${width} pixels wide`]),
    ...findings.map(({ rule, impact, nodes }) => `${impact} ${rule} at ${nodes.join('; ')}`),
  ].map((complaint) => `${device} ${theme}: ${complaint}`)
}
