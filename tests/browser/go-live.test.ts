/// <reference types="node" />
/**
 * Going live from a browser: a host with a camera and a microphone, no encoder, and a buyer who watches. The camera is
 * Chromium's own test picture; everything else is what people get.
 */
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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

let studio: Browser
let phone: Browser
let host: Visitor
let buyer: Visitor

async function openStudio(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...['--no-sandbox', '--disable-quic', '--no-first-run', '--use-gl=angle', '--use-angle=swiftshader'],
      ...['--enable-unsafe-swiftshader', '--autoplay-policy=no-user-gesture-required'],
      ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=fps=15'],
    ],
  })
}

beforeAll(async () => {
  if (chromiumPath === undefined) return
  ;[studio, phone] = await Promise.all([openStudio(), openBrowser()])
  host = await visit(studio, { login: 'creator', device: 'desktop' })
  buyer = await visit(phone, { login: 'buyer-3' })
  for (const watching of [buyer, host]) watching.expects(/^404 \/media\/.*\.m4s$/)
})
afterAll(async () => {
  await studio?.close()
  await phone?.close()
})
beforeEach((context) => {
  if (chromiumPath === undefined) context.skip(noChromium)
})

test('a host without an encoder turns the camera on and sees himself', async () => {
  await endOpenSession(host)
  await host.go('/studio')
  const { page } = host
  await page.getByPlaceholder('What is it about today?').fill('随手开播')
  await page.getByRole('button', { name: 'Open the session' }).click()
  const startedMs = performance.now()
  const card = page.getByRole('region', { name: 'From this browser' })
  await card.getByRole('button', { name: 'Turn the camera on' }).click()
  await page.waitForFunction(() => {
    const mirror = document.querySelector<HTMLVideoElement>('video[aria-label^="Your camera"]')
    return (mirror?.videoWidth ?? 0) > 0 && (mirror?.currentTime ?? 0) > 0
  })
  console.info(`Preview after ${Math.round(performance.now() - startedMs)} ms`)
  await card.getByLabel('Camera').locator('option').first().waitFor({ state: 'attached' })
  const size = await card.locator('video').evaluate((video: HTMLVideoElement) => [video.videoWidth, video.videoHeight])
  expect(size[1], 'upright, as viewers hold their phones').toBeGreaterThan(size[0] ?? 0)
  expect(await findingsOf(page)).toEqual([])
  await shoot(host, 'studio-from-this-browser')
  host.quiet()
})

test('he sends it through the filter, goes on air, and a buyer sees the picture move and hears him', async () => {
  const { page } = host
  const card = page.getByRole('region', { name: 'From this browser' })
  await page.evaluate(() => {
    const Real = window.RTCPeerConnection
    const peers: RTCPeerConnection[] = []
    Object.assign(window, { peers })
    window.RTCPeerConnection = class extends Real {
      constructor(...given: ConstructorParameters<typeof Real>) {
        super(...given)
        peers.push(this)
      }
    }
  })
  await card.getByRole('button', { name: 'How you look' }).click()
  await card.getByRole('slider', { name: 'Smooth skin' }).focus()
  await page.keyboard.press('End')
  await card.getByRole('slider', { name: 'Bright skin' }).focus()
  await page.keyboard.press('End')
  await card.getByRole('button', { name: 'Send this picture' }).click()
  await card.getByText('Your picture arrives.').waitFor()
  await page.getByRole('button', { name: 'Go live', exact: true }).click()
  await page.getByRole('timer', { name: 'Time on air' }).waitFor()
  await buyer.go('/live')
  await buyer.page.getByRole('article').filter({ hasText: '随手开播' }).getByRole('link').click()
  await buyer.page.waitForURL('**/rooms/*')
  await buyer.page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0)
  const from = await buyer.page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)
  await buyer.page.waitForFunction((then) => (document.querySelector('video')?.currentTime ?? 0) > then + 3, from)
  const sentNow = () =>
    page.evaluate(async () => {
      // The page has other connections too: it watches what it sends.
      for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers) {
        const reports = [...(await peer.getStats()).values()]
        const video = reports.find((each) => each.type === 'outbound-rtp' && each.kind === 'video')
        const codec = reports.find((each) => each.id === video?.codecId)
        if (codec) return { codec: codec.mimeType as string, fps: (video.framesPerSecond ?? 0) as number }
      }
      return { codec: 'none', fps: 0 }
    })
  // Figures of a connection come once a second, and the first of them may be of nothing.
  await expect.poll(async () => (await sentNow()).fps, { timeout: patienceMs }).toBeGreaterThanOrEqual(2)
  const sent = await sentNow()
  console.info(`Sent through the filter: ${sent.codec}, ${sent.fps} pictures a second`)
  expect(sent.codec).toBe('video/H264')
  // Two at some moment, above: five where nothing else runs; this machine draws without a graphics card, encodes, and shows three rooms.
  const heard = () =>
    buyer.page.evaluate(
      () =>
        (document.querySelector('video') as { webkitAudioDecodedByteCount?: number } | null)
          ?.webkitAudioDecodedByteCount,
    )
  // Where the room is small he is heard by WebRTC, whose bytes a video element does not count.
  const isByRtc = await buyer.page.evaluate(() => document.querySelector('video')?.srcObject instanceof MediaStream)
  if (!isByRtc) expect(await heard()).toBeGreaterThan(1_000)
  await card.getByRole('button', { name: 'Mute the microphone' }).click()
  await card.getByText('Muted: viewers hear nothing.').waitFor()
  await shoot(host, 'studio-sending')
  host.quiet()
  buyer.quiet()
})

test('he looks at another page, and the broadcast goes on', async () => {
  const { page } = host
  await page.getByRole('link', { name: 'Sales' }).click()
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForTimeout(2_500)
  const answer = await host.context.request.get('/api/v1/studio/session')
  expect((await answer.json()).session.signal.publishing).toBe(true)
  await page.getByRole('link', { name: 'Live', exact: true }).click()
  await page.getByText('Your picture arrives.').waitFor()
})

test('where the network lets no UDP through, the picture goes another way, and the studio says so', async () => {
  // The same host from another network: his first connection is gone, as if the laptop had moved.
  await studio.close()
  studio = await openStudio()
  host = await visit(studio, { login: 'creator', device: 'desktop', theme: 'dark' })
  host.expects(/^404 \/media\/.*\.m4s$/)
  // A page that may talk to relays alone, where there is none, is a page without UDP.
  await host.page.addInitScript(() => {
    const Real = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Real {
      constructor() {
        super({ iceTransportPolicy: 'relay' })
      }
    }
  })
  await host.go('/studio')
  const { page } = host
  const card = page.getByRole('region', { name: 'From this browser' })
  await card.getByRole('button', { name: 'Turn the camera on' }).click()
  await card.getByRole('button', { name: /Send this picture|Take over/ }).click()
  await card.getByText('This network lets no direct connection through').waitFor()
  const from = await buyer.page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)
  await buyer.page.waitForFunction((then) => {
    const video = document.querySelector('video')
    return video !== null && video.currentTime > 0 && Math.abs(video.currentTime - then) > 2
  }, from)
  await shoot(host, 'studio-another-way')
  await card.getByRole('button', { name: 'Stop sending' }).click()
  const session = await (await host.context.request.get('/api/v1/studio/session')).json()
  const ended = await host.context.request.post(`/api/v1/studio/sessions/${session.session.id}/endings`)
  expect(ended.status()).toBe(200)
})
