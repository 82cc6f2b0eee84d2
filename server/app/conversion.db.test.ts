import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSession } from '#live/rooms'
import { seedFollowers } from '#people/follows'
import { openShop, settleIn } from '../../tests/goods.ts'
import { Allowance } from '../../tests/pace.ts'
import { type Client, newId, startWorld, transact, type World } from '../../tests/world.ts'

let world: World
let host: Client & { personId: string }
let sessionId: string
let roomId: string
let goods: { productId: string; skuId: string }

beforeAll(async () => {
  world = await startWorld()
  const shop = await openShop(world, await world.person('Operator', 'operations'))
  goods = await shop.sell({ units: 2, priceMinor: 10_000 })
  host = await world.person('Host', 'buyer', 'creator')
  await host.post('/api/v1/me/creator', { id: newId(), handle: 'host_of_rates', name: 'Host', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: host.personId, count: 2_000 }))
  sessionId = newId()
  roomId = (await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'Tea' })).body.session.roomId
  await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [goods.productId] })
})
afterAll(() => world.stop())

const fact = (kind: string) => ({ kind, productId: goods.productId })
const note = (facts: object[]) => world.client().post('/api/v1/facts', { sessionId, facts })
const numbers = async (person: Client = host) =>
  (await person.get(`/api/v1/studio/sessions/${sessionId}/numbers`)).body.numbers

test('what is shown before the broadcast counts for nothing', async () => {
  expect((await note([fact('impression')])).status).toBe(202)
  await transact(world.server.app, (tx) => startSession(tx, { sessionId, creatorId: host.personId, hasSignal: true }))
  expect(await numbers()).toMatchObject({ impressions: 0, gpmMinor: null, ctrBasisPoints: null, ctorBasisPoints: null })
})

test('within three seconds the host sees what was shown, tapped and paid, by one definition each', async () => {
  // That the session is on air is known ten seconds late at most; a new process has not asked yet.
  await world.eventually(
    async () => {
      await note([fact('impression')])
      await new Promise((resolve) => setTimeout(resolve, 1_100))
      return (await numbers()).impressions > 0
    },
    'the first impression',
    60_000,
  )
  const before = await numbers()
  await note(Array.from({ length: 80 }, (_, index) => fact(index < 8 ? 'click' : 'impression')))
  const buyer = await world.person('Buyer', 'buyer')
  const { addressId } = await settleIn(buyer)
  const { attribution } = (await buyer.get(`/api/v1/rooms/${roomId}`)).body.room
  for (let times = 0; times < 2; times++) {
    const order = {
      id: newId(),
      lines: [{ skuId: goods.skuId, units: 1 }],
      addressId,
      shownPayMinor: 10_000,
      payment: 'wallet',
      attribution,
    }
    expect((await buyer.post('/api/v1/orders', order)).status).toBe(201)
  }
  const impressions = before.impressions + 72
  const allowance = new Allowance()
  const since = performance.now()
  const shown = await world.eventually(async () => {
    const now = await numbers()
    return now.orders === 2 && now.impressions === impressions && now.soldOut === 1 && now
  }, 'the numbers')
  const tookMs = performance.now() - since
  expect(tookMs).toBeLessThan(allowance.of(3_000))
  expect(shown).toMatchObject({
    paidMinor: 20_000,
    units: 2,
    clicks: 8,
    gpmMinor: Math.round((20_000 * 1_000) / impressions),
    ctrBasisPoints: Math.round((8 * 10_000) / impressions),
    ctorBasisPoints: 2_500,
    products: [{ productId: goods.productId, orders: 2, units: 2, paidMinor: 20_000, clicks: 8 }],
  })
  expect(shown.minutes.reduce((sum: number, minute: any) => sum + minute.paidMinor, 0)).toBe(20_000)
  const table = await host.get(`/api/v1/studio/sessions/${sessionId}/products.csv`)
  expect(String(table.body)).toContain(`${goods.productId},${impressions},8,2,2,20000`)
})

test('who watches is looked at, and nobody but host and helpers sees the numbers', async () => {
  const viewer = await world.person('Viewer', 'buyer')
  const socket = await viewer.connect()
  await socket.join(`room:${roomId}`)
  await world.eventually(async () => (await numbers()).pcu > 0, 'a look')
  expect((await numbers()).viewers).toBe(1)
  expect((await viewer.get(`/api/v1/studio/sessions/${sessionId}/numbers`)).status).toBe(404)
  await host.put(`/api/v1/rooms/${roomId}/helpers/${viewer.personId}`, { permissions: ['reply'] })
  expect(await numbers(viewer)).toMatchObject({ orders: 2 })
  socket.close()
})
