/**
 * Where the money of an order goes, read from the books by whoever keeps them, after what people did through the doors that
 * everybody uses: a live sale with creator and agency (domain: e1), the same goods from the shelf (e3), a flash sale (e5).
 * Every sum is written out here; nothing is computed by what is tested.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { payableOf } from '#money/ledger'
import { openAgency, signContract } from '#people/agencies'
import { mustBeDone } from '#platform/outcome'
import { runAudit } from '../../server/app/audit.ts'
import { deliver, openShop, type Shop, settleIn } from '../goods.ts'
import { type OpenRoom, openRoom } from '../rooms.ts'
import { type Client, newId, startWorld, transact, type World } from '../world.ts'

type Person = Client & { personId: string }
let world: World
let operator: Person
let finance: Person
let support: Person
let worker: Person
let shop: Shop
let room: OpenRoom
const agencyId = newId()

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  finance = await world.person('Books', 'finance')
  support = await world.person('Support', 'support')
  worker = await world.person('Worker', 'warehouse')
  shop = await openShop(world, operator)
  room = await openRoom(world, 'host_of_books')
  await transact(world.server.app, async (tx) => {
    await openAgency(tx, { id: agencyId, name: 'Lantern Street' })
    const from = tx.now.subtract({ hours: 1 })
    mustBeDone(
      await signContract(tx, { agencyId, creatorId: room.host.personId, basisPoints: 3_000, from, until: null }),
    )
  })
})
afterAll(() => world.stop())
afterEach(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  expect(report.invariants.filter(({ broken }) => broken > 0)).toEqual([])
})

const days = async (number: number) => {
  expect((await operator.post('/api/v1/sandbox/clock', { seconds: number * 86_400 })).status).toBe(200)
  await world.server.app.jobs.sweepAll()
  await world.server.outbox.drained()
}

/** What the trial balance says has moved while this was done, accounts of one kind together; what did not move is left out. */
async function moved(what: () => Promise<unknown>): Promise<Record<string, number>> {
  const sums = async () => {
    await world.server.outbox.drained()
    const { body } = await finance.get('/api/v1/books/balances')
    expect(body.totalMinor).toBe(0)
    return new Map<string, number>(body.balances.map((each: any) => [each.account, each.amountMinor]))
  }
  const before = await sums()
  await what()
  const after = await sums()
  const changes = [...after].map(([account, sum]) => [account, sum - (before.get(account) ?? 0)] as const)
  return Object.fromEntries(changes.filter(([, change]) => change !== 0))
}

/** What an account has to give, as the books page adds it up. */
async function owed(account: string): Promise<number> {
  const { body } = await finance.get(`/api/v1/books/journals?account=${account}&limit=100`)
  const postings = body.items
    .flatMap((journal: any) => journal.postings)
    .filter((each: any) => each.account === account)
  return 0 - postings.reduce((sum: number, each: any) => sum + each.amountMinor, 0)
}

interface Buyer extends Person {
  addressId: string
}
/** Somebody with an address, whose top-up the provider has settled by now. */
async function newBuyer(): Promise<Buyer> {
  const person = await world.person('Buyer', 'buyer')
  const { addressId } = await settleIn(person)
  await days(1.5)
  return Object.assign(person, { addressId })
}

/** Places an order and pays all of it through the provider. */
async function buyThroughProvider(buyer: Buyer, wish: Record<string, unknown>): Promise<string> {
  const id = newId()
  const placed = await buyer.post('/api/v1/orders', { id, addressId: buyer.addressId, payment: 'later', ...wish })
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
  await pay(buyer, id)
  return id
}
async function pay(buyer: Buyer, orderId: string): Promise<void> {
  const payment = { id: newId(), method: 'provider', useWallet: false }
  const paid = await buyer.post(`/api/v1/me/orders/${orderId}/payments`, payment)
  expect(paid.status, JSON.stringify(paid.body)).toBe(201)
  await world.eventually(async () => (await stateOf(buyer, orderId)) === 'paid', 'paid', 20_000)
}
const stateOf = async (buyer: Buyer, id: string) => (await buyer.get(`/api/v1/me/orders/${id}`)).body.order.state
const confirm = async (buyer: Buyer, id: string) =>
  expect((await buyer.post(`/api/v1/me/orders/${id}/confirmations`)).status).toBe(200)
async function giveBack(buyer: Buyer, orderId: string, amountMinor: number): Promise<void> {
  const wish = { id: newId(), reason: 'Too small', lines: [{ no: 1, amountMinor }] }
  expect((await buyer.post(`/api/v1/me/orders/${orderId}/after-sales`, wish)).status).toBe(201)
  const path = `/api/v1/orders/${orderId}/after-sales/${wish.id}/decisions`
  const decided = await support.post(path, { decision: 'approved', answer: '' })
  expect(decided.status, JSON.stringify(decided.body)).toBe(200)
}
async function couponFor(buyer: Buyer, offMinor: number): Promise<string> {
  const id = newId()
  const opened = await operator.post('/api/v1/coupons', {
    ...{ id, name: { en: 'On us', zh: '平台券' }, thresholdMinor: 0, off: { kind: 'amount', minor: offMinor } },
    ...{ productIds: null, roomId: null, budgetMinor: 10_000, quotaUnits: 10, perPersonUnits: 1, validDays: 60 },
    funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
    ...{ startsAt: '2020-01-01T00:00:00Z', endsAt: '2099-01-01T00:00:00Z' },
  })
  expect(opened.status, JSON.stringify(opened.body)).toBe(201)
  const claimed = await buyer.post(`/api/v1/coupons/${id}/claims`, { id: newId() })
  return claimed.body.coupon.id
}
const tokenOf = async (buyer: Buyer) =>
  (await buyer.get(`/api/v1/rooms/${room.roomId}`)).body.room.attribution as string

test('a live sale with creator and agency, from the payment to the payout and half of it back, to the cent', async () => {
  const goods = await shop.sell({ units: 5, priceMinor: 19_900, costMinor: 9_000, commissionBasisPoints: 1_000 })
  const buyer = await newBuyer()
  const couponId = await couponFor(buyer, 2_000)
  let id = ''
  const paid = await moved(async () => {
    id = await buyThroughProvider(buyer, {
      ...{ lines: [{ skuId: goods.skuId, units: 1 }], shownPayMinor: 17_900, couponId },
      attribution: await tokenOf(buyer),
    })
  })
  expect(paid).toEqual({ psp: 17_900, escrow: -17_900 })

  const shipped = await moved(() => deliver(world, worker, id, [{ barcode: goods.barcode, units: 1 }]))
  expect(shipped).toEqual({ in_transit: 9_000, inventory: -9_000 })

  const settled = await moved(() => days(1.5))
  expect(settled).toEqual({ cash: 17_793, 'expense:psp': 107, psp: -17_900 })

  const confirmed = await moved(() => confirm(buyer, id))
  expect(confirmed).toEqual({
    ...{ escrow: 17_900, subsidy: 2_000, 'revenue:goods': -19_900 },
    ...{ 'expense:cogs': 9_000, in_transit: -9_000 },
    ...{ 'expense:commission': 1_790, 'payable:*:pending': -1_790 },
  })
  const creator = room.host.personId
  expect(await owed(payableOf(creator, 'pending'))).toBe(1_253)
  expect(await owed(payableOf(agencyId, 'pending'))).toBe(537)
  const ours = { ...settled, ...confirmed } as Record<string, number>
  const kept = ['revenue:goods', 'subsidy', 'expense:cogs', 'expense:commission', 'expense:psp']
  expect(0 - kept.reduce((sum, account) => sum + (ours[account] ?? 0), 0), 'what is left for us').toBe(7_003)

  const half = await moved(() => giveBack(buyer, id, 8_950))
  expect(half).toEqual({
    ...{ refunds: -8_950, 'revenue:goods': 9_950, subsidy: -1_000 },
    ...{ 'expense:commission': -895, 'payable:*:pending': 895 },
  })
  expect(await owed(payableOf(creator, 'pending'))).toBe(1_253 - 627)
  expect(await owed(payableOf(agencyId, 'pending'))).toBe(537 - 268)

  // What goes back goes to where it came from, as soon as the provider has it.
  expect(await moved(() => days(1.5))).toMatchObject({ refunds: 8_950 })

  await days(15)
  expect(await owed(payableOf(creator, 'available'))).toBe(595)
  expect(await owed(payableOf(creator, 'reserve')), 'a twentieth waits for what may still come back').toBe(31)
  const payout = { id: newId() }
  const told = await room.host.post('/api/v1/studio/payouts', payout)
  expect(told.status, JSON.stringify(told.body)).toBe(201)
  expect(told.body.payout).toMatchObject({ amountMinor: 595 })
  expect(told.body.payout.lines.reduce((sum: number, line: any) => sum + line.amountMinor, 0)).toBe(595)
  const gone = await moved(() => days(0.1))
  expect(gone).toMatchObject({ cash: -595, 'payable:*:payout': 595 })
})

test('the same from the shelf: nobody is owed a commission, and what goes back whole leaves nothing behind', async () => {
  const goods = await shop.sell({ units: 5, priceMinor: 19_900, costMinor: 9_000 })
  const buyer = await newBuyer()
  const wish = { lines: [{ skuId: goods.skuId, units: 1 }], shownPayMinor: 19_900 }
  let id = ''
  const paid = await moved(async () => {
    id = await buyThroughProvider(buyer, wish)
  })
  expect(paid).toEqual({ psp: 19_900, escrow: -19_900 })
  await deliver(world, worker, id, [{ barcode: goods.barcode, units: 1 }])
  expect(await moved(() => confirm(buyer, id))).toEqual({
    ...{ escrow: 19_900, 'revenue:goods': -19_900 },
    ...{ 'expense:cogs': 9_000, in_transit: -9_000 },
  })
  expect(await moved(() => giveBack(buyer, id, 19_900))).toEqual({ refunds: -19_900, 'revenue:goods': 19_900 })
})

test('a flash sale: the difference is ours as the seller, and what is not paid in five minutes is for sale again', async () => {
  const goods = await shop.sell({ units: 10, priceMinor: 19_900, costMinor: 9_000 })
  const buyer = await newBuyer()
  const late = await newBuyer()
  const announced = await operator.post(`/api/v1/rooms/${room.roomId}/flash-sales`, {
    ...{ id: newId(), skuId: goods.skuId, priceMinor: 9_900, units: 2, perBuyerUnits: 1 },
    ...{ countdownSeconds: 10, minutes: 15, budgetMinor: 0 },
    funders: { platform: 0, seller: 10_000, creator: 0, brand: 0 },
  })
  expect(announced.status, JSON.stringify(announced.body)).toBe(201)
  const { id: flashSaleId } = announced.body.sale
  const left = async () => {
    const { body } = await world.client().get(`/api/v1/rooms/${room.roomId}/flash-sales`)
    return body.sales.find((sale: any) => sale.id === flashSaleId).unitsLeft
  }
  const minutes = (number: number) => days(number / 1_440)
  await minutes(0.2)
  const wish = async (who: Buyer) => ({
    ...{ lines: [{ skuId: goods.skuId, units: 1 }], shownPayMinor: 9_900, flashSaleId },
    attribution: await tokenOf(who),
  })
  const first = await wish(buyer)
  let id = ''
  const paid = await moved(async () => {
    id = await buyThroughProvider(buyer, first)
  })
  expect(paid, 'only what he paid').toEqual({ psp: 9_900, escrow: -9_900 })
  const { lines } = (await buyer.get(`/api/v1/me/orders/${id}`)).body.order
  expect(lines[0]).toMatchObject({ unitPriceMinor: 19_900, discountMinor: 10_000, payMinor: 9_900 })

  // He holds one of two units for five minutes and lets them pass.
  const lateId = newId()
  const placed = await late.post('/api/v1/orders', {
    ...{ id: lateId, addressId: late.addressId, payment: 'later' },
    ...(await wish(late)),
  })
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
  expect(await left()).toBe(0)
  await minutes(5.1)
  await world.eventually(async () => (await left()) === 1, 'the unit is for sale again', 20_000)
  expect(await stateOf(late, lateId)).toBe('cancelled')
  const payment = { id: newId(), method: 'provider', useWallet: false }
  const tooLate = await late.post(`/api/v1/me/orders/${lateId}/payments`, payment)
  expect(tooLate.body.code).toBe('order_not_payable')

  await deliver(world, worker, id, [{ barcode: goods.barcode, units: 1 }])
  const commission = 990
  expect(await moved(() => confirm(buyer, id)), 'revenue is what was asked for it').toEqual({
    ...{ escrow: 9_900, 'revenue:goods': -9_900, 'expense:cogs': 9_000, in_transit: -9_000 },
    ...{ 'expense:commission': commission, 'payable:*:pending': -commission },
  })
})
