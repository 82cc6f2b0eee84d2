/** Buying without a pointer: everything is reached with Tab, and one always sees where one is. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { chromiumPath, noChromium, openBrowser, settled, type Visitor, visit } from './chromium.ts'

const tabsMax = 80

let browser: Browser
let buyer: Visitor

beforeAll(async () => {
  if (chromiumPath === undefined) return
  browser = await openBrowser()
  buyer = await visit(browser, { login: 'buyer-3', device: 'desktop', calm: true })
})
afterAll(() => browser?.close())
beforeEach((context) => {
  if (chromiumPath === undefined) context.skip(noChromium)
})

test('a product is found, bought and paid with keys alone', async () => {
  const { page } = buyer
  await buyer.go('/')
  await tabTo(page, 'Search goods')
  await page.keyboard.type('tea')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/?q=tea')
  await page.waitForSelector('[role=feed] a[href^="/products/"]')
  const title = (await page.locator('[role=feed] article h2').first().textContent()) ?? ''
  await tabTo(page, title)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/products/*')
  await page.getByRole('heading', { level: 1, name: title }).waitFor()

  await tabTo(page, 'Buy now')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.getByRole('button', { name: /^Pay ¥/, disabled: false }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null), 'focus moved in').toBe(true)
  await tabTo(page, 'Pay ¥')
  await page.keyboard.press('Enter')
  await page.getByRole('status').filter({ hasText: 'Paid ¥' }).waitFor()
  await tabTo(page, 'See the order')

  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await focused(page)).toMatchObject({ name: 'Buy now' })
  buyer.quiet()
})

test('Page Down walks the feed from article to article', async () => {
  const { page } = buyer
  await buyer.go('/')
  await page.waitForSelector('[role=feed] article')
  await page.locator('[role=feed] article a').first().focus()
  const places: (string | null)[] = []
  for (let step = 0; step < 3; step++) {
    await page.keyboard.press('PageDown')
    places.push(
      await page.evaluate(() => document.activeElement?.closest('article')?.getAttribute('aria-posinset') ?? null),
    )
  }
  await page.keyboard.press('PageUp')
  const last = await page.evaluate(() => document.activeElement?.closest('article')?.getAttribute('aria-posinset'))
  expect([...places, last]).toEqual(['2', '3', '4', '3'])
})

test('from the trial balance down to the line of an order, and up again, by keys alone', async () => {
  const desk = await visit(browser, { login: 'admin', calm: true })
  const { page } = desk
  const at = () => new URL(page.url()).pathname.replace('/console', '')
  /** Steps through the rows until one is called so, and follows it. */
  const follow = async (name: RegExp, to: string) => {
    await page.locator('main').getByRole('link', { name }).first().waitFor()
    for (let steps = 0; ; steps++) {
      expect(steps, `${name} is a row of ${page.url()}`).toBeLessThan(60)
      await page.keyboard.press('j')
      const { name: here, isSeen } = await focused(page)
      expect(isSeen, `one sees that “${here}” has the focus`).toBe(true)
      if (name.test(here)) break
    }
    await page.keyboard.press('Enter')
    await expect.poll(at).toMatch(new RegExp(`^${to}`))
    await settled(page)
  }
  await desk.go('/console/balances')
  await follow(/^Sales of goods/, '/account$')
  await follow(/^order\.confirmed/, '/journals/')
  await follow(/^\d+ · 1/, '/orders/')
  expect(new URL(page.url()).hash).toBe('#line-1')
  await page.goBack()
  await settled(page)
  await page.keyboard.press('u')
  await expect.poll(at).toBe('/account')
  await settled(page)
  await page.keyboard.press('u')
  await expect.poll(at).toBe('/balances')
  desk.quiet()
})

/** Presses Tab until what has the focus is called so; every stop on the way must be seen. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let tabs = 0; tabs < tabsMax; tabs++) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (at.name === '' && !at.isSeen) continue // The browser's own frame, between the last and the first.
    expect(at.isSeen, `one sees that “${at.name}” has the focus`).toBe(true)
    if (at.name.startsWith(name)) return
  }
  throw new Error(`Tab never reached “${name}”`)
}

function focused(page: Page): Promise<{ name: string; isSeen: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return { name: '', isSeen: false }
    const labelled = (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ')
    const name = element.ariaLabel ?? (labelled.trim() || (element.querySelector('h2') ?? element).textContent) ?? ''
    // The ring may be drawn by what holds the field, or by what lies over the card.
    const places = [element, element.parentElement, element.closest('article'), element.closest('form')]
    const isSeen = places.some((place) => {
      if (place === null) return false
      return [undefined, '::before', '::after'].some((pseudo) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(place, pseudo)
        const isRinged = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
        return isRinged || (place === element && boxShadow !== 'none')
      })
    })
    return { name: name.trim(), isSeen }
  })
}
