/**
 * What may not be late in a room full of people: that an operator has stopped it, that the last unit is gone, and what its host
 * sees of it on his console.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSession } from '#live/rooms'
import { seedFollowers } from '#people/follows'
import { openShop, type Shop, settleIn } from '../goods.ts'
import { Allowance } from '../pace.ts'
import { type Client, newId, type SocketClient, startWorld, transact, type World } from '../world.ts'

const viewersCount = 300
/** Of the trade's own promises, on a machine of our own; where others use it too, longer by what they take. */
const stoppedWithinMs = 2_000
const soldOutWithinMs = 1_000
const consoleWithinMs = 3_000
/** The pages gather what is seen for a second, and ask for figures each second: that much is theirs. */
const ofPagesMs = 2_000

type Person = Client & { personId: string }
let world: World
let operator: Person
let shop: Shop
let host: Person
let buyer: Person
let addressId: string
let sessionId: string
let roomId: string
let viewers: SocketClient[]
let goods: { productId: string; skuId: string }

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  shop = await openShop(world, operator)
  goods = await shop.sell({ units: 3, priceMinor: 1_000 })
  host = await world.person('Host', 'buyer', 'creator')
  await host.post('/api/v1/me/creator', { id: newId(), handle: 'full_house', name: 'Host', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: host.personId, count: 2_000 }))
  buyer = await world.person('Buyer', 'buyer')
  addressId = (await settleIn(buyer)).addressId
  sessionId = newId()
  roomId = (await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'Tea' })).body.session.roomId
  await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [goods.productId] })
  await transact(world.server.app, (tx) => startSession(tx, { sessionId, creatorId: host.personId, hasSignal: true }))
  viewers = await Promise.all(Array.from({ length: viewersCount }, () => world.client().connect()))
  await Promise.all(viewers.map((viewer) => viewer.join(`room:${roomId}`)))
})
afterAll(async () => {
  for (const viewer of viewers ?? []) viewer.close()
  await world?.stop()
})

/** How long after `since` the last of all viewers has heard it. */
async function lastHeardMs(since: number, kind: string, fits: (message: any) => boolean): Promise<number> {
  const heard = await Promise.all(
    viewers.map(async (viewer) => {
      await viewer.hears(`room:${roomId}`, kind, fits)
      return performance.now() - since
    }),
  )
  return Math.max(...heard)
}

async function buyOne(): Promise<void> {
  const { attribution } = (await buyer.get(`/api/v1/rooms/${roomId}`)).body.room
  const order = { id: newId(), lines: [{ skuId: goods.skuId, units: 1 }], addressId, shownPayMinor: 1_000 }
  const placed = await buyer.post('/api/v1/orders', { ...order, payment: 'wallet', attribution })
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
}

const numbers = async () => (await host.get(`/api/v1/studio/sessions/${sessionId}/numbers`)).body.numbers

test('the console shows sales, GPM, click and order rates and viewers within three seconds', async () => {
  const before = await numbers()
  const productId = goods.productId
  const facts = [
    ...Array.from({ length: 8 }, () => ({ kind: 'impression', productId })),
    ...Array.from({ length: 4 }, () => ({ kind: 'click', productId })),
  ]
  const socket = await buyer.connect()
  await socket.join(`room:${roomId}`)
  const noted = await buyer.post('/api/v1/facts', { sessionId, facts })
  expect(noted.status, JSON.stringify(noted.body)).toBeLessThan(300)
  await buyOne()
  await buyOne()
  const allowance = new Allowance()
  const happenedAt = performance.now()
  let shown = before
  await world.eventually(async () => {
    shown = await numbers()
    return shown.orders === 2 && shown.ctrBasisPoints !== null && shown.gpmMinor !== null
  }, 'the figures of the sale')
  const tookMs = performance.now() - happenedAt
  expect(tookMs).toBeLessThan(allowance.of(consoleWithinMs - ofPagesMs))
  expect(shown).toMatchObject({ orders: 2, paidMinor: 2_000, ctrBasisPoints: 5_000, ctorBasisPoints: 5_000 })
  expect(shown.gpmMinor).toBe(250_000)
  await world.eventually(
    () => viewers[0]?.counters(`room:${roomId}`)['viewers'] === viewersCount + 1,
    'everybody is counted',
  )
  socket.close()
})

test('all see that it is sold out within a second of the last unit', async () => {
  await buyOne()
  const allowance = new Allowance()
  const soldAt = performance.now()
  const gone = (message: any) => message.skus.some((sku: any) => sku.skuId === goods.skuId && sku.unitsLeft === 0)
  const told = await lastHeardMs(soldAt, 'stock', gone)
  expect(told).toBeLessThan(allowance.of(soldOutWithinMs))
})

test('a room that an operator stops is stopped for all of them within two seconds, with the reason', async () => {
  const allowance = new Allowance()
  const stoppedAt = performance.now()
  const stopped = operator.post(`/api/v1/rooms/${roomId}/stops`, { reason: 'false claims about tea' })
  const told = await lastHeardMs(stoppedAt, 'session', ({ state }) => state === 'banned')
  expect((await stopped).status).toBe(200)
  expect(told).toBeLessThan(allowance.of(stoppedWithinMs))
  expect(viewers[0]?.heard(`room:${roomId}`, 'session').at(-1)).toMatchObject({ reason: 'false claims about tea' })
  expect((await buyer.get(`/api/v1/rooms/${roomId}`)).body.room).toMatchObject({ state: 'banned', playback: null })
})
