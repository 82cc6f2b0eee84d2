/** Flash sales in a real room: over real sockets, by the server's clock, with units that are nowhere twice. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPeople } from '#people/identity'
import { openShop, type Shop, settleIn } from '../../tests/goods.ts'
import { type OpenRoom, openRoom } from '../../tests/rooms.ts'
import { type Client, newId, type SocketClient, startWorld, transact, type World } from '../../tests/world.ts'
import { runAudit } from './audit.ts'

type Person = Client & { personId: string }
type Buyer = Person & { addressId: string }
let world: World
let operator: Person
let admin: Person
let shop: Shop
let host: Person
let room: OpenRoom

beforeAll(async () => {
  // A crowd waits its turn, however slow the machine is: what is proven is who gets something, not when.
  world = await startWorld({ HAWKER_DESK_WAIT_MS_MAX: '60000', HAWKER_DESK_QUEUE_MAX: '100000' })
  operator = await world.person('Operator', 'operations')
  admin = await world.person('Admin', 'admin', 'operations')
  shop = await openShop(world, operator)
  room = await openRoom(world, 'host_of_tea')
  host = room.host
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})

async function newBuyer(name = 'Buyer'): Promise<Buyer> {
  const client = await world.person(name, 'buyer')
  const { addressId } = await settleIn(client)
  return Object.assign(client, { addressId })
}

/** What the room gives to who enters it. */
const tokenOf = async (buyer: Client, roomId = room.roomId) =>
  (await buyer.get(`/api/v1/rooms/${roomId}`)).body.room.attribution as string
const funders = { platform: 0, seller: 10_000, creator: 0, brand: 0 }
const announce = (of: {
  skuId: string
  priceMinor?: number
  units?: number
  perBuyerUnits?: number
  id?: string
  minutes?: number
}) =>
  operator.post(`/api/v1/rooms/${room.roomId}/flash-sales`, {
    ...{ id: of.id ?? newId(), skuId: of.skuId, priceMinor: of.priceMinor ?? 9_900 },
    ...{ units: of.units ?? 10, perBuyerUnits: of.perBuyerUnits ?? 1 },
    ...{ countdownSeconds: 10, minutes: of.minutes ?? 10, funders, budgetMinor: 0 },
  })
const buy = async (
  buyer: Buyer,
  skuId: string,
  more: {
    flashSaleId?: string
    shownPayMinor?: number
    payment?: string
    units?: number
    attribution?: string
    id?: string
  } = {},
) => {
  const { units = 1, ...rest } = more
  const attribution = more.attribution ?? (await tokenOf(buyer))
  return buyer.post('/api/v1/orders', {
    ...{ id: newId(), lines: [{ skuId, units }], addressId: buyer.addressId },
    ...{ shownPayMinor: 9_900 * units, payment: 'wallet', ...rest, attribution },
  })
}
const forward = async (seconds: number) => {
  expect((await admin.post('/api/v1/sandbox/clock', { seconds })).status).toBe(200)
  await world.server.app.jobs.sweepAll()
  await world.server.outbox.drained()
}
const shelf = async (skuId: string) => {
  const { rows } = await world.server.app.database.pool.query(
    `select on_hand::int, allocated::int, reserved::int from warehouse.stock where sku_id = $1`,
    [skuId],
  )
  return rows[0]
}
const saleOf = async (id: string, roomId = room.roomId) =>
  (await world.client().get(`/api/v1/rooms/${roomId}/flash-sales`)).body.sales.find((sale: any) => sale.id === id)

test('the clock of the server decides: a buyer whose clock is wrong is told when it starts, and that it is over', async () => {
  const { skuId } = await shop.sell({ units: 30 })
  const announced = await announce({ skuId })
  expect(announced).toMatchObject({ status: 201, body: { sale: { state: 'announced', unitsLeft: 10 } } })
  const { id, startsAt, endsAt } = announced.body.sale
  const buyer = await newBuyer()
  // His clock is ten minutes ahead, so his screen offers the button at once.
  const early = await buy(buyer, skuId, { flashSaleId: id })
  expect(early).toMatchObject({ status: 409, body: { code: 'flash_not_started', params: { at: startsAt } } })
  // At the price of the shelf he may have it now: ten of thirty are kept back.
  expect((await buy(buyer, skuId, { shownPayMinor: 19_900 })).status).toBe(201)
  expect((await buy(buyer, skuId)).body.code, 'the flash price before its time').toBe('price_changed')

  await forward(11)
  expect(await saleOf(id)).toMatchObject({ state: 'running' })
  expect((await buy(buyer, skuId, { flashSaleId: id })).status).toBe(201)
  const again = await buy(buyer, skuId, { flashSaleId: id })
  expect(again.body).toMatchObject({ code: 'limit_reached', params: { leftUnits: 0 } })

  await forward(10 * 60)
  // His clock is ten minutes behind, so his screen still counts.
  const late = await buy(await newBuyer(), skuId, { flashSaleId: id })
  expect(late).toMatchObject({ status: 409, body: { code: 'flash_ended' } })
  expect(Date.parse(late.body.params.at)).toBeGreaterThanOrEqual(Date.parse(endsAt))
  expect(await shelf(skuId)).toEqual({ on_hand: 30, allocated: 2, reserved: 0 })
})

test('each step reaches every viewer of the room once, with what is left', async () => {
  const { skuId } = await shop.sell({ units: 5 })
  const viewers: SocketClient[] = []
  for (let index = 0; index < 3; index++) {
    const socket = await (await world.person(`Viewer ${index}`, 'buyer')).connect()
    await socket.join(`room:${room.roomId}`)
    viewers.push(socket)
  }
  const { id } = (await announce({ skuId, units: 2 })).body.sale
  await forward(11)
  for (const units of [1, 1]) expect((await buy(await newBuyer(), skuId, { flashSaleId: id, units })).status).toBe(201)
  await world.server.outbox.drained()
  expect((await operator.post(`/api/v1/flash-sales/${id}/endings`)).body.sale).toMatchObject({
    state: 'cancelled',
    unitsSold: 2,
  })
  const topic = `room:${room.roomId}`
  for (const socket of viewers) {
    await socket.hears(topic, 'flash', ({ sale }) => sale.id === id && sale.state === 'cancelled')
    const steps = socket.heard(topic, 'flash').filter(({ sale }) => sale.id === id)
    expect(steps.map(({ sale }) => sale.state)).toEqual(['announced', 'running', 'cancelled'])
    const units = socket.heard(topic, 'flashUnits').filter(({ saleId }) => saleId === id)
    expect(units.at(-1)).toMatchObject({ unitsLeft: 0, unitsSold: 2 })
    socket.close()
  }
})

test("a price of the room is nobody else's: not without a token, not from another room, not after the broadcast", async () => {
  const otherRoom = await openRoom(world, 'other_host')
  const { skuId } = await shop.sell({ units: 20 })
  const sale = await operator.post(`/api/v1/rooms/${otherRoom.roomId}/flash-sales`, {
    ...{ id: newId(), skuId, priceMinor: 9_900, units: 10, perBuyerUnits: 2, countdownSeconds: 10, minutes: 5 },
    ...{ funders, budgetMinor: 0 },
  })
  const { id } = sale.body.sale
  await forward(11)
  const buyer = await newBuyer()
  const here = await tokenOf(buyer)
  const there = await tokenOf(buyer, otherRoom.roomId)
  const quoted = async (attribution?: string) =>
    (await buyer.post('/api/v1/quotes', { lines: [{ skuId, units: 1 }], attribution })).body.quote
  expect(await quoted()).toMatchObject({ payMinor: 19_900, lines: [{ flashSaleId: null }] })
  expect(await quoted(here)).toMatchObject({ payMinor: 19_900 })
  expect(await quoted(there)).toMatchObject({
    payMinor: 9_900,
    lines: [{ flashSaleId: id, mayBuyUnits: 2, unitsLeft: 10 }],
    explanation: [
      { kind: 'price' },
      { kind: 'discount', amountMinor: -10_000 },
      { kind: 'freight' },
      { kind: 'total' },
    ],
  })
  expect((await buy(buyer, skuId, { flashSaleId: id, attribution: here })).body.code).toBe('flash_room_only')
  expect((await buy(buyer, skuId, { attribution: here })).body.code).toBe('price_changed')
  const product = (await world.client().get(`/api/v1/products/${sale.body.sale.productId}`)).body.product
  expect(product.priceMinor, 'a page outside of rooms').toBe(19_900)
  expect((await buy(buyer, skuId, { flashSaleId: id, attribution: there })).status).toBe(201)

  expect((await otherRoom.host.post(`/api/v1/studio/sessions/${otherRoom.sessionId}/endings`)).status).toBe(200)
  await world.server.outbox.drained()
  expect((await buy(buyer, skuId, { flashSaleId: id, attribution: there })).body.code).toBe('flash_ended')
  expect(await quoted(there)).toMatchObject({ payMinor: 19_900 })
  expect(await shelf(skuId)).toEqual({ on_hand: 20, allocated: 1, reserved: 0 })
})

test('what is dearer than on any day of the last two weeks is no flash sale', async () => {
  const { skuId } = await shop.sell({ units: 20, priceMinor: 10_000 })
  const set = (priceMinor: number) =>
    operator.post(`/api/v1/skus/${skuId}/prices`, { priceMinor, listPriceMinor: null })
  expect((await set(8_000)).status).toBeLessThan(300)
  const low = world.server.app.clock.now()
  await forward(24 * 3_600)
  await set(10_000)
  const refused = await announce({ skuId, priceMinor: 8_500 })
  expect(refused).toMatchObject({ status: 409, body: { code: 'above_recent_low', params: { lowestMinor: 8_000 } } })
  const at = Temporal.Instant.from(refused.body.params.at)
  expect(Math.abs(at.since(low.add({ hours: 24 })).total('seconds'))).toBeLessThan(60)
  expect((await announce({ skuId, priceMinor: 10_000 })).body.code).toBe('not_below_shelf')
  expect((await announce({ skuId, priceMinor: 8_000, units: 1 })).status).toBe(201)
  expect(await shelf(skuId)).toMatchObject({ reserved: 1 })
})

test('a creator sells what he was granted or less, to each buyer as many or fewer, at the price of the grant', async () => {
  const { skuId } = await shop.sell({ units: 20 })
  const validUntil = world.server.app.clock.now().add({ hours: 24 }).toString()
  const grant = await operator.post('/api/v1/flash-grants', {
    ...{ id: newId(), creatorId: host.personId, skuId, priceMinor: 12_900, units: 10, perBuyerUnits: 2, validUntil },
    ...{ funders, budgetMinor: 0 },
  })
  expect(grant).toMatchObject({
    status: 201,
    body: { grant: { unitsLeft: 10, lowestMinor: 19_900, unitsOnShelf: 20 } },
  })
  const grantId = grant.body.grant.id
  const ask = (of: { units: number; perBuyerUnits: number; priceMinor?: number; id?: string; as?: Client }) => {
    const { as = host, id = newId(), ...more } = of
    return as.post('/api/v1/studio/flash-sales', { id, grantId, countdownSeconds: 10, minutes: 1, ...more })
  }
  expect(await ask({ units: 11, perBuyerUnits: 1 })).toMatchObject({
    body: { code: 'above_grant', params: { units: 10 } },
  })
  expect(await ask({ units: 5, perBuyerUnits: 3 })).toMatchObject({
    body: { code: 'above_grant', params: { perBuyerUnits: 2 } },
  })
  expect((await ask({ units: 5, perBuyerUnits: 1, priceMinor: 9_900 })).status, 'the price is not his to say').toBe(400)
  const stranger = await world.person('Stranger', 'buyer', 'creator')
  expect((await ask({ units: 5, perBuyerUnits: 1, as: stranger })).body.code).toBe('not_found')

  const id = newId()
  const sale = await ask({ units: 6, perBuyerUnits: 1, id })
  expect(sale.body.sale).toMatchObject({ kind: 'creatorLiveFlash', priceMinor: 12_900, shelfMinor: 19_900, units: 6 })
  expect((await ask({ units: 6, perBuyerUnits: 1, id })).body.sale, 'the same id again').toEqual(sale.body.sale)
  expect((await ask({ units: 1, perBuyerUnits: 1 })).body.code).toBe('flash_already_open')
  const left = async () =>
    (await host.get('/api/v1/studio/flash-grants')).body.grants.find((each: any) => each.id === grantId)
  expect(await left()).toMatchObject({ unitsLeft: 4, unitsOnShelf: 14 })
  await forward(11)
  expect((await buy(await newBuyer(), skuId, { flashSaleId: id, shownPayMinor: 12_900 })).status).toBe(201)
  expect((await stranger.post(`/api/v1/studio/flash-sales/${id}/endings`)).status, 'a sale of another host').toBe(404)
  expect((await host.post(`/api/v1/studio/flash-sales/${id}/endings`)).status).toBe(200)
  expect((await host.post(`/api/v1/studio/flash-sales/${id}/endings`)).status, 'again is the same').toBe(200)
  expect(await left(), 'what was not sold is his again').toMatchObject({ unitsLeft: 9, unitsOnShelf: 19 })
})

// 20,000 by HAWKER_FLASH_BUYERS=20000; some hundreds say the same of every interleaving that two lanes can make.
const crowdSize = Number(process.env['HAWKER_FLASH_BUYERS'] ?? 300)

test('a hundred units and a crowd: a hundred orders, none too many, and none lost when nobody pays', async () => {
  const { app, desk } = world.server
  const crowd = Array.from({ length: crowdSize }, () => ({ id: newId(), addressId: newId() }))
  await transact(app, async (tx) => {
    await openPeople(
      tx,
      crowd.map(({ id }, index) => ({ id, name: `Buyer ${index}`, roles: ['buyer' as const] })),
    )
    await tx.hot(
      'test.addresses',
      `insert into profiles.addresses (id, owner_id, slot, recipient, phone, province, city, district, street, is_default, saved_at)
        select id, owner, 1, '林若溪', '15400000001', '浙江省', '杭州市', '西湖区', '文三路西溪里12幢3单元502室', true, now() from unnest($1::uuid[], $2::uuid[]) as a (id, owner)`,
      [crowd.map(({ addressId }) => addressId), crowd.map(({ id }) => id)],
    )
  })
  const { skuId } = await shop.sell({ units: 130 })
  const { id } = (await announce({ skuId, units: 100, minutes: 20 })).body.sale
  await forward(11)
  const rush = async () => {
    const answers = await Promise.all(
      crowd.map(({ id: buyerId, addressId }) =>
        desk.place({
          ...{ id: newId(), requestHash: Buffer.from('hash'), buyerId, addressId, lines: [{ skuId, units: 1 }] },
          ...{ shownPayMinor: 9_900, payment: 'later', couponId: null, flashSaleId: id, isDemo: false },
          attribution: {
            ...{
              creatorId: host.personId,
              roomId: room.roomId,
              sessionId: room.sessionId,
              roomTitle: 'Tea',
              personId: buyerId,
              issuedAt: app.clock.now(),
            },
          },
        }),
      ),
    )
    const codes = answers.map((answer) =>
      answer.ok ? ('code' in answer.value ? answer.value.code : 'placed') : answer.code,
    )
    return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]))
  }
  const everybody = { placed: 100, flash_sold_out: crowdSize - 100 }
  expect(await rush()).toEqual(everybody)
  expect(await shelf(skuId)).toEqual({ on_hand: 130, allocated: 100, reserved: 0 })
  expect((await buy(await newBuyer(), skuId, { shownPayMinor: 19_900 })).status, 'the shelf sells its own').toBe(201)

  // Nobody pays: the units go back to the sale while it runs.
  await forward(5 * 60)
  expect(await shelf(skuId)).toEqual({ on_hand: 130, allocated: 1, reserved: 100 })
  expect(await saleOf(id)).toMatchObject({ unitsLeft: 100, unitsSold: 0 })
  expect(await rush(), 'and are sold again, to the same people').toEqual(everybody)
  await forward(5 * 60)
  await forward(6 * 60)
  expect(await rush()).toEqual(everybody)
  // The sale ends before they would have paid: afterwards the units are the shelf's.
  await forward(4 * 60)
  expect(await saleOf(id)).toMatchObject({ state: 'ended', unitsLeft: 0, unitsSold: 100 })
  expect(await shelf(skuId)).toEqual({ on_hand: 130, allocated: 101, reserved: 0 })
  await forward(60)
  expect(await shelf(skuId)).toEqual({ on_hand: 130, allocated: 1, reserved: 0 })
}, 600_000)
