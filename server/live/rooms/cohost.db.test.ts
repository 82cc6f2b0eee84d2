/** Two hosts, one bag: who may sit down, what both may do, and who earns what was sold, to the cent. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commissionsOfOrders } from '#money/commissions'
import { openAgency, signContract } from '#people/agencies'
import { seedFollowers } from '#people/follows'
import { mustBeDone } from '#platform/outcome'
import { deliver, openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, transact, type World } from '../../../tests/world.ts'
import { auditInvariants, runAudit } from '../../app/audit.ts'
import { authorizePublishOf, noteMediaEvent } from './media-events.ts'
import { startSession } from './run-session.ts'

type Person = Client & { personId: string }
let world: World
let operator: Person
let shop: Shop
let host: Person
let guest: Person
let buyer: Person
let addressId: string
let sessionId: string
let roomId: string
let tea: { productId: string; skuId: string; barcode: string }
let cup: { productId: string; skuId: string; barcode: string }

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations', 'warehouse')
  shop = await openShop(world, operator)
  tea = await shop.sell({ units: 50 })
  cup = await shop.sell({ units: 50 })
  host = await creator('host')
  guest = await creator('guest')
  buyer = await world.person('Buyer', 'buyer')
  addressId = (await settleIn(buyer)).addressId
  const agencyId = newId()
  await transact(world.server.app, async (tx) => {
    await openAgency(tx, { id: agencyId, name: 'Guests' })
    const of = { id: newId(), agencyId, creatorId: guest.personId, basisPoints: 2_500, from: tx.now, until: null }
    mustBeDone(await signContract(tx, of))
  })
  await goOnAir()
})
afterAll(async () => {
  const report = await runAudit(world.server.app.database, { invariants: auditInvariants })
  await world.stop()
  expect(report.invariants.filter(({ broken }) => broken > 0)).toEqual([])
})

async function creator(handle: string): Promise<Person> {
  const person = await world.person(handle, 'buyer', 'creator')
  await person.post('/api/v1/me/creator', { id: newId(), handle, name: handle, bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: person.personId, count: 2_000 }))
  return person
}

async function goOnAir(): Promise<void> {
  sessionId = newId()
  roomId = (await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'Tea' })).body.session.roomId
  await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [tea.productId] })
  await transact(world.server.app, (tx) => startSession(tx, { sessionId, creatorId: host.personId, hasSignal: true }))
}

const invite = (of: object, by: Client = host) =>
  by.post(`/api/v1/studio/sessions/${sessionId}/cohosts`, {
    ...{ id: newId(), handle: 'guest', rule: 'host', guestBasisPoints: null },
    ...of,
  })
const sitDown = async (of: object) => {
  const { body } = await invite(of)
  const joined = await guest.post(`/api/v1/studio/cohosts/${body.seat.id}/joinings`)
  expect(joined.status, JSON.stringify(joined.body)).toBe(201)
  return { id: body.seat.id as string, key: joined.body.ingest.streamKey as string }
}
const standUp = (id: string, by: Client = guest) => by.delete(`/api/v1/studio/cohosts/${id}`)

/** Buys from the room's page and answers who earns what of it, by name. */
async function sold(
  goods: { skuId: string },
  by: { person: Client; addressId: string } = { person: buyer, addressId },
) {
  const { attribution } = (await by.person.get(`/api/v1/rooms/${roomId}`)).body.room
  const order = {
    id: newId(),
    lines: [{ skuId: goods.skuId, units: 1 }],
    addressId: by.addressId,
    shownPayMinor: 19_900,
    payment: 'wallet',
    attribution,
  }
  const placed = await by.person.post('/api/v1/orders', order)
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
  const lines = await commissionsOfOrders(world.server.app.database.db, [order.id])
  const names = new Map([
    [host.personId, 'host'],
    [guest.personId, 'guest'],
  ])
  const earns = Object.fromEntries(lines.map((line) => [names.get(line.partyId) ?? 'agency', line.amountMinor]))
  return { orderId: order.id, earns }
}

test('a seat is offered to a creator, once, and taken by him alone, through an open gate', async () => {
  expect((await invite({ handle: 'nobody_here' })).status).toBe(404)
  expect((await invite({ handle: 'host' })).status, 'beside oneself').toBe(404)
  expect((await invite({}, guest)).status, 'another’s broadcast').toBe(404)
  expect((await invite({ rule: 'shared' })).status, 'shared, and no share').toBe(400)
  expect((await invite({ guestBasisPoints: 3_000 })).status, 'a share, and not shared').toBe(400)
  const small = await world.person('small', 'buyer', 'creator')
  await small.post('/api/v1/me/creator', { id: newId(), handle: 'small', name: 'small', bio: '' })
  const offered = await invite({ handle: 'small' })
  expect(offered).toMatchObject({ status: 201, body: { seat: { state: 'invited', rule: 'host' } } })
  expect((await invite({})).body.code, 'two, not three').toBe('seat_taken')
  const { id } = offered.body.seat
  expect((await guest.post(`/api/v1/studio/cohosts/${id}/joinings`)).status).toBe(404)
  expect((await guest.get(`/api/v1/studio/cohosts/${id}`)).status).toBe(404)
  expect((await small.post(`/api/v1/studio/cohosts/${id}/joinings`)).body.code).toBe('gate_closed')
  expect((await small.get('/api/v1/me/notes')).body.items[0].kind).toBe('cohost_invited')
  expect((await standUp(id, buyer)).status).toBe(403)
  expect((await standUp(id, small)).status).toBe(200)
  expect((await small.post(`/api/v1/studio/cohosts/${id}/joinings`)).body.code).toBe('invitation_over')
})

test('both are hosts of one bag: the guest hangs up, explains and speaks as one, and not after he has left', async () => {
  const watching = await buyer.connect()
  await watching.join(`room:${roomId}`)
  const { id } = await sitDown({})
  await watching.hears(`room:${roomId}`, 'cohost', (message) => message.state === 'joined')
  expect((await guest.post('/api/v1/studio/sessions', { id: newId(), title: 'Own' })).body.code).toBe(
    'session_already_open',
  )
  const hung = await guest.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [cup.productId] })
  expect(hung.body.bag).toHaveLength(2)
  const itemId = hung.body.bag[1].id
  expect((await guest.put(`/api/v1/studio/sessions/${sessionId}/pin`, { itemId })).body).toEqual({
    pinnedItemId: itemId,
  })
  const seen = (await host.get('/api/v1/studio/session')).body.session
  expect(seen, 'the host sees what the guest did').toMatchObject({ pinnedItemId: itemId, bag: [{}, { id: itemId }] })
  const behind = (await guest.get(`/api/v1/studio/cohosts/${id}`)).body
  expect(behind.session).toMatchObject({ id: sessionId, pinnedItemId: itemId, bag: [{}, { id: itemId }] })
  expect((await guest.get(`/api/v1/studio/sessions/${sessionId}/numbers`)).status).toBe(200)
  const socket = await guest.connect()
  await socket.join(`room:${roomId}`)
  await socket.ask('comment.say', { id: newId(), roomId, text: 'This cup is mine' })
  expect(await watching.hears(`room:${roomId}`, 'comment')).toMatchObject({ comment: { isHost: true } })
  await standUp(id)
  await watching.hears(`room:${roomId}`, 'cohost', (message) => message.state === 'left')
  expect((await guest.put(`/api/v1/studio/sessions/${sessionId}/pin`, { itemId: null })).status).toBe(404)
  watching.close()
  socket.close()
})

test('his picture comes by a key of his own, beside the host’s, and stops with the seat', async () => {
  const { app } = world.server
  const may = (key: string) => authorizePublishOf(app)({ key, ip: '127.0.0.1' })
  const { id, key } = await sitDown({})
  expect(await may(key)).toEqual({ allowed: true, streamId: id })
  await noteMediaEvent(app, { name: 'started', streamId: id })
  const { room } = (await buyer.get(`/api/v1/rooms/${roomId}`)).body
  expect(room.cohost).toMatchObject({
    seatId: id,
    host: { name: 'guest' },
    playback: { hls: `/media/${id}/plain.m3u8` },
  })
  const { ingest } = (await guest.post(`/api/v1/studio/cohosts/${id}/stream-keys`)).body
  expect(await may(key), 'the old key').toEqual({ allowed: false, reason: 'bad_key' })
  expect((await may(ingest.streamKey)).allowed).toBe(true)
  await standUp(id, host)
  expect(await may(ingest.streamKey)).toEqual({ allowed: false, reason: 'bad_key' })
  expect((await buyer.get(`/api/v1/rooms/${roomId}`)).body.room.cohost).toBeNull()
})

test('who earns follows the rule that was agreed on, at the moment of each order, to the cent', async () => {
  expect((await sold(tea)).earns, 'alone').toEqual({ host: 1_990 })

  const shared = await sitDown({ rule: 'shared', guestBasisPoints: 3_333 })
  // 1,990 × 33.33 % = 663.27: 663, of which a quarter is 165.75: 166 for the agency behind him.
  expect((await sold(tea)).earns).toEqual({ agency: 166, guest: 497, host: 1_327 })
  const own = { person: guest, addressId: (await settleIn(guest)).addressId }
  expect((await sold(tea, own)).earns, 'nobody earns on himself').toEqual({ host: 1_990 })
  await standUp(shared.id)
  expect((await sold(tea)).earns, 'from the moment he left').toEqual({ host: 1_990 })

  const { body } = await host.get('/api/v1/studio/session')
  const cupItem = body.session.bag.find((item: any) => item.productId === cup.productId)
  await host.delete(`/api/v1/studio/sessions/${sessionId}/bag/${cupItem.id}`)
  const bringer = await sitDown({ rule: 'bringer' })
  await guest.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [cup.productId] })
  expect((await sold(tea)).earns).toEqual({ host: 1_990 })
  expect((await sold(cup)).earns, 'what the guest brought').toEqual({ agency: 498, guest: 1_492 })
  await standUp(bringer.id, host)

  const alone = await sitDown({ rule: 'host' })
  expect((await sold(cup)).earns).toEqual({ host: 1_990 })
  await standUp(alone.id)
})

test('what was shared is owed to all of them once it is confirmed, and half a refund takes half of each', async () => {
  const { id } = await sitDown({ rule: 'shared', guestBasisPoints: 4_000 })
  const { orderId, earns } = await sold(tea)
  expect(earns).toEqual({ agency: 199, guest: 597, host: 1_194 })
  await standUp(id)
  await deliver(world, operator, orderId, [{ barcode: tea.barcode, units: 1 }])
  expect((await buyer.post(`/api/v1/me/orders/${orderId}/confirmations`)).status).toBe(200)
  const earnings = async () =>
    (await commissionsOfOrders(world.server.app.database.db, [orderId])).map((line) => [
      line.state,
      line.amountMinor - line.reversedMinor,
    ])
  expect(await earnings()).toEqual([
    ['pending', 199],
    ['pending', 597],
    ['pending', 1_194],
  ])
  const wish = { id: newId(), reason: 'A crack', lines: [{ no: 1, amountMinor: 9_950 }] }
  const asked = await buyer.post(`/api/v1/me/orders/${orderId}/after-sales`, wish)
  expect(asked.status, JSON.stringify(asked.body)).toBe(201)
  const decision = { decision: 'approved', answer: '' }
  await operator.post(`/api/v1/orders/${orderId}/after-sales/${wish.id}/decisions`, decision)
  const left = await earnings()
  expect(left.reduce((sum, [, minor]) => sum + Number(minor), 0)).toBe(995)
  expect(left.map(([, minor]) => minor)).toEqual([100, 298, 597])
})

test('with the broadcast the seat is over, and the rule with it', async () => {
  const { id, key } = await sitDown({ rule: 'shared', guestBasisPoints: 5_000 })
  await host.post(`/api/v1/studio/sessions/${sessionId}/endings`)
  expect((await guest.get(`/api/v1/studio/cohosts/${id}`)).body.seat.state).toBe('left')
  expect(await authorizePublishOf(world.server.app)({ key, ip: '127.0.0.1' })).toEqual({
    allowed: false,
    reason: 'bad_key',
  })
  await goOnAir()
  expect((await sold(tea)).earns).toEqual({ host: 1_990 })
})
