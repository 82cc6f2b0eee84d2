/** The worked example of a marketplace shop with a creator (Taobao, TikTok Shop), posting by posting. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct } from '#goods/listings'
import { issueAttribution } from '#money/commissions'
import { openFeeRule, openFeeTax } from '#money/fees'
import { balancesOf, payableOf } from '#money/ledger'
import { setSellerTier } from '#money/settlements'
import { transact } from '#platform/database'
import { mustBeDone } from '#platform/outcome'
import { receiveConsigned } from '#supply/warehouse'
import { openCoupon } from '#trade/promotions'
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
const sellerId = newId()
let barcodes = 6_901_234_000_000

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  worker = await world.person('Worker', 'warehouse')
  support = await world.person('Support', 'support')
  creator = await world.person('Creator', 'buyer', 'creator')
  buyer = await world.person('Buyer', 'buyer')
  shop = await openShop(world, operator)
  addressId = (await settleIn(buyer)).addressId
  await transact(world.server.app, async (tx) => {
    await openCategories(tx.db, [
      { code: 'home', name: { en: 'Home', zh: '家居' } },
      { code: 'home-cups', name: { en: 'Cups', zh: '杯子' }, parentCode: 'home' },
    ])
    // Of everything 10 %, of home 6 %; cups have no rule of their own.
    const rule = { currency: 'CNY', fixedMinor: 0, minMinor: null, maxMinor: null, keptMaxMinor: null } as const
    const referral = { ...rule, kind: 'referral', base: 'sale', isReturned: true, keptBasisPoints: 0 } as const
    mustBeDone(await openFeeRule(tx, { ...referral, id: newId(), categoryCode: null, basisPoints: 1_000 }))
    mustBeDone(await openFeeRule(tx, { ...referral, id: newId(), categoryCode: 'home', basisPoints: 600 }))
    const provider = { ...rule, kind: 'provider', base: 'paid', isReturned: false, keptBasisPoints: 0 } as const
    mustBeDone(await openFeeRule(tx, { ...provider, id: newId(), categoryCode: null, basisPoints: 60 }))
    await setSellerTier(tx, { id: newId(), sellerId, days: 7 })
  })
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})

/** A cup of the seller's, of 100.00, with units that stay his. */
async function listCup(units = 5): Promise<{ skuId: string; productId: string; barcode: string }> {
  const [skuId, productId, barcode] = [newId(), newId(), String(++barcodes)]
  await transact(world.server.app, async (tx) => {
    const words = { en: 'Cup', zh: '杯子' }
    mustBeDone(
      await listProduct(tx, {
        ...{ id: productId, slug: `cup-${productId}`, categoryCode: 'home-cups', currency: 'CNY' },
        ...{ title: words, subtitle: words, story: words, commissionBasisPoints: 1_500 },
        ...{ sellerId, sellerName: { en: 'Kiln No. 7', zh: '七号窑' }, stockOwner: 'brand' },
        skus: [
          {
            ...{ id: skuId, code: `C${skuId.slice(-8)}`, label: words, choices: [], priceMinor: 10_000 },
            ...{ listPriceMinor: null, costMinor: 4_000, weightGrams: 300, barcode },
          },
        ],
      }),
    )
    mustBeDone(await setProductState(tx, { productId, state: 'on_sale' }))
    const owner = { kind: 'brand', id: sellerId } as const
    const shelf = { warehouseId: shop.warehouseId, bin: 'A-01-1', skuId, currency: 'CNY' }
    mustBeDone(await receiveConsigned(tx, { id: newId(), owner, units, ...shelf }))
  })
  await world.server.outbox.drained()
  return { skuId, productId, barcode }
}

/** Coupons of 5.00 that the seller pays and 10.00 that we pay, on two lines of the price; only one coupon fits a wish. */
async function buy(of: { funders?: { platform: number; seller: number }; offMinor?: number } = {}) {
  const cup = await listCup()
  const couponId = newId()
  await transact(world.server.app, async (tx) => {
    const { platform, seller } = of.funders ?? { platform: 6_667, seller: 3_333 }
    mustBeDone(
      await openCoupon(
        tx,
        {
          ...{ id: couponId, name: { en: 'Off', zh: '券' }, currency: 'CNY', thresholdMinor: 0, roomId: null },
          ...{ offMinor: of.offMinor ?? 1_500, offPoints: null, capMinor: null, productIds: [cup.productId] },
          funders: { platform, seller, creator: 0, brand: 0 },
          ...{ quota: 10, perPerson: 1, validDays: 30, startsAt: tx.now.subtract({ hours: 1 }) },
          endsAt: tx.now.add({ hours: 24 }),
        },
        100_000,
      ),
    )
  })
  const claimed = await buyer.post(`/api/v1/coupons/${couponId}/claims`, { id: newId() })
  expect(claimed.status, JSON.stringify(claimed.body)).toBe(201)
  const { app } = world.server
  const room = { creatorId: creator.personId, roomId: newId(), sessionId: newId(), roomTitle: 'Cups' }
  const attribution = issueAttribution(app, { ...room, personId: buyer.personId, issuedAt: app.clock.now() })
  const id = newId()
  const payMinor = 10_000 - (of.offMinor ?? 1_500)
  const placed = await buyer.post('/api/v1/orders', {
    ...{ id, lines: [{ skuId: cup.skuId, units: 1 }], addressId, shownPayMinor: payMinor, payment: 'wallet' },
    ...{ attribution, couponId: claimed.body.coupon.id },
  })
  expect(placed.status, JSON.stringify(placed.body)).toBe(201)
  await deliver(world, worker, id, [{ barcode: cup.barcode, units: 1 }])
  return { id, ...cup }
}

const confirm = async (id: string) =>
  expect((await buyer.post(`/api/v1/me/orders/${id}/confirmations`)).status).toBe(200)
async function giveBack(orderId: string, amountMinor: number): Promise<void> {
  const id = newId()
  const wish = { id, reason: 'Chipped', lines: [{ no: 1, amountMinor }] }
  expect((await buyer.post(`/api/v1/me/orders/${orderId}/after-sales`, wish)).status).toBe(201)
  const decision = { decision: 'approved', answer: '' }
  expect((await support.post(`/api/v1/orders/${orderId}/after-sales/${id}/decisions`, decision)).status).toBe(200)
}
async function journalOf(orderId: string, kind: string, nth = 0): Promise<Record<string, number>> {
  const { journals } = (await operator.get(`/api/v1/orders/${orderId}`)).body
  const found = journals.filter((each: { kind: string }) => each.kind === kind)[nth]
  return Object.fromEntries(found?.postings.map((each: any) => [each.account, each.amountMinor]) ?? [])
}
/** The seller's pending and available. */
async function owed(): Promise<[number, number]> {
  const [pending, available] = [payableOf(sellerId, 'pending'), payableOf(sellerId, 'available')]
  const balances = await balancesOf(world.server.app.database.db, [pending, available])
  return [0 - (balances.get(pending) ?? 0), 0 - (balances.get(available) ?? 0)]
}
const days = (number: number) => operator.post('/api/v1/sandbox/clock', { seconds: number * 86_400 })

test('the worked example, to the cent: the seller, the creator and we share what was paid and what we gave', async () => {
  const [pendingBefore] = await owed()
  const { id } = await buy()
  expect(await journalOf(id, 'orders.paid')).toEqual({ [`wallet:${buyer.personId}`]: 8_500, escrow: -8_500 })
  expect(await journalOf(id, 'goods.handed_over'), 'the goods are not ours: nothing is booked').toEqual({})
  await confirm(id)
  expect(await journalOf(id, 'order.confirmed')).toEqual({
    escrow: 8_500,
    subsidy: 1_000,
    [payableOf(sellerId, 'pending')]: -7_604,
    'revenue:referral': -570,
    'revenue:provider': -51,
    [payableOf(creator.personId, 'pending')]: -1_275,
  })
  expect((await owed())[0] - pendingBefore).toBe(7_604)
})

test('a refund of 40 % takes 40 % of each share back; a full one leaves the seller nothing but what the provider keeps', async () => {
  const { id } = await buy()
  await confirm(id)
  await giveBack(id, 3_400)
  const refund = {
    [payableOf(sellerId, 'pending')]: 3_062,
    'revenue:referral': 228,
    subsidy: -400,
    [`wallet:${buyer.personId}`]: -3_400,
    [payableOf(creator.personId, 'pending')]: 510,
  }
  expect(await journalOf(id, 'order.refunded')).toEqual(refund)
  await giveBack(id, 5_100)
  const [first, second] = [await journalOf(id, 'order.refunded', 0), await journalOf(id, 'order.refunded', 1)]
  const sum = (account: string) => (first[account] ?? 0) + (second[account] ?? 0)
  expect(sum(payableOf(sellerId, 'pending'))).toBe(7_604 + 51)
  expect(sum('revenue:referral')).toBe(570)
  expect(sum('subsidy')).toBe(-1_000)
  expect(sum(payableOf(creator.personId, 'pending'))).toBe(1_275)
})

test('where we keep a fifth of the referral fee on refunds, it is a line of its own, and the seller ends below zero', async () => {
  await transact(world.server.app, async (tx) => {
    const rule = { currency: 'CNY', fixedMinor: 0, minMinor: null, maxMinor: null, keptMaxMinor: 500 } as const
    const kept = { ...rule, kind: 'referral', base: 'sale', isReturned: true, keptBasisPoints: 2_000 } as const
    mustBeDone(await openFeeRule(tx, { ...kept, id: newId(), categoryCode: 'home-cups', basisPoints: 600 }))
  })
  const [before] = await owed()
  const { id } = await buy()
  await confirm(id)
  await giveBack(id, 3_400)
  expect(await journalOf(id, 'order.refunded')).toMatchObject({
    [payableOf(sellerId, 'pending')]: 3_108,
    'revenue:referral': 228,
    'revenue:kept_fees': -46,
  })
  expect((await owed())[0] - before, 'what the seller keeps of it').toBe(4_496)
  await giveBack(id, 5_100)
  expect((await owed())[0] - before).toBe(-(114 + 51))
})

test('a later rate, and a tax on the fee, change no order that exists; the tax is stored apart', async () => {
  const early = await buy()
  await transact(world.server.app, async (tx) => {
    const rule = { currency: 'CNY', minMinor: 300, maxMinor: 700, keptMaxMinor: null, isReturned: true } as const
    const stacked = { ...rule, base: 'sale', keptBasisPoints: 0, categoryCode: 'home-cups' } as const
    mustBeDone(await openFeeRule(tx, { ...stacked, id: newId(), kind: 'referral', basisPoints: 900, fixedMinor: 0 }))
    mustBeDone(await openFeeRule(tx, { ...stacked, id: newId(), kind: 'service', basisPoints: 0, fixedMinor: 50 }))
    await openFeeTax(tx, { id: newId(), kind: 'referral', basisPoints: 600 })
  })
  await confirm(early.id)
  expect(await journalOf(early.id, 'order.confirmed')).toMatchObject({ 'revenue:referral': -570 })
  const late = await buy()
  await confirm(late.id)
  expect(await journalOf(late.id, 'order.confirmed')).toMatchObject({
    'revenue:referral': -700, // 9 % of 9,500 is 855: held at the most.
    'revenue:service': -300, // 0.50 a unit: held at the least.
    'revenue:provider': -51,
    'liability:fee_tax': -42,
    [payableOf(sellerId, 'pending')]: -(9_500 - 1_275 - 700 - 300 - 51 - 42),
  })
  await giveBack(late.id, 8_500)
  expect(await journalOf(late.id, 'order.refunded')).toMatchObject({ 'liability:fee_tax': 42, 'revenue:service': 300 })
})

test('the money is the seller’s seven days after the buyer confirmed, not a moment before, and not while a wish waits', async () => {
  const { id } = await buy({ funders: { platform: 0, seller: 10_000 }, offMinor: 500 })
  const asked = await buy({ funders: { platform: 10_000, seller: 0 }, offMinor: 500 })
  await confirm(id)
  await confirm(asked.id)
  const lines = async (orderId: string) =>
    (
      await world.server.app.database.pool.query('select * from settlements.seller_lines where order_id = $1', [
        orderId,
      ])
    ).rows[0]
  const net = async (orderId: string) => Number((await lines(orderId)).amount_minor)
  // His own coupon is his own cost; ours is given to him.
  expect((await net(asked.id)) - (await net(id))).toBe(500)
  await days(6.9)
  const wish = { id: newId(), reason: 'Chipped', lines: [{ no: 1, amountMinor: 100 }] }
  expect((await buyer.post(`/api/v1/me/orders/${asked.id}/after-sales`, wish)).status).toBe(201)
  expect((await lines(id)).state).toBe('pending')
  await days(0.11)
  expect((await lines(id)).state).toBe('settled')
  expect((await lines(asked.id)).state, 'somebody wants money back').toBe('pending')
  const decision = { decision: 'refused', answer: 'It is whole.' }
  await support.post(`/api/v1/orders/${asked.id}/after-sales/${wish.id}/decisions`, decision)
  await days(0.01)
  expect((await lines(asked.id)).state).toBe('settled')
})

test('a seller’s stock is his: what he has sold is not on our shelf, and cancelling gives it back to him', async () => {
  const cup = await listCup(2)
  const id = newId()
  const order = { id, lines: [{ skuId: cup.skuId, units: 2 }], addressId, shownPayMinor: 20_000, payment: 'wallet' }
  expect((await buyer.post('/api/v1/orders', order)).status).toBe(201)
  const stock = async () =>
    (
      await world.server.app.database.pool.query(
        'select owner_kind, on_hand::int, allocated::int, value_minor::int from warehouse.stock where sku_id = $1',
        [cup.skuId],
      )
    ).rows
  expect(await stock()).toEqual([{ owner_kind: 'brand', on_hand: 2, allocated: 2, value_minor: 0 }])
  expect((await buyer.post('/api/v1/orders', { ...order, id: newId() })).body.code).toBe('sold_out')
  expect((await buyer.post(`/api/v1/me/orders/${id}/cancellations`)).status).toBe(200)
  expect(await stock()).toEqual([{ owner_kind: 'brand', on_hand: 2, allocated: 0, value_minor: 0 }])
})
