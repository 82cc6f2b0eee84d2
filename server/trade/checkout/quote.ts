import type { z } from 'zod'
import type { quoteOrder } from '#contract/trade'
import { loadOffers } from '#goods/listings'
import { readAttribution } from '#money/commissions'
import { balancesOf } from '#money/ledger'
import { defaultAddressOf, loadAddresses } from '#people/profiles'
import type { App } from '#platform/app'
import { done, type Outcome, refuse } from '#platform/outcome'
import { routeLines, sellableOf, warehousesOf } from '#supply/warehouse'
import { boughtOf, explanationOf, mayBuyUnits, priceLines, promiseOf, videoChannel } from '#trade/orders'
import { budgetsOf, promotionsInForce } from '#trade/promotions'

type Quote = z.input<typeof quoteOrder.reply>['quote']

/** What it would cost this buyer now, and why; holds nothing. Units left are told up to 999. */
export async function quote(
  app: Pick<App, 'database' | 'clock' | 'config' | 'secret'>,
  of: {
    buyerId: string
    lines: readonly { skuId: string; units: number }[]
    addressId?: string | undefined
    attribution?: string | undefined
  },
): Promise<Outcome<Quote, 'sku_not_on_sale' | 'not_found'>> {
  const { db } = app.database
  const now = app.clock.now()
  const skuIds = [...new Set(of.lines.map((line) => line.skuId))]
  const [offers, promotions, stocks, warehouses, balances, address] = await Promise.all([
    loadOffers(db, skuIds, { channel: videoChannel }),
    promotionsInForce(db, { channel: videoChannel, now }),
    sellableOf(db, skuIds),
    warehousesOf(db),
    balancesOf(db, [`wallet:${of.buyerId}`]),
    of.addressId === undefined
      ? defaultAddressOf(db, of.buyerId)
      : loadAddresses(db, [of.addressId]).then((found) => found.get(of.addressId ?? '') ?? null),
  ])
  if (of.addressId !== undefined && address?.ownerId !== of.buyerId) return refuse('not_found')
  const budgets = await budgetsOf(
    db,
    promotions.flatMap((promotion) => promotion.budgetId ?? []),
  )
  const attribution = of.attribution === undefined ? null : readAttribution(app, of.attribution, now, of.buyerId)
  const priced = priceLines(of.lines, { offers, promotions, budgets }, attribution !== null)
  if (!priced.ok) return priced
  const { lines, discount, payMinor, currency } = priced.value
  const routed =
    address === null
      ? null
      : routeLines({
          lines: lines.map((line) => ({ skuId: line.offer.skuId, units: line.units })),
          stocks,
          warehouses,
          province: address.province,
        })
  const promise =
    address === null || routed === null
      ? null
      : promiseOf({ warehouseIds: routed, warehouses, province: address.province, now, timeZone: app.config.timeZone })
  const unitsLeft = (skuId: string) =>
    stocks.filter((stock) => stock.skuId === skuId).reduce((sum, stock) => sum + stock.available, 0)
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
      unitsLeft: Math.min(999, unitsLeft(line.offer.skuId)),
      mayBuyUnits: line.offer.limit === null ? null : mayBuyUnits({ bought }, of.buyerId, line.offer),
    })),
    explanation: explanationOf(
      lines.map((line) => ({ title: line.offer.title, units: line.units, priceMinor: line.priceMinor })),
      discount === null ? [] : [discount],
      payMinor,
    ),
    payMinor,
    currency: currency as Quote['currency'],
    // What we owe the buyer stands in the books as a liability: below zero.
    walletMinor: 0 - (balances.get(`wallet:${of.buyerId}`) ?? 0),
    address: address === null ? null : withoutOwner(address),
    promise:
      promise === null ? null : { dispatchBy: promise.dispatchBy.toString(), deliverBy: promise.deliverBy.toString() },
    sellerName: first?.offer.sellerName ?? { en: '', zh: '' },
  })
}

function withoutOwner<A extends { ownerId: string }>(address: A): Omit<A, 'ownerId'> {
  const { ownerId: _, ...rest } = address
  return rest
}
