/**
 * What the first page costs a phone on a slow line: `node bench/pages.ts [--json] [--url http://…] [--path /]`.
 *
 * Measured like Lighthouse's mobile profile: 150 ms, 1.6 Mbit/s, a processor four times slower, 360x800; median of three
 * visits with an empty cache. Starts a demo world of its own unless `--url` names one that runs. Needs a Chromium.
 */
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { chromiumPath } from '../tests/browser/chromium-path.ts'

const visits = 3
const restMs = 4_000
const line = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 }
const slowerBy = 4
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

interface Measure {
  firstContentMs: number
  largestContentMs: number
  layoutShift: number
  blockedMs: number
  kilobytes: number
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    url: { type: 'string' },
    path: { type: 'string', multiple: true, default: ['/'] },
  },
})

if (chromiumPath === undefined) {
  process.stderr.write('There is no Chromium on this machine.\n')
  process.exitCode = 2
} else await main(chromiumPath)

async function main(executablePath: string): Promise<void> {
  const world = values.url === undefined ? await demoWorld() : { url: values.url, stop: async () => undefined }
  try {
    const rows = []
    for (const path of values.path) {
      const measures: Measure[] = []
      for (let visit = 0; visit < visits; visit++) measures.push(await measure(executablePath, world.url + path))
      rows.push({ path, ...medianOf(measures) })
    }
    console.table(rows)
    if (values.json) console.log(JSON.stringify({ bench: 'pages', rows }))
  } finally {
    await world.stop()
  }
}

async function measure(executablePath: string, url: string): Promise<Measure> {
  const browser = await chromium.launch({ executablePath, args: flags })
  try {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 }, deviceScaleFactor: 2 })
    const wire = await page.context().newCDPSession(page)
    let bytes = 0
    wire.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    await wire.send('Network.enable')
    await wire.send('Network.emulateNetworkConditions', line)
    await wire.send('Emulation.setCPUThrottlingRate', { rate: slowerBy })
    await page.addInitScript(observe)
    await page.goto(url, { waitUntil: 'load' })
    await page.waitForTimeout(restMs)
    const seen = (await page.evaluate('window.measured')) as Omit<Measure, 'kilobytes'>
    return { ...seen, kilobytes: Math.round(bytes / 1_000) }
  } finally {
    await browser.close()
  }
}

/** Runs in the page, before anything else. */
function observe(): void {
  const page = globalThis as any
  const measured = { firstContentMs: 0, largestContentMs: 0, layoutShift: 0, blockedMs: 0 }
  page.measured = measured
  const watch = (type: string, hear: (entry: any) => void) =>
    new page.PerformanceObserver((list: any) => list.getEntries().forEach(hear)).observe({ type, buffered: true })
  watch('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') measured.firstContentMs = Math.round(entry.startTime)
  })
  watch('largest-contentful-paint', (entry) => {
    measured.largestContentMs = Math.round(entry.startTime)
  })
  watch('layout-shift', (entry) => {
    if (!entry.hadRecentInput) measured.layoutShift = Math.round((measured.layoutShift + entry.value) * 1_000) / 1_000
  })
  watch('longtask', (entry) => {
    measured.blockedMs += Math.round(Math.max(0, entry.duration - 50))
  })
}

function medianOf(measures: readonly Measure[]): Measure {
  const middle = (of: (measure: Measure) => number) => measures.map(of).toSorted((a, b) => a - b)[1] ?? Number.NaN
  return {
    firstContentMs: middle((each) => each.firstContentMs),
    largestContentMs: middle((each) => each.largestContentMs),
    layoutShift: middle((each) => each.layoutShift),
    blockedMs: middle((each) => each.blockedMs),
    kilobytes: middle((each) => each.kilobytes),
  }
}

async function demoWorld(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { default: startCluster } = await import('../tests/test-cluster.ts')
  const stopCluster = await startCluster()
  const { openDemoWorld } = await import('../tests/demo-world.ts')
  const world = await openDemoWorld()
  return {
    url: world.url,
    async stop() {
      await world.stop()
      await stopCluster?.()
    },
  }
}
