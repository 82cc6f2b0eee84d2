/** The same through HTTP: what leaves fits the contract, and every "no" has its status. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catalogRoutes, openCategories } from '#goods/catalog'
import { listingsRoutes } from '#goods/listings'
import { all, inTransaction, systemActor, transact } from '#platform/database'
import { buildHttp, type HttpServer } from '#platform/http'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { openSupplier, procurementRoutes } from '#supply/procurement'
import { allocateUnits, allocationCause, openWarehouse, warehouseRoutes } from '#supply/warehouse'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { openParcels } from './open-parcels.ts'
import { parcelIdOf } from './parcel.ts'
import { fulfilmentRoutes } from './routes.ts'

let house: TestApp
let http: HttpServer
const personId = newId()
const [warehouseId, supplierId, productId, skuId] = [newId(), newId(), newId(), newId()]
const text = { en: 'Tea', zh: '茶' }
const barcode = '2000000000015'

beforeAll(async () => {
  house = await openTestApp()
  const { app } = house
  http = await buildHttp(app, {
    authenticate: async (headers) =>
      headers.cookie === 'in' ? { personId, roles: ['warehouse', 'operations', 'creator', 'finance'] } : null,
    routes: [
      ...catalogRoutes(app),
      ...listingsRoutes(app),
      ...warehouseRoutes(app),
      ...procurementRoutes(app),
      ...fulfilmentRoutes(app),
    ],
  })
  await transact(app, async (tx) => {
    await openCategories(tx.db, [{ code: 'tea', name: text }])
    const place = { province: '浙江省', city: '杭州市', district: '萧山区', street: '1', serves: [], bins: ['A-01-1'] }
    await openWarehouse(tx, { id: warehouseId, code: 'HGH', name: text, ...place })
    const terms = { city: '', contact: '', leadDays: 3, accountPeriodDays: 30, orderUnitsMin: 1 }
    await openSupplier(tx.db, { id: supplierId, code: 'S1', name: text, ...terms })
  })
})
afterAll(async () => {
  await http.close()
  await house.close()
})

async function call(method: 'GET' | 'POST' | 'PUT', url: string, body?: object) {
  const reply = await http.inject({
    method,
    url: `/api/v1${url}`,
    headers: { cookie: 'in', 'idempotency-key': newId() },
    ...(body === undefined ? {} : { payload: body }),
  })
  const isJson = String(reply.headers['content-type']).includes('json')
  return {
    status: reply.statusCode,
    body: isJson ? reply.json() : null,
    bytes: reply.rawPayload,
    headers: reply.headers,
  }
}

test('a product is created, stocked, listed and found', async () => {
  const sku = {
    id: skuId,
    code: 'TEA-1',
    label: text,
    priceMinor: 5_000,
    listPriceMinor: 6_000,
    costMinor: 900,
    weightGrams: 250,
    barcode,
  }
  const product = {
    id: productId,
    slug: 'tea',
    categoryCode: 'tea',
    title: text,
    subtitle: text,
    story: text,
    commissionBasisPoints: 1_000,
    skus: [sku],
  }
  expect(await call('POST', '/products', product)).toMatchObject({
    status: 201,
    body: { product: { skus: [{ code: 'TEA-1', currency: 'CNY' }] } },
  })
  expect(await call('POST', '/products', { ...product, id: newId() })).toMatchObject({
    status: 409,
    body: { code: 'slug_taken' },
  })
  expect(await call('GET', `/products/${productId}`)).toMatchObject({ status: 404 })
  expect(await call('PUT', `/products/${productId}/state`, { state: 'on_sale' })).toMatchObject({
    status: 200,
    body: { state: 'on_sale' },
  })
  const receipt = { id: newId(), supplierId, warehouseId, skuId, bin: 'A-01-1', units: 20, unitCostMinor: 900 }
  expect(await call('POST', '/receipts', receipt)).toMatchObject({
    status: 201,
    body: { onHand: 20, available: 20, payableMinor: 18_000 },
  })
  expect(await call('POST', '/receipts', { ...receipt, units: 21 })).toMatchObject({
    status: 409,
    body: { code: 'receipt_id_reused' },
  })

  expect(await call('GET', `/products/${productId}`)).toMatchObject({
    status: 200,
    body: { product: { id: productId, sellerName: { zh: '海客自营' } } },
  })
  expect(await call('GET', `/products?q=${encodeURIComponent('茶')}&limit=5`)).toMatchObject({
    body: { items: [{ id: productId }], next: null },
  })
  expect(await call('GET', '/alliance/products')).toMatchObject({ body: { items: [{ commissionBasisPoints: 1_000 }] } })
  expect(await call('GET', '/catalog')).toMatchObject({ body: { items: [{ state: 'on_sale', skus: 1 }] } })
  expect(await call('GET', '/categories')).toMatchObject({ body: { categories: [{ code: 'tea', products: 1 }] } })
  expect(await call('POST', `/skus/${skuId}/prices`, { priceMinor: 4_000, listPriceMinor: 3_000 })).toMatchObject({
    status: 422,
  })
  expect(await call('POST', `/skus/${skuId}/prices`, { priceMinor: 4_000, listPriceMinor: null })).toMatchObject({
    status: 201,
    body: { sku: { priceMinor: 4_000, listPriceMinor: null } },
  })
})

test('the warehouse sees its stock, and a count corrects it with a reason', async () => {
  expect(await call('GET', '/suppliers')).toMatchObject({ body: { items: [{ code: 'S1' }] } })
  expect(await call('GET', '/warehouses')).toMatchObject({ body: { warehouses: [{ code: 'HGH', city: '杭州市' }] } })
  const adjustment = { id: newId(), skuId, warehouseId, units: -2, reason: 'crushed by a fork lift' }
  for (let times = 0; times < 2; times++) {
    expect(await call('POST', '/stock-adjustments', adjustment)).toMatchObject({
      status: 201,
      body: { onHand: 18, available: 18 },
    })
  }
  expect(await call('POST', '/stock-adjustments', { ...adjustment, id: newId(), units: -19 })).toMatchObject({
    status: 409,
    body: { code: 'below_allocated' },
  })
  expect(await call('POST', '/stock-adjustments', { ...adjustment, id: newId(), warehouseId: newId() })).toMatchObject({
    status: 404,
  })
  expect(await call('GET', `/stock?q=TEA`)).toMatchObject({
    body: { items: [{ skuCode: 'TEA-1', bin: 'A-01-1', onHand: 18, available: 18, warehouseCode: 'HGH' }], next: null },
  })
  expect(await call('GET', '/stock?q=nothing')).toMatchObject({ body: { items: [] } })
  const first = await call('GET', `/skus/${skuId}/movements?limit=1`)
  expect(first.body).toMatchObject({
    items: [{ kind: 'adjusted', units: -2, cause: `adjustment:${adjustment.id}: crushed by a fork lift` }],
  })
  expect(await call('GET', `/skus/${skuId}/movements?cursor=${first.body.next}`)).toMatchObject({
    body: { items: [{ kind: 'received' }], next: null },
  })
})

test('a parcel walks from the pick list to the door', async () => {
  const orderId = newId()
  const now = house.app.clock.now()
  const shipTo = {
    recipient: '陈一诺',
    phone: '13900001234',
    province: '上海市',
    city: '上海市',
    district: '静安区',
    street: '1',
  }
  const line = {
    no: 1,
    skuId,
    productId,
    units: 2,
    payMinor: 8_000,
    warehouseId,
  }
  mustBeDone(
    await inTransaction(house.app, systemActor, async (tx) => {
      const allocated = await allocateUnits(tx, [{ skuId, warehouseId, units: 2, cause: allocationCause(orderId, 1) }])
      await openParcels(
        tx,
        {
          name: 'orders.paid',
          goods: { [skuId]: { title: text, label: text, picture: 'p' } },
          orders: [
            {
              orderId,
              batchId: null,
              number: '26110001',
              buyerId: newId(),
              buyerName: '',
              channel: 'video',
              placedAt: now.toString(),
              payMinor: 8_000,
              currency: 'CNY',
              roomId: null,
              sessionId: null,
              creatorId: null,
              roomTitle: null,
              isDemo: false,
              shipTo,
              dispatchBy: now.add({ hours: 9 }).toString(),
              deliverBy: now.add({ hours: 40 }).toString(),
              lines: [line],
            },
          ],
        },
        house.app,
      )
      return allocated
    }),
  )
  const id = parcelIdOf(orderId, warehouseId)
  expect(await call('GET', `/pick-list?warehouseId=${warehouseId}`)).toMatchObject({
    body: { parcels: 1, lines: [{ bin: 'A-01-1', units: 2, parcels: [{ id }] }] },
  })
  expect(await call('GET', `/parcels/${id}/label.pdf`)).toMatchObject({
    status: 409,
    body: { code: 'parcel_not_packed' },
  })
  expect(await call('POST', `/parcels/${id}/picks`, { barcode: '2000000000022' })).toMatchObject({
    status: 422,
    body: { code: 'wrong_item' },
  })
  expect(await call('POST', `/parcels/${id}/picks`, { barcode })).toMatchObject({
    status: 200,
    body: { parcel: { state: 'to_pick' } },
  })
  expect(await call('POST', `/parcels/${id}/picks`, { barcode })).toMatchObject({
    status: 200,
    body: { parcel: { state: 'picked' } },
  })
  const packed = await call('POST', `/parcels/${id}/packings`, { weightGrams: 700 })
  expect(packed).toMatchObject({ status: 200, body: { parcel: { state: 'packed', carrier: 'sandbox' } } })
  const label = await call('GET', `/parcels/${id}/label.pdf`)
  expect(label).toMatchObject({ status: 200, headers: { 'content-type': 'application/pdf' } })
  expect(label.bytes.subarray(0, 5).toString()).toBe('%PDF-')
  expect(await call('POST', `/parcels/${id}/hand-overs`)).toMatchObject({
    status: 200,
    body: { parcel: { state: 'handed_over' } },
  })
  for (const state of ['collected', 'in_transit', 'out_for_delivery', 'delivered']) {
    expect(await call('POST', `/sandbox/parcels/${id}/scans`)).toMatchObject({
      status: 200,
      body: { parcel: { state, late: false } },
    })
  }
  expect(await call('POST', `/sandbox/parcels/${id}/scans`)).toMatchObject({
    status: 409,
    body: { code: 'parcel_at_rest' },
  })
  expect(await call('GET', `/parcels/${id}`)).toMatchObject({
    body: { parcel: { number: expect.any(String), tracks: { length: 6 } } },
  })
  expect(await call('GET', `/parcels?q=${packed.body.parcel.waybill}&state=handed_over`)).toMatchObject({
    body: { items: [{ id }] },
  })
  for (const path of [`/parcels/${newId()}`, `/parcels/${newId()}/label.pdf`, '/parcels/nonsense']) {
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  expect(await call('POST', `/sandbox/parcels/${newId()}/scans`)).toMatchObject({ status: 404 })
})

test('the inventory account is worth what lies on the shelves', async () => {
  const [row] = await all(
    house.app.database.db,
    sql<{ books: number; shelves: number }>`select
      (select sum(amount_minor)::bigint from ledger.postings where account = 'inventory') as books,
      (select sum(value_minor)::bigint from warehouse.stock) as shelves`,
  )
  expect(row?.books).toBe(16 * 900)
  expect(row?.shelves).toBe(row?.books)
})
