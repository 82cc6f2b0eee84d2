/** Goods for journeys: one warehouse, one supplier, products with stock, made as an operator would. */
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct } from '#goods/listings'
import { transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { openSupplier } from '#supply/procurement'
import { openWarehouse, receiveConsigned } from '#supply/warehouse'
import type { Client, World } from './world.ts'

export interface Shop {
  supplierId: string
  warehouseId: string
  /** Puts a product with one SKU on sale, with units in stock. */
  sell(of: {
    units: number
    priceMinor?: number
    costMinor?: number
    commissionBasisPoints?: number
  }): Promise<{ productId: string; skuId: string; barcode: string }>
}

let barcodes = 200_000_000_000

export async function openShop(world: World, operator: Client): Promise<Shop> {
  const supplierId = newId()
  const warehouseId = newId()
  await transact(world.server.app, async (tx) => {
    await openCategories(tx.db, [{ code: 'tea', name: { en: 'Tea', zh: '茶' } }])
    await openSupplier(tx.db, {
      id: supplierId,
      code: `S${supplierId.slice(-6)}`,
      name: { en: 'Cloud Terrace', zh: '云台茶厂' },
      city: '杭州市',
      contact: '王师傅',
      leadDays: 3,
      accountPeriodDays: 30,
      orderUnitsMin: 1,
    })
    await openWarehouse(tx, {
      id: warehouseId,
      code: `W${warehouseId.slice(-6)}`,
      name: { en: 'Hangzhou', zh: '杭州仓' },
      province: '浙江省',
      city: '杭州市',
      district: '萧山区',
      street: '集栖路118号',
      serves: ['上海市'],
      bins: ['A-01-1', 'A-01-2'],
    })
  })
  return {
    supplierId,
    warehouseId,
    async sell({ units, priceMinor = 19_900, costMinor = 9_000, commissionBasisPoints = 1_000 }) {
      const productId = newId()
      const skuId = newId()
      const barcode = eanOf(String(barcodes++))
      const created = await operator.post('/api/v1/products', {
        id: productId,
        slug: `tea-${productId}`,
        categoryCode: 'tea',
        title: { en: 'Spring tea', zh: '明前龙井' },
        subtitle: { en: 'Picked before Qingming', zh: '清明前采摘' },
        story: { en: 'From one garden.', zh: '一片茶园。' },
        commissionBasisPoints,
        skus: [
          {
            id: skuId,
            code: `T${skuId.slice(-8)}`,
            label: { en: '100 g', zh: '100克' },
            priceMinor,
            listPriceMinor: null,
            costMinor,
            weightGrams: 150,
            barcode,
          },
        ],
      })
      if (created.status !== 201) throw new Error(`product: ${created.status} ${JSON.stringify(created.body)}`)
      const onSale = await operator.put(`/api/v1/products/${productId}/state`, { state: 'on_sale' })
      if (onSale.status !== 200) throw new Error(`on sale: ${onSale.status} ${JSON.stringify(onSale.body)}`)
      const received = await operator.post('/api/v1/receipts', {
        id: newId(),
        supplierId,
        warehouseId,
        skuId,
        bin: 'A-01-1',
        units,
        unitCostMinor: costMinor,
      })
      if (received.status !== 201) throw new Error(`receipt: ${received.status} ${JSON.stringify(received.body)}`)
      await world.server.outbox.drained()
      return { productId, skuId, barcode }
    },
  }
}

/** A product of somebody else than the operator, of 100.00, whose units lie up here and stay his. */
export async function sellConsigned(
  world: World,
  of: {
    sellerId: string
    sellerName: { en: string; zh: string }
    warehouseId: string
    units?: number
    priceMinor?: number
    commissionBasisPoints?: number
    categoryCode?: string
  },
): Promise<{ productId: string; skuId: string; barcode: string }> {
  const [skuId, productId, barcode] = [newId(), newId(), eanOf(String(barcodes++))]
  await transact(world.server.app, async (tx) => {
    const words = { en: 'Cup', zh: '杯子' }
    mustBeDone(
      await listProduct(tx, {
        ...{ id: productId, slug: `cup-${productId}`, categoryCode: of.categoryCode ?? 'tea', currency: 'CNY' },
        ...{ title: words, subtitle: words, story: words, stockOwner: 'brand' },
        ...{ commissionBasisPoints: of.commissionBasisPoints ?? 1_500 },
        ...{ sellerId: of.sellerId, sellerName: of.sellerName },
        skus: [
          {
            ...{ id: skuId, code: `C${skuId.slice(-8)}`, label: words, choices: [] },
            ...{
              priceMinor: of.priceMinor ?? 10_000,
              listPriceMinor: null,
              costMinor: 4_000,
              weightGrams: 300,
              barcode,
            },
          },
        ],
      }),
    )
    mustBeDone(await setProductState(tx, { productId, state: 'on_sale' }))
    const owner = { kind: 'brand', id: of.sellerId } as const
    const shelf = { warehouseId: of.warehouseId, bin: 'A-01-1', skuId, currency: 'CNY' }
    mustBeDone(await receiveConsigned(tx, { id: newId(), owner, units: of.units ?? 20, ...shelf }))
  })
  await world.server.outbox.drained()
  return { productId, skuId, barcode }
}

/** Twelve digits with their check digit (GS1 general specifications, modulo 10). */
function eanOf(twelve: string): string {
  const sum = [...twelve].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return `${twelve}${(10 - (sum % 10)) % 10}`
}

/** A buyer's home and money: address saved, wallet topped up, as he would do it himself. */
export async function settleIn(
  buyer: Client,
  of: { province?: string; topUpMinor?: number } = {},
): Promise<{ addressId: string }> {
  const addressId = newId()
  const saved = await buyer.put(`/api/v1/me/addresses/${addressId}`, {
    recipient: '林若溪',
    phone: '15400000001',
    province: of.province ?? '浙江省',
    city: '杭州市',
    district: '西湖区',
    street: '文三路西溪里12幢3单元502室',
    isDefault: true,
  })
  if (saved.status !== 200) throw new Error(`address: ${saved.status} ${JSON.stringify(saved.body)}`)
  const topUp = await buyer.post('/api/v1/wallet/top-ups', { id: newId(), amountMinor: of.topUpMinor ?? 1_000_000 })
  if (topUp.status !== 201) throw new Error(`top-up: ${topUp.status} ${JSON.stringify(topUp.body)}`)
  return { addressId }
}

/** The goods reach the buyer: picked, packed, handed over and scanned to his door, as a worker and the sandbox carrier would. */
export async function deliver(
  world: World,
  worker: Client,
  orderId: string,
  picks: readonly { barcode: string; units: number }[],
): Promise<void> {
  await world.server.outbox.drained()
  const { body } = await worker.get('/api/v1/parcels?state=to_pick')
  const parcel = body.items.find((each: { orderId: string }) => each.orderId === orderId)
  if (parcel === undefined) throw new Error(`no parcel of order ${orderId}`)
  const step = async (path: string, of?: object) => {
    const { status, body } = await worker.post(path, of)
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
    return body.parcel.state
  }
  for (const pick of picks) await step(`/api/v1/parcels/${parcel.id}/picks`, pick)
  await step(`/api/v1/parcels/${parcel.id}/packings`, { weightGrams: 320 })
  await step(`/api/v1/parcels/${parcel.id}/hand-overs`)
  for (let scans = 0; scans < 10; scans++) {
    if ((await step(`/api/v1/sandbox/parcels/${parcel.id}/scans`)) === 'delivered') break
  }
  await world.server.outbox.drained()
}
