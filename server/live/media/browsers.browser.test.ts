/** Browsers at both ends: one publishes what it paints, another watches, and the time in the picture says how late it is. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clockScript } from './browser-page.test-kit.ts'
import {
  type BuiltInMediaEngine,
  createStreamKey,
  forwardMedia,
  forwardPublishSocket,
  forwardRtc,
  isPublishSocket,
  type MediaEvent,
  startMediaEngine,
} from './index.ts'
import { testStreamId } from './media.test-kit.ts'

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const { key } = createStreamKey()

const publisherPage = `<!doctype html><title>Publisher</title><canvas width="640" height="480"></canvas><script>
  ${clockScript}
  const canvas = document.querySelector('canvas')
  const context = canvas.getContext('2d')
  setInterval(() => {
    context.fillStyle = 'hsl(' + (Date.now() / 20) % 360 + ' 60% 50%)'
    context.fillRect(0, 32, 640, 448)
    paintClock(context, Date.now() % 0x100000000)
  }, 33)
  window.publish = async (key) => {
    const stream = canvas.captureStream(30)
    const audio = new AudioContext()
    const tone = audio.createOscillator()
    const heard = audio.createMediaStreamDestination()
    tone.connect(heard)
    tone.start()
    stream.addTrack(heard.stream.getAudioTracks()[0])
    const peer = new RTCPeerConnection()
    window.peer = peer
    for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
    await peer.setLocalDescription(await peer.createOffer())
    const response = await fetch('/media/whip', {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: 'Bearer ' + key },
      body: peer.localDescription.sdp,
    })
    if (response.status !== 201) return { status: response.status, text: await response.text() }
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() })
    return { status: 201, location: response.headers.get('location') }
  }
  window.stats = async () => {
    for (const report of (await peer.getStats()).values())
      if (report.type === 'outbound-rtp' && report.kind === 'video')
        return { fps: report.framesPerSecond, bytes: report.bytesSent, nacks: report.nackCount, keyframes: report.keyFramesEncoded, height: report.frameHeight }
  }
</script>`

const viewerPage = `<!doctype html><title>Viewer</title><video muted autoplay playsinline width="640"></video>
<script src="/hls.js"></script><script>
  ${clockScript}
  const video = document.querySelector('video')
  window.late = []
  window.unreadable = 0
  window.faults = []
  const canvas = new OffscreenCanvas(640, 32)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const look = () => {
    if (video.videoWidth > 0) {
      context.drawImage(video, 0, 0, video.videoWidth, 32 * video.videoWidth / 640, 0, 0, 640, 32)
      const ms = readClock(context, 1)
      if (ms === null) window.unreadable++
      else window.late.push(((Date.now() % 0x100000000) - ms))
    }
    video.requestVideoFrameCallback(look)
  }
  video.requestVideoFrameCallback(look)
  window.watchHls = () => {
    const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1, liveSyncOnStallIncrease: 0.3, backBufferLength: 20 })
    hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) window.faults.push(error.details) })
    hls.loadSource('/media/${testStreamId}/live.m3u8')
    hls.attachMedia(video)
  }
  window.watchWhep = async () => {
    const peer = new RTCPeerConnection()
    window.peer = peer
    const stream = new MediaStream()
    peer.ontrack = ({ track }) => { stream.addTrack(track); video.srcObject = stream }
    peer.addTransceiver('video', { direction: 'recvonly' })
    peer.addTransceiver('audio', { direction: 'recvonly' })
    await peer.setLocalDescription(await peer.createOffer())
    const response = await fetch('/media/${testStreamId}/whep', {
      method: 'POST', headers: { 'content-type': 'application/sdp' }, body: peer.localDescription.sdp,
    })
    if (response.status !== 201) return response.status
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() })
    window.resource = response.headers.get('location')
    return 201
  }
  window.seen = () => {
    const sorted = [...window.late].sort((a, b) => a - b)
    return {
      time: video.currentTime, frames: window.late.length, p50: sorted[Math.floor(sorted.length / 2)] ?? null,
      unreadable: window.unreadable, faults: window.faults, audioBytes: video.webkitAudioDecodedByteCount, width: video.videoWidth,
    }
  }
</script>`

type Seen = {
  time: number
  frames: number
  p50: number | null
  unreadable: number
  faults: string[]
  audioBytes: number
  width: number
}
type PageScope = {
  publish(key: string): Promise<{ status: number; location?: string; text?: string }>
  stats(): Promise<{ fps: number; bytes: number; nacks: number; keyframes: number; height: number }>
  watchHls(): void
  watchWhep(): Promise<number>
  seen(): Seen
  peer: { close(): void; getStats(): Promise<Map<string, Record<string, unknown>>> }
}

let directory = ''
let engine: BuiltInMediaEngine
let front: Server
let origin = ''
let browser: Browser
const events: MediaEvent[] = []

beforeAll(async () => {
  if (chromiumPath === undefined) return
  directory = await mkdtemp(join(tmpdir(), 'media-browsers-'))
  engine = await startMediaEngine({
    rtmpPort: 0,
    rtmpHost: '127.0.0.1',
    storageDir: join(directory, 'store'),
    log: { info: () => undefined, warn: console.warn, error: console.error },
    authorizePublish: async (asked) =>
      asked.key === key ? { allowed: true, streamId: testStreamId } : { allowed: false, reason: 'bad_key' },
    onEvent: (event) => events.push(event),
  })
  const player = await readFile(createRequire(import.meta.url).resolve('hls.js/dist/hls.light.min.js'))
  front = createServer((request, response) => {
    const html = (page: string) => void response.setHeader('content-type', 'text/html').end(page)
    if (request.url === '/hls.js') response.end(player)
    else if (request.url === '/publisher') html(publisherPage)
    else if (request.url === '/viewer') html(viewerPage)
    else if (request.url?.startsWith('/media/') && request.method === 'GET') forwardMedia(engine, request, response)
    else forwardRtc(engine, request, response, '192.0.2.1')
  })
  front.on('upgrade', (request, socket, head) => {
    if (isPublishSocket(request)) forwardPublishSocket(engine, request, socket as Socket, head, '192.0.2.1')
    else socket.destroy()
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
    ],
  })
})
afterAll(async () => {
  await browser?.close()
  front?.closeAllConnections()
  front?.close()
  await engine?.close()
  if (directory !== '') await rm(directory, { recursive: true, force: true })
})
beforeEach((context) => {
  context.skip(chromiumPath === undefined, 'no Chromium is installed')
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const said = (name: MediaEvent['name']) => events.some((event) => event.name === name)

async function open(path: 'publisher' | 'viewer'): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  page.on('pageerror', (error) => console.error(path, error.message))
  await page.goto(`${origin}/${path}`)
  return page
}

const publishOn = (page: Page, streamKey: string) =>
  page.evaluate((given) => (globalThis as unknown as PageScope).publish(given), streamKey)
const seenOn = (page: Page) => page.evaluate(() => (globalThis as unknown as PageScope).seen())

async function until(what: string, isSo: () => boolean, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`Not within ${timeoutMs} ms: ${what}`)
    await pause(50)
  }
}

test('a browser publishes by WHIP, and others watch it by HLS and by WHEP', async () => {
  const publisher = await open('publisher')
  expect(await publishOn(publisher, 'live_wrongwrongwrong')).toMatchObject({ status: 401 })
  expect(events).toEqual([])
  const startedMs = performance.now()
  const published = await publishOn(publisher, key)
  expect(published).toMatchObject({ status: 201, location: expect.stringMatching(/^\/media\/whip\/[0-9a-f-]{36}$/) })
  await until('the first part', () => said('started'), 5_000)
  console.info(`First part after ${Math.round(performance.now() - startedMs)} ms`)
  expect(await publishOn(await open('publisher'), key), 'one publisher at a time').toMatchObject({ status: 409 })

  const viewer = await open('viewer')
  await viewer.evaluate(() => (globalThis as unknown as PageScope).watchHls())
  const watcher = await open('viewer')
  expect(await watcher.evaluate(() => (globalThis as unknown as PageScope).watchWhep())).toBe(201)
  await pause(8_000)
  const byHls = await seenOn(viewer)
  const byWhep = await seenOn(watcher)
  console.info(`Behind by ${byHls.p50} ms with HLS, by ${byWhep.p50} ms with WHEP`)
  expect(byHls).toMatchObject({ faults: [], unreadable: 0, width: 640 })
  expect(byHls.time).toBeGreaterThan(5)
  expect(byHls.audioBytes).toBeGreaterThan(5_000)
  // Twice the goals: software decoding on shared cores.
  expect(byHls.p50).toBeLessThan(3_600)
  expect(byWhep).toMatchObject({ unreadable: 0, width: 640 })
  expect(byWhep.frames).toBeGreaterThan(80)
  expect(byWhep.p50).toBeLessThan(300)
  const soundPackets = await watcher.evaluate(async () => {
    const reports = [...(await (globalThis as unknown as PageScope).peer.getStats()).values()]
    return reports.find((each) => each.type === 'inbound-rtp' && each.kind === 'audio')?.packetsReceived
  })
  expect(soundPackets).toBeGreaterThan(100)
  expect(engine.stateOf(testStreamId)).toMatchObject({ phase: 'publishing', via: 'whip', watchers: 1 })
  const sent = await publisher.evaluate(() => (globalThis as unknown as PageScope).stats())
  // Without reports of ours a browser believes that nothing arrives, and sends a picture or two a second.
  expect(sent.fps).toBeGreaterThan(12)
  expect(engine.stateOf(testStreamId)?.keyframeIntervalMs, 'a keyframe is asked for every second').toBeLessThan(2_500)

  const foreign = await fetch(`${origin}${published.location}`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer live_wrongwrongwrong' },
  })
  expect(foreign.status, 'nobody ends a foreign session').toBe(404)

  // The browser is killed: its stream is interrupted soon, and the same key goes on with the same stream.
  await publisher.context().close()
  await until('the publisher is missed', () => said('interrupted'), 8_000)
  const again = await open('publisher')
  const back = await publishOn(again, key)
  expect(back.status).toBe(201)
  await until('the stream goes on', () => said('resumed'), 8_000)
  const before = await seenOn(viewer)
  await pause(4_000)
  const after = await seenOn(viewer)
  expect(after.faults).toEqual([])
  expect(after.frames - before.frames, 'who was there sees it go on').toBeGreaterThan(20)
  expect(events.filter((event) => event.name === 'started' || event.name === 'ended')).toHaveLength(1)
  const own = await fetch(`${origin}${back.location}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${key}` },
  })
  expect(own.status).toBe(200)
  await until('nobody publishes', () => engine.stateOf(testStreamId)?.phase !== 'publishing', 3_000)
})
