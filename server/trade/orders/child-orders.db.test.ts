import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { runAudit } from '../../app/audit.ts'

let world: World
let east: Shop
let west: Shop
let buyer: Client & { personId: string }
let addressId: string

beforeAll(async () => {
  world = await startWorld()
  const operator = await world.person('Operator', 'operations')
  ;[east, west] = [await openShop(world, operator), await openShop(world, operator)]
  buyer = await world.person('Buyer', 'buyer')
  addressId = (await settleIn(buyer)).addressId
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})

/** Two units from the east and one from the west: 2 × 199.00 + 50.00. */
async function cart() {
  const [dear, cheap] = [
    await east.sell({ units: 5 }),
    await west.sell({ units: 5, priceMinor: 5_000, costMinor: 100 }),
  ]
  const lines = [
    { skuId: dear.skuId, units: 2 },
    { skuId: cheap.skuId, units: 1 },
  ]
  return { id: newId(), lines, addressId, shownPayMinor: 44_800, payment: 'wallet' }
}

const wallet = async () => (await buyer.get('/api/v1/wallet')).body.balanceMinor
const orderOf = async (id: string) => (await buyer.get(`/api/v1/me/orders/${id}`)).body

test('a cart from two warehouses is two orders of one payment; asked again, also at once, it is the same two', async () => {
  const wish = await cart()
  const before = await wallet()
  const [one, two] = await Promise.all([buyer.post('/api/v1/orders', wish), buyer.post('/api/v1/orders', wish)])
  const again = await buyer.post('/api/v1/orders', wish)
  expect([one.status, two.status, again.status]).toEqual([201, 201, 201])
  const { orders, payMinor } = one.body.order
  expect(orders.map((order: { payMinor: number }) => order.payMinor)).toEqual([39_800, 5_000])
  expect([payMinor, orders[0].orderId]).toEqual([44_800, wish.id])
  expect(two.body.order.orders).toEqual(orders)
  expect(again.body.order).toMatchObject({ repeated: true, orders, payMinor })
  expect(before - (await wallet())).toBe(44_800)
  await world.server.outbox.drained()
  for (const { orderId, number, payMinor: share } of orders) {
    const { order, parcels } = await orderOf(orderId)
    expect(order).toMatchObject({
      number,
      payMinor: share,
      lines: [{ no: 1 }],
    })
    expect(parcels).toHaveLength(1)
  }
  const other = { ...wish, lines: wish.lines.toReversed(), shownPayMinor: 44_800 }
  expect((await buyer.post('/api/v1/orders', other)).body.code).toBe('order_id_reused')
  const second = { ...wish, id: orders[1].orderId }
  expect((await buyer.post('/api/v1/orders', second)).body.code, 'the id of another order of a group').toBe(
    'order_id_reused',
  )
})

test('a child gives back its own share when it is cancelled, and the other goes on', async () => {
  const wish = await cart()
  const before = await wallet()
  const { orders } = (await buyer.post('/api/v1/orders', wish)).body.order
  await world.server.outbox.drained()
  for (let times = 0; times < 2; times++)
    expect((await buyer.post(`/api/v1/me/orders/${orders[1].orderId}/cancellations`)).status).toBe(200)
  expect(before - (await wallet())).toBe(39_800)
  expect([(await orderOf(wish.id)).order.state, (await orderOf(orders[1].orderId)).order.state]).toEqual([
    'paid',
    'cancelled',
  ])
})

test('a cart that cannot be had whole is not had at all', async () => {
  const wish = await cart()
  const before = await wallet()
  const greedy = { ...wish, lines: [wish.lines[0], { ...wish.lines[1], units: 6 }], shownPayMinor: 69_800 }
  expect((await buyer.post('/api/v1/orders', greedy)).body).toMatchObject({ code: 'sold_out' })
  expect(await wallet()).toBe(before)
  expect((await buyer.get(`/api/v1/me/orders/${wish.id}`)).status).toBe(404)
})
