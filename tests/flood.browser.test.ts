/**
 * A room in which 500 comments a second are said, beside likes and purchases, as a phone has to bear it: the list stays short, memory
 * does not grow, and no task keeps a finger waiting.
 *
 * Twenty seconds by default, and time is not judged then: other work shares the machine. The whole of it, alone:
 * `HAWKER_FLOOD_SECONDS=600 npx vitest run --project browser tests/flood`
 */
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumPath } from './browser/chromium-path.ts'
import { openShop } from './goods.ts'
import { type OpenRoom, openRoom } from './rooms.ts'
import { newId, startWorld, type World } from './world.ts'

const seconds = Number(process.env['HAWKER_FLOOD_SECONDS'] ?? 20)
const isWhole = seconds >= 600
const commentsPerSecond = 500
const nodesMax = 200
const heapGrowthMax = 30e6
const taskMsMax = 200
const ownEchoMsMax = 100
const testMsMax = (seconds + 120) * 1_000

let world: World
let room: OpenRoom
let browser: Browser
let context: BrowserContext
let page: Page
let protocol: CDPSession

beforeAll(async () => {
  if (chromiumPath === undefined) return
  world = await startWorld()
  const operator = await world.person('Operator', 'operations')
  const goods = await (await openShop(world, operator)).sell({ units: 500 })
  room = await openRoom(world, 'flooded')
  await room.host.post(`/api/v1/studio/sessions/${room.sessionId}/bag`, { productIds: [goods.productId] })
  const viewer = await world.person('Viewer', 'buyer')
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--mute-audio']
  browser = await chromium.launch({ executablePath: chromiumPath, args })
  const phone = { width: 360, height: 800 }
  context = await browser.newContext({ baseURL: world.url, viewport: phone, hasTouch: true, locale: 'en-GB' })
  await context.request.post('/api/v1/demo/sign-ins', { data: { login: viewer.personId } })
  page = await context.newPage()
  protocol = await context.newCDPSession(page)
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

/** Says, likes and buys for so long, through the ticks and sockets of a real server. Answers how many were said. */
async function flood(forMs: number): Promise<number> {
  const { sockets } = world.server.app
  const topic = `room:${room.roomId}`
  const began = performance.now()
  let said = 0
  let ticks = 0
  while (performance.now() - began < forMs) {
    const due = Math.floor(((performance.now() - began) / 1_000) * commentsPerSecond)
    for (; said < due; said++) {
      const isLong = said % 7 === 0
      const comment = {
        id: newId(),
        personId: newId(),
        name: `Guest ${said % 900}`,
        text: isLong ? 'How does it fall on somebody of 170 cm, and is it see-through?' : `I want it in blue ${said}`,
        at: new Date().toISOString(),
        productId: null,
        ...{ isHost: said % 97 === 0, isHelper: false, isQuestion: false, isAnswered: false, replyTo: null },
      }
      sockets.publish(topic, { kind: 'comment', comment })
    }
    sockets.count(topic, 'likes', said * 3)
    if (++ticks % 10 === 0)
      sockets.publish(topic, { kind: 'bought', name: 'G**', title: { en: 'Spring tea', zh: '明前龙井' }, units: 1 })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return said
}

async function heapBytes(): Promise<number> {
  // Twice: what the first finds to be garbage may have held more.
  for (let round = 0; round < 2; round++) await protocol.send('HeapProfiler.collectGarbage')
  return (await protocol.send('Runtime.getHeapUsage')).usedSize
}

/** Run in the page: how many elements the list holds at most, how many lines were drawn, the longest task, one's own. */
const watchPage = `
  globalThis.floodSeen = { nodes: 0, taskMs: 0, tasks: 0, comments: 0, mineAt: 0, pressedAt: 0 }
  {
    const list = document.querySelector('[role=log]')
    new MutationObserver((changes) => {
      const added = changes.flatMap((change) => [...change.addedNodes])
      floodSeen.comments += added.length
      if (added.some((node) => node.textContent?.includes('Mine, please'))) floodSeen.mineAt ||= performance.now()
      floodSeen.nodes = Math.max(floodSeen.nodes, list.querySelectorAll('*').length)
    }).observe(list, { childList: true })
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) {
        floodSeen.tasks++
        floodSeen.taskMs = Math.max(floodSeen.taskMs, duration)
      }
    }).observe({ type: 'longtask' })
  }
`

interface Seen {
  nodes: number
  taskMs: number
  tasks: number
  comments: number
  mineAt: number
  pressedAt: number
}
const seenNow = () => page.evaluate('({ ...floodSeen })') as Promise<Seen>

test('500 comments a second: at most 200 nodes, no growth, one’s own at once, and scrolling up is left in peace', {
  timeout: testMsMax,
}, async (on) => {
  if (chromiumPath === undefined) on.skip('there is no Chromium on this machine')
  await page.goto(`/rooms/${room.roomId}`)
  await page.getByRole('log').waitFor({ state: 'attached' })
  await expect.poll(() => world.server.app.sockets.present(`room:${room.roomId}`), { timeout: 20_000 }).toBe(1)
  await page.evaluate(watchPage)
  await flood(5_000)
  const before = await heapBytes()
  // What was slow while the page warmed up, or memory was swept, is no task of the flood.
  await page.evaluate('Object.assign(floodSeen, { taskMs: 0, tasks: 0 })')
  const said = await flood(seconds * 1_000)
  const seen = await seenNow()
  const after = await heapBytes()
  console.info(
    `flood: ${said} said, ${seen.comments} drawn, ${seen.nodes} nodes, heap ${(before / 1e6).toFixed(1)} to ` +
      `${(after / 1e6).toFixed(1)} MB, longest task ${Math.round(seen.taskMs)} ms of ${seen.tasks} over 50 ms`,
  )
  expect(said).toBeGreaterThan(seconds * commentsPerSecond * 0.9)
  expect(seen.comments, 'they are drawn').toBeGreaterThan(said / 10)
  expect(seen.nodes).toBeGreaterThan(50)
  expect(seen.nodes).toBeLessThanOrEqual(nodesMax)
  expect(after - before).toBeLessThanOrEqual(heapGrowthMax)
  if (isWhole) expect(seen.taskMs).toBeLessThanOrEqual(taskMsMax)

  // While it goes on: one's own stands there at once, and who reads further up stays where he is.
  const going = flood(6_000)
  await page.getByRole('textbox', { name: 'Say something' }).fill('Mine, please')
  await page.evaluate("floodSeen.pressedAt = performance.now(); document.querySelector('form').requestSubmit()")
  await page.waitForFunction('floodSeen.mineAt > 0')
  const { mineAt, pressedAt } = await seenNow()
  expect(mineAt).toBeGreaterThanOrEqual(pressedAt)
  if (isWhole) expect(mineAt - pressedAt).toBeLessThanOrEqual(ownEchoMsMax)
  await page.getByRole('log').hover()
  await page.mouse.wheel(0, -120)
  const unread = page.getByRole('button', { name: /^\d+ new$/ })
  await unread.waitFor()
  await unread.click()
  await going
  await unread.waitFor({ state: 'hidden' })
})
