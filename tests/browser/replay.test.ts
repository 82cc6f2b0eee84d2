/// <reference types="node" />
/**
 * A broadcast that is over, as people see it: a buyer's phone jumps to what was explained and points a friend at a moment;
 * its host cuts it into a clip at a desk, and the clip plays on the product's page.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { publishLoop } from '#live/media'
import {
  chromiumPath,
  endOpenSession,
  findingsOf,
  noChromium,
  openBrowser,
  shoot,
  type Visitor,
  visit,
} from './chromium.ts'

const film = join(import.meta.dirname, '../../tools/demo/loops/kitchen.flv')
const sessionId = uuidv7()
let browser: Browser
let host: Visitor
let buyer: Visitor
let goods: { id: string; title: { en: string; zh: string } }[] = []

const timeOf = (page: Page) => page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)
const moving = (page: Page, from: number) =>
  page.waitForFunction((then) => (document.querySelector('video')?.currentTime ?? 0) > then, from)

beforeAll(async () => {
  if (chromiumPath === undefined) return
  browser = await openBrowser()
  ;[host, buyer] = await Promise.all([
    visit(browser, { login: 'creator', device: 'desktop' }),
    visit(browser, { login: 'buyer-2' }),
  ])
  // Where the machine has no ffmpeg there is no poster.
  for (const watching of [host, buyer]) watching.expects(/^404 \/media\/.*\.jpg$/)
  await broadcast()
})
afterAll(() => browser?.close())
beforeEach((context) => {
  if (chromiumPath === undefined) context.skip(noChromium)
})

/** Ten seconds on air, of which two products have some each. */
async function broadcast(): Promise<void> {
  await endOpenSession(host)
  const { request } = host.context
  const studio = '/api/v1/studio/sessions'
  const opened = await request.post(studio, { data: { id: sessionId, title: '厨房好物，再看一遍' } })
  const { ingest } = await opened.json()
  const { items } = await (await request.get('/api/v1/alliance/products?limit=2')).json()
  goods = items
  const productIds = goods.map(({ id }) => id)
  const { bag } = await (await request.post(`${studio}/${sessionId}/bag`, { data: { productIds } })).json()
  const stopping = new AbortController()
  const log = { info: () => undefined, warn: () => undefined }
  const sending = publishLoop({
    flv: await readFile(film),
    url: ingest.server,
    key: ingest.streamKey,
    signal: stopping.signal,
    log,
  })
  await expectSoon(async () => (await request.post(`${studio}/${sessionId}/starts`)).status() === 200)
  for (const item of bag) {
    await request.put(`${studio}/${sessionId}/pin`, { data: { itemId: item.id } })
    await sleep(4_000)
  }
  await request.post(`${studio}/${sessionId}/endings`)
  stopping.abort()
  await sending
  await expectSoon(async () => (await request.get(`/api/v1/replays/${sessionId}`)).status() === 200)
}

async function expectSoon(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error('It did not come to pass in time')
    await sleep(200)
  }
}

test('a phone opens a replay by its address, and jumps to what was explained', async () => {
  await buyer.go(`/replays/${sessionId}`)
  const { page } = buyer
  const { marks } = (await (await buyer.context.request.get(`/api/v1/replays/${sessionId}`)).json()).replay
  const [first, second] = marks
  await page.getByRole('button', { name: new RegExp(`${second.title.en}: from`) }).click()
  await moving(page, second.fromMs / 1_000 + 0.3)
  // A tap lands within two seconds of the word, and its card says that it is on now.
  expect((await timeOf(page)) - second.fromMs / 1_000).toBeLessThan(4)
  await page.locator('li[data-now]').filter({ hasText: second.title.en }).waitFor()
  await page.getByRole('button', { name: new RegExp(`${first.title.en}: from`) }).click()
  await page.waitForFunction(
    (until) => (document.querySelector('video')?.currentTime ?? 99) < until,
    second.fromMs / 1_000,
  )
  await page.locator('li[data-now]').filter({ hasText: first.title.en }).waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it fits').toBe(true)
  expect(await findingsOf(page)).toEqual([])
  await page.evaluate(() => document.querySelector('video')?.pause())
  await page.evaluate(() => scrollTo(0, 0))
  await shoot(buyer, 'replay')
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await shoot(buyer, 'replay-below')
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await findingsOf(page, 'colours')).toEqual([])
  await shoot({ ...buyer, page, theme: 'dark' }, 'replay-below')
  await page.emulateMedia({ colorScheme: 'light' })
  buyer.quiet()
})

test('a moment can be pointed at: the link begins there', async () => {
  const { page } = buyer
  await page.evaluate(() => {
    const video = document.querySelector('video')
    if (video !== null) video.currentTime = 5.4
  })
  await page.getByRole('button', { name: 'Copy a link to 00:05' }).click()
  await page
    .getByText(/Copied|address bar/)
    .first()
    .waitFor()
  await buyer.go(`/replays/${sessionId}?t=5`)
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) >= 5)
  expect(await timeOf(page)).toBeLessThan(6)
  await buyer.go(`/replays/${sessionId}?t=nonsense`)
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) > 0)
  expect(await timeOf(page)).toBe(0)
  buyer.quiet()
})

test('the host finds his recording and cuts out what he explained', async () => {
  await host.go('/studio/recordings')
  const { page } = host
  await shoot(host, 'studio-recordings')
  await page
    .getByRole('link', { name: /厨房好物，再看一遍/ })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: '厨房好物，再看一遍' }).waitFor()
  const explained = page.getByRole('region', { name: 'What was explained' })
  await explained.getByRole('button').nth(1).click()
  const form = page.getByRole('region', { name: 'New clip' })
  expect(await form.getByLabel('Title').inputValue()).not.toBe('')
  await form.getByLabel('Until', { exact: true }).fill('0:00')
  await form.getByText('The end must lie at least a second behind the beginning.').waitFor()
  expect(await form.getByRole('button', { name: 'Cut the clip' }).isDisabled()).toBe(true)
  await explained.getByRole('button').nth(1).click()
  await form.getByRole('button', { name: 'Cut the clip' }).click()
  const card = page.getByRole('article')
  await card.getByRole('link', { name: 'Download' }).waitFor()
  await card.getByRole('button', { name: 'Show beside the product' }).click()
  await card.getByText('published').waitFor()
  const address = await card.getByRole('link', { name: 'Download' }).getAttribute('href')
  const bytes = await (await host.context.request.get(address ?? '')).body()
  expect(bytes.toString('latin1', 4, 8), 'an ordinary film').toBe('ftyp')
  expect(await findingsOf(page)).toEqual([])
  await shoot(host, 'studio-recording')
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await findingsOf(page, 'colours')).toEqual([])
  await shoot({ ...host, theme: 'dark' }, 'studio-recording')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 360, height: 800 })
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('main *')]
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
      .map((each) => each.outerHTML.slice(0, 80)),
  )
  expect(wide, 'it fits a phone').toEqual([])
  const places = page.getByRole('navigation', { name: 'Places' })
  expect(await places.evaluate((each) => each.scrollWidth - each.clientWidth), 'and so do its places').toBe(0)
  await shoot({ ...host, device: 'phone' }, 'studio-recording')
  host.quiet()
})

test('the clip plays on the page of its product, and leaves with it', async () => {
  const { page } = buyer
  const product = goods[1]
  await buyer.go(`/products/${product?.id}`)
  const clip = page.getByRole('list', { name: 'Shown on air' }).locator('video').first()
  await clip.scrollIntoViewIfNeeded()
  await clip.evaluate((video: HTMLVideoElement) => {
    video.muted = true
    void video.play()
  })
  await page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('ul[aria-label="Shown on air"] video')
    return video !== null && video.currentTime > 0.5 && video.videoWidth > 0
  })
  expect(await findingsOf(page)).toEqual([])
  await shoot(buyer, 'product-with-clip')
  const card = host.page.getByRole('article')
  await card.getByRole('button', { name: 'Delete' }).click()
  await host.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await host.page.getByText('Nothing was cut from this broadcast yet.').waitFor()
  await buyer.go(`/products/${product?.id}`)
  await page.getByRole('heading', { name: 'About it' }).waitFor()
  expect(await page.getByRole('list', { name: 'Shown on air' }).count()).toBe(0)
  buyer.quiet()
})
