/** What is sold, found and shown; and that history stays as it was. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PaidOrder } from '#events/trade'
import { categoriesOf, findSkuIds, openCategories, productsOf, setPictures, setProductState } from '#goods/catalog'
import { inTransaction, systemActor, type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone, type Outcome } from '#platform/outcome'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { type ListProduct, listProduct, setCommissionRate } from './list-product.ts'
import { listEverything, listOnSale, loadOffers, offersOfProducts } from './load-offers.ts'
import { platformSellerId } from './offer.ts'
import { setPrice } from './set-price.ts'
import { showSalesOnListings, showStockOnListings, uncountSaleOnListings } from './show-stock.ts'

let house: TestApp
beforeAll(async () => {
  house = await openTestApp()
  await transact(house.app, (tx) =>
    openCategories(tx.db, [
      { code: 'tea', name: { en: 'Tea', zh: '茶' } },
      { code: 'shoes', name: { en: 'Shoes', zh: '鞋' } },
    ]),
  )
})
afterAll(() => house.close())

const run = <Value, Code extends string>(use: (tx: Tx) => Promise<Outcome<Value, Code>>) =>
  inTransaction(house.app, systemActor, use)
const db = () => house.app.database.db

let barcodes = 2_000_000_000_000
function wishOf(more: Partial<ListProduct> & { prices?: number[] } = {}): ListProduct {
  const { prices = [5_000, 9_000], ...rest } = more
  const id = newId()
  return {
    id,
    slug: `p-${id}`,
    categoryCode: 'tea',
    title: { en: 'Mist Tea', zh: '云雾绿茶' },
    subtitle: { en: 'Spring', zh: '春茶' },
    story: { en: 'From a hill.', zh: '来自山里。' },
    currency: 'CNY',
    commissionBasisPoints: 1_000,
    skus: prices.map((priceMinor, index) => ({
      id: newId(),
      code: `${id.slice(-12)}-${index}`,
      label: { en: `Kind ${index}`, zh: `款式${index}` },
      priceMinor,
      listPriceMinor: index === 0 ? priceMinor + 1_000 : null,
      costMinor: 1_000,
      weightGrams: 250,
      barcode: String(barcodes++),
    })),
    ...rest,
  }
}

async function onSale(more: Parameters<typeof wishOf>[0] = {}) {
  const wish = wishOf(more)
  mustBeDone(await run((tx) => listProduct(tx, wish)))
  mustBeDone(await run((tx) => setProductState(tx, { productId: wish.id, state: 'on_sale' })))
  return wish
}
const now = () => house.app.clock.now()
const offerOf = async (id: string) => (await offersOfProducts(db(), [id], { now: now() })).get(id)!

test('three options and sixty SKUs: created, found, sold, and always in the same order', async () => {
  const options = [3, 4, 5].map((count, no) => ({
    name: { en: `Option ${no}`, zh: `选项${no}` },
    values: Array.from({ length: count }, (_, value) => ({ en: `Value ${value}`, zh: `值${value}` })),
  }))
  const template = wishOf({ prices: Array.from({ length: 60 }, (_, index) => 1_000 + ((index * 37) % 60)) })
  const skus = template.skus.map((sku, index) => ({ ...sku, choices: [index % 3, index % 4, index % 5] }))
  const wish = { ...template, skus, options }
  mustBeDone(await run((tx) => listProduct(tx, wish)))
  for (let times = 0; times < 3; times++) {
    const product = (await productsOf(db(), [wish.id])).get(wish.id)
    expect(product?.skus.map(({ id, choices }) => [id, choices])).toEqual(skus.map(({ id, choices }) => [id, choices]))
    expect(product?.options).toEqual(options)
    await run((tx) => setPictures(tx, { productId: wish.id, pictures: ['a.webp', 'b.webp'] }))
  }
  expect(await offerOf(wish.id)).toMatchObject({ priceMinor: 1_000, priceToMinor: 1_059, picture: 'a.webp' })
})

test('a draft has offers that are not on sale, and is on no page', async () => {
  const wish = wishOf({ title: { en: 'Secret draft', zh: '秘密' } })
  mustBeDone(await run((tx) => listProduct(tx, wish)))
  const skuId = wish.skus[0]!.id
  expect((await loadOffers(db(), [skuId], { channel: 'video', now: now() })).get(skuId)?.onSale).toBe(false)
  expect((await listOnSale(db(), { now: now(), limit: 100, q: 'secret' })).items).toEqual([])
  expect((await listEverything(db(), { now: now(), limit: 100, q: 'secret' })).items).toHaveLength(1)

  mustBeDone(await run((tx) => setProductState(tx, { productId: wish.id, state: 'on_sale' })))
  const offer = (await loadOffers(db(), [skuId, newId()], { channel: 'video', now: now() })).get(skuId)
  expect(offer).toEqual({
    skuId,
    productId: wish.id,
    title: wish.title,
    label: wish.skus[0]!.label,
    picture: 'products/no-picture.webp',
    priceMinor: 5_000,
    listPriceMinor: 6_000,
    timed: [],
    limit: null,
    currency: 'CNY',
    onSale: true,
    sellerId: platformSellerId,
    sellerName: { en: 'Hawker Select', zh: '海客自营' },
    stockOwner: 'platform',
    commissionBasisPoints: 1_000,
    weightGrams: 250,
  })
  mustBeDone(await run((tx) => setProductState(tx, { productId: wish.id, state: 'off_sale' })))
  expect((await loadOffers(db(), [skuId], { channel: 'video', now: now() })).get(skuId)?.onSale).toBe(false)
  expect(await run((tx) => setProductState(tx, { productId: newId(), state: 'on_sale' }))).toMatchObject({
    code: 'not_found',
  })
})

test('words find titles in both languages; signs of patterns have no power', async () => {
  const tea = await onSale({ title: { en: 'Cliff Oolong', zh: '岩韵乌龙茶' } })
  const sale = await onSale({ title: { en: '100% Cotton_Sock', zh: '纯棉袜' }, categoryCode: 'shoes' })
  const found = async (q: string, category?: string) =>
    (await listOnSale(db(), { now: now(), limit: 100, q, category })).items.map(({ productId }) => productId)
  expect(await found('oolong')).toEqual([tea.id])
  expect(await found('乌龙')).toEqual([tea.id])
  expect(await found('茶乌')).toEqual([])
  expect(await found('100%')).toEqual([sale.id])
  expect(await found('%')).toEqual([sale.id])
  expect(await found('n_s')).toEqual([sale.id])
  expect(await found('cotton', 'tea')).toEqual([])
  expect(await findSkuIds(db(), tea.skus[1]!.code)).toEqual([tea.skus[1]!.id])
  expect(await findSkuIds(db(), tea.skus[0]!.barcode)).toEqual([tea.skus[0]!.id])
})

test('pages have every product once, newest first, also when one is added meanwhile', async () => {
  const wanted = []
  for (let index = 0; index < 7; index++)
    wanted.unshift((await onSale({ title: { en: `Paged ${index}`, zh: '页' } })).id)
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await listOnSale(db(), { now: now(), limit: 3, q: 'paged', after })
    seen.push(...page.items.map(({ productId }) => productId))
    if (after === undefined) await onSale({ title: { en: 'Paged later', zh: '页' } })
    after = page.next ?? undefined
  } while (after)
  expect(seen).toEqual(wanted)
  for (const nonsense of ['', 'x', '1~2', '9999999999999~00000000-0000-0000-0000-000000000000', "'; drop table x"]) {
    expect((await listOnSale(db(), { now: now(), limit: 1, after: nonsense })).items).toHaveLength(1)
  }
})

test('a price holds from now on in its channel, and the old ones stay', async () => {
  const wish = await onSale()
  const skuId = wish.skus[0]!.id
  const price = async (channel: string) =>
    (await loadOffers(db(), [skuId], { channel, now: now() })).get(skuId)?.priceMinor
  const set = (priceMinor: number, more: { channel?: string; listPriceMinor?: number } = {}) =>
    run((tx) => setPrice(tx, { skuId, priceMinor, listPriceMinor: null, currency: 'CNY', ...more }))
  mustBeDone(await set(4_500))
  mustBeDone(await set(4_000, { channel: 'video' }))
  mustBeDone(await set(4_800))
  expect([await price('video'), await price('shop')]).toEqual([4_000, 4_800])
  expect(await set(4_000, { listPriceMinor: 3_999 })).toMatchObject({ code: 'list_price_below_price' })
  expect(
    await run((tx) => setPrice(tx, { skuId: newId(), priceMinor: 1, listPriceMinor: null, currency: 'CNY' })),
  ).toMatchObject({
    code: 'not_found',
  })
  const history = await sql<{
    price: number
  }>`select price_minor as price from listings.prices where sku_id = ${skuId} order by id`.execute(db())
  expect(history.rows.map((row) => row.price)).toEqual([5_000, 4_500, 4_000, 4_800])
  await expect(sql`update listings.prices set price_minor = 1 where sku_id = ${skuId}`.execute(db())).rejects.toThrow(
    'never change',
  )
  await expect(sql`delete from listings.commission_rates where product_id = ${wish.id}`.execute(db())).rejects.toThrow(
    'never change',
  )

  mustBeDone(await run((tx) => setCommissionRate(tx, { productId: wish.id, basisPoints: 1_500 })))
  expect((await offerOf(wish.id)).commissionBasisPoints).toBe(1_500)
})

test('stock is shown as the warehouse last said, in whatever order it is heard', async () => {
  const wish = await onSale()
  const [one, two] = wish.skus.map(({ id }) => id) as [string, string]
  const hear = (...stocks: { skuId: string; unitsLeft: number; version: number }[]) =>
    transact(house.app, (tx) => showStockOnListings(tx, { name: 'stock.changed', stocks }))
  expect((await offerOf(wish.id)).soldOut).toBe(true)
  await hear({ skuId: one, unitsLeft: 5, version: 3 }, { skuId: two, unitsLeft: 2, version: 1 })
  await hear({ skuId: one, unitsLeft: 9, version: 2 })
  expect(await offerOf(wish.id)).toMatchObject({
    unitsLeft: 7,
    soldOut: false,
    skus: [{ unitsLeft: 5 }, { unitsLeft: 2 }],
  })
  await hear({ skuId: one, unitsLeft: 0, version: 5 }, { skuId: two, unitsLeft: 0, version: 2 })
  await hear({ skuId: one, unitsLeft: 5, version: 4 })
  expect((await offerOf(wish.id)).soldOut).toBe(true)
})

test('units sold count what was paid and not cancelled', async () => {
  const wish = await onSale()
  const line = { productId: wish.id, units: 3 } as PaidOrder['lines'][number]
  const order = { lines: [line, { ...line, units: 1 }] } as PaidOrder
  await transact(house.app, (tx) => showSalesOnListings(tx, { name: 'orders.paid', orders: [order, order], goods: {} }))
  await transact(house.app, (tx) => uncountSaleOnListings(tx, { name: 'order.cancelled', order, goods: {} }))
  expect((await offerOf(wish.id)).unitsSold).toBe(4)
})

test('what is taken is refused without a trace; the same product again is the same', async () => {
  const wish = await onSale()
  const again = (more: Partial<ListProduct>) => run((tx) => listProduct(tx, { ...wishOf(), ...more }))
  expect(await again({ slug: wish.slug })).toMatchObject({ code: 'slug_taken' })
  expect(await again({ skus: wish.skus })).toMatchObject({ code: 'sku_code_taken' })
  expect(await again({ categoryCode: 'nothing' })).toMatchObject({ code: 'not_found' })
  const [sku] = wishOf().skus
  expect(await again({ skus: [sku!, sku!] })).toMatchObject({ code: 'sku_code_taken' })
  expect(mustBeDone(await run((tx) => listProduct(tx, wish))).productId).toBe(wish.id)
  expect((await sql`select from listings.prices where sku_id = ${wish.skus[0]!.id}`.execute(db())).rows).toHaveLength(1)
})

test('two who create the same slug at once: one is refused, not broken', async () => {
  const slug = `race-${newId()}`
  const answers = await Promise.all([0, 1, 2].map(() => run((tx) => listProduct(tx, { ...wishOf(), slug }))))
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  expect(answers.filter((answer) => !answer.ok && answer.code === 'slug_taken')).toHaveLength(2)
})

test('categories say how many products are on sale', async () => {
  const before = (await categoriesOf(db())).find(({ code }) => code === 'shoes')!.products
  await onSale({ categoryCode: 'shoes' })
  mustBeDone(await run((tx) => listProduct(tx, wishOf({ categoryCode: 'shoes' }))))
  expect((await categoriesOf(db())).find(({ code }) => code === 'shoes')!.products).toBe(before + 1)
})
