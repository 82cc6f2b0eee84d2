import type { z } from 'zod'
import { type Minor, splitByWeight, sumOf } from '#contract/money'
import { getMyShopOrder, listMyShopOrders } from '#contract/shops'
import { commissionsOfOrders } from '#money/commissions'
import { feesOfOrders } from '#money/fees'
import { sellerLinesOfOrders } from '#money/settlements'
import { namesOf } from '#people/identity'
import { shopOf } from '#people/merchants'
import type { App } from '#platform/app'
import { type Db, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { isId } from '#platform/ids'
import { done, refuse } from '#platform/outcome'
import { subsidyOfLines } from './after-sale.ts'
import { discountsOf, findOrder, linesOf, listOrderRows, type OrderRow, refundedOf } from './store.ts'
import { maskedName, viewsOf } from './views.ts'

type ShopOrder = z.input<typeof getMyShopOrder.reply>['order']

/** A shop's own orders, for those who act for it; whatever else there is looks as if it were missing. */
export function shopOrdersRoutes(app: App): Route[] {
  const { db } = app.database
  return [
    route(listMyShopOrders, async ({ actor, query }) => {
      const shop = await shopOf(db, personOf(actor))
      if (shop === null) return refuse('not_found')
      const rows = await listOrderRows(db, {
        sellerId: shop.id,
        ...(query.state ? { states: [query.state] } : {}),
        ...(isId(query.cursor) ? { before: query.cursor } : {}),
        limit: query.limit,
      })
      return done({
        items: await shopViewsOf(db, rows),
        next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null,
      })
    }),
    route(getMyShopOrder, async ({ actor, params }) => {
      const shop = await shopOf(db, personOf(actor))
      const order = shop === null ? null : await findOrder(db, params.id)
      if (order === null || order.sellerId !== shop?.id) return refuse('not_found')
      const [[view], [full]] = await Promise.all([shopViewsOf(db, [order]), viewsOf(db, [order], app.clock.now())])
      if (view === undefined || full === undefined) return refuse('not_found')
      return done({ order: view, steps: full.steps })
    }),
  ]
}

/** Line by line what the buyer paid, who bore what of each discount, and what becomes of it: commission, fees, the shop's share. */
async function shopViewsOf(db: Db, orders: readonly OrderRow[]): Promise<ShopOrder[]> {
  const ids = orders.map(({ id }) => id)
  if (ids.length === 0) return []
  const [lines, discounts, refunded, commissions, fees, shares] = await Promise.all([
    linesOf(db, ids),
    discountsOf(db, ids),
    refundedOf(db, ids),
    commissionsOfOrders(db, ids),
    feesOfOrders(db, ids),
    sellerLinesOfOrders(db, ids),
  ])
  const names = await namesOf(
    db,
    commissions.map(({ partyId }) => partyId),
  )
  return orders.map((order): ShopOrder => {
    const own = lines.filter(({ orderId }) => orderId === order.id)
    const ownDiscounts = discounts.filter(({ orderId }) => orderId === order.id)
    const subsidies = subsidyOfLines(order.subsidyMinor, own, ownDiscounts)
    return {
      ...{ id: order.id, number: String(order.number), state: order.state, placedAt: order.placedAt.toString() },
      ...{ currency: order.currency, buyerName: maskedName(order.buyerName), payMinor: order.payMinor },
      refundedMinor: sumOf([...(refunded.get(order.id)?.values() ?? [])]),
      lines: own.map((line) => {
        const isOfLine = (each: { orderId: string; lineNo: number }) =>
          each.orderId === order.id && each.lineNo === line.no
        const lineFees = fees.filter(isOfLine)
        const lineCommissions = commissions.filter(isOfLine)
        const share = shares.find(isOfLine)
        const isVoid = order.state === 'cancelled'
        const grossMinor = share?.grossMinor ?? line.payMinor + (subsidies.get(line.no) ?? 0)
        const estimateMinor =
          grossMinor -
          sumOf(lineCommissions.map(({ amountMinor }) => amountMinor)) -
          sumOf(lineFees.map(({ amountMinor, taxMinor }) => amountMinor + taxMinor))
        return {
          ...{ no: line.no, title: line.title, label: line.label, picture: line.picture, units: line.units },
          ...{ unitPriceMinor: line.unitPriceMinor, payMinor: line.payMinor },
          discounts: ownDiscounts
            .filter(({ lineNo }) => lineNo === line.no)
            .map(({ name, amountMinor, ...funders }) => ({
              name,
              amountMinor,
              ownMinor: ownPart(amountMinor, funders),
            })),
          commissions: lineCommissions.map((each) => ({
            partyName: each.partyName ?? names.get(each.partyId)?.name ?? '',
            basisPoints: each.basisPoints,
            amountMinor: each.amountMinor,
            reversedMinor: each.reversedMinor,
          })),
          fees: lineFees.map((fee) => ({
            ...{ kind: fee.kind, amountMinor: fee.amountMinor, taxMinor: fee.taxMinor },
            ...{ backMinor: fee.reversedMinor - fee.keptMinor, taxBackMinor: fee.taxReversedMinor },
          })),
          share: {
            isEstimate: share === undefined && !isVoid,
            grossMinor: isVoid ? 0 : grossMinor,
            amountMinor: isVoid ? 0 : (share?.amountMinor ?? estimateMinor),
            reversedMinor: share?.reversedMinor ?? 0,
            state: isVoid ? 'void' : (share?.state ?? 'estimated'),
            releaseAt: share?.releaseAt.toString() ?? null,
          },
        }
      }),
    }
  })
}

/** What the shop bears of a discount itself. */
function ownPart(
  amountMinor: Minor,
  of: { platform: number; seller: number; creator: number; brand: number; platformMinor: Minor | null },
): Minor {
  if (of.platformMinor !== null) return amountMinor - of.platformMinor
  const [platformMinor = 0] = splitByWeight(amountMinor, [of.platform, of.seller, of.creator, of.brand])
  return amountMinor - platformMinor
}
