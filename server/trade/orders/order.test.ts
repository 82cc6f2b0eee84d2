import { expect, test } from 'vitest'
import type { Offer } from '#goods/listings'
import type { Attribution } from '#money/commissions'
import { platformStock } from '#supply/warehouse'
import { type DeskState, decideOrder, mayMove, type OrderWish, stateOfParcels } from './order.ts'

const buyer = 'buyer'
const offer = (over: Partial<Offer> = {}): Offer => ({
  skuId: 'sku',
  productId: 'product',
  title: { en: 'Tea', zh: '茶' },
  label: { en: 'One', zh: '一' },
  picture: 'tea.webp',
  priceMinor: 19_900,
  listPriceMinor: null,
  timed: [],
  limit: null,
  currency: 'CNY',
  onSale: true,
  sellerId: 'seller',
  sellerName: { en: 'Hawker', zh: '货郎' },
  stockOwner: 'platform',
  commissionBasisPoints: 1_000,
  weightGrams: 100,
  ...over,
})

function state(over: Partial<DeskState> = {}): DeskState {
  return {
    now: Temporal.Instant.from('2026-11-11T00:00:00Z'),
    prior: new Map(),
    offers: new Map([['sku', offer()]]),
    addresses: new Map([
      [
        'address',
        {
          ownerId: buyer,
          recipient: 'Lin',
          phone: '1',
          province: '浙江省',
          city: '杭州市',
          district: '西湖区',
          street: '1',
        },
      ],
      [
        'foreign',
        {
          ownerId: 'other',
          recipient: 'X',
          phone: '1',
          province: '浙江省',
          city: '杭州市',
          district: '西湖区',
          street: '1',
        },
      ],
    ]),
    stock: new Map([
      [
        'sku',
        [
          { skuId: 'sku', warehouseId: 'far', warehouseRegion: '四川省', owner: platformStock, available: 5 },
          { skuId: 'sku', warehouseId: 'near', warehouseRegion: '浙江省', owner: platformStock, available: 3 },
        ],
      ],
    ]),
    warehouses: [warehouse('far', '四川省'), warehouse('near', '浙江省')],
    flash: new Map(),
    promotions: [],
    budgets: new Map(),
    unpaid: new Map(),
    coupons: new Map(),
    bought: new Map(),
    walletsMinor: new Map([[buyer, 100_000]]),
    ...over,
  }
}

function warehouse(id: string, province: string) {
  return { id, code: id, name: { en: id, zh: id }, province, city: '', district: '', street: '', serves: [] }
}

function wish(over: Partial<OrderWish> = {}): OrderWish {
  return {
    id: 'order',
    requestHash: Buffer.from('hash'),
    buyerId: buyer,
    lines: [{ skuId: 'sku', units: 1 }],
    addressId: 'address',
    shownPayMinor: 19_900,
    payment: 'wallet',
    couponId: null,
    flashSaleId: null,
    attribution: null,
    isDemo: false,
    ...over,
  }
}

const attribution = { creatorId: 'creator', roomId: 'room', sessionId: 'session', roomTitle: 'Room' } as Attribution

function placed(deskState: DeskState, orderWish: OrderWish) {
  const decision = decideOrder(deskState, orderWish)
  if (decision.kind !== 'placed') throw new Error(`expected a placement, got ${JSON.stringify(decision)}`)
  return decision.placement
}

test('a wish that all agrees with is placed from the warehouse in its region and takes stock and money', () => {
  const before = state()
  const placement = placed(before, wish())
  expect(placement.lines[0]?.warehouseId).toBe('near')
  expect(placement.payMinor).toBe(19_900)
  expect(before.walletsMinor.get(buyer)).toBe(80_100)
  expect(before.stock.get('sku')?.[1]?.available).toBe(2)
})

test('the same id again gets the first answer; with another body, or from another buyer, it is refused', () => {
  const deskState = state()
  placed(deskState, wish())
  expect(decideOrder(deskState, wish()).kind).toBe('repeated')
  expect(decideOrder(deskState, wish({ requestHash: Buffer.from('else') }))).toMatchObject({ code: 'order_id_reused' })
  expect(decideOrder(deskState, wish({ buyerId: 'other' }))).toMatchObject({ code: 'order_id_reused' })
})

test('each refusal leaves stock, budgets and wallets as they were', () => {
  const limited = new Map([['sku', offer({ limit: { priceId: 'price', units: 1 } })]])
  const cases: [Partial<OrderWish>, Partial<DeskState>, string][] = [
    [{ lines: [{ skuId: 'unknown', units: 1 }] }, {}, 'sku_not_on_sale'],
    [{}, { offers: new Map([['sku', offer({ onSale: false })]]) }, 'sku_not_on_sale'],
    [{ addressId: 'foreign' }, {}, 'address_missing'],
    [{ addressId: 'nowhere' }, {}, 'address_missing'],
    [{ shownPayMinor: 19_899 }, {}, 'price_changed'],
    [{}, { offers: limited, bought: new Map([['buyer sku price', 1]]) }, 'limit_reached'],
    [{ lines: [{ skuId: 'sku', units: 2 }], shownPayMinor: 39_800 }, { offers: limited }, 'limit_reached'],
    [{ lines: [{ skuId: 'sku', units: 6 }], shownPayMinor: 119_400 }, {}, 'sold_out'],
    [{}, { walletsMinor: new Map([[buyer, 19_899]]) }, 'balance_too_low'],
  ]
  for (const [wishOver, stateOver, code] of cases) {
    const deskState = state(stateOver)
    const { now, ...rest } = deskState
    const before = { now, ...structuredClone(rest) }
    expect(decideOrder(deskState, wish(wishOver))).toMatchObject({ kind: 'refused', code })
    expect(deskState).toEqual(before)
  }
})

test('units of one SKU in two lines of a cart are counted together', () => {
  const twice = {
    lines: [
      { skuId: 'sku', units: 3 },
      { skuId: 'sku', units: 3 },
    ],
    shownPayMinor: 119_400,
  }
  expect(decideOrder(state({ walletsMinor: new Map([[buyer, 1_000_000]]) }), wish(twice))).toMatchObject({
    code: 'sold_out',
  })
})

test('wishes of one batch see what those before them took: the last unit is sold once', () => {
  const deskState = state({
    stock: new Map([
      ['sku', [{ skuId: 'sku', warehouseId: 'near', warehouseRegion: '浙江省', owner: platformStock, available: 1 }]],
    ]),
  })
  expect(decideOrder(deskState, wish({ id: 'first' })).kind).toBe('placed')
  expect(decideOrder(deskState, wish({ id: 'second' }))).toMatchObject({
    code: 'sold_out',
    params: { skuId: 'sku', unitsLeft: 0 },
  })
})

test('a discount in the room draws on its budget until it cannot bear another whole one', () => {
  const deskState = state({
    promotions: [
      {
        id: 'p',
        name: { en: 'Live coupon', zh: '直播券' },
        roomOnly: true,
        thresholdMinor: 15_000,
        offMinor: 2_000,
        currency: 'CNY',
        funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
        budgetId: 'b',
      },
    ],
    budgets: new Map([['b', { id: 'b', leftMinor: 3_999 }]]),
  })
  const first = placed(deskState, wish({ id: 'a', attribution, shownPayMinor: 17_900 }))
  expect(first).toMatchObject({ priceMinor: 19_900, discountMinor: 2_000, subsidyMinor: 2_000, payMinor: 17_900 })
  expect(decideOrder(deskState, wish({ id: 'b', attribution, shownPayMinor: 17_900 }))).toMatchObject({
    code: 'price_changed',
    params: { payMinor: 19_900 },
  })
  expect(placed(deskState, wish({ id: 'c' })).discountMinor).toBe(0)
})

test('a creator earns nothing on what he buys himself', () => {
  expect(placed(state(), wish({ attribution })).attribution).toEqual(attribution)
  expect(placed(state(), wish({ attribution: { ...attribution, creatorId: buyer } })).attribution).toBeNull()
})

test('an order stands where its slowest parcel stands', () => {
  expect(stateOfParcels(['delivered', 'in_transit'])).toBe('shipped')
  expect(stateOfParcels(['delivered', 'cancelled'])).toBe('delivered')
  expect(stateOfParcels(['packed', 'to_pick'])).toBe('paid')
})

test('states only go forward', () => {
  const states = ['paid', 'packed', 'shipped', 'delivered', 'confirmed', 'cancelled'] as const
  for (const [index, from] of states.entries()) {
    for (const to of states.slice(0, index + 1)) expect(mayMove(from, to), `${from} -> ${to}`).toBe(false)
  }
  expect(mayMove('confirmed', 'cancelled')).toBe(false)
})
