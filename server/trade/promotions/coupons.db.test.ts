import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueAttribution } from '#money/commissions'
import { openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { openRoom } from '../../../tests/rooms.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { runAudit } from '../../app/audit.ts'

type Buyer = Client & { personId: string; addressId: string }
let world: World
let operator: Client & { personId: string }
let east: Shop
let west: Shop

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
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
  return Object.assign(client, { addressId: (await settleIn(client)).addressId })
}

async function offer(over: object = {}): Promise<string> {
  const id = newId()
  const { status, body } = await operator.post('/api/v1/coupons', {
    id,
    name: { en: 'Twenty off', zh: '减二十元' },
    thresholdMinor: 10_000,
    off: { kind: 'amount', minor: 2_000 },
    productIds: null,
    roomId: null,
    funders: { platform: 7_000, seller: 3_000, creator: 0, brand: 0 },
    budgetMinor: 1_000_000,
    quotaUnits: 100,
    perPersonUnits: 1,
    validDays: 7,
    startsAt: '2020-01-01T00:00:00Z',
    endsAt: '2099-01-01T00:00:00Z',
    ...over,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return id
}

const claim = (buyer: Client, couponId: string, over: object = {}, id = newId()) =>
  buyer.post(`/api/v1/coupons/${couponId}/claims`, { id, ...over })
const book = async (couponId: string) =>
  (await operator.get('/api/v1/coupons?limit=100')).body.items.find((each: { id: string }) => each.id === couponId)
const cart = async () => [
  { skuId: (await east.sell({ units: 5 })).skuId, units: 1 },
  { skuId: (await west.sell({ units: 5, priceMinor: 10_000, costMinor: 100 })).skuId, units: 1 },
]
const quote = async (buyer: Buyer, lines: object[], over: object = {}) =>
  (await buyer.post('/api/v1/quotes', { lines, ...over })).body.quote
const buy = (buyer: Buyer, lines: object[], shownPayMinor: number, couponId?: string, id = newId()) =>
  buyer.post('/api/v1/orders', {
    id,
    lines,
    addressId: buyer.addressId,
    shownPayMinor,
    payment: 'wallet',
    ...(couponId ? { couponId } : {}),
  })

test('a coupon is claimed, chosen for the cart, shared over its parcels, used once, and back when all is cancelled', async () => {
  const ann = await newBuyer()
  const couponId = await offer()
  const claimed = await claim(ann, couponId)
  expect(claimed).toMatchObject({ status: 201, body: { coupon: { couponId, offMinor: 2_000 } } })
  const { id } = claimed.body.coupon
  const lines = await cart()
  const shown = await quote(ann, lines)
  expect(shown).toMatchObject({ payMinor: 27_900, couponId: id, coupons: [{ id, offMinor: 2_000 }] })
  expect((await quote(ann, lines, { couponId: null })).payMinor).toBe(29_900)
  expect(shown.explanation.find((line: { kind: string }) => line.kind === 'discount')).toMatchObject({
    name: { en: 'Twenty off' },
    amountMinor: -2_000,
    funders: [
      { party: 'platform', basisPoints: 7_000 },
      { party: 'seller', basisPoints: 3_000 },
    ],
  })

  const placed = await buy(ann, lines, 27_900, id)
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
  expect(placed.body.order.orders.map((order: { payMinor: number }) => order.payMinor)).toEqual([18_569, 9_331])
  expect(await book(couponId)).toMatchObject({ claimedUnits: 1, usedUnits: 1, spentMinor: 1_400 })
  expect((await buy(ann, lines, 27_900, id)).body.code, 'a second time').toBe('coupon_not_usable')

  const [one, two] = placed.body.order.orders.map((order: { orderId: string }) => order.orderId)
  const cancel = (orderId: string) => ann.post(`/api/v1/me/orders/${orderId}/cancellations`)
  await world.server.outbox.drained()
  expect((await cancel(one)).status).toBe(200)
  expect(await book(couponId)).toMatchObject({ usedUnits: 1 })
  expect((await cancel(two)).status).toBe(200)
  expect(await book(couponId)).toMatchObject({ usedUnits: 0, spentMinor: 0 })
  expect((await buy(ann, lines, 27_900, id)).status, 'it came back').toBe(201)
})

test('a coupon is its owner’s: nobody else can use it, and the same claim again is the same coupon', async () => {
  const [ann, bob] = [await newBuyer(), await newBuyer()]
  const couponId = await offer()
  const id = newId()
  expect((await claim(ann, couponId, {}, id)).status).toBe(201)
  expect((await claim(ann, couponId, {}, id)).status).toBe(201)
  expect((await claim(bob, couponId, {}, id)).body.code).toBe('id_reused')
  expect((await claim(ann, couponId)).body.code).toBe('coupon_limit')
  const lines = await cart()
  expect((await buy(bob, lines, 27_900, id)).body.code).toBe('coupon_not_usable')
  expect((await buy(ann, lines, 26_000, id)).body).toMatchObject({
    code: 'price_changed',
    params: { payMinor: 27_900 },
  })
})

test('of a hundred coupons that three hundred people want at once, a hundred are given out', async () => {
  const couponId = await offer({ quotaUnits: 100 })
  const people = await Promise.all(Array.from({ length: 60 }, () => world.person('Wants', 'buyer')))
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, index) => claim(people[index % people.length]!, couponId)),
  )
  const codes = answers.map(({ status, body }) => (status === 201 ? 'claimed' : body.code))
  // Sixty people, one each: nobody gets a second one, however often he asks at once.
  expect(codes.filter((code) => code === 'claimed')).toHaveLength(60)
  expect(codes.filter((code) => code === 'coupon_limit')).toHaveLength(240)
  const scarce = await offer({ quotaUnits: 7 })
  const rush = await Promise.all(people.map((person) => claim(person, scarce)))
  expect(rush.filter(({ status }) => status === 201)).toHaveLength(7)
  expect(rush.filter(({ body }) => body.code === 'coupon_gone')).toHaveLength(53)
  expect(await book(scarce)).toMatchObject({ claimedUnits: 7, quotaUnits: 7 })
})

test('a coupon of a room is given to who is in its broadcast, and not to who forges that', async () => {
  const ann = await newBuyer()
  const room = await openRoom(world, 'host_of_coupons')
  const { roomId } = room
  const couponId = await offer({ roomId })
  const { app } = world.server
  const token = (of: { roomId?: string; sessionId?: string; personId?: string }) =>
    issueAttribution(app, {
      ...{
        creatorId: room.host.personId,
        roomId,
        sessionId: room.sessionId,
        roomTitle: 'Tea',
        issuedAt: app.clock.now(),
      },
      ...{ personId: ann.personId, ...of },
    })
  expect((await claim(ann, couponId)).body.code).toBe('room_only')
  const wrong = [
    token({ roomId: newId() }),
    token({ personId: newId() }),
    token({ sessionId: newId() }),
    `${token({})}x`,
  ]
  for (const attribution of wrong) expect((await claim(ann, couponId, { attribution })).body.code).toBe('room_only')
  const attribution = (await ann.get(`/api/v1/rooms/${roomId}`)).body.room.attribution
  const seen = async (where: string) =>
    (await ann.get(`/api/v1/me/coupons${where}`)).body.offers.some((each: { id: string }) => each.id === couponId)
  expect([await seen(''), await seen(`?roomId=${roomId}`)]).toEqual([false, true])
  expect((await claim(ann, couponId, { attribution })).status).toBe(201)
  expect((await ann.get('/api/v1/me/coupons')).body.mine).toMatchObject([{ couponId }])
  expect(await seen(`?roomId=${roomId}`)).toBe(false)

  await room.host.post(`/api/v1/studio/sessions/${room.sessionId}/endings`)
  const late = await newBuyer()
  const kept = token({ personId: late.personId })
  expect((await claim(late, couponId, { attribution: kept })).body.code, 'the broadcast is over').toBe('room_only')
})

test('a host hands a coupon out for some seconds, and everybody in the room is told once', async () => {
  const room = await openRoom(world, 'generous_host')
  const couponId = await offer({ roomId: room.roomId, byHost: true, quotaUnits: 3 })
  const viewers = await Promise.all(Array.from({ length: 8 }, () => newBuyer()))
  const socket = await viewers[0]!.connect()
  await socket.join(`room:${room.roomId}`)
  const inRoom = async (buyer: Client) => ({
    attribution: (await buyer.get(`/api/v1/rooms/${room.roomId}`)).body.room.attribution,
  })
  expect((await claim(viewers[0]!, couponId, await inRoom(viewers[0]!))).body.code).toBe('coupon_not_now')
  const handOut = (as: Client, id = newId()) =>
    as.post(`/api/v1/studio/coupons/${couponId}/hand-outs`, { id, seconds: 30 })
  const stranger = await openRoom(world, 'other_room')
  expect((await handOut(stranger.host)).status).toBe(404)
  const id = newId()
  expect((await handOut(room.host, id)).status).toBe(201)
  expect((await handOut(room.host, id)).status, 'again is the same').toBe(201)
  await socket.hears(`room:${room.roomId}`, 'coupon', (message) => message.couponId === couponId, 2_000)
  expect(socket.heard(`room:${room.roomId}`, 'coupon')).toHaveLength(1)
  socket.close()
  const answers = await Promise.all(viewers.map(async (buyer) => claim(buyer, couponId, await inRoom(buyer))))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
  expect(new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code))).toEqual(
    new Set(['coupon_gone']),
  )
  expect((await room.host.get('/api/v1/studio/coupons')).body.coupons).toMatchObject([
    { claimedUnits: 3, leftUnits: 0 },
  ])
})

test('a budget ends a coupon: what it cannot bear whole is not given, however many ask at once', async () => {
  const couponId = await offer({ budgetMinor: 1_400 * 5 })
  const people = await Promise.all(Array.from({ length: 12 }, () => newBuyer()))
  const claims = await Promise.all(people.map(async (buyer) => (await claim(buyer, couponId)).body.coupon.id))
  const { skuId } = await east.sell({ units: 50 })
  const answers = await Promise.all(
    people.map((buyer, index) => buy(buyer, [{ skuId, units: 1 }], 17_900, claims[index])),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(5)
  expect(await book(couponId)).toMatchObject({ usedUnits: 5, spentMinor: 7_000, budgetMinor: 7_000 })
})

test('terms that cannot be kept are refused', async () => {
  const refused = async (over: object) => {
    const { body } = await operator.post('/api/v1/coupons', {
      id: newId(),
      name: { en: 'x', zh: 'x' },
      thresholdMinor: 0,
      off: { kind: 'amount', minor: 1 },
      productIds: null,
      roomId: null,
      funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
      budgetMinor: 1,
      quotaUnits: 1,
      perPersonUnits: 1,
      validDays: 1,
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2027-01-01T00:00:00Z',
      ...over,
    })
    return body.code
  }
  expect(await refused({ funders: { platform: 9_999, seller: 0, creator: 0, brand: 0 } })).toBe('funders_not_whole')
  expect(await refused({ budgetMinor: 0 })).toBe('budget_missing')
  expect(await refused({ endsAt: '2026-01-01T00:00:00Z' })).toBe('window_empty')
})
