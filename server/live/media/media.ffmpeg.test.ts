/** The engine against a real encoder: what ffmpeg sends can be watched, and what must not be heard is not. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type BuiltInMediaEngine,
  createStreamKey,
  hashStreamKey,
  type MediaEvent,
  publishLoop,
  startMediaEngine,
} from './index.ts'
import { testStreamId } from './media.test-kit.ts'

const run = promisify(execFile)
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0 && spawnSync('ffprobe', ['-version']).status === 0

/** A test that says why it did not run, where there is no encoder. */
function withFfmpeg(name: string, body: () => Promise<void>): void {
  test(name, async (context) => {
    context.skip(!hasFfmpeg, 'ffmpeg and ffprobe are not installed')
    await body()
  })
}

const { key, hash } = createStreamKey()
const encoders = new Set<ChildProcess>()
let directory = ''
let engine: BuiltInMediaEngine | null = null
let events: MediaEvent[] = []
let logged = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'media-'))
  events = []
  logged = ''
})

afterEach(async () => {
  for (const encoder of encoders) encoder.kill('SIGKILL')
  encoders.clear()
  await engine?.close()
  engine = null
  await rm(directory, { recursive: true, force: true })
})

async function start(rtmpPort = 0): Promise<BuiltInMediaEngine> {
  const note = (fields: object, message: string) => {
    logged += `${message} ${JSON.stringify(fields)}\n`
  }
  engine = await startMediaEngine({
    rtmpPort,
    rtmpHost: '127.0.0.1',
    storageDir: directory,
    log: { info: note, warn: note, error: note },
    async authorizePublish(asked) {
      return hashStreamKey(asked.key) === hash
        ? { allowed: true, streamId: testStreamId }
        : { allowed: false, reason: 'bad_key' }
    },
    onEvent: (event) => events.push(event),
  })
  return engine
}

const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=720x1280:rate=30']
const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100']
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '1500k', '-pix_fmt', 'yuv420p', '-g', '30']

/** Runs until it is killed or has sent `seconds` of video; `code` is its exit code. */
function encode(options: { to: string; seconds: number; video?: string[] }): {
  process: ChildProcess
  code: Promise<number | null>
} {
  const { to, seconds, video = [...h264, '-tune', 'zerolatency'] } = options
  const length = ['-t', String(seconds)]
  const log = ['-hide_banner', '-loglevel', 'error']
  const process = spawn(
    'ffmpeg',
    [...log, '-re', ...picture, ...sound, ...length, ...video, '-c:a', 'aac', '-f', 'flv', to],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  encoders.add(process)
  return { process, code: new Promise((resolve) => process.once('exit', resolve)) }
}

function addressOf(engineNow: BuiltInMediaEngine, streamKey = key): string {
  return `${engineNow.publishTarget('127.0.0.1').kind === 'rtmp' ? `rtmp://127.0.0.1:${engineNow.rtmpPort}/live` : ''}/${streamKey}`
}

async function load(name: string): Promise<Response> {
  return await fetch(`http://127.0.0.1:${engine?.httpPort}/media/${testStreamId}/${name}`)
}

async function until(isTrue: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`This did not happen in ${timeoutMs} ms; log:\n${logged}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const named = (name: MediaEvent['name']) => events.some((event) => event.name === name)

async function probe(path: string): Promise<{ codecs: string[]; times: Map<number, number[]> }> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-show_entries', 'stream=codec_name:packet=stream_index,dts', '-of', 'json', path],
  ])
  const shown = JSON.parse(stdout) as {
    streams: { codec_name: string }[]
    packets: { stream_index: number; dts: number }[]
  }
  const times = new Map<number, number[]>()
  for (const packet of shown.packets) {
    times.set(packet.stream_index, [...(times.get(packet.stream_index) ?? []), packet.dts])
  }
  return { codecs: shown.streams.map((stream) => stream.codec_name).sort(), times }
}

function expectGrowing(times: Map<number, number[]>): void {
  for (const row of times.values()) {
    for (const [at, time] of row.entries()) if (at > 0) expect(time).toBeGreaterThan(row[at - 1] ?? 0)
  }
}

withFfmpeg('what ffmpeg sends can be watched with low latency and plainly, and is recorded', async () => {
  const now = await start()
  const encoder = encode({ to: addressOf(now), seconds: 6 })
  await until(() => named('started'), 5_000)
  const first = await load('live.m3u8')
  expect(first.headers.get('cache-control')).toBe('public, max-age=1')
  expect(await first.text()).toContain('#EXT-X-PART:DURATION=0.2')

  const blockedSinceMs = performance.now()
  const blocking = await load('live.m3u8?_HLS_msn=2&_HLS_part=1')
  expect(performance.now() - blockedSinceMs).toBeGreaterThan(500)
  expect(blocking.headers.get('cache-control')).toBe('public, max-age=6')
  expect(await blocking.text()).toContain('s2.1.m4s')

  const init = Buffer.from(await (await load('init-0.mp4')).arrayBuffer())
  const segment = await load('s1.m4s')
  expect(segment.headers.get('cache-control')).toContain('immutable')
  const bytes = Buffer.from(await segment.arrayBuffer())
  const parts = await Promise.all(
    [0, 1, 2, 3, 4].map(async (index) => Buffer.from(await (await load(`s1.${index}.m4s`)).arrayBuffer())),
  )
  expect(Buffer.concat(parts).equals(bytes)).toBe(true)
  await writeFile(join(directory, 'segment.mp4'), Buffer.concat([init, bytes]))
  const probed = await probe(join(directory, 'segment.mp4'))
  expect(probed.codecs).toEqual(['aac', 'h264'])
  expectGrowing(probed.times)
  expect(probed.times.get(0)).toHaveLength(30)

  await until(() => now.stateOf(testStreamId)?.keyframeIntervalMs === 1_000, 3_000)
  expect(now.stateOf(testStreamId)).toMatchObject({ phase: 'publishing', width: 720, height: 1_280, isDegraded: false })
  expect(now.stateOf(testStreamId)?.fps).toBeGreaterThan(24)

  expect(await encoder.code).toBe(0)
  await until(() => named('interrupted'), 2_000)
  now.kick(testStreamId)
  await until(() => named('ended'), 3_000)
  const whole = await probe(join(directory, testStreamId, 'recording.mp4'))
  expect(whole.times.get(0)?.length).toBeGreaterThanOrEqual(178)
  expectGrowing(whole.times)
  const replay = await (await load('replay.m3u8')).text()
  expect(replay).toContain('#EXT-X-PLAYLIST-TYPE:VOD')
  const { stdout } = await run('ffprobe', [
    ...[
      '-v',
      'error',
      '-count_packets',
      '-select_streams',
      'v:0',
      '-show_entries',
      'stream=nb_read_packets',
      '-of',
      'csv=p=0',
    ],
    `http://127.0.0.1:${now.httpPort}/media/${testStreamId}/replay.m3u8`,
  ])
  expect(Number.parseInt(stdout, 10)).toBeGreaterThanOrEqual(178)
  expect(logged).not.toContain(key)
})

withFfmpeg('a wrong key is refused, and nothing of it appears', async () => {
  const now = await start()
  const encoder = encode({ to: addressOf(now, createStreamKey().key), seconds: 5 })
  expect(await encoder.code).not.toBe(0)
  expect(events).toEqual([])
  expect((await load('live.m3u8')).status).toBe(404)
  await expect(readFile(join(directory, testStreamId, 'recording.mp4'))).rejects.toThrow('ENOENT')
})

withFfmpeg('a second encoder with the same key is refused while the first goes on', async () => {
  const now = await start()
  encode({ to: addressOf(now), seconds: 20 })
  await until(() => named('started'), 5_000)
  expect(await encode({ to: addressOf(now), seconds: 5 }).code).not.toBe(0)
  expect(now.stateOf(testStreamId)?.phase ?? 'publishing').toBe('publishing')
  expect(named('interrupted')).toBe(false)
})

withFfmpeg('pictures that are shown in another order are played in the right one', async () => {
  const now = await start()
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-b:v',
    '1000k',
    '-pix_fmt',
    'yuv420p',
    '-g',
    '60',
    '-bf',
    '2',
  ]
  const encoder = encode({ to: addressOf(now), seconds: 5, video })
  expect(await encoder.code).toBe(0)
  now.kick(testStreamId)
  await until(() => named('ended'), 3_000)
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'frame=pts', '-of', 'json'],
    join(directory, testStreamId, 'recording.mp4'),
  ])
  const times = (JSON.parse(stdout) as { frames: { pts: number }[] }).frames.map((frame) => frame.pts)
  expect(times.length).toBeGreaterThanOrEqual(148)
  for (const [at, time] of times.entries()) {
    if (at > 0) expect(Math.abs(time - (times[at - 1] ?? 0) - 3_000)).toBeLessThanOrEqual(100)
  }
})

withFfmpeg(
  'the process is started again when it is killed, the encoder returns, and the recording holds both',
  async () => {
    const now = await start()
    const film = join(directory, 'film.flv')
    await run('ffmpeg', ['-v', 'error', ...picture, ...sound, '-t', '4', ...h264, '-c:a', 'aac', '-f', 'flv', film])
    const ending = new AbortController()
    const note = (_fields: object, message: string) => {
      logged += `${message}\n`
    }
    const url = `rtmp://127.0.0.1:${now.rtmpPort}/live`
    const publishing = publishLoop({
      flv: await readFile(film),
      url,
      key,
      signal: ending.signal,
      log: { info: note, warn: note },
    })
    await until(() => named('started'), 5_000)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const portBefore = now.rtmpPort
    process.kill(now.pid ?? 0, 'SIGKILL')
    await until(() => named('interrupted'), 2_000)
    await until(() => named('resumed'), 10_000)
    expect(now.rtmpPort).toBe(portBefore)
    expect(events.map((event) => event.name)).toEqual(['started', 'interrupted', 'resumed'])
    const text = await (await load('live.m3u8')).text()
    expect(text).toContain('#EXT-X-DISCONTINUITY')
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    ending.abort()
    await publishing
    now.kick(testStreamId)
    await until(() => named('ended'), 3_000)
    const whole = await probe(join(directory, testStreamId, 'recording.mp4'))
    expectGrowing(whole.times)
    expect(whole.times.get(0)?.length).toBeGreaterThan(120)
  },
)

withFfmpeg('a port that is taken is not fatal: the next is used', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const taken = typeof address === 'object' && address !== null ? address.port : 0
  const now = await start(taken)
  expect(now.rtmpPort).toBeGreaterThan(taken)
  expect(logged).toContain('The RTMP port was taken')
  other.close()
})

test('nothing is left running when the server is killed', async () => {
  const script = join(directory, 'server.ts')
  const module = new URL('./index.ts', import.meta.url).href
  await writeFile(
    script,
    `import { startMediaEngine } from '${module}'
    const log = { info() {}, warn() {}, error() {} }
    const engine = await startMediaEngine({ rtmpPort: 0, rtmpHost: '127.0.0.1', storageDir: '${directory}', log,
      authorizePublish: async () => ({ allowed: false, reason: 'bad_key' }), onEvent() {} })
    console.log(engine.pid)`,
  )
  const server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  encoders.add(server)
  let output = ''
  server.stdout.on('data', (text) => {
    output += String(text)
  })
  await until(() => output.includes('\n'), 10_000)
  const pid = Number(output)
  expect(isRunning(pid)).toBe(true)
  server.kill('SIGKILL')
  await until(() => !isRunning(pid), 3_000)
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
