/** What is won in a room, and what is claimed by a comment, becomes an order of its own: once, from the shelf, after its cause is over. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliver, openShop, settleIn } from '../../../tests/goods.ts'
import { type OpenRoom, openRoom } from '../../../tests/rooms.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { auditInvariants, runAudit } from '../../app/audit.ts'

let world: World
let operator: Client
let room: OpenRoom
let goods: { productId: string; skuId: string; barcode: string }

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations', 'warehouse')
  goods = await (await openShop(world, operator)).sell({ units: 3, priceMinor: 5_000 })
  room = await openRoom(world, 'prizes')
  await room.host.post(`/api/v1/studio/sessions/${room.sessionId}/bag`, { productIds: [goods.productId] })
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database, { invariants: auditInvariants })
  await world.stop()
  expect(report.invariants.filter(({ broken }) => broken > 0)).toEqual([])
})

const unitsLeft = async () => (await operator.get(`/api/v1/rooms/${room.roomId}`)).body.room.bag[0].unitsLeft
const ordersOf = async (person: Client) => (await person.get('/api/v1/me/orders')).body.items

async function hangBag(of: object) {
  const draw = { id: newId(), prize: 'A tin of tea', units: 1, seconds: 30, mustFollow: false, word: null, ...of }
  return { draw, ...(await room.host.post(`/api/v1/studio/sessions/${room.sessionId}/draws`, draw)) }
}

test('who wins goods gets an order that costs nothing, from the shelf to his door, at the platform’s expense', async () => {
  expect((await hangBag({ skuId: newId() })).body.code, 'not in the bag').toBe('sku_not_on_sale')
  const { draw } = await hangBag({ skuId: goods.skuId, watchSeconds: 1 })
  const winner = await world.person('Winner', 'buyer')
  const socket = await winner.connect()
  await socket.join(`room:${room.roomId}`)
  const enter = () => socket.ask('draw.enter', { id: newId(), roomId: room.roomId, drawId: draw.id })
  expect((await enter()).code, 'has just come').toBe('task_watch')
  await world.eventually(async () => (await enter()).ok, 'he has watched for long enough')
  await operator.post('/api/v1/sandbox/clock', { seconds: 31 })
  await socket.hears(`room:${room.roomId}`, 'draw', (message) => message.draw.state === 'drawn', 6_000)
  const { addressId } = await settleIn(winner)
  const claim = () => winner.post(`/api/v1/draws/${draw.id}/claims`, { addressId })
  expect((await claim()).status).toBe(200)
  expect((await claim()).status, 'twice is once').toBe(200)
  const [order] = await world.eventually(async () => {
    const orders = await ordersOf(winner)
    return orders.length > 0 ? orders : null
  }, 'the prize is among his orders')
  expect(order).toMatchObject({ payMinor: 0, state: 'paid' })
  expect(await ordersOf(winner)).toHaveLength(1)
  await world.eventually(async () => (await unitsLeft()) === 2, 'one unit has left the shelf')
  await deliver(world, operator, order.id, [{ barcode: goods.barcode, units: 1 }])
  expect((await winner.post(`/api/v1/me/orders/${order.id}/confirmations`)).status).toBe(200)
  expect((await winner.get('/api/v1/me/notes')).body.items.map((note: any) => note.kind)).toContain('prize_ordered')
  expect((await winner.get('/api/v1/wallet')).body.balanceMinor).toBe(1_000_000)
  socket.close()
})

test('what a comment claims is held as an order that waits to be paid, and told where', async () => {
  await room.host.put(`/api/v1/studio/sessions/${room.sessionId}/claim-mode`, { mode: 'hold' })
  const claimer = await world.person('Claimer', 'buyer')
  await settleIn(claimer)
  const socket = await claimer.connect()
  await socket.join(`room:${room.roomId}`)
  await socket.ask('comment.say', { id: newId(), roomId: room.roomId, text: 'sold 1' })
  const [order] = await world.eventually(async () => {
    const orders = await ordersOf(claimer)
    return orders.length > 0 ? orders : null
  }, 'it is held for him')
  expect(order).toMatchObject({ state: 'unpaid', payMinor: 5_000 })
  await world.eventually(
    async () => (await claimer.get('/api/v1/me/notes')).body.items.some((note: any) => note.kind === 'claim_held'),
    'he is told',
  )
  socket.close()
})
