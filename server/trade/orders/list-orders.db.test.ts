import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'

let world: World
let operator: Client
let numbers: string[]

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  const buyer = await world.person('Ann Lee', 'buyer')
  const { skuId } = await (await openShop(world, operator)).sell({ units: 3, priceMinor: 1_000 })
  const { addressId } = await settleIn(buyer, { topUpMinor: 10_000 })
  numbers = []
  for (let index = 0; index < 2; index++) {
    const { status, body } = await buyer.post('/api/v1/orders', {
      ...{ id: newId(), lines: [{ skuId, units: 1 }], addressId, shownPayMinor: 1_000, payment: 'wallet' },
    })
    expect(status, JSON.stringify(body)).toBe(201)
    numbers.unshift(body.order.number)
  }
})
afterAll(() => world.stop())

const found = async (q: string) => {
  const { status, body } = await operator.get(`/api/v1/orders?q=${encodeURIComponent(q)}`)
  expect(status).toBe(200)
  return body.items.map((order: { number: string }) => order.number)
}

test('an order is found by the beginning of its number, and by all of it', async () => {
  const [newer = '', older = ''] = numbers
  expect(await found(newer.slice(0, 5))).toEqual([newer, older])
  expect(await found(older)).toEqual([older])
  expect(await found(`${older}0`)).toEqual([])
})

test("an order is found by the beginning of its buyer's name", async () => {
  expect(await found('Ann')).toEqual(numbers)
  expect(await found('Lee')).toEqual([])
})
