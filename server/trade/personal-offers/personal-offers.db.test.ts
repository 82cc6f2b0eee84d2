import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { runAudit } from '../../app/audit.ts'

type Person = Client & { personId: string }
let world: World
let operator: Person
let shop: Shop
beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  shop = await openShop(world, operator)
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter(({ broken }) => broken > 0)).toEqual([])
})

const step = (offMinor: number, more: object = {}) => ({
  ...{ couponId: newId(), thresholdMinor: 0, offMinor, budgetMinor: 1_000_000, quotaUnits: 1_000, ...more },
})
const wishOf = (steps: ReturnType<typeof step>[], more: object = {}) => ({
  ...{ id: newId(), name: { en: 'Come back', zh: '回来看看' }, heldOutBasisPoints: 0, steps, validDays: 7 },
  ...{ startsAt: '2020-01-01T00:00:00Z', endsAt: '2099-01-01T00:00:00Z', ...more },
})
async function open(steps: ReturnType<typeof step>[], more: object = {}) {
  const wish = wishOf(steps, more)
  const { status, body } = await operator.post('/api/v1/personal-offers', wish)
  expect(status, JSON.stringify(body)).toBe(201)
  return wish
}
const end = (id: string) => operator.post(`/api/v1/personal-offers/${id}/endings`)
const decisions = async (id: string) => (await operator.get(`/api/v1/personal-offers/${id}/decisions`)).body.items
const ask = async (person: Client) => (await person.post('/api/v1/me/personal-offers')).body.coupons

test('a buyer is decided about once, however often he asks; the decision is kept with what it was made on', async () => {
  const offer = await open([step(500), step(1_500), step(3_000)])
  const buyer = await world.person('New here', 'buyer')
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(buyer)))
  const [coupon] = await ask(buyer)
  // Who has never bought is at 80, give or take 5: the last third of the steps.
  expect(coupon).toMatchObject({ couponId: offer.steps[2]?.couponId, offMinor: 3_000 })
  for (const answer of answers) expect(answer.map(({ id }: any) => id)).toEqual([coupon.id])
  expect(await decisions(offer.id)).toMatchObject([
    {
      personId: buyer.personId,
      ...{ reason: 'given', step: 3 },
      features: { orders: 0, daysSinceOrder: null, averageMinor: null, couponsUsed: 0, couponsLapsed: 0 },
    },
  ])
  const { items } = (await operator.get('/api/v1/personal-offers')).body
  expect(items[0]).toMatchObject({ id: offer.id, decided: { given: 1, held_out: 0, not_needed: 0, gone: 0 } })
  expect(items[0].steps.map((each: any) => each.givenUnits)).toEqual([0, 0, 1])
  await end(offer.id)
})

test('nobody claims it by himself, and nobody sees it on the shelf', async () => {
  const offer = await open([step(500)])
  const couponId = offer.steps[0]?.couponId
  const stranger = await world.person('Stranger', 'buyer')
  expect((await stranger.post(`/api/v1/coupons/${couponId}/claims`, { id: newId() })).status).toBe(404)
  const { offers } = (await stranger.get('/api/v1/me/coupons')).body
  expect(offers.some((each: any) => each.id === couponId)).toBe(false)
  await end(offer.id)
})

test('who has just bought needs none; it takes off an order what it says, out of the budget of its step', async () => {
  const first = await open([step(500)])
  const buyer = await world.person('Regular', 'buyer')
  const { addressId } = await settleIn(buyer)
  const { skuId } = await shop.sell({ units: 5, priceMinor: 10_000 })
  const [coupon] = await ask(buyer)
  const order = { id: newId(), lines: [{ skuId, units: 1 }], addressId, payment: 'wallet' }
  const placed = await buyer.post('/api/v1/orders', { ...order, shownPayMinor: 9_500, couponId: coupon.id })
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
  const [book] = (await operator.get('/api/v1/personal-offers')).body.items
  expect(book.steps[0]).toMatchObject({ spentMinor: 500, usedUnits: 1, givenUnits: 1 })
  await end(first.id)

  const second = await open([step(500)])
  expect(await ask(buyer)).toEqual([])
  expect(await decisions(second.id)).toMatchObject([
    {
      reason: 'not_needed',
      step: null,
      features: { orders: 1, daysSinceOrder: 0, averageMinor: 9_500, couponsUsed: 1 },
    },
  ])
  await end(second.id)
})

test('of three pieces for ten who ask at once three are given, and the rest have the smaller step or are told nothing', async () => {
  const offer = await open([step(500, { quotaUnits: 4 }), step(3_000, { quotaUnits: 3 })])
  const people = await Promise.all(Array.from({ length: 10 }, (_, index) => world.person(`Buyer ${index}`, 'buyer')))
  await Promise.all(people.map(ask))
  // Who lost a race was not decided about, and asks again.
  await Promise.all(people.map(ask))
  const [book] = (await operator.get('/api/v1/personal-offers')).body.items
  expect(book.steps.map((each: any) => each.givenUnits)).toEqual([4, 3])
  expect(book.decided).toEqual({ given: 7, held_out: 0, not_needed: 0, gone: 3 })
  await end(offer.id)
})

test('steps must rise, and the same id is the same offer', async () => {
  const falling = wishOf([step(500), step(500)])
  expect((await operator.post('/api/v1/personal-offers', falling)).body.code).toBe('steps_not_rising')
  const offer = await open([step(500)])
  expect((await operator.post('/api/v1/personal-offers', offer)).status).toBe(201)
  const other = { ...offer, name: { en: 'Other', zh: '别的' } }
  expect((await operator.post('/api/v1/personal-offers', other)).body.code).toBe('id_reused')
  expect((await end(newId())).status).toBe(404)
  await end(offer.id)
})
