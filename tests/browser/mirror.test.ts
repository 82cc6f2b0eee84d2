/// <reference types="node" />
/**
 * The mirror in a real browser: a camera that shows a drawn face, the filter on a real (software) WebGL2, and the model that finds
 * the face. What is asked of the picture is where it changed, not how it looks: that is for people, who find a screenshot.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumPath, findingsOf, noChromium, shoot, type Visitor, visit } from './chromium.ts'

const root = join(import.meta.dirname, '../..')
let folder = ''
let browser: Browser
let host: Visitor
let page: Page

beforeAll(async () => {
  if (chromiumPath === undefined) return
  folder = await mkdtemp(join(tmpdir(), 'hawker-mirror-'))
  // One picture for ever, so that every difference comes from the filter; three a second, which software can follow.
  const camera = join(folder, 'camera.y4m')
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-ss', '2', '-i', join(root, 'tools/demo/loops/kitchen.flv'), '-vf'],
    ...['scale=360:640,select=eq(n\\,0),loop=-1:1,fps=3,trim=end_frame=6', '-pix_fmt', 'yuv420p', camera],
  ])
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...['--no-sandbox', '--disable-quic', '--no-first-run', '--mute-audio', '--use-gl=angle'],
      ...['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--use-fake-ui-for-media-stream'],
      ...['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`],
    ],
  })
  host = await visit(browser, { login: 'creator', device: 'desktop' })
  page = host.page
})
afterAll(async () => {
  await browser?.close()
  if (folder !== '') await rm(folder, { recursive: true, force: true })
})

/** Mean difference of two pictures, 0 to 255, in the middle of the face and in the four corners. */
async function differences(): Promise<{ face: number; corners: number }> {
  const seen = async () =>
    page.evaluate(() => {
      const video = document.querySelector('video')
      if (video === null) throw new Error('no video')
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
      const pen = canvas.getContext('2d')
      pen?.drawImage(video, 0, 0)
      const { width, height } = canvas
      const box = (x: number, y: number) => [
        ...(pen?.getImageData(x * width, y * height, width * 0.12, height * 0.08).data ?? []),
      ]
      return { face: box(0.44, 0.4), corners: [box(0, 0), box(0.88, 0), box(0, 0.92), box(0.88, 0.92)].flat() }
    })
  const filtered = await seen()
  await page.getByRole('button', { name: 'Without' }).click()
  await page.waitForTimeout(700)
  const plain = await seen()
  await page.getByRole('button', { name: 'With beauty' }).click()
  const apart = (one: number[], other: number[]) =>
    one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length
  return { face: apart(filtered.face, plain.face), corners: apart(filtered.corners, plain.corners) }
}

test('a host sees himself, with a filter that changes his face and leaves the corners', async ({ skip }) => {
  skip(chromiumPath === undefined, noChromium)
  await host.go('/studio/mirror')
  await page.getByRole('button', { name: 'Turn the camera on' }).click()
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5)
  await page.getByRole('slider', { name: 'Look' }).focus()
  await page.keyboard.press('Home') // A look colours the whole picture; this is about the face.
  await page.getByRole('slider', { name: 'Smooth skin' }).focus()
  await page.keyboard.press('End')
  await page.getByRole('slider', { name: 'Bright skin' }).focus()
  await page.keyboard.press('End')
  await page.waitForTimeout(700)
  const { face, corners } = await differences()
  expect(face).toBeGreaterThan(2)
  expect(corners).toBeLessThan(face / 2)
  await shoot(host, 'studio-mirror-on')
  host.quiet()
})

test('the face is found on this device, with what our own origin serves', async ({ skip }) => {
  skip(chromiumPath === undefined, noChromium)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.getByRole('slider', { name: 'Slim face' }).focus()
  await page.keyboard.press('End')
  await expect.poll(() => page.getByText(/Loading what finds your face/).count(), { timeout: 30_000 }).toBe(0)
  expect(await page.getByText(/cannot be found on this device|No face in the picture/).count()).toBe(0)
  const origin = new URL(page.url()).origin
  expect(
    asked.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:') && !url.startsWith('data:')),
  ).toEqual([])
  host.quiet()
})

test('a machine that cannot follow is told so, and the picture goes on without', async ({ skip }) => {
  skip(chromiumPath === undefined, noChromium)
  // A page that hardly comes to draw: fewer pictures than even this camera gives.
  await page.evaluate(() => {
    const busy = () => {
      const until = performance.now() + 1_400
      while (performance.now() < until);
    }
    setInterval(busy, 1_450)
  })
  await page.getByText(/Turned (down|off)/).waitFor({ timeout: 30_000 })
  const before = await page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)
  await page.waitForTimeout(1_500)
  expect(await page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)).toBeGreaterThan(before)
  expect(await findingsOf(page)).toEqual([])
})
