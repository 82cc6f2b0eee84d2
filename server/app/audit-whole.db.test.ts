/** Sales from the desk to the payout, through the real reactions and sweeps, and the auditor after each stage. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct } from '#goods/listings'
import { issueAttribution, readAttribution } from '#money/commissions'
import { followPayments, topUp } from '#money/payments'
import { reconcile } from '#money/reconciliation'
import { closePayout, payClosedPayouts, releaseDueEarnings } from '#money/settlements'
import { openAgency, signContract } from '#people/agencies'
import { openPerson } from '#people/identity'
import { saveAddress } from '#people/profiles'
import { inTransaction, systemActor, transact } from '#platform/database'
import { newId, newSecret } from '#platform/ids'
import { type Outbox, startOutbox } from '#platform/outbox'
import { mustBeDone } from '#platform/outcome'
import { handOverParcel, packParcel, parcelIdOf, pickParcel } from '#supply/fulfilment'
import { refillWaybills } from '#supply/logistics'
import { openSupplier, receiveStock } from '#supply/procurement'
import { openWarehouse } from '#supply/warehouse'
import { cancelOrder, confirmDueOrders, type OrderWish, placeOrders } from '#trade/orders'
import { insertBudget, insertPromotion } from '#trade/promotions'
import { openTestApp, type TestApp } from '../platform/database/test-database.ts'
import { runAudit } from './audit.ts'
import { joins, reactionsOf } from './reactions.ts'

let here: TestApp
let outbox: Outbox
const [creatorId, agencyId, warehouseId, supplierId, budgetId] = [newId(), newId(), newId(), newId(), newId()]
const mug = { id: newId(), barcode: '2000000000015', bin: 'A-01-1' }
const buyers = Array.from({ length: 12 }, () => ({ id: newId(), addressId: newId() }))
const words = (text: string) => ({ en: text, zh: text })
const sold: { orderId: string; buyerId: string }[] = []

const run = <Value>(use: Parameters<typeof inTransaction<Value, string>>[2]) =>
  inTransaction(here.app, systemActor, use).then(mustBeDone)

beforeAll(async () => {
  here = await openTestApp()
  outbox = startOutbox(
    here.app,
    reactionsOf({
      app: here.app,
      desk: { reopen: () => undefined },
      media: () => null,
    }),
    joins,
  )
  await refillWaybills(here.app)
  await transact(here.app, async (tx) => {
    await openCategories(tx.db, [{ code: 'home', name: words('Home') }])
    const sku = { id: mug.id, barcode: mug.barcode, code: 'M-1', label: words('White'), priceMinor: 19_900 }
    const skus = [{ ...sku, listPriceMinor: null, costMinor: 9_000, weightGrams: 300 }]
    const product = { id: newId(), slug: 'mug', categoryCode: 'home', title: words('Mug'), subtitle: words('') }
    const terms = { story: words(''), currency: 'CNY' as const, commissionBasisPoints: 1_000, skus }
    mustBeDone(await listProduct(tx, { ...product, ...terms }))
    mustBeDone(await setProductState(tx, { productId: product.id, state: 'on_sale' }))
    const place = { province: '浙江省', city: '杭州市', district: '萧山区', street: '集栖路118号' }
    const house = { id: warehouseId, code: 'HGH', name: words('Hangzhou'), ...place, serves: [], bins: [mug.bin] }
    await openWarehouse(tx, house)
    const supplier = { id: supplierId, code: 'S1', name: words('Kiln'), city: '', contact: '', leadDays: 3 }
    await openSupplier(tx.db, { ...supplier, accountPeriodDays: 30, orderUnitsMin: 1 })
    mustBeDone(await openPerson(tx, { id: creatorId, name: 'Lin', roles: ['creator'] }))
    await openAgency(tx, { id: agencyId, name: 'Star' })
    mustBeDone(await signContract(tx, { agencyId, creatorId, basisPoints: 3_000, from: tx.now, until: null }))
    await insertBudget(tx, { id: budgetId, name: 'Launch', currency: 'CNY', limitMinor: 30_000 })
    await insertPromotion(tx, {
      id: newId(),
      name: words('20 off'),
      channel: 'video',
      roomOnly: true,
      thresholdMinor: 10_000,
      offMinor: 2_000,
      currency: 'CNY',
      funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
      budgetId,
      startsAt: tx.now,
      endsAt: tx.now.add({ hours: 1_000 }),
    })
    for (const buyer of buyers) {
      mustBeDone(await openPerson(tx, { id: buyer.id, name: 'Chen', roles: ['buyer'] }))
      const address = {
        province: '四川省',
        city: '成都市',
        district: '武侯区',
        street: '人民南路11号',
        isDefault: true,
      }
      const to = { recipient: '陈一诺', phone: '+8613900001234' }
      mustBeDone(await saveAddress(tx, { id: buyer.addressId, ownerId: buyer.id, ...to, ...address }))
      await topUp(tx, { id: newId(), personId: buyer.id, amountMinor: 60_000, currency: 'CNY' })
    }
  })
  const receipt = { id: newId(), supplierId, warehouseId, skuId: mug.id, bin: mug.bin, units: 30 }
  await run((tx) => receiveStock(tx, { ...receipt, unitCostMinor: 9_001, currency: 'CNY' }))
})
afterAll(async () => {
  await outbox.stop()
  await here.close()
})

async function audited(): Promise<void> {
  await outbox.drained()
  const report = await runAudit(here.app.database)
  const recent = await runAudit(here.app.database, { since: Temporal.Now.instant().subtract({ hours: 1 }) })
  expect(recent.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
}

/** Wishes with the real token, at the price with the coupon while its budget lasts and at the shelf's when not. */
function wishOf(index: number, shownPayMinor: number): OrderWish {
  const buyer = buyers[index % buyers.length] ?? { id: '', addressId: '' }
  const now = here.app.clock.now()
  const room = { creatorId, roomId: newId(), sessionId: newId(), roomTitle: 'Mugs', personId: buyer.id, issuedAt: now }
  const attribution = readAttribution(here.app, issueAttribution(here.app, room), now, buyer.id)
  const lines = [{ skuId: mug.id, units: 1 }]
  const wish = { id: newId(), requestHash: Buffer.from(newSecret()), buyerId: buyer.id, addressId: buyer.addressId }
  return {
    ...wish,
    lines,
    shownPayMinor,
    payment: 'wallet',
    couponId: null,
    flashSaleId: null,
    attribution,
    isDemo: false,
  }
}

test('batches beside each other sell what is there, to who can pay, and the books hold', async () => {
  const batches = Array.from({ length: 10 }, (_, batch) =>
    Array.from({ length: 6 }, (_, index) => wishOf(batch * 6 + index, (batch + index) % 2 === 0 ? 17_900 : 19_900)),
  )
  const answers = await Promise.all(
    batches.map((wishes) => transact(here.app, (tx) => placeOrders(here.app, tx, wishes))),
  )
  const wishes = batches.flat()
  for (const [index, answer] of answers.flat().entries()) {
    if (answer.kind === 'placed') sold.push({ orderId: answer.orderId, buyerId: wishes[index]?.buyerId ?? '' })
  }
  expect(sold.length).toBeGreaterThan(15)
  expect(sold.length).toBeLessThanOrEqual(30)
  await audited()
})

test('some are cancelled, the others leave the warehouse', async () => {
  for (const order of sold.splice(0, 4)) await run((tx) => cancelOrder(tx, order))
  await audited()
  for (const { orderId } of sold) {
    const parcelId = parcelIdOf(orderId, warehouseId)
    await run((tx) => pickParcel(tx, { parcelId, barcode: mug.barcode, units: 1 }))
    await run((tx) => packParcel(tx, { parcelId, weightGrams: 400 }))
    await run((tx) => handOverParcel(tx, { parcelId }))
  }
  await audited()
})

test('the days of the escrow pass, the return window too, and the creator is paid', async () => {
  here.app.clock.advance({ hours: 24 * 11 })
  while ((await confirmDueOrders(here.app)).more);
  await audited()
  here.app.clock.advance({ hours: 24 * 16 })
  while ((await releaseDueEarnings(here.app)).more);
  while ((await followPayments(here.app)).more);
  while ((await reconcile(here.app)).more);
  await audited()
  const wish = { id: newId(), partyId: creatorId, partyName: 'Lin', currency: 'CNY' as const }
  const payout = await run((tx) => closePayout(tx, wish))
  expect(payout.lines).toHaveLength(2 * sold.length)
  await audited()
  await payClosedPayouts(here.app)
  here.app.clock.advance({ hours: 24 * 9 })
  while ((await releaseDueEarnings(here.app)).more);
  await audited()
})
