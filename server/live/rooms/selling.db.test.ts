import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitmentOf, winnersOf } from '#live/draws'
import { seedFollowers } from '#people/follows'
import { openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { Allowance } from '../../../tests/pace.ts'
import { type Client, newId, type SocketClient, startWorld, transact, type World } from '../../../tests/world.ts'
import { startSession } from './run-session.ts'

type Person = Client & { personId: string }
let world: World
let operator: Person
let shop: Shop
let host: Person
let sessionId: string
let roomId: string
let goods: { productId: string; skuId: string }

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  shop = await openShop(world, operator)
  goods = await shop.sell({ units: 2, priceMinor: 1_000 })
  host = await world.person('Host', 'buyer', 'creator')
  await host.post('/api/v1/me/creator', { id: newId(), handle: 'host_of_sale', name: 'Host', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: host.personId, count: 2_000 }))
  sessionId = newId()
  roomId = (await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'Tea' })).body.session.roomId
  await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [goods.productId] })
  await transact(world.server.app, (tx) => startSession(tx, { sessionId, creatorId: host.personId, hasSignal: true }))
})
afterAll(() => world.stop())

async function guest(name: string): Promise<Person & { socket: SocketClient }> {
  const person = await world.person(name, 'buyer')
  const socket = await person.connect()
  await socket.join(`room:${roomId}`)
  return Object.assign(person, { socket })
}
const say = (of: { socket: SocketClient }, text: string) => of.socket.ask('comment.say', { id: newId(), roomId, text })
const notes = async (person: Client) => (await person.get('/api/v1/me/notes')).body.items
const buy = async (buyer: Person, addressId: string) =>
  buyer.post('/api/v1/orders', {
    id: newId(),
    lines: [{ skuId: goods.skuId, units: 1 }],
    addressId,
    shownPayMinor: 1_000,
    payment: 'wallet',
  })

test('a set is saved, hung into the bag in one go, and never makes it more than a hundred', async () => {
  const id = newId()
  const others = await Promise.all([shop.sell({ units: 1 }), shop.sell({ units: 1 })])
  const productIds = [goods.productId, ...others.map((each) => each.productId)]
  expect((await host.put(`/api/v1/studio/bag-sets/${id}`, { name: 'Autumn', productIds })).body.sets).toMatchObject([
    { id, name: 'Autumn', products: 3 },
  ])
  await operator.put(`/api/v1/products/${others[1]?.productId}/state`, { state: 'off_sale' })
  await world.server.outbox.drained()
  const loaded = await host.post(`/api/v1/studio/sessions/${sessionId}/bag-sets`, { setId: id })
  expect(loaded.body).toMatchObject({ leftOut: 1, bag: [{ productId: goods.productId }, {}] })
  const stranger = await world.person('Else', 'buyer', 'creator')
  expect((await stranger.delete(`/api/v1/studio/bag-sets/${id}`)).status).toBe(404)
  expect((await host.delete(`/api/v1/studio/bag-sets/${id}`)).body.sets).toEqual([])
})

test('a lucky bag is drawn by the seed that was committed to, from those who met the tasks', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, (_, index) => guest(`Guest ${index}`)))
  const [lazy, silent, ...good] = people as [Awaited<ReturnType<typeof guest>>, ...Awaited<ReturnType<typeof guest>>[]]
  const id = newId()
  const start = (drawId: string) =>
    host.post(`/api/v1/studio/sessions/${sessionId}/draws`, {
      id: drawId,
      prize: 'A tin of tea',
      units: 2,
      seconds: 30,
      mustFollow: true,
      word: '要福袋',
    })
  const started = await start(id)
  expect(started).toMatchObject({ status: 201, body: { draw: { state: 'open', seed: null, entries: 0 } } })
  expect((await start(newId())).body.code, 'one at a time').toBe('draw_running')
  await lazy.socket.hears(`room:${roomId}`, 'draw')
  const enter = (of: { socket: SocketClient }) => of.socket.ask('draw.enter', { id: newId(), roomId, drawId: id })
  const follow = (of: Client) => of.put(`/api/v1/creators/${host.personId}/follower`)

  expect((await enter(lazy)).code).toBe('task_follow')
  await follow(silent as Person)
  expect((await enter(silent as { socket: SocketClient })).code).toBe('task_word')
  for (const each of good) {
    await follow(each)
    await say(each, '我要福袋！')
    expect((await enter(each)).ok).toBe(true)
    expect((await enter(each)).ok, 'again is once').toBe(true)
  }
  // One of them stops following before the draw.
  await (good[0] as Client).delete(`/api/v1/creators/${host.personId}/follower`)
  await operator.post('/api/v1/sandbox/clock', { seconds: 31 })
  const told = await lazy.socket.hears(`room:${roomId}`, 'draw', (message) => message.draw.state === 'drawn', 6_000)
  const { body: proof } = await world.client().get(`/api/v1/draws/${id}/proof`)
  expect(proof.entries).toHaveLength(4)
  expect(commitmentOf(proof.seed)).toBe(started.body.draw.commitment)
  expect(proof.winners.toSorted()).toEqual(winnersOf(proof.seed, proof.entries, 2).toSorted())
  expect(told.draw.winners.map((each: any) => each.entryId).toSorted()).toEqual(proof.winners.toSorted())
  expect(proof.entries.filter((each: any) => each.eligible)).toHaveLength(3)
  expect((await enter(good[1] as { socket: SocketClient })).code).toBe('draw_over')

  const won = await Promise.all(
    good.map(async (each) => ({ each, mine: (await each.get(`/api/v1/rooms/${roomId}/draws`)).body.mine[0] })),
  )
  expect(won[0]?.mine.won, 'who stopped following wins nothing').toBe(false)
  const winners = won.filter(({ mine }) => mine.won)
  expect(winners).toHaveLength(2)
  const [first, second] = winners.map(({ each }) => each) as unknown as [Person, Person]
  expect((await notes(first)).map((note: any) => note.kind)).toContain('draw_won')
  const { addressId } = await settleIn(first)
  const claim = (of: Client, address: string) => of.post(`/api/v1/draws/${id}/claims`, { addressId: address })
  expect((await claim(second, addressId)).status, 'another’s address').toBe(404)
  expect((await claim(first, addressId)).status).toBe(200)
  expect((await claim(lazy, addressId)).status).toBe(404)
  const own = await settleIn(second)
  await operator.post('/api/v1/sandbox/clock', { seconds: 48 * 3_600 })
  expect((await claim(second, own.addressId)).body.code).toBe('prize_lapsed')
  for (const { socket } of people) socket.close()
})

test('who waits for what is sold out sees it at once, and is told in the order in which they came', async () => {
  const buyer = await guest('Buyer')
  const { addressId } = await settleIn(buyer)
  await buy(buyer, addressId)
  const allowance = new Allowance()
  const soldAt = performance.now()
  await buy(buyer, addressId)
  await buyer.socket.hears(`room:${roomId}`, 'stock', (message) =>
    message.skus.some((sku: any) => sku.skuId === goods.skuId && sku.unitsLeft === 0),
  )
  const toldMs = performance.now() - soldAt
  expect(toldMs).toBeLessThan(allowance.of(3_000))
  expect((await world.client().get(`/api/v1/rooms/${roomId}`)).body.room.bag[0].soldOut).toBe(true)
  const waiting = await Promise.all(['a', 'b', 'c'].map((name) => world.person(`Waits ${name}`, 'buyer')))
  for (const [index, person] of waiting.entries())
    expect((await person.put(`/api/v1/products/${goods.productId}/waiting`, { wanted: true })).body).toEqual({
      waits: true,
      ahead: index,
    })
  const more = await operator.post('/api/v1/receipts', {
    id: newId(),
    supplierId: shop.supplierId,
    warehouseId: shop.warehouseId,
    skuId: goods.skuId,
    bin: 'A-01-1',
    units: 2,
    unitCostMinor: 500,
  })
  expect(more.status).toBe(201)
  await world.server.outbox.drained()
  const told = await Promise.all(waiting.map(async (person) => (await notes(person)).length))
  expect(told, 'as many as there are units').toEqual([1, 1, 0])
  await operator.post('/api/v1/sandbox/clock', { seconds: 11 * 60 })
  await world.server.app.jobs.sweepAll()
  await world.server.outbox.drained()
  expect(
    (await notes(waiting[2] as Client)).map((note: any) => note.kind),
    'after their head start',
  ).toEqual(['back_in_stock'])
  buyer.socket.close()
})

test('a comment buys only where the host lets it: held as an order that waits, or noted for who pays first', async () => {
  const claimer = await guest('Claimer')
  await say(claimer, '要1号')
  await world.server.outbox.drained()
  expect(await notes(claimer)).toEqual([])
  const mode = (wanted: string) => host.put(`/api/v1/studio/sessions/${sessionId}/claim-mode`, { mode: wanted })
  await mode('hold')
  await say(claimer, '要1号')
  // It is placed after the transaction that noted it.
  const hears = (kind: string) =>
    world.eventually(async () => (await notes(claimer))[0]?.kind === kind, `${kind} within a second or two`)
  await hears('claim_no_address')
  await settleIn(claimer)
  await say(claimer, 'sold 1')
  await hears('claim_held')
  const { items } = (await claimer.get('/api/v1/me/orders')).body
  expect(items).toMatchObject([{ state: 'unpaid', payMinor: 1_000 }])
  expect((await notes(claimer))[0].link).toBe(`/orders/${items[0].id}`)

  await mode('first_paid')
  const other = await guest('Other')
  await say(other, '1')
  await say(other, '要1号')
  await world.server.outbox.drained()
  expect((await notes(other)).map((note: any) => note.kind)).toEqual(['claim_noted'])
  expect((await other.get('/api/v1/me/orders')).body.items).toEqual([])
  expect((await host.get(`/api/v1/studio/sessions/${sessionId}/claim-mode`)).body).toEqual({
    mode: 'first_paid',
    claims: 3,
  })
  for (const each of [claimer, other]) each.socket.close()
})

test('marks can be put right when it is over, and only within the broadcast', async () => {
  const { bag } = (await world.client().get(`/api/v1/rooms/${roomId}`)).body.room
  await host.put(`/api/v1/studio/sessions/${sessionId}/pin`, { itemId: bag[0].id })
  await host.put(`/api/v1/studio/sessions/${sessionId}/pin`, { itemId: bag[1].id })
  const { marks } = (await host.get(`/api/v1/studio/sessions/${sessionId}/marks`)).body
  expect(marks).toMatchObject([{ productId: bag[0].productId }, { productId: bag[1].productId, untilAt: null }])
  const move = (fromAt: string, untilAt: string) =>
    host.put(`/api/v1/studio/sessions/${sessionId}/marks/${marks[0].id}`, { fromAt, untilAt })
  expect((await move(marks[0].fromAt, marks[0].untilAt)).body.code).toBe('session_live')
  await host.post(`/api/v1/studio/sessions/${sessionId}/endings`)
  const moved = await move(marks[0].fromAt, marks[1].fromAt)
  expect(moved.status).toBe(200)
  expect((await move('2020-01-01T00:00:00Z', marks[1].fromAt)).body.code).toBe('mark_outside')
  expect((await move(marks[1].fromAt, marks[0].fromAt)).body.code).toBe('mark_outside')
})
