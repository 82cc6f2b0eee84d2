/**
 * Crowds: what is scarce is given to as many as it is for, however many ask at once and whichever process they ask.
 *
 * Two servers stand on one database, and every other wish goes to the other one. Some hundreds ask in each run; 5,000 by
 * `HAWKER_CROWD=5000`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { topUp } from '#money/payments'
import { openPeople } from '#people/identity'
import { readConfig } from '#platform/config'
import { inTransaction, systemActor } from '#platform/database'
import { mustBeDone } from '#platform/outcome'
import type { OrderWish } from '#trade/orders'
import { claimCoupon, insertBudget, insertPromotion, openCoupon } from '#trade/promotions'
import { openShop, type Shop, settleIn } from '../../tests/goods.ts'
import { type OpenRoom, openRoom } from '../../tests/rooms.ts'
import { type Client, clientOf, freePort, newId, startWorld, transact, type World } from '../../tests/world.ts'
import { runAudit } from './audit.ts'
import { type RunningServer, startServer } from './server.ts'

const size = Number(process.env['HAWKER_CROWD'] ?? 300)
const minutes = 60_000
// A crowd waits its turn here, however slow the machine is: what is proven is who gets something, not when.
// Both read the same cookies and tokens.
const shared = { HAWKER_SECRET: 'one secret for the two servers of the crowds' }
const patient = { ...shared, HAWKER_DESK_WAIT_MS_MAX: '60000', HAWKER_DESK_QUEUE_MAX: '100000' }

let world: World
let other: RunningServer
let otherFolder: string
let shop: Shop
let operator: Client & { personId: string }
let room: OpenRoom
let crowd: { id: string; addressId: string }[]

beforeAll(async () => {
  world = await startWorld({ ...patient })
  otherFolder = await mkdtemp(join(tmpdir(), 'hawker-other-'))
  other = await startServer(
    readConfig({
      ...patient,
      HAWKER_MODE: 'demo',
      HAWKER_DEMO_SALES: 'false',
      HAWKER_HOST: '127.0.0.1',
      HAWKER_PORT: String(await freePort()),
      HAWKER_RTMP_PORT: String(await freePort()),
      HAWKER_DATA_DIR: otherFolder,
      HAWKER_DATABASE_URL: world.server.databaseUrl,
      HAWKER_LOG_LEVEL: 'silent',
    }),
  )
  operator = await world.person('Operator', 'operations', 'admin')
  shop = await openShop(world, operator)
  room = await openRoom(world, 'host_of_crowds')
  crowd = Array.from({ length: size }, () => ({ id: newId(), addressId: newId() }))
  await transact(world.server.app, async (tx) => {
    await openPeople(
      tx,
      crowd.map(({ id }, index) => ({ id, name: `Buyer ${index}`, roles: ['buyer' as const] })),
    )
    await tx.hot(
      'test.addresses',
      `insert into profiles.addresses (id, owner_id, slot, recipient, phone, province, city, district, street, is_default, saved_at)
        select id, owner, 1, '林若溪', '15400000001', '浙江省', '杭州市', '西湖区', '文三路西溪里12幢', true, now()
        from unnest($1::uuid[], $2::uuid[]) as a (id, owner)`,
      [crowd.map(({ addressId }) => addressId), crowd.map(({ id }) => id)],
    )
    await topUp(
      tx,
      ...crowd.map(({ id }) => ({ id: newId(), personId: id, amountMinor: 1_000_000, currency: 'CNY' as const })),
    )
  })
}, 4 * minutes)
afterAll(async () => {
  if (other === undefined) return
  for (const server of [other, world.server]) await server.outbox.drained(2 * minutes)
  const report = await runAudit(world.server.app.database)
  await other.stop()
  await world.stop()
  await rm(otherFolder, { recursive: true, force: true })
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
}, 4 * minutes)

/** How many were answered what. */
function counted(codes: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]))
}

/** Everybody at once, every other at the other server's desk. */
async function rush(wishOf: (buyer: { id: string; addressId: string }, index: number) => Partial<OrderWish>) {
  const desks = [world.server.desk, other.desk]
  const answers = await Promise.all(
    crowd.map((buyer, index) => {
      const { id: buyerId, addressId } = buyer
      const wish: OrderWish = {
        ...{ id: newId(), requestHash: Buffer.from('hash'), buyerId, addressId, lines: [], shownPayMinor: 0 },
        ...{ payment: 'wallet', couponId: null, flashSaleId: null, isDemo: false, attribution: null },
        ...wishOf(buyer, index),
      }
      return (desks[index % 2] ?? world.server.desk).place(wish)
    }),
  )
  return counted(
    answers.map((answer) =>
      answer.ok ? ('code' in answer.value ? answer.value.code : answer.value.kind) : answer.code,
    ),
  )
}

const inRoom = (personId: string): OrderWish['attribution'] => ({
  ...{ creatorId: room.host.personId, roomId: room.roomId, sessionId: room.sessionId, roomTitle: 'Tea', personId },
  issuedAt: world.server.app.clock.now(),
})

const budgetOf = async (id: string) => {
  const { rows } = await world.server.app.database.pool.query(
    'select spent_minor::int as spent, limit_minor::int as limit from promotions.budgets where id = $1',
    [id],
  )
  return rows[0]
}

test(
  'a subsidy budget stops hard: as many orders have it as it can bear whole, and the next is told the new price',
  async () => {
    const { skuId } = await shop.sell({ units: size, priceMinor: 10_000 })
    const [budgetId, offMinor] = [newId(), 700]
    // 10,000.00 for 5,000 buyers: it ends in the middle of them, with something left that is too little for one more.
    const limitMinor = Math.floor((1_000_000 * size) / 5_000) + 1
    const ends = Math.floor(limitMinor / offMinor)
    expect(ends, 'the budget ends within the crowd').toBeLessThan(size)
    await transact(world.server.app, async (tx) => {
      await insertBudget(tx, { id: budgetId, name: 'Rush', currency: 'CNY', limitMinor })
      await insertPromotion(tx, {
        ...{ id: newId(), name: { en: 'Rush', zh: '抢' }, channel: 'video', roomOnly: true, currency: 'CNY', budgetId },
        ...{ thresholdMinor: 10_000, offMinor, funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 } },
        ...{ startsAt: tx.now.subtract({ hours: 1 }), endsAt: tx.now.add({ hours: 1 }) },
      })
    })
    const shownPayMinor = 10_000 - offMinor
    const lines = [{ skuId, units: 1 }]
    const answers = await rush(({ id }) => ({ lines, shownPayMinor, attribution: inRoom(id) }))
    expect(answers).toEqual({ placed: ends, price_changed: size - ends })
    expect(await budgetOf(budgetId)).toEqual({ spent: ends * offMinor, limit: limitMinor })
  },
  10 * minutes,
)

test(
  'of a quota of coupons as many are claimed as there are, and each is used once',
  async () => {
    const { app } = world.server
    const couponId = newId()
    const quota = size / 5
    await transact(app, async (tx) => {
      mustBeDone(
        await openCoupon(
          tx,
          {
            ...{ id: couponId, name: { en: 'Off', zh: '券' }, currency: 'CNY', productIds: null, roomId: room.roomId },
            ...{ thresholdMinor: 0, offMinor: 500, offPoints: null, capMinor: null, quota, perPerson: 1, validDays: 7 },
            funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
            ...{ startsAt: tx.now.subtract({ hours: 1 }), endsAt: tx.now.add({ hours: 1 }) },
          },
          100_000_000,
        ),
      )
    })
    const claims = crowd.map(() => newId())
    const apps = [app, other.app]
    const answers = await claimAll(crowd.length, async (index) => {
      const wish = { id: claims[index] ?? '', couponId, personId: crowd[index]?.id ?? '', inRoomId: room.roomId }
      const claimed = await inTransaction(apps[index % 2] ?? app, systemActor, (tx) => claimCoupon(tx, wish))
      return claimed.ok ? 'claimed' : claimed.code
    })
    expect(counted(answers)).toEqual({ claimed: quota, coupon_gone: size - quota })

    // Everybody tries to use the coupon of the first who has one; those who have one of their own use it twice.
    const { skuId } = await shop.sell({ units: size, priceMinor: 10_000 })
    const wish = { lines: [{ skuId, units: 1 }], shownPayMinor: 9_500 }
    const used = await rush((_, index) => ({ ...wish, couponId: claims[index] ?? null }))
    expect(used).toEqual({ placed: quota, coupon_not_usable: size - quota })
    expect(await rush((_, index) => ({ ...wish, couponId: claims[index] ?? null }))).toEqual({
      coupon_not_usable: size,
    })
  },
  10 * minutes,
)

/** So many at once as there are connections; the others come as soon as one is free. */
async function claimAll(count: number, work: (index: number) => Promise<string>): Promise<string[]> {
  const answers: string[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) answers[index] = await work(index)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return answers
}

test(
  'what a creator was granted is announced once, however often he asks at once, and sold to the last unit',
  async () => {
    const { skuId } = await shop.sell({ units: 130, priceMinor: 19_900 })
    const grant = await operator.post('/api/v1/flash-grants', {
      ...{ id: newId(), creatorId: room.host.personId, skuId, priceMinor: 9_900, units: 100, perBuyerUnits: 1 },
      validUntil: world.server.app.clock.now().add({ hours: 24 }).toString(),
      ...{ funders: { platform: 0, seller: 10_000, creator: 0, brand: 0 }, budgetMinor: 0 },
    })
    expect(grant.status, JSON.stringify(grant.body)).toBe(201)
    const id = newId()
    const hosts = [room.host, Object.assign(clientOf(other.url), { cookie: room.host.cookie })]
    const announced = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (hosts[index % 2] ?? room.host).post('/api/v1/studio/flash-sales', {
          ...{ id: index < 6 ? id : newId(), grantId: grant.body.grant.id, units: 100, perBuyerUnits: 1 },
          ...{ countdownSeconds: 10, minutes: 10 },
        }),
      ),
    )
    const [sale] = announced.flatMap(({ body }) => body.sale ?? [])
    expect(sale, 'one of them began').toBeDefined()
    expect(new Set(announced.flatMap(({ body }) => body.sale?.id ?? [])).size, 'and only one').toBe(1)
    for (const { status, body } of announced) expect([201, 409], JSON.stringify(body)).toContain(status)
    for (const { app } of [world.server, other]) app.clock.setOffsetMs(11_000)

    const attributed = ({ id: personId }: { id: string }) => ({ attribution: inRoom(personId), flashSaleId: sale.id })
    const wish = { lines: [{ skuId, units: 1 }], shownPayMinor: 9_900, payment: 'later' as const }
    expect(await rush((buyer) => ({ ...wish, ...attributed(buyer) }))).toEqual({
      placed: 100,
      flash_sold_out: size - 100,
    })
  },
  10 * minutes,
)

test(
  'a wish that is sent fifty times at once to two servers is one order, and another under its id is none',
  async () => {
    const buyer = await world.person('Nervous', 'buyer')
    const { addressId } = await settleIn(buyer)
    const clients = [buyer, Object.assign(clientOf(other.url), { cookie: buyer.cookie })]
    const { skuId } = await shop.sell({ units: 50, priceMinor: 1_000 })
    const send = (index: number, id: string, units = 1) =>
      (clients[index % 2] ?? buyer).post('/api/v1/orders', {
        ...{ id, lines: [{ skuId, units }], addressId, shownPayMinor: 1_000 * units, payment: 'wallet' },
      })
    const id = newId()
    const same = await Promise.all(Array.from({ length: 50 }, (_, index) => send(index, id)))
    expect(counted(same.map(({ status, body }) => `${status} ${body.order?.orderId === id}`))).toEqual({
      '201 true': 50,
    })
    expect(same.filter(({ body }) => body.order.repeated === false)).toHaveLength(1)
    expect(new Set(same.map(({ body }) => body.order.number)).size).toBe(1)

    const disputed = newId()
    const mixed = await Promise.all(
      Array.from({ length: 50 }, (_, index) => send(index >> 1, disputed, 1 + (index % 2))),
    )
    const units = new Set(mixed.flatMap(({ body }) => body.order?.payMinor ?? []))
    expect(units.size, 'only one of the two became an order').toBe(1)
    expect(counted(mixed.map(({ status, body }) => body.code ?? String(status)))).toEqual({
      201: 25,
      order_id_reused: 25,
    })

    const { rows } = await world.server.app.database.pool.query(
      `select count(*)::int as orders, (select allocated::int from warehouse.stock where sku_id = $2) as allocated
      from orders.orders where buyer_id = $1`,
      [buyer.personId, skuId],
    )
    expect(rows[0]).toEqual({ orders: 2, allocated: 1 + [...units][0]! / 1_000 })
  },
  10 * minutes,
)

test(
  'of fifty wishes that one buyer sends at once to two servers, as many become orders as he may have',
  async () => {
    const buyer = await world.person('Greedy', 'buyer')
    const { addressId } = await settleIn(buyer)
    const clients = [buyer, Object.assign(clientOf(other.url), { cookie: buyer.cookie })]
    const { skuId } = await shop.sell({ units: 50, priceMinor: 1_000 })
    const limited = { priceMinor: 1_000, listPriceMinor: null, limitUnits: 1 }
    expect((await operator.post(`/api/v1/skus/${skuId}/prices`, limited)).status).toBe(201)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (clients[index % 2] ?? buyer).post('/api/v1/orders', {
          ...{ id: newId(), lines: [{ skuId, units: 1 }], addressId, shownPayMinor: 1_000, payment: 'wallet' },
        }),
      ),
    )
    expect(counted(answers.map(({ status, body }) => body.code ?? String(status)))).toEqual({
      201: 1,
      limit_reached: 49,
    })
  },
  10 * minutes,
)
