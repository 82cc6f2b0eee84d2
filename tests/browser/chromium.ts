/// <reference types="node" />
/**
 * A real Chromium for the browser tests: devices, people who are signed in, screenshots, axe.
 *
 * Always true: a page that wrote an error, threw, or lost a request fails its test (`quiet()`).
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import { chromiumPath } from './chromium-path.ts'

export { chromiumPath }

export const noChromium = 'there is no Chromium on this machine'

/** The sizes every screen must fit: the smallest common phone, and a small laptop. */
export const devices = { phone: { width: 360, height: 800 }, desktop: { width: 1280, height: 800 } } as const
export type Device = keyof typeof devices
export type Theme = 'light' | 'dark'
export type Language = 'en' | 'zh'

/** Other work shares the processor: what takes longer than this is broken, not slow. */
export const patienceMs = 20_000

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--mute-audio'],
]
const locales: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' }
const screenshotsFolder = join(import.meta.dirname, 'screenshots')

/** A browser with a profile of its own, made for it and thrown away with it. */
export function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(noChromium)
  return chromium.launch({ executablePath: chromiumPath, args: flags })
}

export interface Visitor {
  context: BrowserContext
  page: Page
  device: Device
  theme: Theme
  language: Language
  go(path: string): Promise<void>
  /** Fails if anything went wrong on any page of this visitor since the last call. */
  quiet(): void
  /** Answers that this visitor may get without it being a fault: `404 /api/v1/rooms/…`. */
  expects(trouble: RegExp): void
}

/** Somebody with a device; `login` is one of the demo's one-click logins. */
export async function visit(
  browser: Browser,
  of: { device?: Device; theme?: Theme; language?: Language; login?: string; calm?: boolean } = {},
): Promise<Visitor> {
  const { device = 'phone', theme = 'light', language = 'en', login, calm = false } = of
  const url = inject('worldUrl')
  const context = await browser.newContext({
    baseURL: url,
    viewport: devices[device],
    hasTouch: device === 'phone',
    colorScheme: theme,
    locale: locales[language],
    timezoneId: 'Asia/Shanghai',
    reducedMotion: calm ? 'reduce' : 'no-preference',
  })
  context.setDefaultTimeout(patienceMs)
  if (login !== undefined) {
    const answer = await context.request.post('/api/v1/demo/sign-ins', { data: { login } })
    expect(answer.status(), await answer.text()).toBe(200)
  }
  const page = await context.newPage()
  const troubles: string[] = []
  const expected: RegExp[] = []
  watch(page, url, troubles)
  context.on('page', (opened) => watch(opened, url, troubles))
  return {
    ...{ context, page, device, theme, language },
    async go(path) {
      // A sheet that has just closed steps back in the history, and a navigation that begins meanwhile is lost with it.
      await page
        .waitForFunction(() => !(history.state as { sheets?: number } | null)?.sheets, undefined, { timeout: 1_000 })
        .catch(() => undefined)
      // Live video counts as loading for as long as it likes; `settled` says when there is something to look at.
      await page.goto(path, { waitUntil: 'domcontentloaded' })
      await settled(page).catch((error: Error) => {
        throw new Error(`${path} did not settle: ${[error.message, ...troubles].join('; ')}`)
      })
    },
    quiet() {
      const unexpected = troubles.splice(0).filter((trouble) => !expected.some((each) => each.test(trouble)))
      expect(unexpected, `${page.url()} was not quiet`).toEqual([])
    },
    expects: (trouble) => void expected.push(trouble),
  }
}

function watch(page: Page, url: string, troubles: string[]): void {
  const short = (address: string) => address.replace(url, '')
  page.on('pageerror', (error) => troubles.push(`threw ${error.message}`))
  page.on('console', (message) => {
    // What did not load is told by the response, with its address.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return
    troubles.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${short(response.url())}`)
  })
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    // A page that is left takes its requests with it.
    if (why !== 'net::ERR_ABORTED') troubles.push(`${why} ${short(request.url())}`)
  })
}

/** Waits until the page shows itself: a heading, nothing busy, fonts and the pictures in view there, no colour on its way. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('h1') !== null && document.querySelector('[aria-busy="true"]') === null,
    undefined,
    { polling: 50 },
  )
  await page.evaluate(async () => {
    await document.fonts.ready
    const inView = [...document.images].filter((image) => {
      const box = image.getBoundingClientRect()
      return box.bottom > 0 && box.top < innerHeight && box.width > 0
    })
    await Promise.all(inView.map((image) => image.decode().catch(() => undefined)))
    await new Promise(requestAnimationFrame)
    const ending = document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity)
    await Promise.all(ending.map((each) => each.finished.catch(() => undefined)))
  })
}

/** Keeps a picture for people to look at: `<screen>-<phone|desktop>-<light|dark>-<en|zh>.png`. */
export async function shoot(
  visitor: Pick<Visitor, 'page' | 'device' | 'theme' | 'language'>,
  screen: string,
): Promise<void> {
  await mkdir(screenshotsFolder, { recursive: true })
  const name = [screen, visitor.device, visitor.theme, visitor.language].join('-')
  await visitor.page.screenshot({ path: join(screenshotsFolder, `${name}.png`), animations: 'disabled' })
}

interface Finding {
  rule: string
  impact: string
  help: string
  nodes: string[]
}

/** What axe finds that is serious or critical; empty when all is well. `colours` asks only what a theme can change. */
export async function findingsOf(page: Page, about: 'everything' | 'colours' = 'everything'): Promise<Finding[]> {
  // Evaluated by the debugger: the page's own content security policy stays as it is.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const runOnly = about === 'colours' ? ['color-contrast'] : ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']
  return page.evaluate(async (rules) => {
    const { violations } = await (window as any).axe.run(document, {
      runOnly: rules,
      resultTypes: ['violations'],
    })
    return violations
      .filter((each: any) => each.impact === 'serious' || each.impact === 'critical')
      .map((each: any) => ({
        rule: each.id,
        impact: each.impact,
        help: each.help,
        nodes: each.nodes.slice(0, 5).map((node: any) => `${node.target.join(' ')}: ${node.any[0]?.message ?? ''}`),
      }))
  }, runOnly)
}

/** Ends the session that a host left open, so that he can open another. */
export async function endOpenSession({ context }: Pick<Visitor, 'context'>): Promise<void> {
  const { session } = await (await context.request.get('/api/v1/studio/session')).json()
  if (session === null) return
  const ended = await context.request.post(`/api/v1/studio/sessions/${session.id}/endings`)
  expect(ended.status(), await ended.text()).toBe(200)
}
