/** Goods that come back, from the wish to the shelf; and goods that are sent again. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCategories } from '#goods/catalog'
import { balancesOf } from '#money/ledger'
import { transact } from '#platform/database'
import { deliver, openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { proveAudit, runAudit } from '../../app/audit.ts'

type Person = Client & { personId: string }
let world: World
let shop: Shop
let operator: Person
let worker: Person
let support: Person
let buyer: Person
let addressId: string

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  worker = await world.person('Worker', 'warehouse')
  support = await world.person('Support', 'support')
  buyer = await world.person('Buyer', 'buyer')
  shop = await openShop(world, operator)
  addressId = (await settleIn(buyer)).addressId
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  const proofs = await proveAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
  expect(proofs.filter(({ caught }) => !caught)).toEqual([])
})

const pool = () => world.server.app.database.pool
const days = (number: number) => operator.post('/api/v1/sandbox/clock', { seconds: number * 86_400 })
const wallet = async () => (await buyer.get('/api/v1/wallet')).body.balanceMinor

/** Three of one thing (30.00 each, cost 10.01) at the buyer's door, confirmed. */
async function bought(stock = 3): Promise<{ orderId: string; skuId: string; barcode: string }> {
  const sold = await shop.sell({ units: stock, priceMinor: 3_000, costMinor: 1_001 })
  const orderId = newId()
  const lines = [{ skuId: sold.skuId, units: 3 }]
  const order = { id: orderId, lines, addressId, shownPayMinor: 9_000, payment: 'wallet' }
  expect((await buyer.post('/api/v1/orders', order)).status).toBe(201)
  await deliver(world, worker, orderId, [{ barcode: sold.barcode, units: 3 }])
  expect((await buyer.post(`/api/v1/me/orders/${orderId}/confirmations`)).status).toBe(200)
  return { orderId, ...sold }
}

async function ask(orderId: string, of: object, line: object = { no: 1, amountMinor: 6_000, units: 2 }, id = newId()) {
  const wish = { id, reason: 'Chipped', lines: [line], ...of }
  return { id, ...(await buyer.post(`/api/v1/me/orders/${orderId}/after-sales`, wish)) }
}
const decide = (orderId: string, id: string, decision = 'approved', answer = '') =>
  support.post(`/api/v1/orders/${orderId}/after-sales/${id}/decisions`, { decision, answer })
const grade = (id: string, gradings: { grade: string; units: number }[]) =>
  worker.post(`/api/v1/returns/${id}/gradings`, { gradings: gradings.map((each) => ({ lineNo: 1, ...each })) })
const stateOf = async (orderId: string, id: string) => {
  const { order } = (await buyer.get(`/api/v1/me/orders/${orderId}`)).body
  return order.afterSales.find((each: { id: string }) => each.id === id)
}
const onShelf = async (skuId: string) => {
  const { rows } = await pool().query(
    'select on_hand::int, allocated::int, value_minor::int from warehouse.stock where sku_id = $1',
    [skuId],
  )
  return rows[0]
}
async function booked(): Promise<Record<string, number>> {
  const names = ['inventory', 'refurbishing', 'expense:claims', 'expense:cogs', 'in_transit', 'revenue:goods']
  return Object.fromEntries(await balancesOf(world.server.app.database.db, names))
}
const change = (before: Record<string, number>, after: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(after).flatMap(([key, value]) => (value === before[key] ? [] : [[key, value - (before[key] ?? 0)]])),
  )

test('goods come back, are graded, and their cost goes where they go; then the money is back', async () => {
  const { orderId, skuId } = await bought()
  const asked = await ask(orderId, { kind: 'returnRefund', reasonCode: 'damaged' })
  expect(asked.body.afterSale).toMatchObject({ kind: 'returnRefund', state: 'asked', return: null })
  expect((await decide(orderId, asked.id)).body.afterSale).toMatchObject({
    state: 'accepted',
    return: { state: 'expected', lines: [{ lineNo: 1, units: 2 }] },
  })
  const waybill = { waybill: 'SF1234567890' }
  const path = `/api/v1/me/orders/${orderId}/after-sales/${asked.id}/shipments`
  expect((await buyer.post(path, waybill)).body.afterSale.state).toBe('sent')
  expect((await worker.get('/api/v1/returns?q=sf1234567890')).body.items[0].id).toBe(asked.id)

  const [before, money] = [await booked(), await wallet()]
  const wrong = await grade(asked.id, [{ grade: 'restock', units: 1 }])
  expect(wrong).toMatchObject({ status: 409, body: { code: 'units_not_graded', params: { units: 2, gradedUnits: 1 } } })
  const grades = [
    { grade: 'restock', units: 1 },
    { grade: 'refurbish', units: 1 },
  ]
  expect((await grade(asked.id, grades)).status).toBe(201)
  expect((await grade(asked.id, grades)).status, 'again is the same').toBe(201)
  expect((await grade(asked.id, [{ grade: 'scrap', units: 2 }])).body.code).toBe('return_closed')
  await world.server.outbox.drained()
  expect(await stateOf(orderId, asked.id)).toMatchObject({ state: 'approved', return: { state: 'graded' } })
  expect((await wallet()) - money).toBe(6_000)
  expect(change(before, await booked())).toEqual({
    inventory: 1_001,
    refurbishing: 1_001,
    'expense:cogs': -2_002,
    'revenue:goods': 6_000,
  })
  expect(await onShelf(skuId)).toEqual({ on_hand: 1, allocated: 0, value_minor: 1_001 })

  const finish = (became: string) => worker.post(`/api/v1/returns/${asked.id}/refurbishings`, { lineNo: 1, became })
  expect((await finish('restock')).status).toBe(201)
  expect((await finish('scrap')).body.code).toBe('return_closed')
  expect(await onShelf(skuId)).toEqual({ on_hand: 2, allocated: 0, value_minor: 2_002 })
  expect((await ask(orderId, { kind: 'returnRefund' }, { no: 1, amountMinor: 3_000, units: 2 })).body).toMatchObject({
    code: 'too_many_back',
    params: { leftUnits: 1 },
  })
})

test('what is worth nothing any more is a loss; what is not ours goes back, and so does nothing else', async () => {
  const { orderId, skuId } = await bought()
  const asked = await ask(orderId, { kind: 'returnRefund' })
  await decide(orderId, asked.id)
  const before = await booked()
  await grade(asked.id, [{ grade: 'scrap', units: 2 }])
  await world.server.outbox.drained()
  expect(change(before, await booked())).toMatchObject({ 'expense:claims': 2_002, 'expense:cogs': -2_002 })
  expect((await onShelf(skuId)).on_hand).toBe(0)

  const again = await ask(orderId, { kind: 'returnRefund' }, { no: 1, amountMinor: 3_000, units: 1 })
  await decide(orderId, again.id)
  const [books, money] = [await booked(), await wallet()]
  await grade(again.id, [{ grade: 'rejected', units: 1 }])
  await world.server.outbox.drained()
  expect(await stateOf(orderId, again.id)).toMatchObject({ state: 'refused' })
  expect([await booked(), await wallet()]).toEqual([books, money])
})

test('without a reason goods go back within seven days of the signature, and not where the law excludes them', async () => {
  const early = await bought()
  const late = await bought()
  const reasonless = { kind: 'returnRefund', reasonCode: 'no_reason' }
  expect((await ask(early.orderId, { reasonCode: 'no_reason' })).body.code, 'money alone needs a reason').toBe(
    'no_reason_not_here',
  )
  await days(6)
  expect((await ask(early.orderId, reasonless)).status).toBe(201)
  await days(2)
  expect((await ask(late.orderId, reasonless)).body).toMatchObject({ code: 'no_reason_too_late' })
  const tea = { code: 'tea', name: { en: 'Tea', zh: '茶' } }
  await transact(world.server.app, (tx) => openCategories(tx.db, [{ ...tea, noReasonReturn: false }]))
  const fresh = await bought()
  expect((await ask(fresh.orderId, reasonless)).body.code).toBe('no_reason_not_here')
  await transact(world.server.app, (tx) => openCategories(tx.db, [tea]))
})

test('an exchange keeps the other unit from the day it is accepted, and sends it when the first is here', async () => {
  const { orderId, skuId, barcode } = await bought(4)
  const asked = await ask(orderId, { kind: 'exchange' }, { no: 1, amountMinor: 1, units: 1 })
  const money = await wallet()
  expect((await decide(orderId, asked.id)).body.afterSale.state).toBe('accepted')
  expect(await onShelf(skuId)).toMatchObject({ on_hand: 1, allocated: 1 })
  const before = await booked()
  await grade(asked.id, [{ grade: 'restock', units: 1 }])
  await world.server.outbox.drained()
  expect((await stateOf(orderId, asked.id)).state).toBe('replacing')
  await deliver(world, worker, asked.id, [{ barcode, units: 1 }])
  expect((await stateOf(orderId, asked.id)).state).toBe('replaced')
  expect(await wallet(), 'no money moves in an exchange').toBe(money)
  expect(change(before, await booked()), 'one came, one went').toEqual({})
  expect(await onShelf(skuId)).toEqual({ on_hand: 1, allocated: 0, value_minor: 1_001 })
  expect((await buyer.get(`/api/v1/me/orders/${orderId}`)).body.parcels).toHaveLength(2)
})

test('what never came whole is sent again at our cost; where there is none left, the wish cannot be granted', async () => {
  const { orderId, barcode } = await bought(4)
  const asked = await ask(orderId, { kind: 'resend', reasonCode: 'missing' }, { no: 1, amountMinor: 1, units: 1 })
  const before = await booked()
  expect((await decide(orderId, asked.id)).body.afterSale.state).toBe('replacing')
  await deliver(world, worker, asked.id, [{ barcode, units: 1 }])
  expect((await stateOf(orderId, asked.id)).state).toBe('replaced')
  expect(change(before, await booked())).toEqual({ inventory: -1_001, 'expense:claims': 1_001 })
  const more = await ask(orderId, { kind: 'resend' }, { no: 1, amountMinor: 1, units: 1 })
  expect((await decide(orderId, more.id)).body.code).toBe('sold_out')
  await days(3.1)
  expect(await stateOf(orderId, more.id), 'silence cannot grant it either').toMatchObject({ state: 'refused' })
})

test('goods that are not sent within seven days are not expected any more, and what was kept for them is for sale', async () => {
  const { orderId, skuId } = await bought(4)
  const asked = await ask(orderId, { kind: 'exchange' }, { no: 1, amountMinor: 1, units: 1 })
  await decide(orderId, asked.id)
  await days(7.1)
  expect(await stateOf(orderId, asked.id)).toMatchObject({ state: 'lapsed', return: { state: 'lapsed' } })
  expect(await onShelf(skuId)).toMatchObject({ on_hand: 1, allocated: 0 })
  expect((await ask(orderId, {}, { no: 1, amountMinor: 100 })).status, 'he may ask for something else').toBe(201)
})

test('while somebody asks, an order is not confirmed by the calendar', async () => {
  const sold = await shop.sell({ units: 3, priceMinor: 3_000, costMinor: 1_001 })
  const orderId = newId()
  const order = {
    id: orderId,
    lines: [{ skuId: sold.skuId, units: 3 }],
    addressId,
    shownPayMinor: 9_000,
    payment: 'wallet',
  }
  expect((await buyer.post('/api/v1/orders', order)).status).toBe(201)
  await deliver(world, worker, orderId, [{ barcode: sold.barcode, units: 3 }])
  await days(9)
  await ask(orderId, {}, { no: 1, amountMinor: 100 })
  await days(2)
  const stateNow = async () => (await buyer.get(`/api/v1/me/orders/${orderId}`)).body.order.state
  expect(await stateNow()).toBe('delivered')
})
