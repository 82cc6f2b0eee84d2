/** An operator brings pictures for a new product: seen before it is made, in his order, and the cover of its page afterwards. */
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { chromiumPath, findingsOf, noChromium, openBrowser, shoot, visit } from './chromium.ts'

let browser: Browser
beforeAll(async () => {
  if (chromiumPath !== undefined) browser = await openBrowser()
})
afterAll(() => browser?.close())
beforeEach((context) => {
  if (chromiumPath === undefined) context.skip(noChromium)
})

const draw = (background: string) => sharp({ create: { width: 640, height: 640, channels: 3, background } })

test('pictures are brought, shown, put in order, and refused by what they are', async () => {
  const files = [
    { name: 'tea.png', mimeType: 'image/png', buffer: await draw('#0a5c36').png().toBuffer() },
    { name: 'pot.jpg', mimeType: 'image/jpeg', buffer: await draw('#8c3b2a').jpeg().toBuffer() },
  ]
  const disguised = { name: 'evil.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') }
  for (const [theme, language] of [
    ['light', 'en'],
    ['dark', 'zh'],
  ] as const) {
    const desk = await visit(browser, { login: 'operations', device: 'desktop', theme, language, calm: true })
    const { page } = desk
    desk.expects(/422 .*\/api\/v1\/pictures/)
    await desk.go('/console/products/new')
    const chooser = page.locator('input[type=file]')
    await chooser.setInputFiles([...files, disguised])
    const shown = page.locator('fieldset ol img')
    await expect.poll(() => shown.count(), { timeout: 20_000 }).toBe(2)
    const why = language === 'en' ? 'Only PNG, JPEG and WebP' : '仅支持 PNG、JPEG、WebP'
    await page.getByText(`evil.png: ${why}`).waitFor()
    const before = await shown.evaluateAll((images) => images.map((image) => image.getAttribute('src')))
    for (const address of before) expect(address).toMatch(/^\/pictures\/uploads\/[0-9a-f]{64}\.webp$/)
    const isDrawn = () =>
      shown.evaluateAll((images) => images.every((image) => (image as HTMLImageElement).naturalWidth === 640))
    await expect.poll(isDrawn, { timeout: 20_000 }).toBe(true)
    expect(await findingsOf(page)).toEqual([])
    await shoot(desk, 'new-product-with-pictures')

    await page.getByRole('button', { name: language === 'en' ? 'Move picture 2 forward' : '将第 2 张图片前移' }).click()
    const after = await shown.evaluateAll((images) => images.map((image) => image.getAttribute('src')))
    expect(after).toEqual(before.toReversed())
    await page.getByRole('button', { name: language === 'en' ? 'Remove picture 1' : '移除第 1 张图片' }).click()
    await expect.poll(() => shown.count()).toBe(1)
    desk.quiet()
    await desk.context.close()
  }
})
