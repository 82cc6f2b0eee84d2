import type { z } from 'zod'
import type { quoteOrder } from '#contract/trade'
import { loadOffers } from '#goods/listings'
import { readAttribution } from '#money/commissions'
import { balanceOf, walletOf } from '#money/ledger'
import { defaultAddressOf, loadAddresses } from '#people/profiles'
import type { App } from '#platform/app'
import { done, type Outcome, refuse } from '#platform/outcome'
import { routeLines, sellableOf, warehousesOf } from '#supply/warehouse'
import { flashOf } from '#trade/flash'
import {
  boughtOf,
  explanationOf,
  mayBuyUnits,
  type Priced,
  type PricedLine,
  priceLines,
  promiseOf,
  stockOf,
  videoChannel,
} from '#trade/orders'
import { type Budget, budgetsOf, type Coupon, couponsOf, promotionsInForce, usableCoupons } from '#trade/promotions'

/** So many of a buyer's coupons are weighed for a cart, those that end first. */
const couponsWeighedMax = 50

type Quote = z.input<typeof quoteOrder.reply>['quote']

/** What it would cost this buyer now, and why; holds nothing. Units left are told up to 999. */
export async function quote(
  app: Pick<App, 'database' | 'clock' | 'config' | 'secret'>,
  of: {
    buyerId: string
    lines: readonly { skuId: string; units: number }[]
    addressId?: string | undefined
    attribution?: string | undefined
    /** Left out: the one that saves most; null: none. */
    couponId?: string | null | undefined
  },
): Promise<Outcome<Quote, 'sku_not_on_sale' | 'not_found' | 'coupon_not_usable'>> {
  const { db } = app.database
  const now = app.clock.now()
  const skuIds = [...new Set(of.lines.map((line) => line.skuId))]
  const [offers, promotions, coupons, stocks, flash, warehouses, walletMinor, address] = await Promise.all([
    loadOffers(db, skuIds, { channel: videoChannel, now }),
    promotionsInForce(db, { channel: videoChannel, now }),
    couponsOf(db, { personId: of.buyerId, now, limit: couponsWeighedMax }),
    sellableOf(db, skuIds),
    flashOf(db, { skuIds, saleIds: [] }),
    warehousesOf(db),
    balanceOf(db, walletOf(of.buyerId)),
    of.addressId === undefined
      ? defaultAddressOf(db, of.buyerId)
      : loadAddresses(db, [of.addressId]).then((found) => found.get(of.addressId ?? '') ?? null),
  ])
  if (of.addressId !== undefined && address?.ownerId !== of.buyerId) return refuse('not_found')
  const timed = [...offers.values()].flatMap((offer) => offer.timed)
  const budgets = await budgetsOf(
    db,
    [...promotions, ...coupons, ...timed].flatMap(({ budgetId }) => budgetId ?? []),
  )
  const attribution = of.attribution === undefined ? null : readAttribution(app, of.attribution, now, of.buyerId)
  const state = { now, offers, promotions, budgets, flash }
  const sessionId = attribution?.sessionId ?? null
  const plain = priceLines(of.lines, state, { sessionId, coupon: null })
  if (!plain.ok) return plain
  const usable = couponsFor(plain.value, coupons, budgets)
  const chosen =
    of.couponId === null
      ? null
      : of.couponId === undefined
        ? (usable[0]?.coupon ?? null)
        : (usable.find(({ coupon }) => coupon.id === of.couponId)?.coupon ?? undefined)
  if (chosen === undefined) return refuse('coupon_not_usable')
  const priced = chosen === null ? plain : priceLines(of.lines, state, { sessionId, coupon: chosen })
  if (!priced.ok) return priced
  const { lines, discounts, payMinor, currency } = priced.value
  const shelvesOf = (line: PricedLine) =>
    line.flash?.shelves ??
    stockOf(
      stocks.filter(({ skuId }) => skuId === line.offer.skuId),
      line.offer,
    )
  const routed =
    address === null
      ? null
      : routeLines({
          lines: lines.map((line) => ({ skuId: line.offer.skuId, units: line.units })),
          stocks: lines.flatMap(shelvesOf),
          warehouses,
          province: address.province,
        })
  const promise =
    address === null || routed === null
      ? null
      : promiseOf({ warehouseIds: routed, warehouses, province: address.province, now, timeZone: app.config.timeZone })
  const bought = await boughtOf(
    db,
    lines.flatMap(({ offer: { skuId, limit } }) => (limit === null ? [] : [{ buyerId: of.buyerId, skuId, limit }])),
  )
  const [first] = lines
  return done({
    lines: lines.map((line) => ({
      skuId: line.offer.skuId,
      productId: line.offer.productId,
      title: line.offer.title,
      label: line.offer.label,
      picture: line.offer.picture,
      units: line.units,
      unitPriceMinor: line.offer.priceMinor,
      payMinor: line.payMinor,
      unitsLeft: Math.min(
        999,
        shelvesOf(line).reduce((sum, stock) => sum + stock.available, 0),
      ),
      flashSaleId: line.flash?.saleId ?? null,
      mayBuyUnits: line.offer.limit === null ? null : mayBuyUnits({ bought }, of.buyerId, line.offer),
    })),
    explanation: explanationOf(
      lines.map((line) => ({ title: line.offer.title, units: line.units, priceMinor: line.priceMinor })),
      discounts,
      payMinor,
    ),
    coupons: usable.map(({ coupon, applied }) => ({
      id: coupon.id,
      name: coupon.name,
      offMinor: applied.amountMinor,
      validUntil: coupon.validUntil.toString(),
    })),
    couponId: chosen?.id ?? null,
    payMinor,
    currency: currency as Quote['currency'],
    walletMinor,
    address: address === null ? null : withoutOwner(address),
    promise:
      promise === null ? null : { dispatchBy: promise.dispatchBy.toString(), deliverBy: promise.deliverBy.toString() },
    sellerName: first?.offer.sellerName ?? { en: '', zh: '' },
  })
}

/** The coupons that could be used on a cart that is priced without one. */
function couponsFor(plain: Priced, coupons: readonly Coupon[], budgets: ReadonlyMap<string, Budget>) {
  const left = new Map(budgets)
  for (const { budgetId, platformMinor } of plain.discounts) {
    const budget = budgetId === null ? undefined : left.get(budgetId)
    if (budget !== undefined) left.set(budget.id, { ...budget, leftMinor: budget.leftMinor - platformMinor })
  }
  return usableCoupons(coupons, {
    budgets: left,
    lines: plain.lines.map(({ offer, payMinor }) => ({ productId: offer.productId, leftMinor: payMinor })),
    currency: plain.currency,
  })
}

function withoutOwner<A extends { ownerId: string }>(address: A): Omit<A, 'ownerId'> {
  const { ownerId: _, ...rest } = address
  return rest
}
