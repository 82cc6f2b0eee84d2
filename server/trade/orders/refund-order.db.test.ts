import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueAttribution } from '#money/commissions'
import { deliver, openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { runAudit } from '../../app/audit.ts'

type Person = Client & { personId: string }
let world: World
let shop: Shop
let operator: Person
let worker: Person
let support: Person
let creator: Person
let buyer: Person
let addressId: string

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  worker = await world.person('Worker', 'warehouse')
  support = await world.person('Support', 'support')
  creator = await world.person('Creator', 'buyer', 'creator')
  buyer = await world.person('Buyer', 'buyer')
  shop = await openShop(world, operator)
  addressId = (await settleIn(buyer)).addressId
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})

/** Two teas of 199.00 and one of 50.00, brought by the creator, at the buyer's door. */
async function delivered(): Promise<string> {
  const [dear, cheap] = [
    await shop.sell({ units: 5 }),
    await shop.sell({ units: 5, priceMinor: 5_000, costMinor: 100 }),
  ]
  const { app } = world.server
  const room = { creatorId: creator.personId, roomId: newId(), sessionId: newId(), roomTitle: 'Tea' }
  const attribution = issueAttribution(app, { ...room, personId: buyer.personId, issuedAt: app.clock.now() })
  const id = newId()
  const lines = [
    { skuId: dear.skuId, units: 2 },
    { skuId: cheap.skuId, units: 1 },
  ]
  const order = { id, lines, addressId, shownPayMinor: 44_800, payment: 'wallet', attribution }
  const placed = await buyer.post('/api/v1/orders', order)
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
  await deliver(world, worker, id, [
    { barcode: dear.barcode, units: 2 },
    { barcode: cheap.barcode, units: 1 },
  ])
  return id
}

const confirm = (id: string) => buyer.post(`/api/v1/me/orders/${id}/confirmations`)
const ask = (orderId: string, lines: { no: number; amountMinor: number }[], id = newId(), who: Client = buyer) =>
  who.post(`/api/v1/me/orders/${orderId}/after-sales`, { id, reason: 'Broken on arrival', lines })
const decide = (orderId: string, id: string, decision: 'approved' | 'refused', answer = '') =>
  support.post(`/api/v1/orders/${orderId}/after-sales/${id}/decisions`, { decision, answer })
const wallet = async () => (await buyer.get('/api/v1/wallet')).body.balanceMinor
const pending = async () => {
  const { rows } = await world.server.app.database.pool.query(
    `select coalesce(-sum(amount_minor), 0)::bigint as minor from ledger.postings where account = $1`,
    [`payable:${creator.personId}:pending`],
  )
  return Number(rows[0]?.minor)
}

test('part of one line goes back with its part of the sale and the commission, and the rest closes it', async () => {
  const orderId = await delivered()
  expect((await confirm(orderId)).status).toBe(200)
  const [before, earned] = [await wallet(), await pending()]
  const id = newId()
  expect(await ask(orderId, [{ no: 1, amountMinor: 19_900 }], id)).toMatchObject({
    status: 201,
    body: { afterSale: { state: 'asked', amountMinor: 19_900 } },
  })
  expect((await decide(orderId, id, 'approved')).body.afterSale.state).toBe('approved')
  expect((await decide(orderId, id, 'approved')).status, 'again is the same').toBe(200)
  expect((await wallet()) - before).toBe(19_900)
  expect(earned - (await pending())).toBe(1_990)
  const { body } = await operator.get(`/api/v1/orders/${orderId}`)
  const journal = body.journals.find((each: { kind: string }) => each.kind === 'order.refunded')
  expect(Object.fromEntries(journal.postings.map((each: any) => [each.account, each.amountMinor]))).toEqual({
    'revenue:goods': 19_900,
    [`wallet:${buyer.personId}`]: -19_900,
    'expense:commission': -1_990,
    [`payable:${creator.personId}:pending`]: 1_990,
  })
  expect(body.order.refundable).toEqual([
    { no: 1, leftMinor: 19_900 },
    { no: 2, leftMinor: 5_000 },
  ])

  const rest = newId()
  await ask(
    orderId,
    [
      { no: 1, amountMinor: 19_900 },
      { no: 2, amountMinor: 5_000 },
    ],
    rest,
  )
  await decide(orderId, rest, 'approved')
  expect((await wallet()) - before).toBe(44_800)
  expect(await pending(), 'nobody earns on what went back').toBe(earned - 4_480)
  expect((await buyer.get(`/api/v1/me/orders/${orderId}`)).body.order.refundedMinor).toBe(44_800)
})

test('no more is asked back than was paid for a line, and one wish waits at a time', async () => {
  const orderId = await delivered()
  await confirm(orderId)
  const tooMuch = await ask(orderId, [{ no: 2, amountMinor: 5_001 }])
  expect(tooMuch).toMatchObject({
    status: 409,
    body: { code: 'amount_too_high', params: { lineNo: 2, leftMinor: 5_000 } },
  })
  const id = newId()
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => ask(orderId, [{ no: 2, amountMinor: 5_000 }], index < 4 ? id : newId())),
  )
  const codes = new Set(answers.map(({ status, body }) => body.code ?? status))
  expect(codes).toEqual(new Set([201, 'after_sale_open']))
  expect(new Set(answers.flatMap(({ body }) => body.afterSale?.id ?? [])).size).toBe(1)
  const [first] = (await support.get('/api/v1/after-sales?state=asked')).body.items
  const both = await Promise.all([
    decide(orderId, first.id, 'approved'),
    decide(orderId, first.id, 'refused', 'It is fine.'),
  ])
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]))
  expect((await ask(orderId, [{ no: 2, amountMinor: 4_999 }], first.id)).body.code).toBe('id_reused')
})

test('a wish that is refused moves nothing and needs an answer; a stranger finds no order', async () => {
  const orderId = await delivered()
  await confirm(orderId)
  const stranger = await world.person('Stranger', 'buyer')
  expect((await ask(orderId, [{ no: 1, amountMinor: 1 }], newId(), stranger)).status).toBe(404)
  const before = await wallet()
  const id = newId()
  await ask(orderId, [{ no: 1, amountMinor: 39_800 }], id)
  expect((await decide(orderId, id, 'refused')).body.code).toBe('answer_missing')
  expect((await decide(orderId, id, 'refused', 'The picture shows another cup.')).status).toBe(200)
  expect(await wallet()).toBe(before)
  const { order } = (await buyer.get(`/api/v1/me/orders/${orderId}`)).body
  expect(order.steps.at(-1).sentence.en).toContain('The picture shows another cup.')
})

test('before the goods are there nothing is asked back; with them, a refund confirms the order first', async () => {
  const { skuId } = await shop.sell({ units: 1 })
  const id = newId()
  const order = { id, lines: [{ skuId, units: 1 }], addressId, shownPayMinor: 19_900, payment: 'wallet' }
  expect((await buyer.post('/api/v1/orders', order)).status).toBe(201)
  expect((await ask(id, [{ no: 1, amountMinor: 1 }])).body.code).toBe('order_not_refundable')

  const orderId = await delivered()
  const wish = newId()
  await ask(orderId, [{ no: 2, amountMinor: 5_000 }], wish)
  await decide(orderId, wish, 'approved')
  expect((await buyer.get(`/api/v1/me/orders/${orderId}`)).body.order).toMatchObject({
    state: 'confirmed',
    refundedMinor: 5_000,
  })
})

test('what is earned waits while a wish waits; a wish that nobody answers is approved after three days', async () => {
  const orderId = await delivered()
  await confirm(orderId)
  const days = (number: number) => operator.post('/api/v1/sandbox/clock', { seconds: number * 86_400 })
  await days(14)
  const id = newId()
  expect((await ask(orderId, [{ no: 1, amountMinor: 39_800 }], id)).status).toBe(201)
  const stateOf = async () => {
    const { body } = await operator.get(`/api/v1/orders/${orderId}`)
    return body.commissions.map((line: { state: string }) => line.state)
  }
  await days(2)
  expect(await stateOf(), 'the fifteen days are over, the wish is not').toEqual(['pending', 'pending'])
  await days(1)
  expect((await buyer.get(`/api/v1/me/orders/${orderId}`)).body.order.refundedMinor).toBe(39_800)
  await days(0.01)
  expect(await stateOf()).toEqual(['settled', 'settled'])
  await days(20)
  expect((await ask(orderId, [{ no: 2, amountMinor: 5_000 }])).body.code).toBe('order_not_refundable')
})

test('the ranking loses what went back', async () => {
  const orderId = await delivered()
  await confirm(orderId)
  const rank = async () => {
    await world.server.outbox.drained()
    const { rows } = await world.server.app.database.pool.query(
      'select coalesce(sum(paid_minor), 0)::bigint as minor, coalesce(sum(orders), 0)::bigint as orders from leaderboards.creator_days where creator_id = $1',
      [creator.personId],
    )
    return { minor: Number(rows[0]?.minor), orders: Number(rows[0]?.orders) }
  }
  const before = await rank()
  const id = newId()
  await ask(orderId, [{ no: 2, amountMinor: 2_000 }], id)
  await decide(orderId, id, 'approved')
  expect(await rank()).toEqual({ minor: before.minor - 2_000, orders: before.orders })
})
