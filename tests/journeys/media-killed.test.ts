/**
 * The media process is killed without warning in the middle of a sale: rooms, chat and buying go on, and the publisher is
 * back by itself within ten seconds, in the same broadcast.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { madeUpFilm, publishLoop } from '#live/media'
import { seedFollowers } from '#people/follows'
import { openShop, settleIn } from '../goods.ts'
import { type Client, newId, startWorld, transact, type World } from '../world.ts'

let world: World
let host: Client & { personId: string }
let viewer: Client & { personId: string }
let sessionId: string
let roomId: string
let skuId: string
let addressId: string
const broadcast = new AbortController()
let publishing: Promise<void> = Promise.resolve()
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until(what: string, isSo: () => Promise<boolean> | boolean, timeoutMs: number): Promise<number> {
  const startedMs = performance.now()
  while (!(await isSo())) {
    if (performance.now() - startedMs > timeoutMs) throw new Error(`Not within ${timeoutMs} ms: ${what}`)
    await pause(50)
  }
  return performance.now() - startedMs
}

const room = async () => (await viewer.get(`/api/v1/rooms/${roomId}`)).body.room
const isWatchable = async () => {
  const { playback } = await room()
  if (playback === null) return false
  const answer = await fetch(`${world.url}${playback.lowLatencyHls}`)
  return answer.status === 200 && (await answer.text()).includes('#EXT-X-PART:')
}

beforeAll(async () => {
  world = await startWorld()
  const shop = await openShop(world, await world.person('Operator', 'operations'))
  const sold = await shop.sell({ units: 20, priceMinor: 1_000 })
  skuId = sold.skuId
  host = await world.person('Host', 'buyer', 'creator')
  await host.post('/api/v1/me/creator', { id: newId(), handle: 'host_in_storm', name: 'Host', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: host.personId, count: 2_000 }))
  viewer = await world.person('Viewer', 'buyer')
  addressId = (await settleIn(viewer)).addressId
  sessionId = newId()
  const opened = await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'In a storm' })
  roomId = opened.body.session.roomId
  await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [sold.productId] })
  const { server, streamKey } = opened.body.ingest
  const log = { info: () => undefined, warn: () => undefined }
  publishing = publishLoop({
    flv: madeUpFilm({ seconds: 4 }),
    url: server,
    key: streamKey,
    signal: broadcast.signal,
    log,
  })
  const start = () => host.post(`/api/v1/studio/sessions/${sessionId}/starts`)
  await until('it is on air', async () => (await start()).status === 200, 15_000)
  await until('it can be watched', isWatchable, 15_000)
}, 120_000)
afterAll(async () => {
  broadcast.abort()
  await publishing
  await world.stop()
})

test('rooms, chat and buying go on while the media process is dead, and the publisher comes back by itself', async () => {
  const socket = await viewer.connect()
  await socket.join(`room:${roomId}`)
  const before = world.server.media?.pid ?? 0
  process.kill(before, 'SIGKILL')
  await socket.hears(`room:${roomId}`, 'picture', (message) => message.arriving === false, 5_000)

  const wish = { id: newId(), lines: [{ skuId, units: 1 }], addressId, shownPayMinor: 1_000, payment: 'wallet' }
  expect((await viewer.post('/api/v1/orders', wish)).status, 'buying goes on').toBe(201)
  const said = await socket.ask('comment.say', { id: newId(), roomId, text: 'still there?' })
  expect(said.ok, 'chat goes on').toBe(true)
  expect(await room()).toMatchObject({ state: 'live', sessionId })

  const tookMs = await until('it can be watched again', isWatchable, 10_000)
  console.info(`Back ${Math.round(tookMs)} ms after the media process was killed`)
  expect(world.server.media?.pid).not.toBe(before)
  await socket.hears(`room:${roomId}`, 'picture', (message) => message.arriving === true, 5_000)
  expect(await room(), 'the same broadcast').toMatchObject({ state: 'live', sessionId })
  socket.close()
})

test('a new key cuts off the old encoder; the broadcast waits for the next one, and is no second one', async () => {
  const rotated = await host.post(`/api/v1/studio/sessions/${sessionId}/stream-keys`)
  expect(rotated.status).toBe(201)
  await until('the old encoder is gone', async () => (await room()).playback === null, 5_000)
  broadcast.abort()
  await publishing
  const again = new AbortController()
  const log = { info: () => undefined, warn: () => undefined }
  const { server, streamKey } = rotated.body.ingest
  const over = publishLoop({ flv: madeUpFilm({ seconds: 4 }), url: server, key: streamKey, signal: again.signal, log })
  await until('it can be watched again', isWatchable, 10_000)
  expect(await room()).toMatchObject({ state: 'live', sessionId })
  const { rows } = await world.server.app.database.pool.query(
    'select count(*)::int as count from rooms.sessions where room_id = $1',
    [roomId],
  )
  expect(rows[0]?.count).toBe(1)
  again.abort()
  await over
})
