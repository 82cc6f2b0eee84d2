/// <reference types="node" />
/** Two hosts in one room, as both of them and a buyer see it: the invitation, two moving pictures, one bag, the way out. */
import { readFile } from 'node:fs/promises'
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
  patienceMs,
  shoot,
  type Visitor,
  visit,
} from './chromium.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const sending = new AbortController()
const loops: Promise<void>[] = []
let browser: Browser
let host: Visitor
let guest: Visitor
let buyer: Visitor
let sessionId = ''
let roomId = ''

beforeAll(async () => {
  if (chromiumPath === undefined) return
  browser = await openBrowser()
  ;[host, guest, buyer] = await Promise.all([
    visit(browser, { login: 'creator', device: 'desktop' }),
    visit(browser, { login: 'creator-2000', device: 'desktop', language: 'zh', theme: 'dark' }),
    visit(browser, { login: 'buyer-1' }),
  ])
  // A player that a busy machine keeps waiting asks for parts that are gone; a picture that is about to come is asked for early.
  for (const watching of [host, guest, buyer]) watching.expects(/^404 \/media\//)
  await Promise.all([endOpenSession(host), endOpenSession(guest)])
})
afterAll(async () => {
  sending.abort()
  await Promise.all(loops)
  if (host !== undefined) await endOpenSession(host)
  await browser?.close()
})
beforeEach((context) => {
  if (chromiumPath === undefined) context.skip(noChromium)
})

async function send(ingest: { server: string; streamKey: string }, film: string): Promise<void> {
  const flv = await readFile(new URL(`../../tools/demo/loops/${film}.flv`, import.meta.url))
  loops.push(publishLoop({ flv, url: ingest.server, key: ingest.streamKey, signal: sending.signal, log: silent }))
}
const postAs = async (visitor: Visitor, path: string, data?: object) => {
  const answer = await visitor.context.request.post(path, data === undefined ? {} : { data })
  expect(answer.status(), await answer.text()).toBeLessThan(300)
  return answer.json()
}
const moving = (page: Page, pictures: number) =>
  page.waitForFunction(
    (wanted) => [...document.querySelectorAll('video')].filter((video) => video.currentTime > 0.2).length >= wanted,
    pictures,
    { timeout: patienceMs },
  )

test('a host who is on air invites another, and says who earns', async () => {
  sessionId = uuidv7()
  const opened = await postAs(host, '/api/v1/studio/sessions', { id: sessionId, title: '两个人的茶会' })
  roomId = opened.session.roomId
  const { items } = await (await host.context.request.get('/api/v1/alliance/products?limit=3')).json()
  await postAs(host, `/api/v1/studio/sessions/${sessionId}/bag`, {
    productIds: items.map((item: { id: string }) => item.id),
  })
  await send(opened.ingest, 'kitchen')
  await expect
    .poll(async () => (await host.context.request.post(`/api/v1/studio/sessions/${sessionId}/starts`)).status(), {
      timeout: patienceMs,
    })
    .toBe(200)
  const { me } = await (await guest.context.request.get('/api/v1/me')).json()
  const { creator } = await (await guest.context.request.get(`/api/v1/creators/${me.creatorId}`)).json()
  await host.go('/studio')
  const { page } = host
  await page.getByRole('tab', { name: 'Co-host' }).click()
  await page.getByLabel('Name of the other creator, as in @name').fill(`@${creator.handle}`)
  await page.getByLabel('Part of the guest, in percent').fill('40')
  await shoot(host, 'cohost-invite')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByRole('button', { name: 'Take the invitation back' }).waitFor()
})

test('the guest reads what he would earn, joins, and both see and hear each other', async () => {
  await guest.go('/studio')
  const { page } = guest
  await page.getByText('得 40%').waitFor()
  expect(await findingsOf(page, 'everything')).toEqual([])
  await shoot(guest, 'cohost-invited')
  await page.getByRole('button', { name: '接受连麦' }).click()
  await page.getByText('连麦', { exact: false }).first().waitFor()
  const { seats } = await (await guest.context.request.get('/api/v1/studio/cohosts')).json()
  const { ingest } = await postAs(guest, `/api/v1/studio/cohosts/${seats[0].id}/stream-keys`)
  await send(ingest, 'beauty')
  await moving(page, 1)
  await host.page.getByText('with you').first().waitFor()
  await moving(host.page, 2)
  await shoot(guest, 'cohost-guest')
  await shoot(host, 'cohost-host')
  expect(await findingsOf(page, 'everything')).toEqual([])
  expect(await findingsOf(host.page, 'everything')).toEqual([])
})

test('a buyer sees both beside each other, and what the guest explains', async () => {
  await buyer.go(`/rooms/${roomId}`)
  const { page } = buyer
  await moving(page, 2)
  const boxes = await Promise.all((await page.locator('video').all()).map((video) => video.boundingBox()))
  const [left, right] = boxes
  expect(left?.y).toBe(right?.y)
  expect(Math.round((left?.x ?? 0) + (left?.width ?? 0))).toBeLessThanOrEqual(Math.round(right?.x ?? 0))
  await guest.page.getByRole('button', { name: /^讲解/ }).first().click()
  await page.getByText('Explaining').first().waitFor()
  await shoot(buyer, 'cohost-room')
  expect(await findingsOf(page, 'everything')).toEqual([])
})

test('when the guest leaves, one picture fills the room again', async () => {
  const { seats } = await (await guest.context.request.get('/api/v1/studio/cohosts')).json()
  const left = await guest.context.request.delete(`/api/v1/studio/cohosts/${seats[0].id}`)
  expect(left.status()).toBe(200)
  await buyer.page.waitForFunction(() => document.querySelectorAll('video').length === 1)
  await guest.page.getByRole('heading', { name: '开播', exact: true }).waitFor()
  for (const visitor of [host, guest, buyer]) visitor.quiet()
})

test('afterwards it can be watched again, each product a tap away from its moment, which the host can put right', async () => {
  await endOpenSession(host)
  sending.abort()
  const replays = async () => (await (await host.context.request.get('/api/v1/studio/recordings')).json()).recordings
  await expect
    .poll(async () => (await replays()).map((replay: { sessionId: string }) => replay.sessionId), {
      timeout: patienceMs,
    })
    .toContain(sessionId)
  await buyer.go(`/replays/${sessionId}`)
  const { page } = buyer
  const mark = page.getByRole('button', { name: /: from / })
  await mark.first().click()
  await moving(page, 1)
  await page.getByRole('heading', { name: '两个人的茶会' }).waitFor()
  expect(await findingsOf(page, 'everything')).toEqual([])
  await shoot(buyer, 'replay')
  await host.go(`/studio/recordings/${sessionId}`)
  await host.page
    .getByRole('textbox', { name: /: until$/ })
    .first()
    .waitFor()
  expect(await findingsOf(host.page, 'everything')).toEqual([])
  await shoot(host, 'studio-replay-marks')
  for (const visitor of [host, buyer]) visitor.quiet()
})
