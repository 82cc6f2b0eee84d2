/** Clips and pictures of a recording that a crash went through; judged by ffprobe, and again without ffmpeg. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { choose } from './clip.ts'
import {
  type BuiltInMediaEngine,
  createStreamKey,
  cutClip,
  type MediaEvent,
  publishLoop,
  removeClip,
  startMediaEngine,
} from './index.ts'
import { testStreamId } from './media.test-kit.ts'
import type { IndexLine } from './recording.ts'

const run = promisify(execFile)
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const clipId = '01900000-0000-7000-8000-0000000000c1'
let directory = ''
let engine: BuiltInMediaEngine
let flv: Buffer
const events: MediaEvent[] = []

async function start(): Promise<BuiltInMediaEngine> {
  return await startMediaEngine({
    rtmpPort: 0,
    rtmpHost: '127.0.0.1',
    storageDir: directory,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    authorizePublish: async () => ({ allowed: true, streamId: testStreamId }),
    onEvent: (event) => events.push(event),
  })
}

async function until(name: MediaEvent['name']): Promise<void> {
  const endMs = performance.now() + 10_000
  while (events.at(-1)?.name !== name) {
    if (performance.now() > endMs) throw new Error(`Not ${name}: ${JSON.stringify(events)}`)
    await sleep(50)
  }
}

const load = (name: string) => fetch(`http://127.0.0.1:${engine.httpPort}/media/${testStreamId}/${name}`)

/** How different the points of a picture are; a picture of one colour is none. */
async function spreadOf(jpeg: Buffer): Promise<number> {
  const { channels } = await sharp(jpeg).stats()
  return Math.max(...channels.map(({ stdev }) => stdev))
}

beforeAll(async () => {
  if (!hasFfmpeg) return
  directory = await mkdtemp(join(tmpdir(), 'clips-'))
  const film = join(directory, 'film.flv')
  await run('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=360x640:rate=30', '-f', 'lavfi', '-i', 'sine=frequency=440'],
    ...['-t', '4', '-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '500k', '-pix_fmt', 'yuv420p', '-g', '30'],
    ...['-c:a', 'aac', '-f', 'flv', film],
  ])
  flv = await readFile(film)
  engine = await start()
})
afterAll(async () => {
  await engine?.close()
  if (directory !== '') await rm(directory, { recursive: true, force: true })
})
beforeEach((context) => context.skip(!hasFfmpeg, 'ffmpeg is not installed'))

test('a clip of four seconds out of a recording that a crash went through has a hundred and twenty pictures', async () => {
  const ending = new AbortController()
  const log = { info: () => undefined, warn: () => undefined }
  const url = `rtmp://127.0.0.1:${engine.rtmpPort}/live`
  const over = publishLoop({ flv, url, key: createStreamKey().key, signal: ending.signal, log })
  await until('started')
  await sleep(5_500)
  const live = await load('now.jpg')
  expect([live.status, live.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  expect(await spreadOf(Buffer.from(await live.arrayBuffer()))).toBeGreaterThan(20)
  process.kill(engine.pid ?? 0, 'SIGKILL')
  await until('resumed')
  await sleep(3_000)
  ending.abort()
  await over
  engine.kick(testStreamId)
  await until('ended')

  const clip = await cutClip({ storageDir: directory, streamId: testStreamId, clipId, fromMs: 500, untilMs: 4_000 })
  expect(clip).toMatchObject({ fromMs: 0, untilMs: 4_000, width: 360, height: 640, hasPoster: true })
  const path = join(directory, testStreamId, `clip-${clipId}.mp4`)
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-count_packets', '-show_entries', 'stream=codec_name,nb_read_packets,duration', '-of', 'json'],
    path,
  ])
  const streams = (JSON.parse(stdout) as { streams: { codec_name: string; nb_read_packets: string }[] }).streams
  expect(streams.map((stream) => stream.codec_name).sort()).toEqual(['aac', 'h264'])
  const frames = Number(streams.find((stream) => stream.codec_name === 'h264')?.nb_read_packets)
  expect(Math.abs(frames - 120)).toBeLessThanOrEqual(2)
  const bytes = await readFile(path)
  expect(bytes.indexOf('moov'), 'it plays before it is loaded').toBeLessThan(bytes.indexOf('mdat'))
  // It decodes without a complaint from its first picture on.
  const decoded = await run('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-'])
  expect(decoded.stderr).toBe('')
})

test('it is served in pieces, with a picture of its own, and goes when it is taken away', async () => {
  const whole = await load(`clip-${clipId}.mp4`)
  expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'video/mp4'])
  await whole.arrayBuffer()
  const address = `http://127.0.0.1:${engine.httpPort}/media/${testStreamId}/clip-${clipId}.mp4`
  const piece = await fetch(address, { headers: { range: 'bytes=4-7' } })
  expect([piece.status, await piece.text()]).toEqual([206, 'ftyp'])
  for (const name of [`clip-${clipId}.jpg`, 'poster.jpg']) {
    const picture = await load(name)
    expect(picture.status, name).toBe(200)
    expect(await spreadOf(Buffer.from(await picture.arrayBuffer())), name).toBeGreaterThan(20)
  }
  expect((await load('now.jpg')).status, 'nothing is on air').toBe(404)
  await removeClip({ storageDir: directory, streamId: testStreamId, clipId })
  expect((await load(`clip-${clipId}.mp4`)).status).toBe(404)
  const left = await readdir(join(directory, testStreamId))
  expect(left.filter((name) => name.startsWith('clip-') || name.endsWith('.part'))).toEqual([])
})

test('a clip behind the crash keeps to the initialisation of its own pictures', async () => {
  const wish = { storageDir: directory, streamId: testStreamId, clipId, fromMs: 4_500, untilMs: 9_000 }
  const clip = await cutClip(wish)
  expect(clip?.untilMs, 'it ends where the configuration changes').toBeLessThan(8_000)
  expect(await cutClip({ ...wish, fromMs: 3_600_000, untilMs: 3_601_000 }), 'nothing was there').toBeNull()
})

test('without ffmpeg there are no pictures, and everything else is as it was', async () => {
  const { PATH } = process.env
  process.env.PATH = '/nowhere'
  const bare = await start()
  try {
    expect(bare.capabilities.pictures).toBe(false)
    const ending = new AbortController()
    const log = { info: () => undefined, warn: () => undefined }
    const url = `rtmp://127.0.0.1:${bare.rtmpPort}/live`
    const over = publishLoop({ flv, url, key: createStreamKey().key, signal: ending.signal, log })
    await until('started')
    const at = `http://127.0.0.1:${bare.httpPort}/media/${testStreamId}`
    expect((await fetch(`${at}/live.m3u8`)).status).toBe(200)
    expect((await fetch(`${at}/now.jpg`)).status).toBe(404)
    ending.abort()
    await over
    bare.kick(testStreamId)
    await until('ended')
    const clip = await cutClip({ storageDir: directory, streamId: testStreamId, clipId, fromMs: 0, untilMs: 2_000 })
    expect(clip).toMatchObject({ untilMs: 2_000, hasPoster: false })
  } finally {
    process.env.PATH = PATH
    await bare.close()
  }
})

test('a wish is taken to the keyframe before it, and never over a change of configuration', () => {
  const line = (at: number, init: number): IndexLine => ({
    msn: at,
    epoch: init,
    offset: at * 100,
    bytes: 100,
    startTicks: at * 90_000,
    durationTicks: 90_000,
    startWallMs: at * 1_000,
    init: { offset: init, bytes: 10 },
  })
  const lines = [line(0, 0), line(1, 0), line(2, 0), line(3, 7), line(4, 7)]
  const chosen = (fromMs: number, untilMs: number) => {
    const found = choose(lines, { fromMs, untilMs })
    return found === null ? null : [found.segments.map(({ msn }) => msn), found.fromMs, found.untilMs]
  }
  expect(chosen(1_200, 2_500)).toEqual([[1, 2], 1_000, 2_500])
  expect(chosen(0, 1_000)).toEqual([[0], 0, 1_000])
  expect(chosen(1_900, 4_500)).toEqual([[1, 2], 1_000, 3_000])
  expect(chosen(3_000, 9_000)).toEqual([[3, 4], 3_000, 5_000])
  expect(chosen(5_000, 6_000)).toBeNull()
})
