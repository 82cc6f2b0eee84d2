/** The contract of media engines over real servers: ours, and Debian's nginx with its RTMP module; a real encoder sends. */
import { execFileSync, execFile as execute, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  authorizeBy,
  type ContractEncoder,
  type ContractWorld,
  contractKeys,
  followsTheContract,
  foreignKey,
  goodKey,
  newKey,
} from './engine-contract.test-kit.ts'
import { forwardMedia, type MediaEngine, type MediaEvent, startMediaEngine, startNginxRtmp } from './index.ts'
import { freePort, hasNginxRtmp, startNginx } from './nginx.test-kit.ts'

const run = promisify(execute)
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0 && spawnSync('ffprobe', ['-version']).status === 0

let directory = ''
let film = ''
const undo: (() => unknown)[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'engine-contract-'))
  film = join(directory, 'film.flv')
  if (!hasFfmpeg) return
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=360x640:rate=30', '-f', 'lavfi', '-i', 'sine=frequency=440'],
    ...['-t', '4', '-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '500k', '-pix_fmt', 'yuv420p', '-g', '30'],
    ...['-c:a', 'aac', '-f', 'flv', film],
  ])
})
afterAll(async () => {
  for (const step of undo.reverse()) await step()
  await rm(directory, { recursive: true, force: true })
})

/** The film round and round, in its own time. */
function encode(to: string): ContractEncoder {
  const encoder = spawn(
    'ffmpeg',
    ['-v', 'error', '-re', '-stream_loop', '-1', '-i', film, '-c', 'copy', '-f', 'flv', to],
    { stdio: 'ignore' },
  )
  undo.push(() => encoder.kill('SIGKILL'))
  let isStopping = false
  const refused = new Promise<boolean>((resolve) => {
    encoder.once('exit', (code) => resolve(code !== 0 && !isStopping))
  })
  return {
    refused,
    async stop() {
      isStopping = true
      encoder.kill('SIGKILL')
      await refused
    },
  }
}

async function openWorld(
  start: (of: {
    events: MediaEvent[]
    keys: Map<string, string>
    note: (fields: object, text: string) => void
  }) => Promise<MediaEngine>,
): Promise<ContractWorld> {
  const events: MediaEvent[] = []
  const keys = contractKeys()
  let logged = ''
  const note = (fields: object, text: string) => {
    logged += `${text} ${JSON.stringify(fields)}\n`
  }
  const engine = await start({ events, keys, note })
  undo.push(() => engine.close())
  const front = createServer((request, response) => forwardMedia(engine, request, response))
  const port = await listening(front)
  undo.push(() => {
    front.closeAllConnections()
    front.close()
  })
  return {
    engine,
    events,
    keys,
    logged: () => logged,
    encode: (streamKey) => encode(`${engine.publishTarget('127.0.0.1').serverUrl}/${streamKey}`),
    async play(path) {
      const show = ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'json']
      const endMs = performance.now() + 8_000
      for (;;) {
        const { stdout } = await run('ffprobe', [...show, `http://127.0.0.1:${port}${path}`], { timeout: 20_000 })
        const { streams = [] } = JSON.parse(stdout) as { streams?: { codec_name: string }[] }
        // It knows nothing of parts, so that it sees nothing before the first whole segment.
        if (streams.length > 0 || performance.now() > endMs) return streams.map((each) => each.codec_name).sort()
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    },
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe.concurrent('a broadcast from the first wrong key to its end', () => {
  test('with the engine that is built in', { timeout: 90_000 }, async (context) => {
    context.skip(!hasFfmpeg, 'ffmpeg and ffprobe are not installed')
    const world = await openWorld(({ events, keys, note }) =>
      startMediaEngine({
        rtmpPort: 0,
        rtmpHost: '127.0.0.1',
        storageDir: join(directory, 'store'),
        log: { info: note, warn: note, error: note },
        authorizePublish: authorizeBy(keys),
        onEvent: (event) => events.push(event),
      }),
    )
    await followsTheContract(world)
  })

  test('with nginx and its RTMP module, set up as we tell', { timeout: 90_000 }, async (context) => {
    context.skip(!hasFfmpeg, 'ffmpeg and ffprobe are not installed')
    context.skip(!hasNginxRtmp, 'nginx with its RTMP module is not installed')
    const [rtmpPort, httpPort] = [await freePort(), await freePort()]
    const world = await openWorld(async ({ events, keys, note }) => {
      const engine = await startNginxRtmp({
        controlUrl: new URL(`http://127.0.0.1:${httpPort}`),
        playbackUrl: new URL(`http://127.0.0.1:${httpPort}`),
        rtmpPort,
        hook: { host: '127.0.0.1', port: 0, secret: 'a-secret-of-both' },
        log: { info: note, warn: note, error: note },
        authorizePublish: authorizeBy(keys),
        onEvent: (event) => events.push(event),
      })
      undo.push(
        await startNginx({
          directory,
          rtmpPort,
          httpPort,
          hook: `http://127.0.0.1:${engine.hookPort}/a-secret-of-both`,
        }),
      )
      return engine
    })
    await followsTheContract(world)
    const written = await Promise.all((await readdir(directory)).filter((name) => name.endsWith('.log')).map(read))
    expect(written.length).toBeGreaterThan(0)
    for (const key of [goodKey, newKey, foreignKey]) expect(written.join(''), 'no key in its logs').not.toContain(key)
    const files = await readdir(join(directory, 'live'), { recursive: true })
    expect(
      files.filter((name) => name.includes('live_')),
      'no key in a name of a file',
    ).toEqual([])
  })
})

const read = (name: string) => readFile(join(directory, name), 'utf8')
