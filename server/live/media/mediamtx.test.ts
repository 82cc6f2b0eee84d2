import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  authorizeBy,
  type ContractEncoder,
  type ContractWorld,
  contractKeys,
  followsTheContract,
  goodKey,
} from './engine-contract.test-kit.ts'
import type { ForeignMediaEngine } from './foreign-engine.ts'
import { forwardMedia, type MediaEvent, startMediaMtx } from './index.ts'
import { testStreamId } from './media.test-kit.ts'
import { type FakeMediaMtx, type Generation, startFakeMediaMtx } from './mediamtx.test-kit.ts'

type AtEnd = (step: () => Promise<void>) => void

/** Tests here run beside each other, so that each takes down its own. */
async function open(atEnd: AtEnd, generation: Generation = 'available') {
  const fake = await startFakeMediaMtx({ generation })
  const events: MediaEvent[] = []
  const keys = contractKeys()
  let logged = ''
  const note = (fields: object, text: string) => {
    logged += `${text} ${JSON.stringify(fields)}\n`
  }
  const engine = await startMediaMtx({
    controlUrl: fake.url,
    playbackUrl: fake.url,
    rtmpPort: 1_935,
    hook: { host: '127.0.0.1', port: 0 },
    log: { info: note, warn: note, error: note },
    authorizePublish: authorizeBy(keys),
    onEvent: (event) => events.push(event),
  })
  fake.askAt(`http://127.0.0.1:${engine.hookPort}/auth`)
  const front = createServer((request, response) => forwardMedia(engine, request, response))
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
  atEnd(async () => {
    front.closeAllConnections()
    front.close()
    await engine.close()
    await fake.close()
  })
  return { fake, engine, events, keys, logged: () => logged, origin }
}

function encodeBy(fake: FakeMediaMtx, streamKey: string): ContractEncoder {
  const [name = '', query = ''] = streamKey.split('?', 2)
  let stop: (isRefused: boolean) => void = () => undefined
  const refused = new Promise<boolean>((resolve) => {
    stop = resolve
  })
  const connected = fake.publish(`live/${name}`, query, () => stop(true))
  void connected.then((id) => {
    if (id === null) stop(true)
  })
  return {
    refused,
    async stop() {
      const id = await connected
      if (id !== null) fake.leave(id)
      stop(false)
    },
  }
}

describe.concurrent('a broadcast from the first wrong key to its end', () => {
  test.for<Generation>(['ready', 'available'])(
    'with a MediaMTX that calls it %s',
    { timeout: 60_000 },
    async (generation, { onTestFinished }) => {
      const { fake, ...rest } = await open(onTestFinished, generation)
      const world: ContractWorld = {
        ...rest,
        encode: (streamKey) => encodeBy(fake, streamKey),
        async play(path) {
          const answer = await fetch(rest.origin + path)
          const text = await answer.text()
          return /CODECS="avc1[^"]*mp4a/.test(text) ? ['aac', 'h264'] : [String(answer.status)]
        },
      }
      await followsTheContract(world)
    },
  )
})

const soon = (isSo: () => boolean) => expect.poll(isSo, { timeout: 5_000, interval: 50 }).toBe(true)

test('who was let in before we were started is cut off, so that his encoder comes again and is asked', async ({
  onTestFinished,
}) => {
  const { fake, events } = await open(onTestFinished)
  let isCut = false
  const id = fake.admitUnasked(`live/${testStreamId}`, () => {
    isCut = true
  })
  await soon(() => isCut)
  expect(fake.has(id)).toBe(false)
  expect(events).toEqual([])
})

test('a server that falls silent ends nothing before it is taken for gone, and its broadcasts go on when it is back', async ({
  onTestFinished,
}) => {
  const { fake, engine, events, logged } = await open(onTestFinished)
  const encoder = encodeBy(fake, engine.streamKeyOf({ streamId: testStreamId, key: goodKey }))
  await soon(() => events.length === 1)
  fake.fallSilent(true)
  await soon(() => events.some((event) => event.name === 'interrupted'))
  expect(logged()).toContain('does not answer')
  fake.fallSilent(false)
  // The connection of before is nobody's any more: it is cut off, and a new one is asked about.
  expect(await encoder.refused).toBe(true)
  encodeBy(fake, engine.streamKeyOf({ streamId: testStreamId, key: goodKey }))
  await soon(() => events.at(-1)?.name === 'resumed')
})

test('keys come by argument, by password or by token; whoever else asks is refused, and reading is free', async ({
  onTestFinished,
}) => {
  const { fake, engine } = await open(onTestFinished)
  const path = `live/${testStreamId}`
  const cut = () => undefined
  expect(await fake.publish(path, '', cut), 'no key').toBeNull()
  expect(await fake.publish('live/somewhere', `key=${goodKey}`, cut), 'no stream').toBeNull()
  expect(await fake.publish(path, `key=${goodKey}`, cut, { protocol: 'rtsp' }), 'no way of ours').toBeNull()
  const bySrt = await fake.publish(path, '', cut, { protocol: 'srt', password: goodKey })
  expect(bySrt).not.toBeNull()
  const ask = async (body: unknown) => {
    const init = { method: 'POST', body: JSON.stringify(body) }
    return (await fetch(`http://127.0.0.1:${hookPortOf(engine)}/auth`, init)).status
  }
  expect(await ask({ action: 'read', path, protocol: 'hls' })).toBe(200)
  expect(await ask({ action: 'api' })).toBe(403)
  expect(await ask('nothing')).toBe(400)
  expect(await ask({ action: 'publish', path, protocol: 'rtmp', query: 'x'.repeat(20_000) })).toBe(413)
})

const hookPortOf = (engine: ForeignMediaEngine) => engine.hookPort
