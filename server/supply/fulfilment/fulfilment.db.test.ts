/** A parcel from the paid order to the buyer's door, and all the ways in which that may not go. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PaidOrder } from '#events/trade'
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct } from '#goods/listings'
import { balancesOf } from '#money/ledger'
import { all, inTransaction, systemActor, type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone, type Outcome } from '#platform/outcome'
import { advanceSandboxParcel, refillWaybills, sandboxSweep, takeTrack } from '#supply/logistics'
import { openSupplier, receiveStock } from '#supply/procurement'
import { allocateUnits, allocationCause, openWarehouse, releaseUnits } from '#supply/warehouse'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { followParcel } from './follow-parcel.ts'
import { handOverParcel } from './hand-over.ts'
import { dropParcels, mayCancel, openParcels } from './open-parcels.ts'
import { parcelIdOf } from './parcel.ts'
import { packParcel, pickParcel } from './pick-and-pack.ts'
import { costOfOrder, findParcel, labelOf, listParcels, parcelsOfOrders, pickListOf } from './views.ts'

let house: TestApp
const warehouseId = newId()
const supplierId = newId()
const tea = { id: newId(), barcode: '2000000000015', bin: 'B-01-2' }
const cup = { id: newId(), barcode: '2000000000022', bin: 'A-10-1' }
const tin = { id: newId(), barcode: '2000000000039', bin: 'A-02-11' }
const words = (text: string) => ({ en: text, zh: text })
const goods = { slug: 'tea-set', categoryCode: 'tea', title: words('Tea set'), subtitle: words(''), story: words('') }

const run = <Value, Code extends string>(use: (tx: Tx) => Promise<Outcome<Value, Code>>) =>
  inTransaction(house.app, systemActor, use)

beforeAll(async () => {
  house = await openTestApp()
  await refillWaybills(house.app)
  const productId = newId()
  await transact(house.app, async (tx) => {
    await openCategories(tx.db, [{ code: 'tea', name: { en: 'Tea', zh: '茶' } }])
    const skus = [tea, cup, tin].map(({ id, barcode }, index) => ({
      id,
      barcode,
      code: `T-${index}`,
      label: words(`Kind ${index}`),
      priceMinor: 5_000,
      listPriceMinor: null,
      costMinor: 2_000,
      weightGrams: 300,
    }))
    mustBeDone(await listProduct(tx, { ...goods, id: productId, currency: 'CNY', commissionBasisPoints: 1_000, skus }))
    mustBeDone(await setProductState(tx, { productId, state: 'on_sale' }))
    const place = { province: '浙江省', city: '杭州市', district: '萧山区', street: '集栖路118号' }
    const bins = [tea.bin, cup.bin, tin.bin]
    await openWarehouse(tx, {
      id: warehouseId,
      code: 'HGH',
      name: { en: 'Hangzhou', zh: '杭州仓' },
      ...place,
      serves: [],
      bins,
    })
    const terms = { city: '', contact: '', leadDays: 3, accountPeriodDays: 30, orderUnitsMin: 1 }
    await openSupplier(tx.db, { id: supplierId, code: 'S1', name: words('Hill tea'), ...terms })
  })
  for (const [index, { id: skuId, bin }] of [tea, cup, tin].entries()) {
    const unitCostMinor = 2_000 + index
    mustBeDone(
      await run((tx) =>
        receiveStock(tx, {
          id: newId(),
          supplierId,
          warehouseId,
          skuId,
          bin,
          units: 100,
          unitCostMinor,
          currency: 'CNY',
        }),
      ),
    )
  }
})
afterAll(() => house.close())

const shipTo = {
  recipient: '陈一诺',
  phone: '+8613900001234',
  province: '四川省',
  city: '成都市',
  district: '武侯区',
  street: '人民南路11号',
}

/** A paid order whose units are allocated, as the desk leaves it. */
async function paidOrder(lines: readonly { sku: { id: string }; units: number }[]): Promise<PaidOrder> {
  const orderId = newId()
  const now = house.app.clock.now()
  const order: PaidOrder = {
    orderId,
    batchId: null,
    number: `26${now.epochMilliseconds}`,
    buyerId: newId(),
    buyerName: 'Chen',
    channel: 'video',
    placedAt: now.toString(),
    payMinor: 5_000,
    currency: 'CNY',
    roomId: null,
    sessionId: null,
    creatorId: null,
    roomTitle: null,
    isDemo: false,
    shipTo,
    dispatchBy: now.add({ hours: 12 }).toString(),
    deliverBy: now.add({ hours: 40 }).toString(),
    lines: lines.map(({ sku, units }, index) => ({
      no: index + 1,
      skuId: sku.id,
      productId: newId(),
      units,
      payMinor: 5_000,
      warehouseId,
    })),
  }
  mustBeDone(await run((tx) => allocateUnits(tx, unitsOf(order))))
  return order
}

const goodsOf = (orders: readonly PaidOrder[]) =>
  Object.fromEntries(
    orders.flatMap(({ lines }) =>
      lines.map(({ skuId }) => [skuId, { title: words('Tea set'), label: words('Kind'), picture: 'p' }]),
    ),
  )

const unitsOf = (order: PaidOrder) =>
  order.lines.map(({ skuId, units, no }) => ({ skuId, warehouseId, units, cause: allocationCause(order.orderId, no) }))

const open = (...orders: PaidOrder[]) =>
  transact(house.app, (tx) => openParcels(tx, { name: 'orders.paid', orders, goods: goodsOf(orders) }, house.app))
const pick = (parcelId: string, barcode: string, units = 1) => run((tx) => pickParcel(tx, { parcelId, barcode, units }))
const pack = (parcelId: string) => run((tx) => packParcel(tx, { parcelId, weightGrams: 900 }))
const handOver = (parcelId: string) => run((tx) => handOverParcel(tx, { parcelId }))
const show = async (parcelId: string) => (await findParcel(house.app.database.db, parcelId, house.app.clock.now()))!

async function packedParcel(lines: Parameters<typeof paidOrder>[0] = [{ sku: tea, units: 1 }]) {
  const order = await paidOrder(lines)
  await open(order)
  const parcelId = parcelIdOf(order.orderId, warehouseId)
  for (const { sku, units } of lines as { sku: typeof tea; units: number }[])
    mustBeDone(await pick(parcelId, sku.barcode, units))
  mustBeDone(await pack(parcelId))
  return { order, parcelId }
}

/** Conservation: what the books say lies on the shelves is what the shelves say it is worth. */
async function booksAndShelves() {
  const { db } = house.app.database
  const books = await balancesOf(db, ['inventory', 'in_transit', `payable:supplier:${supplierId}`])
  const [shelves] = await all(db, sql<{ value: number }>`select sum(value_minor)::bigint as value from warehouse.stock`)
  return { books, shelves: shelves?.value }
}

test('an order becomes one parcel per warehouse, however often it is told', async () => {
  const order = await paidOrder([
    { sku: tea, units: 2 },
    { sku: cup, units: 1 },
  ])
  await open(order)
  await open(order, order)
  const parcels = await parcelsOfOrders(house.app.database.db, [order.orderId])
  expect(parcels.get(order.orderId)).toMatchObject([
    {
      state: 'to_pick',
      number: expect.stringMatching(/^P\d{6,}$/),
      orderNumber: order.number,
      lines: [{ skuId: tea.id, units: 2, pickedUnits: 0, bin: 'B-01-2', barcode: tea.barcode }, { skuId: cup.id }],
      late: false,
    },
  ])
})

test('the pick list follows the way through the bins, and shows what each parcel gets', async () => {
  const order = await paidOrder([
    { sku: tea, units: 1 },
    { sku: cup, units: 1 },
    { sku: tin, units: 3 },
    { sku: tin, units: 1 },
  ])
  await open(order)
  const list = await pickListOf(house.app.database.db, warehouseId)
  expect(list.lines.map(({ bin }) => bin)).toEqual(['A-02-11', 'A-10-1', 'B-01-2'])
  const mine = list.lines[0]?.parcels.find(({ id }) => id === parcelIdOf(order.orderId, warehouseId))
  expect(mine?.units).toBe(4)
})

test('a wrong barcode or a unit too many is refused and changes nothing', async () => {
  const order = await paidOrder([{ sku: tea, units: 2 }])
  await open(order)
  const parcelId = parcelIdOf(order.orderId, warehouseId)
  mustBeDone(await pick(parcelId, tea.barcode))
  const before = await show(parcelId)
  expect(await pick(parcelId, cup.barcode)).toMatchObject({ code: 'wrong_item' })
  expect(await pick(parcelId, tea.barcode, 2)).toMatchObject({ code: 'too_many_units', params: { units: 1 } })
  expect(await pack(parcelId)).toMatchObject({ code: 'parcel_not_picked' })
  expect(await handOver(parcelId)).toMatchObject({ code: 'parcel_not_packed' })
  expect(await pick(newId(), tea.barcode)).toMatchObject({ code: 'not_found' })
  expect(await show(parcelId)).toEqual(before)

  mustBeDone(await pick(parcelId, tea.barcode))
  expect(await show(parcelId)).toMatchObject({ state: 'picked', lines: [{ pickedUnits: 2 }] })
  expect(await pick(parcelId, tea.barcode)).toMatchObject({ code: 'parcel_not_pickable' })
})

test('a parcel gets one waybill, also when two pack it at once', async () => {
  const order = await paidOrder([{ sku: tea, units: 1 }])
  await open(order)
  const parcelId = parcelIdOf(order.orderId, warehouseId)
  mustBeDone(await pick(parcelId, tea.barcode))
  await Promise.all([pack(parcelId), pack(parcelId), pack(parcelId)])
  const taken = await all(
    house.app.database.db,
    sql<{ waybill: string }>`select waybill from logistics.waybills where parcel_id = ${parcelId}`,
  )
  expect(taken).toHaveLength(1)
  expect(await show(parcelId)).toMatchObject({ state: 'packed', waybill: taken[0]?.waybill, weightGrams: 900 })
})

test('twenty parcels that are packed at once get twenty numbers', async () => {
  const orders = await Promise.all(Array.from({ length: 20 }, () => paidOrder([{ sku: cup, units: 1 }])))
  await open(...orders)
  const ids = orders.map(({ orderId }) => parcelIdOf(orderId, warehouseId))
  await Promise.all(ids.map((id) => pick(id, cup.barcode)))
  for (const outcome of await Promise.all(ids.map(pack))) mustBeDone(outcome)
  const waybills = await Promise.all(ids.map(async (id) => (await show(id)).waybill))
  expect(new Set(waybills).size).toBe(20)
  expect(waybills.every((waybill) => /^HK\d{12}$/.test(waybill ?? ''))).toBe(true)
})

test('handing over takes the goods off the shelf and moves their cost to the road, once', async () => {
  const { order, parcelId } = await packedParcel([
    { sku: tea, units: 2 },
    { sku: cup, units: 1 },
  ])
  const { db } = house.app.database
  const before = await booksAndShelves()
  expect(await costOfOrder(db, order.orderId)).toBe(0)
  await Promise.all([handOver(parcelId), handOver(parcelId)])
  mustBeDone(await handOver(parcelId))

  const cost = 2 * 2_000 + 2_001
  expect(await costOfOrder(db, order.orderId)).toBe(cost)
  const after = await booksAndShelves()
  expect(after.shelves).toBe((before.shelves ?? 0) - cost)
  expect(after.books.get('inventory')).toBe((before.books.get('inventory') ?? 0) - cost)
  expect(after.books.get('in_transit')).toBe((before.books.get('in_transit') ?? 0) + cost)
  expect(after.books.get('inventory')).toBe(after.shelves)
  expect(after.books.get(`payable:supplier:${supplierId}`)).toBe(-100 * (2_000 + 2_001 + 2_002))
  expect(await show(parcelId)).toMatchObject({
    state: 'handed_over',
    tracks: [{ state: 'packed' }, { state: 'handed_over' }],
  })
})

test('the carrier scans by the platform clock, and the last word is delivered', async () => {
  const { parcelId } = await packedParcel()
  mustBeDone(await handOver(parcelId))
  const sweep = sandboxSweep({ delayMs: 0, repeats: true, reorders: true })
  const states = []
  for (const hours of [1, 1.1, 4, 14, 6, 50]) {
    house.app.clock.advance({ minutes: hours * 60 })
    await sweep.sweep(house.app)
    states.push((await show(parcelId)).state)
  }
  expect(states).toEqual(['handed_over', 'collected', 'in_transit', 'out_for_delivery', 'delivered', 'delivered'])
  const parcel = await show(parcelId)
  expect(parcel.tracks.map(({ state }) => state)).toEqual([
    'packed',
    'handed_over',
    'collected',
    'in_transit',
    'out_for_delivery',
    'delivered',
  ])
  expect(parcel.tracks[3]?.sentence).toEqual({
    en: 'The parcel has left the Hangzhou hub for 成都市武侯区.',
    zh: '包裹已离开杭州转运中心，正发往成都市武侯区。',
  })
})

test('the note of the state follows the carrier, whatever order the events come in', async () => {
  const { order, parcelId } = await packedParcel()
  mustBeDone(await handOver(parcelId))
  house.app.clock.advance({ hours: 7 })
  await sandboxSweep().sweep(house.app)
  const moved = {
    name: 'parcel.moved',
    parcelId,
    orderId: order.orderId,
    buyerId: order.buyerId,
    place: '',
    sentence: words(''),
    at: '',
  } as const
  const states = async () =>
    all(house.app.database.db, sql`select state, turn from fulfilment.parcels where id = ${parcelId}`)
  await transact(house.app, (tx) => followParcel(tx, { ...moved, state: 'in_transit' }))
  await transact(house.app, (tx) => followParcel(tx, { ...moved, state: 'collected' }))
  expect(await states()).toEqual([{ state: 'in_transit', turn: 1 }])
})

test('an operator may call the next scan, until the parcel is at rest', async () => {
  const { parcelId } = await packedParcel()
  const scan = () => run((tx) => advanceSandboxParcel(house.app, tx, parcelId))
  expect(await scan()).toMatchObject({ code: 'parcel_at_rest' })
  mustBeDone(await handOver(parcelId))
  for (const state of ['collected', 'in_transit', 'out_for_delivery', 'delivered']) {
    mustBeDone(await scan())
    expect((await show(parcelId)).state).toBe(state)
  }
  expect(await scan()).toMatchObject({ code: 'parcel_at_rest' })
  expect(
    await run((tx) => advanceSandboxParcel({ config: { ...house.app.config, mode: 'live' } }, tx, parcelId)),
  ).toMatchObject({
    code: 'not_in_sandbox',
  })
  // The sweep later finds nothing left to say.
  house.app.clock.advance({ hours: 100 })
  await sandboxSweep().sweep(house.app)
  expect((await show(parcelId)).tracks).toHaveLength(6)
})

test('a track of a waybill that nobody has is refused', async () => {
  const track = {
    state: 'collected' as const,
    carrierEventId: 'x',
    at: house.app.clock.now(),
    place: '',
    sentence: words(''),
  }
  expect(await run((tx) => takeTrack(tx, { ...track, waybill: 'HK000000000000' }))).toMatchObject({ code: 'not_found' })
})

test('an order can be cancelled until it is packed, and what was cancelled is not sent', async () => {
  const order = await paidOrder([{ sku: tin, units: 1 }])
  await open(order)
  const parcelId = parcelIdOf(order.orderId, warehouseId)
  mustBeDone(await pick(parcelId, tin.barcode))
  expect(await transact(house.app, (tx) => mayCancel(tx, order.orderId))).toBe(true)
  // Cancelled, but the news is still on its way when somebody packs the box.
  await transact(house.app, (tx) => releaseUnits(tx, unitsOf(order)))
  mustBeDone(await pack(parcelId))
  expect(await transact(house.app, (tx) => mayCancel(tx, order.orderId))).toBe(false)
  expect(await handOver(parcelId)).toMatchObject({ code: 'parcel_not_packed' })
  await transact(house.app, (tx) =>
    dropParcels(tx, { name: 'order.cancelled', order, goods: goodsOf([order]) }, house.app),
  )
  expect(await show(parcelId)).toMatchObject({ state: 'cancelled' })
  expect(
    await labelOf(house.app.database.db, { parcelId, timeZone: 'Asia/Shanghai', now: house.app.clock.now() }),
  ).toMatchObject({
    code: 'parcel_not_packed',
  })
})

test('news of a cancellation that comes before the news of the payment leaves nothing to pick', async () => {
  const order = await paidOrder([{ sku: tin, units: 1 }])
  await transact(house.app, (tx) =>
    dropParcels(tx, { name: 'order.cancelled', order, goods: goodsOf([order]) }, house.app),
  )
  await open(order)
  expect((await parcelsOfOrders(house.app.database.db, [order.orderId])).get(order.orderId)).toMatchObject([
    { state: 'cancelled' },
  ])
})

test('parcels come page by page, late ones first, each once', async () => {
  const { db } = house.app.database
  const late = await paidOrder([{ sku: cup, units: 1 }])
  await open({ ...late, dispatchBy: house.app.clock.now().subtract({ hours: 999 }).toString() })
  const all_: string[] = []
  let cursor: string | undefined
  do {
    const page = await listParcels(
      db,
      { cursor, limit: 7, warehouseId, state: undefined, words: undefined },
      house.app.clock.now(),
    )
    all_.push(...page.items.map(({ id }) => id))
    if (cursor === undefined) expect(page.items[0]).toMatchObject({ orderId: late.orderId, late: true })
    cursor = page.next ?? undefined
  } while (cursor)
  const [count] = await all(db, sql<{ n: number }>`select count(*) as n from fulfilment.parcels`)
  expect(all_.length).toBe(count?.n)
  expect(new Set(all_).size).toBe(all_.length)
  const found = await listParcels(
    db,
    { cursor: 'x~%~y', limit: 9, warehouseId: undefined, state: undefined, words: late.number },
    house.app.clock.now(),
  )
  expect(found.items.map(({ orderId }) => orderId)).toContain(late.orderId)
})

test('a receipt counts once, and its id belongs to it', async () => {
  const receipt = {
    id: newId(),
    supplierId,
    warehouseId,
    skuId: tin.id,
    bin: tin.bin,
    units: 5,
    unitCostMinor: 100,
    currency: 'CNY',
  } as const
  const first = mustBeDone(await run((tx) => receiveStock(tx, receipt)))
  expect(mustBeDone(await run((tx) => receiveStock(tx, receipt)))).toEqual(first)
  expect(first.payableMinor).toBe(500)
  expect(await run((tx) => receiveStock(tx, { ...receipt, units: 6 }))).toMatchObject({ code: 'receipt_id_reused' })
  for (const missing of [{ supplierId: newId() }, { skuId: newId() }, { bin: 'Z-99-9' }]) {
    expect(await run((tx) => receiveStock(tx, { ...receipt, id: newId(), ...missing }))).toMatchObject({
      code: 'not_found',
    })
  }
  const { books, shelves } = await booksAndShelves()
  expect(books.get('inventory')).toBe(shelves)
})
