import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { runAudit } from '../../app/audit.ts'
import { unpaidGroupsMax, unpaidMinutes } from './order.ts'

type Buyer = Client & { personId: string; addressId: string }
let world: World
let admin: Client
let east: Shop
let west: Shop

beforeAll(async () => {
  world = await startWorld()
  const operator = await world.person('Operator', 'operations')
  admin = await world.person('Admin', 'admin', 'operations')
  ;[east, west] = [await openShop(world, operator), await openShop(world, operator)]
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})

async function newBuyer(): Promise<Buyer> {
  const client = await world.person('Buyer', 'buyer')
  const { addressId } = await settleIn(client)
  return Object.assign(client, { addressId })
}

const lineOf = async (shop: Shop, units = 1) => ({ skuId: (await shop.sell({ units })).skuId, units: 1 })
const wishOf = (buyer: Buyer, lines: { skuId: string; units: number }[], id = newId()) => ({
  id,
  lines,
  addressId: buyer.addressId,
  shownPayMinor: 19_900 * lines.length,
  payment: 'later',
})
const order = (buyer: Client, id: string) => buyer.get(`/api/v1/me/orders/${id}`).then(({ body }) => body.order)
const pay = (buyer: Client, orderId: string, method: 'wallet' | 'provider', id = newId()) =>
  buyer.post(`/api/v1/me/orders/${orderId}/payments`, { id, method })
const wallet = (buyer: Client) => buyer.get('/api/v1/wallet').then(({ body }) => body.balanceMinor as number)
const paidToday = async () =>
  (await (await world.person('Operator', 'operations')).get('/api/v1/screen')).body.paidMinor
const forward = async (seconds: number) =>
  expect((await admin.post('/api/v1/sandbox/clock', { seconds })).status).toBe(200)
/** The platform's clock, as an operator moves it in the sandbox; then the sweeps run. */
async function later(minutes: number): Promise<void> {
  await forward(minutes * 60)
  await world.server.app.jobs.sweepAll()
  await world.server.outbox.drained()
}

test('units are kept for who pays later, and nobody hears of a sale until he has paid', async () => {
  const [ann, bob] = [await newBuyer(), await newBuyer()]
  const line = await lineOf(east)
  const before = [await wallet(ann), await paidToday()]
  const placed = await ann.post('/api/v1/orders', wishOf(ann, [line]))
  expect(placed).toMatchObject({ status: 201, body: { order: { payMinor: 19_900, payBy: expect.any(String) } } })
  const { orderId } = placed.body.order
  expect((await bob.post('/api/v1/orders', { ...wishOf(bob, [line]), payment: 'wallet' })).body.code).toBe('sold_out')
  await world.server.outbox.drained()
  expect([await wallet(ann), await paidToday()]).toEqual(before)
  expect(await order(ann, orderId)).toMatchObject({ state: 'unpaid', groupPayMinor: 19_900, mayCancel: true })

  const answers = await Promise.all([pay(ann, orderId, 'wallet'), pay(ann, orderId, 'wallet')])
  expect(answers.map(({ status, body }) => [status, body.state])).toEqual([
    [201, 'paid'],
    [201, 'paid'],
  ])
  await world.server.outbox.drained()
  expect((await wallet(ann)) - (before[0] ?? 0)).toBe(-19_900)
  expect((await paidToday()) - (before[1] ?? 0)).toBe(19_900)
  const { order: paid, parcels } = (await ann.get(`/api/v1/me/orders/${orderId}`)).body
  expect(paid).toMatchObject({ state: 'paid', payBy: null })
  expect(parcels).toHaveLength(1)
  expect((await pay(bob, orderId, 'wallet')).status, "another's order").toBe(404)
})

test('what nobody pays for is closed when its time is over: units, once, and no money', async () => {
  const [ann, bob] = [await newBuyer(), await newBuyer()]
  const line = await lineOf(east)
  const before = await wallet(ann)
  const wish = wishOf(ann, [line])
  await ann.post('/api/v1/orders', wish)
  await later(unpaidMinutes - 1)
  expect((await order(ann, wish.id)).state).toBe('unpaid')
  await later(1)
  await later(1)
  expect(await order(ann, wish.id)).toMatchObject({ state: 'cancelled', payBy: null, mayCancel: false })
  expect((await pay(ann, wish.id, 'wallet')).body.code).toBe('order_not_payable')
  expect(await wallet(ann)).toBe(before)
  expect((await bob.post('/api/v1/orders', { ...wishOf(bob, [line]), payment: 'wallet' })).status).toBe(201)
  expect((await ann.post('/api/v1/orders', wish)).body.order).toMatchObject({ repeated: true, payBy: null })
})

test('a cart waits and is paid as one; a child that was taken back is not paid for', async () => {
  const ann = await newBuyer()
  const before = await wallet(ann)
  const wish = wishOf(ann, [await lineOf(east), await lineOf(west), await lineOf(west)])
  const { orders } = (await ann.post('/api/v1/orders', wish)).body.order
  expect(orders).toHaveLength(2)
  expect((await ann.post(`/api/v1/me/orders/${orders[0].orderId}/cancellations`)).status).toBe(200)
  expect((await order(ann, orders[1].orderId)).groupPayMinor).toBe(39_800)
  expect((await pay(ann, orders[1].orderId, 'wallet')).status).toBe(201)
  expect((await wallet(ann)) - before).toBe(-39_800)
  expect((await order(ann, orders[0].orderId)).state).toBe('cancelled')
})

test('the wallet first and the rest by card: both are asked once, and the same payment again changes nothing', async () => {
  const ann = await newBuyer()
  const rest = (await wallet(ann)) % 100_000
  // Spend down to less than one costs, with goods at a price that fits.
  const { skuId } = await east.sell({ units: 1, priceMinor: (await wallet(ann)) - 5_000 })
  const spent = { ...wishOf(ann, [{ skuId, units: 1 }]), payment: 'wallet', shownPayMinor: (await wallet(ann)) - 5_000 }
  expect((await ann.post('/api/v1/orders', spent)).status, String(rest)).toBe(201)
  const wish = wishOf(ann, [await lineOf(west)])
  await ann.post('/api/v1/orders', wish)
  expect((await pay(ann, wish.id, 'wallet')).body).toMatchObject({
    code: 'balance_too_low',
    params: { missingMinor: 14_900 },
  })
  const id = newId()
  for (let times = 0; times < 3; times++)
    expect((await pay(ann, wish.id, 'provider', id)).body).toMatchObject({ state: 'paid', order: { state: 'paid' } })
  expect(await wallet(ann)).toBe(0)
})

test('money that comes after the order was closed is in the wallet, and the buyer is told', async () => {
  const ann = await newBuyer()
  const { skuId } = await east.sell({ units: 1, priceMinor: 19_902 })
  // The sandbox provider says "pending" to an amount that ends in 02, and "succeeded" half a minute later.
  const wish = { ...wishOf(ann, [{ skuId, units: 1 }]), shownPayMinor: 19_902 }
  await ann.post('/api/v1/orders', wish)
  const before = await wallet(ann)
  await forward(unpaidMinutes * 60 - 10)
  const asked = await pay(ann, wish.id, 'provider')
  expect(asked.body).toMatchObject({ state: 'pending', order: { state: 'unpaid' } })
  await later(1)
  expect((await order(ann, wish.id)).state).toBe('cancelled')
  await later(1)
  expect((await wallet(ann)) - before).toBe(19_902)
  const { steps } = await order(ann, wish.id)
  expect(steps.at(-1).sentence.en).toContain('is in your wallet')
})

test('who lets too many orders wait has to pay or cancel one first', async () => {
  const ann = await newBuyer()
  const { skuId } = await east.sell({ units: 20 })
  const ids: string[] = []
  for (let times = 0; times < unpaidGroupsMax; times++) {
    const wish = wishOf(ann, [{ skuId, units: 1 }])
    ids.push(wish.id)
    expect((await ann.post('/api/v1/orders', wish)).status).toBe(201)
  }
  const more = () => ann.post('/api/v1/orders', wishOf(ann, [{ skuId, units: 1 }]))
  expect((await more()).body).toMatchObject({ code: 'too_many_unpaid', params: { ordersMax: unpaidGroupsMax } })
  await ann.post(`/api/v1/me/orders/${ids[0]}/cancellations`)
  expect((await more()).status).toBe(201)
})
