/**
 * A shop that sells here beside the operator (domain: e2): from its first order to its bank, through the doors that everybody uses.
 * It sees its own orders with each fee, a statement whose lines come from order lines, and is paid; what goes back after that is
 * netted from what it earns next.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueAttribution } from '#money/commissions'
import { payableOf } from '#money/ledger'
import { seedVerified } from '#people/verification'
import { runAudit } from '../../server/app/audit.ts'
import { deliver, openShop, type Shop, sellConsigned, settleIn } from '../goods.ts'
import { type Client, newId, startWorld, transact, type World } from '../world.ts'

type Person = Client & { personId: string }
let world: World
let operator: Person
let finance: Person
let support: Person
let worker: Person
let creator: Person
let buyer: Person
let keeper: Person
let stranger: Person
let goods: Shop
let addressId: string
const shopId = newId()
const name = { en: 'Kiln No. 7', zh: '七号窑' }

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  finance = await world.person('Books', 'finance')
  support = await world.person('Support', 'support')
  worker = await world.person('Worker', 'warehouse')
  creator = await world.person('Creator', 'buyer', 'creator')
  buyer = await world.person('Buyer', 'buyer')
  keeper = await world.person('Keeper', 'buyer')
  stranger = await world.person('Stranger', 'buyer')
  goods = await openShop(world, operator)
  addressId = (await settleIn(buyer)).addressId
  // 6 % of what is sold for, which goes back with a refund, and what the payment provider takes, which does not.
  const rule = {
    categoryCode: null,
    fixedMinor: 0,
    minMinor: null,
    maxMinor: null,
    keptMaxMinor: null,
    taxBasisPoints: 0,
  }
  for (const fee of [
    { ...rule, kind: 'referral', base: 'sale', basisPoints: 600, isReturned: true, keptBasisPoints: 0 },
    { ...rule, kind: 'provider', base: 'paid', basisPoints: 60, isReturned: false, keptBasisPoints: 0 },
  ])
    expect((await finance.post('/api/v1/fees', { id: newId(), ...fee })).status).toBe(201)
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter(({ broken }) => broken > 0)).toEqual([])
})

const days = (number: number) => operator.post('/api/v1/sandbox/clock', { seconds: number * 86_400 })
const shop = async () => (await keeper.get('/api/v1/studio/shop')).body
const statement = async () => (await keeper.get('/api/v1/studio/shop/statement')).body.statement

/** A cup of 100.00 with 10.00 off that we bear, brought by a creator for 15 %: the shop gets 76.04 of it (and 5.00 of its own off). */
async function sellOne(): Promise<string> {
  const cup = await sellConsigned(world, {
    sellerId: shopId,
    sellerName: name,
    warehouseId: goods.warehouseId,
    units: 1,
  })
  const couponId = newId()
  const coupon = await operator.post('/api/v1/coupons', {
    ...{ id: couponId, name: { en: 'Off', zh: '券' }, thresholdMinor: 0, off: { kind: 'amount', minor: 1_500 } },
    ...{
      productIds: [cup.productId],
      roomId: null,
      budgetMinor: 10_000,
      quotaUnits: 10,
      perPersonUnits: 1,
      validDays: 30,
    },
    funders: { platform: 6_667, seller: 3_333, creator: 0, brand: 0 },
    ...{ startsAt: '2020-01-01T00:00:00Z', endsAt: '2099-01-01T00:00:00Z' },
  })
  expect(coupon.status, JSON.stringify(coupon.body)).toBe(201)
  const claimed = await buyer.post(`/api/v1/coupons/${couponId}/claims`, { id: newId() })
  const { app } = world.server
  const room = { creatorId: creator.personId, roomId: newId(), sessionId: newId(), roomTitle: 'Cups' }
  const id = newId()
  const placed = await buyer.post('/api/v1/orders', {
    ...{ id, lines: [{ skuId: cup.skuId, units: 1 }], addressId, shownPayMinor: 8_500, payment: 'wallet' },
    couponId: claimed.body.coupon.id,
    attribution: issueAttribution(app, { ...room, personId: buyer.personId, issuedAt: app.clock.now() }),
  })
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
  await deliver(world, worker, id, [{ barcode: cup.barcode, units: 1 }])
  return id
}
const confirm = async (id: string) =>
  expect((await buyer.post(`/api/v1/me/orders/${id}/confirmations`)).status).toBe(200)
async function giveBack(orderId: string, amountMinor: number): Promise<void> {
  const wish = { id: newId(), reason: 'Chipped', lines: [{ no: 1, amountMinor }] }
  expect((await buyer.post(`/api/v1/me/orders/${orderId}/after-sales`, wish)).status).toBe(201)
  const decision = { decision: 'approved', answer: '' }
  const decided = await support.post(`/api/v1/orders/${orderId}/after-sales/${wish.id}/decisions`, decision)
  expect(decided.status, JSON.stringify(decided.body)).toBe(200)
}

let order: string

test('who acts for no shop finds none; the operator opens one and names its keeper', async () => {
  expect((await keeper.get('/api/v1/studio/shop')).status).toBe(403)
  expect((await operator.post('/api/v1/shops', { id: shopId, name })).status).toBe(201)
  expect((await operator.post('/api/v1/shops', { id: shopId, name })).status, 'said twice').toBe(201)
  const other = { id: shopId, name: { en: 'Other', zh: '别的' } }
  expect((await operator.post('/api/v1/shops', other)).body.code).toBe('id_reused')
  const added = await operator.put(`/api/v1/shops/${shopId}/members/${keeper.personId}`)
  expect(added.body.shop.members).toEqual([{ personId: keeper.personId, name: 'Keeper' }])
  const another = newId()
  await operator.post('/api/v1/shops', { id: another, name })
  const taken = await operator.put(`/api/v1/shops/${another}/members/${keeper.personId}`)
  expect(taken.body.code).toBe('acts_for_another_shop')
  await operator.put(`/api/v1/shops/${another}/members/${stranger.personId}`)
  expect(await shop()).toMatchObject({ shop: { id: shopId, name }, tier: { days: 15, since: null } })
  const tier = await finance.put(`/api/v1/shops/${shopId}/tier`, { id: newId(), days: 7 })
  expect(tier.body.tier.days).toBe(7)
})

test('its order shows who bears what, each fee, and what it will have of it', async () => {
  order = await sellOne()
  const { body } = await keeper.get(`/api/v1/studio/shop/orders/${order}`)
  expect(body.order.buyerName).toBe('B**')
  expect(JSON.stringify(body), 'nothing tells who he is').not.toMatch(/Buyer|文三路|15400000001/)
  const [line] = body.order.lines
  expect(line.discounts).toEqual([{ name: { en: 'Off', zh: '券' }, amountMinor: 1_500, ownMinor: 500 }])
  expect(line.commissions).toEqual([{ partyName: 'Creator', basisPoints: 1_500, amountMinor: 1_275, reversedMinor: 0 }])
  expect(line.fees.map((fee: any) => [fee.kind, fee.amountMinor])).toEqual([
    ['provider', 51],
    ['referral', 570],
  ])
  expect(line.share).toMatchObject({ isEstimate: true, grossMinor: 9_500, amountMinor: 7_604, state: 'estimated' })
  await confirm(order)
  const after = (await keeper.get(`/api/v1/studio/shop/orders/${order}`)).body.order.lines[0].share
  expect(after).toMatchObject({ isEstimate: false, amountMinor: 7_604, state: 'pending' })
  expect((await shop()).sums).toMatchObject({ pendingMinor: 7_604, availableMinor: 0 })
})

test('an order of another shop, or of the operator, looks like one that is not there', async () => {
  const missing = await stranger.get(`/api/v1/studio/shop/orders/${newId()}`)
  const foreign = await stranger.get(`/api/v1/studio/shop/orders/${order}`)
  const bare = ({ instance: _, ...rest }: any) => rest
  expect(foreign.status).toBe(404)
  expect(bare(foreign.body)).toEqual(bare(missing.body))
  expect((await stranger.get('/api/v1/studio/shop/orders')).body.items).toEqual([])
  expect((await stranger.get('/api/v1/studio/shop/lines')).body.items).toEqual([])
})

test('seven days after the buyer confirmed it is available; the statement adds up and each line names its order line', async () => {
  expect((await keeper.post('/api/v1/studio/shop/payouts', { id: newId() })).body.code).toBe('identity_not_verified')
  await transact(world.server.app, (tx) => seedVerified(tx, keeper.personId))
  expect((await keeper.post('/api/v1/studio/shop/payouts', { id: newId() })).body.code).toBe('nothing_available')
  await days(7.01)
  expect((await shop()).sums).toMatchObject({ pendingMinor: 0, availableMinor: 7_604 })
  const month = await statement()
  expect(Object.fromEntries(month.items.map((item: any) => [item.kind, item.amountMinor]))).toEqual({
    sale: 9_500,
    sale_commission: -1_275,
    sale_fees: -621,
  })
  expect(month.openingMinor + month.items.reduce((sum: number, item: any) => sum + item.amountMinor, 0)).toBe(7_604)
  const lines = await keeper.get(`/api/v1/studio/shop/statement/lines?month=${month.month}`)
  expect(lines.body.items).toHaveLength(3)
  for (const line of lines.body.items) expect(line).toMatchObject({ orderId: order, lineNo: 1, payoutNumber: null })
})

test('it is paid out once, itemised, through the provider; and the file says the same as the screen', async () => {
  const id = newId()
  const both = await Promise.all([1, 2].map(() => keeper.post('/api/v1/studio/shop/payouts', { id })))
  expect(both.map(({ status }) => status)).toEqual([201, 201])
  expect(both[0]?.body.payout.amountMinor).toBe(7_604)
  expect(both[1]?.body.payout.number).toBe(both[0]?.body.payout.number)
  expect((await shop()).sums).toMatchObject({ availableMinor: 0, payoutMinor: 7_604, paidMinor: 0 })
  await days(0.01)
  expect((await shop()).sums).toMatchObject({ payoutMinor: 0, paidMinor: 7_604 })
  const [line] = (await keeper.get('/api/v1/studio/shop/lines')).body.items
  expect(line).toMatchObject({ orderId: order, amountMinor: 7_604, payoutNumber: both[0]?.body.payout.number })
  const { month, items, closingMinor } = await statement()
  expect(items.at(-1)).toMatchObject({ kind: 'payout', amountMinor: -7_604 })
  expect(closingMinor).toBe(0)
  const file = String((await keeper.get(`/api/v1/studio/shop/statement/file?month=${month}`)).body)
  const rows = file.trim().split('\r\n').slice(1)
  expect(rows).toHaveLength(3)
  const sum = rows.reduce((total, row) => total + Math.round(Number(row.split(',')[4]) * 100), 0)
  expect(sum).toBe(7_604)
  expect((await finance.get('/api/v1/payouts')).body.items[0]).toMatchObject({ partyName: name.zh, state: 'paid' })
})

test('what goes back after it was paid makes it owe us; the next sale pays that first', async () => {
  const second = await sellOne()
  await confirm(second)
  await giveBack(order, 3_400)
  // 40 % of 95.00 less 40 % of the commission and of the referral fee: the provider's fee is not returned.
  expect((await shop()).sums).toMatchObject({ availableMinor: -3_062, pendingMinor: 7_604 })
  expect((await keeper.post('/api/v1/studio/shop/payouts', { id: newId() })).body.code).toBe('nothing_available')
  await days(7.01)
  expect((await shop()).sums.availableMinor).toBe(7_604 - 3_062)
  const { payout } = (await keeper.post('/api/v1/studio/shop/payouts', { id: newId() })).body
  expect(payout.amountMinor).toBe(4_542)
  expect(payout.lines[0], 'what it owes comes first').toMatchObject({ orderId: order, amountMinor: -3_062 })
  const account = payableOf(shopId, 'available')
  const { body } = await finance.get(`/api/v1/books/journals?account=${account}`)
  const booked = body.items.flatMap((journal: any) => journal.postings).filter((each: any) => each.account === account)
  expect(booked.reduce((sum: number, each: any) => sum + each.amountMinor, 0)).toBe(0)
})

test('any balance leads down to lines of orders and back, and adds up at every step', async () => {
  const get = async (path: string) => {
    const { status, body } = await finance.get(`/api/v1/books/${path}`)
    expect(status, `${path}: ${JSON.stringify(body)}`).toBe(200)
    return body
  }
  const sum = (items: any[]) => items.reduce((total, each) => total + each.amountMinor, 0)
  const { balances } = await get('balances')
  const seen = new Set<string>()
  let explained = 0
  for (const line of balances) {
    const isMany = line.account.includes('*')
    const accounts = isMany ? (await get(`accounts?line=${encodeURIComponent(line.account)}&limit=100`)).items : [line]
    expect(sum(accounts), line.account).toBe(line.amountMinor)
    for (const { account, amountMinor } of accounts) {
      const about = await get(`account?account=${account}&limit=100`)
      expect(about.line, account).toBe(line.account)
      expect(about.balanceMinor, account).toBe(amountMinor)
      expect(about.entries.next, 'this world is small').toBeNull()
      expect(sum(about.entries.items), account).toBe(amountMinor)
      for (const [index, entry] of about.entries.items.entries()) {
        const older = about.entries.items[index + 1]
        expect(entry.balanceMinor - entry.amountMinor, account).toBe(older?.balanceMinor ?? 0)
        const path = `journals/${entry.journalId}${entry.orderId === null ? '' : `?orderId=${entry.orderId}`}`
        const { journal, postings } = await get(path)
        seen.add(journal.kind)
        const posting = postings.find((each: any) => each.account === account)
        expect(sum(posting.parts), `${journal.kind} on ${account}`).toBe(
          posting.parts.length === 0 ? 0 : posting.amountMinor,
        )
        if (
          /^(orders\.paid|order\.(confirmed|refunded)|earnings\.released|payout\.closed)$/.test(journal.kind) &&
          !account.endsWith(':payout')
        ) {
          // What a batch took in at once leads to its orders first.
          const loose = posting.parts.filter(
            (part: any) => (journal.isBatch && journal.forOrderId === null ? part.orderId : part.lineNo) === null,
          )
          expect(loose, `${journal.kind} on ${account}`).toEqual([])
          expect(posting.parts.length).toBeGreaterThan(0)
          explained++
        }
      }
    }
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['orders.paid', 'order.confirmed', 'order.refunded', 'payout.closed']),
  )
  expect(explained).toBeGreaterThan(20)
  const shopAccount = await get(`account?account=${payableOf(shopId, 'available')}`)
  expect(shopAccount.ownerName).toBe(name.zh)
  const back = shopAccount.entries.items.find((entry: any) => entry.kind === 'order.refunded')
  expect(back).toMatchObject({ orderId: order, amountMinor: 3_062 })
  const { postings } = await get(`journals/${back.journalId}`)
  const [part] = postings.find((each: any) => each.account === payableOf(shopId, 'available')).parts
  expect(part).toMatchObject({ orderId: order, lineNo: 1, title: { en: 'Cup', zh: '杯子' }, amountMinor: 3_062 })
  expect((await finance.get(`/api/v1/books/journals/${newId()}`)).status).toBe(404)
})

test('who acts for the shop no more sees nothing of it', async () => {
  expect((await operator.delete(`/api/v1/shops/${shopId}/members/${keeper.personId}`)).status).toBe(200)
  await world.eventually(async () => (await keeper.get('/api/v1/studio/shop')).status === 403, 'shut out')
})
