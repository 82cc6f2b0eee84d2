/** A category that needs a good record is judged wherever its goods are sold: hung up, explained, in a flash sale; and so is a lucky bag. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop } from '../../../tests/goods.ts'
import { type OpenRoom, openRoom } from '../../../tests/rooms.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'

let world: World
let operator: Client
let moderator: Client
let room: OpenRoom
let goods: { productId: string; skuId: string }

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  moderator = await world.person('Moderator', 'moderator')
  goods = await (await openShop(world, operator)).sell({ units: 10 })
  room = await openRoom(world, 'gated')
})
afterAll(() => world.stop())

const hang = () => room.host.post(`/api/v1/studio/sessions/${room.sessionId}/bag`, { productIds: [goods.productId] })
const gate = (scoreMin: number | null) =>
  operator.post('/api/v1/gated-categories', { categoryCode: 'tea', scoreMin, inDays: 0 })

test('what hangs in the bag already is not explained or sold in a flash once its category is closed to the host', async () => {
  const itemId = (await hang()).body.bag[0].id
  const pin = (id: string | null) => room.host.put(`/api/v1/studio/sessions/${room.sessionId}/pin`, { itemId: id })
  expect((await pin(itemId)).status).toBe(200)
  expect((await pin(null)).status).toBe(200)
  expect(
    (await operator.post('/api/v1/gated-categories', { categoryCode: 'none', scoreMin: 1, inDays: 0 })).status,
  ).toBe(404)
  expect((await gate(201)).status).toBe(201)
  expect(await pin(itemId)).toMatchObject({
    status: 403,
    body: { code: 'category_gated', params: { needed: 201, actual: 200 } },
  })
  const sale = {
    ...{
      id: newId(),
      skuId: goods.skuId,
      priceMinor: 9_900,
      units: 5,
      perBuyerUnits: 1,
      countdownSeconds: 10,
      minutes: 1,
    },
    ...{ funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 }, budgetMinor: 100_000 },
  }
  const announced = await operator.post(`/api/v1/rooms/${room.roomId}/flash-sales`, sale)
  expect(announced.body.code, JSON.stringify(announced.body)).toBe('category_gated')
  const rules = (await moderator.get('/api/v1/gate-rules')).body
  expect(rules.categories[0]).toMatchObject({ categoryCode: 'tea', scoreMin: 201 })
  await gate(null)
  expect((await pin(itemId)).status).toBe(200)
})

test('a new version of a gate holds from its day on, and the giveaway gate stands before a lucky bag', async () => {
  const draw = () =>
    room.host.post(`/api/v1/studio/sessions/${room.sessionId}/draws`, {
      ...{ id: newId(), prize: 'Tea', units: 1, seconds: 30, mustFollow: false, word: null },
    })
  const rule = { capability: 'giveaway', followersMin: null, activeViolationsMax: null, verifiedNeeded: true }
  expect((await operator.post('/api/v1/gate-rules', { ...rule, scoreMin: 300, inDays: 0 })).body).toEqual({
    version: 2,
  })
  expect((await draw()).body.code).toBe('gate_closed')
  await operator.post('/api/v1/gate-rules', { ...rule, scoreMin: 151, inDays: 0 })
  expect((await draw()).status).toBe(201)
  expect((await room.host.get('/api/v1/gate-rules')).status).toBe(403)
})
