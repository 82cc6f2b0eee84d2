import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { runAudit } from '../../app/audit.ts'

let world: World
let operator: Client
let sell: () => Promise<string>

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  const shop = await openShop(world, operator)
  sell = async () => (await shop.sell({ units: 100, priceMinor: 1_000 })).skuId
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})

const limit = async (skuId: string, limitUnits: number | null, priceMinor = 1_000) =>
  expect(
    (await operator.post(`/api/v1/skus/${skuId}/prices`, { priceMinor, listPriceMinor: null, limitUnits })).status,
  ).toBe(201)

async function newBuyer() {
  const client = await world.person('Buyer', 'buyer')
  const { addressId } = await settleIn(client)
  const buy = (skuId: string, units = 1, id = newId()) => {
    const wish = { id, lines: [{ skuId, units }], addressId, shownPayMinor: 1_000 * units, payment: 'wallet' }
    return client.post('/api/v1/orders', wish)
  }
  const mayBuy = async (skuId: string) => {
    const { body } = await client.post('/api/v1/quotes', { lines: [{ skuId, units: 1 }] })
    return body.quote.lines[0].mayBuyUnits
  }
  return { client, buy, mayBuy }
}

test('of fifty wishes that one buyer sends at once for a SKU with a limit of one, one becomes an order', async () => {
  const skuId = await sell()
  await limit(skuId, 1)
  const [ann, bob] = [await newBuyer(), await newBuyer()]
  expect(await ann.mayBuy(skuId)).toBe(1)
  const answers = await Promise.all(Array.from({ length: 50 }, () => ann.buy(skuId)))
  const codes = answers.map(({ status, body }) => (status === 201 ? 'placed' : body.code))
  expect(codes.filter((code) => code === 'placed')).toHaveLength(1)
  expect(codes.filter((code) => code === 'limit_reached')).toHaveLength(49)
  expect(await ann.mayBuy(skuId)).toBe(0)
  expect((await bob.buy(skuId)).status, 'the next buyer has a limit of his own').toBe(201)
})

test('a cancelled order gives its units back, and an order that is sent again counts once', async () => {
  const skuId = await sell()
  await limit(skuId, 2)
  const { client, buy, mayBuy } = await newBuyer()
  const id = newId()
  const twice = await Promise.all([buy(skuId, 2, id), buy(skuId, 2, id)])
  expect(twice.map(({ status }) => status)).toEqual([201, 201])
  expect((await buy(skuId)).body).toMatchObject({ code: 'limit_reached', params: { skuId, leftUnits: 0 } })
  expect((await client.post(`/api/v1/me/orders/${id}/cancellations`)).status).toBe(200)
  expect((await client.post(`/api/v1/me/orders/${id}/cancellations`)).status).toBe(200)
  expect(await mayBuy(skuId)).toBe(2)
  expect((await buy(skuId, 3)).body).toMatchObject({ code: 'limit_reached', params: { leftUnits: 2 } })
  expect((await buy(skuId, 2)).status).toBe(201)
})

test('a new price counts anew, and a price without a limit counts nobody', async () => {
  const skuId = await sell()
  const { buy, mayBuy } = await newBuyer()
  expect(await mayBuy(skuId)).toBeNull()
  expect((await buy(skuId, 5)).status).toBe(201)
  await limit(skuId, 1)
  expect((await buy(skuId)).status).toBe(201)
  expect((await buy(skuId)).body.code).toBe('limit_reached')
  await limit(skuId, 1)
  expect((await buy(skuId)).status).toBe(201)
  await limit(skuId, null)
  expect((await buy(skuId, 9)).status).toBe(201)
})
