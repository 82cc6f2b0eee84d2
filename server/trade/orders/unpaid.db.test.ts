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

test('money that comes after the order was closed wins the goods again, where they are still there', async () => {
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
  await later(1)
  const closed = await order(ann, wish.id)
  expect(closed.state).toBe('cancelled')
  expect(await wallet(ann), 'all of it came from outside').toBe(before)
  const [again] = (await ann.get('/api/v1/me/orders?state=to_ship')).body.items
  expect(again).toMatchObject({ state: 'paid', payMinor: 19_902, shipTo: closed.shipTo })
  expect(closed.steps.at(-1).sentence.en).toContain(`as order ${again.number}`)
  const [payment] = (await ann.get('/api/v1/me/payments')).body.items
  expect(payment).toMatchObject({
    state: 'succeeded',
    refundedMinor: 0,
    shares: [{ orderId: again.id, paidMinor: 19_902 }],
  })
})

test('money that comes after the goods went to somebody else goes back where it came from', async () => {
  const [ann, bob] = [await newBuyer(), await newBuyer()]
  const { skuId } = await east.sell({ units: 1, priceMinor: 19_902 })
  const wish = { ...wishOf(ann, [{ skuId, units: 1 }]), shownPayMinor: 19_902 }
  await ann.post('/api/v1/orders', wish)
  const before = await wallet(ann)
  await forward(unpaidMinutes * 60 - 10)
  await pay(ann, wish.id, 'provider')
  await forward(20)
  await world.server.app.jobs.sweepAll()
  const taken = { ...wishOf(bob, [{ skuId, units: 1 }]), shownPayMinor: 19_902, payment: 'wallet' }
  expect((await bob.post('/api/v1/orders', taken)).status).toBe(201)
  await later(1)
  await later(1)
  expect(await wallet(ann)).toBe(before)
  const [payment] = (await ann.get('/api/v1/me/payments')).body.items
  expect(payment).toMatchObject({
    state: 'succeeded',
    refundedMinor: 19_902,
    shares: [],
    refunds: [{ state: 'succeeded' }],
  })
  expect((await order(ann, wish.id)).steps.at(-1).sentence.en).toContain('goes back to where it came from')
})

/** Spends the wallet down to this, with goods at a price that fits. */
async function leave(buyer: Buyer, leftMinor: number): Promise<void> {
  const priceMinor = (await wallet(buyer)) - leftMinor
  const { skuId } = await east.sell({ units: 1, priceMinor })
  const spent = { ...wishOf(buyer, [{ skuId, units: 1 }]), payment: 'wallet', shownPayMinor: priceMinor }
  expect((await buyer.post('/api/v1/orders', spent)).status).toBe(201)
}

test('what the wallet gives waits with the card, and is free again when the card says no', async () => {
  const ann = await newBuyer()
  await leave(ann, 5_000)
  const { skuId } = await west.sell({ units: 2, priceMinor: 10_005 })
  const wish = { ...wishOf(ann, [{ skuId, units: 1 }]), shownPayMinor: 10_005 }
  await ann.post('/api/v1/orders', wish)
  // 5,005 by card: "pending", and then a no.
  expect((await pay(ann, wish.id, 'provider')).body.state).toBe('pending')
  expect(await wallet(ann)).toBe(0)
  await later(1)
  expect(await wallet(ann)).toBe(5_000)
  expect((await order(ann, wish.id)).state).toBe('unpaid')
  const again = await ann.post(`/api/v1/me/orders/${wish.id}/payments`, {
    id: newId(),
    method: 'provider',
    useWallet: false,
  })
  expect(again.body.state, '10,005 by card: the same again').toBe('pending')
})

test('an order of wallet and card gives each part back to its source', async () => {
  const ann = await newBuyer()
  await leave(ann, 5_000)
  const wish = wishOf(ann, [await lineOf(east), await lineOf(west)])
  const { orders } = (await ann.post('/api/v1/orders', wish)).body.order
  expect((await pay(ann, wish.id, 'provider')).body.state).toBe('paid')
  const mine = async () => (await ann.get(`/api/v1/me/payments?groupId=${wish.id}`)).body.items
  const [paid] = await mine()
  expect(paid).toMatchObject({ amountMinor: 34_800, holdMinor: 0, refundedMinor: 0 })
  expect(paid.shares.map(({ paidMinor }: { paidMinor: number }) => paidMinor)).toEqual([17_400, 17_400])

  await ann.post(`/api/v1/me/orders/${orders[0].orderId}/cancellations`)
  expect(await wallet(ann), 'the card is first, the rest was the wallet').toBe(2_500)
  await ann.post(`/api/v1/me/orders/${orders[1].orderId}/cancellations`)
  expect(await wallet(ann)).toBe(5_000)
  await later(1)
  const [back] = await mine()
  expect(back.refundedMinor).toBe(34_800)
  expect(back.refunds.map(({ state, amountMinor }: never) => [state, amountMinor])).toEqual([
    ['succeeded', 17_400],
    ['succeeded', 17_400],
  ])
})

test('who pays twice through two means has the second payment back', async () => {
  const ann = await newBuyer()
  const { skuId } = await west.sell({ units: 1, priceMinor: 20_002 })
  const wish = { ...wishOf(ann, [{ skuId, units: 1 }]), shownPayMinor: 20_002 }
  await ann.post('/api/v1/orders', wish)
  const before = await wallet(ann)
  expect((await pay(ann, wish.id, 'provider')).body.state).toBe('pending')
  expect((await pay(ann, wish.id, 'wallet')).body.state).toBe('paid')
  await later(1)
  await later(1)
  expect((await wallet(ann)) - before).toBe(-20_002)
  const [payment] = (await ann.get('/api/v1/me/payments')).body.items
  expect(payment).toMatchObject({ state: 'succeeded', refundedMinor: 20_002, refunds: [{ state: 'succeeded' }] })
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
