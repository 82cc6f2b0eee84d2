import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedFollowers } from '#people/follows'
import { openShop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, transact, type World } from '../../../tests/world.ts'
import { endAbandonedSessions, noteMediaEvent } from './media-events.ts'
import { startSession } from './run-session.ts'

let world: World
let host: Client & { personId: string }
let sessionId: string
let roomId: string
let skuId: string

beforeAll(async () => {
  world = await startWorld()
  await world.server.app.jobs.stop() // Time moves, and nothing is swept but by the test.
  const goods = await openShop(world, await world.person('Operator', 'operations'))
  const sold = await goods.sell({ units: 5, priceMinor: 1_000 })
  skuId = sold.skuId
  host = await world.person('Host', 'buyer', 'creator')
  await host.post('/api/v1/me/creator', { id: newId(), handle: 'host_of_tea', name: 'Host', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: host.personId, count: 2_000 }))
  sessionId = newId()
  const opened = await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'Tea' })
  roomId = opened.body.session.roomId
  await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [sold.productId] })
})
afterAll(() => world.stop())

const pause = () => host.post(`/api/v1/studio/sessions/${sessionId}/pauses`)
const picture = (name: 'started' | 'interrupted') =>
  noteMediaEvent(world.server.app, { name, streamId: sessionId } as Parameters<typeof noteMediaEvent>[1])
const goOn = () =>
  transact(world.server.app, (tx) => startSession(tx, { sessionId, creatorId: host.personId, hasSignal: true }))
const room = async () => (await world.client().get(`/api/v1/rooms/${roomId}`)).body.room
const startedEvents = async () => {
  await world.server.outbox.drained()
  const { rows } = await world.server.app.database.pool.query(
    `select count(*) as events from platform.events where name = 'session.started'`,
  )
  return rows[0]?.events
}

test('who is not on air cannot pause', async () => {
  expect(await pause()).toMatchObject({ status: 409, body: { code: 'session_not_live' } })
})

test('a pause takes the picture from viewers within a second, and they can still buy', async () => {
  await picture('started')
  await goOn()
  expect((await room()).playback).not.toBeNull()
  const viewer = await world.person('Viewer', 'buyer')
  const { addressId } = await settleIn(viewer)
  const socket = await viewer.connect()
  await socket.join(`room:${roomId}`)
  expect(await pause()).toMatchObject({ status: 200, body: { session: { state: 'paused' } } })
  expect((await pause()).status, 'again is the same').toBe(200)
  await socket.hears(`room:${roomId}`, 'session', (message) => message.state === 'paused', 1_000)
  expect(await room()).toMatchObject({ state: 'paused', playback: null })
  const wish = { id: newId(), lines: [{ skuId, units: 1 }], addressId, shownPayMinor: 1_000, payment: 'wallet' }
  expect((await viewer.post('/api/v1/orders', wish)).status).toBe(201)

  await goOn()
  await socket.hears(`room:${roomId}`, 'session', (message) => message.state === 'live', 1_000)
  expect((await room()).playback).not.toBeNull()
  expect(await startedEvents(), 'going on is no new broadcast').toBe(1)
  socket.close()
})

test('a paused session may be without a picture for half an hour, a live one for a minute', async () => {
  const { app } = world.server
  const operator = await world.person('Another operator', 'operations')
  const minutes = (number: number) => operator.post('/api/v1/sandbox/clock', { seconds: number * 60 })
  await pause()
  await picture('interrupted')
  await minutes(29)
  await endAbandonedSessions(app)
  expect((await room()).state).toBe('paused')
  await minutes(2)
  await endAbandonedSessions(app)
  expect((await room())?.state ?? 'ended').toBe('ended')
  expect(await pause()).toMatchObject({ status: 409, body: { code: 'session_ended' } })
})
