/** The whole way: an encoder publishes, the engine packages, and a real browser plays with the player of the pages. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type BuiltInMediaEngine, createStreamKey, forwardMedia, publishLoop, startMediaEngine } from './index.ts'
import { testStreamId } from './media.test-kit.ts'

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
// A picture of what was played is kept where this points to, for people to look at.
const screenshotDir = process.env.HAWKER_TEST_SCREENSHOTS

const page = `<!doctype html><title>Media</title><video muted autoplay playsinline style="height: 90vh"></video>
<script src="/hls.js"></script>
<script>
  const video = document.querySelector('video')
  window.faults = []
  window.stalls = 0
  video.addEventListener('waiting', () => { if (video.currentTime > 4) window.stalls += 1 })
  const kind = new URLSearchParams(location.search).get('kind')
  if (kind === 'replay') {
    const hls = new Hls()
    hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) window.faults.push(error.details) })
    hls.loadSource('/media/${testStreamId}/replay.m3u8')
    hls.attachMedia(video)
  } else {
    const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1, liveSyncOnStallIncrease: 0.3, backBufferLength: 20 })
    hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) window.faults.push(error.details) })
    hls.loadSource('/media/${testStreamId}/live.m3u8')
    hls.attachMedia(video)
    window.hls = hls
    // What a page has to do itself: after an outage the player may wait before a hole that nothing will ever fill.
    let lastTime = 0
    let stillSeconds = 0
    setInterval(() => {
      stillSeconds = video.currentTime === lastTime ? stillSeconds + 1 : 0
      lastTime = video.currentTime
      if (stillSeconds >= 3 && hls.liveSyncPosition > lastTime + 0.5) video.currentTime = hls.liveSyncPosition
    }, 1000)
  }
</script>`

let directory = ''
let engine: BuiltInMediaEngine | null = null
let front: Server | null = null
let context: BrowserContext | null = null
const { key } = createStreamKey()

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'media-browser-'))
})

afterEach(async () => {
  await context?.close()
  front?.closeAllConnections()
  front?.close()
  await engine?.close()
  context = null
  front = null
  engine = null
  await rm(directory, { recursive: true, force: true })
})

async function serve(): Promise<{ origin: string; engine: BuiltInMediaEngine }> {
  const log = { info: () => undefined, warn: () => undefined, error: console.error }
  const started = await startMediaEngine({
    rtmpPort: 0,
    rtmpHost: '127.0.0.1',
    storageDir: join(directory, 'store'),
    log,
    authorizePublish: async () => ({ allowed: true, streamId: testStreamId }),
    onEvent: () => undefined,
  })
  engine = started
  const player = await readFile(createRequire(import.meta.url).resolve('hls.js/dist/hls.light.min.js'))
  front = createServer((request, response) => {
    if (request.url === '/hls.js') response.end(player)
    else if (request.url?.startsWith('/media/')) forwardMedia(started, request, response)
    else response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => front?.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, engine: started }
}

async function browse(address: string): Promise<Page> {
  context = await chromium.launchPersistentContext(join(directory, 'profile'), {
    executablePath: chromiumPath,
    viewport: { width: 480, height: 800 },
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
    ],
  })
  const opened = await context.newPage()
  await opened.goto(address)
  return opened
}

type Playing = {
  time: number
  width: number
  faults: string[]
  stalls: number
  decoded: number
  audioBytes: number
  latencyS: number
}

/** What of the page the tests touch; the server's types know no browser. */
type PageScope = {
  faults: string[]
  stalls: number
  hls?: { latency: number }
  document: { querySelector(selector: 'video'): PageVideo }
}
type PageVideo = {
  currentTime: number
  duration: number
  videoWidth: number
  webkitAudioDecodedByteCount: number
  getVideoPlaybackQuality(): { totalVideoFrames: number }
}

async function look(at: Page): Promise<Playing> {
  return await at.evaluate(() => {
    const scope = globalThis as unknown as PageScope
    const video = scope.document.querySelector('video')
    return {
      time: video.currentTime,
      width: video.videoWidth,
      faults: scope.faults,
      stalls: scope.stalls,
      decoded: video.getVideoPlaybackQuality().totalVideoFrames,
      audioBytes: video.webkitAudioDecodedByteCount,
      latencyS: scope.hls?.latency ?? 0,
    }
  })
}

async function playsWithin(at: Page, timeoutMs: number): Promise<Playing> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const seen = await look(at)
    if (seen.time > 0 && seen.decoded > 0) return seen
    if (performance.now() > endMs) throw new Error(`Nothing plays after ${timeoutMs} ms: ${JSON.stringify(seen)}`)
    await pause(50)
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const source = ['-f', 'lavfi', '-i', 'testsrc2=size=720x1280:rate=30', '-f', 'lavfi', '-i', 'sine=frequency=440']
const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '1500k', '-pix_fmt', 'yuv420p', '-c:a', 'aac']

test('a viewer who was there plays on when the encoder comes back, and the replay holds all of it', async (testContext) => {
  testContext.skip(chromiumPath === undefined, 'no Chromium is installed')
  testContext.skip(!hasFfmpeg, 'ffmpeg is not installed')
  const { origin, engine: started } = await serve()
  const film = join(directory, 'film.flv')
  execFileSync('ffmpeg', ['-v', 'error', ...source, '-t', '4', ...codecs, '-g', '30', '-f', 'flv', film])
  const flv = await readFile(film)
  const small = ['-vf', 'scale=360:640', '-ar', '48000', '-ac', '2']
  execFileSync('ffmpeg', [
    '-y',
    '-v',
    'error',
    ...source,
    '-t',
    '4',
    ...codecs,
    ...small,
    '-g',
    '30',
    '-f',
    'flv',
    film,
  ])
  const otherFlv = await readFile(film)
  const url = `rtmp://127.0.0.1:${started.rtmpPort}/live`
  const log = { info: () => undefined, warn: () => undefined }
  const broadcast = (flv: Buffer) => {
    const ending = new AbortController()
    const ended = publishLoop({ flv, url, key, signal: ending.signal, log })
    return async () => {
      ending.abort()
      await ended
    }
  }
  const leave = broadcast(flv)
  await pause(2_500)
  const viewer = await browse(origin)
  await playsWithin(viewer, 8_000)
  await pause(3_000)
  await leave()
  const gone = await look(viewer)
  await pause(3_000)
  // It comes back with a smaller picture and another sound.
  const leaveAgain = broadcast(otherFlv)
  await pause(6_000)
  const back = await look(viewer)
  expect(back.faults).toEqual([])
  expect(back.time - gone.time).toBeGreaterThan(3)
  expect(back.width).toBe(360)
  // The process dies as well: viewers find the stream again without loading the page.
  process.kill(started.pid ?? 0, 'SIGKILL')
  await pause(8_000)
  const afterCrash = await look(viewer)
  await pause(2_000)
  const onAgain = await look(viewer)
  expect(onAgain.faults).toEqual([])
  expect(onAgain.time - afterCrash.time).toBeGreaterThan(1.5)
  console.info(
    `Played on after a return: ${(back.time - gone.time).toFixed(1)} s; after a crash: ${JSON.stringify(onAgain)}`,
  )
  await leaveAgain()
  started.kick(testStreamId)
  await pause(1_000)
  await viewer.goto(`${origin}/?kind=replay`)
  await playsWithin(viewer, 8_000)
  await viewer.evaluate(() => {
    const video = (globalThis as unknown as PageScope).document.querySelector('video')
    video.currentTime = video.duration - 3
  })
  await pause(2_000)
  const replayed = await look(viewer)
  if (screenshotDir !== undefined) await viewer.screenshot({ path: join(screenshotDir, 'media-replay.png') })
  expect(replayed.faults).toEqual([])
  expect(replayed.time).toBeGreaterThan(10)
})
