import type { z } from 'zod'
import type { afterSale, listMySales, order as orderSchema } from '#contract/trade'
import { commissionsOfOrders } from '#money/commissions'
import { creatorsOf } from '#people/creators'
import type { Db } from '#platform/database'
import { returnsOfOrders, returnView } from '#supply/returns'
import { mayAskRefund } from './after-sale.ts'
import {
  type AfterSaleRow,
  afterSalesOf,
  discountsOf,
  linesOf,
  type OrderRow,
  refundedOf,
  stepsOf,
  waitingOf,
} from './store.ts'

export type OrderView = z.input<typeof orderSchema>
type SaleView = z.input<typeof listMySales.reply>['items'][number]

/** Orders as their buyer sees them: every line of the price with its name and who bears it, every step with its sentence. */
export async function viewsOf(db: Db, orders: readonly OrderRow[], now: Temporal.Instant): Promise<OrderView[]> {
  if (orders.length === 0) return []
  const ids = orders.map((order) => order.id)
  const [lines, discounts, steps, afterSales, refunded, waitingMinor, creators] = await Promise.all([
    linesOf(db, ids),
    discountsOf(db, ids),
    stepsOf(db, ids),
    afterSalesOf(db, ids),
    refundedOf(db, ids),
    waitingOf(
      db,
      orders.flatMap((order) => (order.state === 'unpaid' ? [order.groupId] : [])),
    ),
    creatorsOf(
      db,
      orders.flatMap((order) => order.creatorId ?? []),
    ),
  ])
  const asked = await afterSaleViews(db, afterSales)
  return orders.map((order) => {
    const own = lines.filter((line) => line.orderId === order.id)
    const ownDiscounts = discounts.filter((discount) => discount.orderId === order.id)
    const ownRefunded = refunded.get(order.id) ?? new Map<number, number>()
    const ownSteps = steps.filter((step) => step.orderId === order.id)
    return {
      id: order.id,
      groupId: order.groupId,
      number: String(order.number),
      state: order.state,
      placedAt: order.placedAt.toString(),
      payMinor: order.payMinor,
      currency: order.currency as OrderView['currency'],
      explanation: explanationOf(
        own.map((line) => ({ title: line.title, units: line.units, priceMinor: line.payMinor + line.discountMinor })),
        mergeDiscounts(ownDiscounts),
        order.payMinor,
      ),
      lines: own.map(({ orderId: _, warehouseId: __, limitedPriceId: ___, ...line }) => line),
      shipTo: order.shipTo,
      roomTitle: order.roomTitle,
      creatorName: order.creatorId === null ? null : (creators.get(order.creatorId)?.name ?? null),
      sellerName: order.sellerName,
      steps: [
        {
          step: 'placed',
          at: order.placedAt.toString(),
          sentence:
            order.payBy === null
              ? { en: 'Paid; the warehouse has it on its list.', zh: '已付款，仓库正在备货。' }
              : { en: 'Kept for you until it is paid.', zh: '已为您保留，等待付款。' },
        },
        ...ownSteps.map((step) => ({ step: step.step, at: step.at.toString(), sentence: step.sentence })),
      ],
      payBy: order.state === 'unpaid' ? (order.payBy?.toString() ?? null) : null,
      groupPayMinor: waitingMinor.get(order.groupId) ?? order.payMinor,
      confirmBy: order.confirmBy?.toString() ?? null,
      mayConfirm: order.state === 'delivered',
      mayCancel:
        (order.state === 'paid' || order.state === 'unpaid') && Temporal.Instant.compare(order.placedAt, now) <= 0,
      refundedMinor: [...ownRefunded.values()].reduce((sum, minor) => sum + minor, 0),
      refundable: mayAskRefund(order, now)
        ? own.map((line) => ({ no: line.no, leftMinor: line.payMinor - (ownRefunded.get(line.no) ?? 0) }))
        : [],
      afterSales: asked.filter((each) => each.orderId === order.id),
      promise: { dispatchBy: order.dispatchBy.toString(), deliverBy: order.deliverBy.toString() },
    }
  })
}

/** Wishes with the goods that come back for them. */
export async function afterSaleViews(db: Db, rows: readonly AfterSaleRow[]): Promise<z.input<typeof afterSale>[]> {
  const ids = new Set(
    rows.flatMap(({ kind, orderId }) => (kind === 'refundOnly' || kind === 'resend' ? [] : [orderId])),
  )
  const returns = ids.size === 0 ? [] : await returnView(db, await returnsOfOrders(db, [...ids]))
  return rows.map(({ buyerId: _, dueAt: __, currency, askedAt, decidedAt, ...rest }) => ({
    ...rest,
    currency: currency as OrderView['currency'],
    askedAt: askedAt.toString(),
    decidedAt: decidedAt?.toString() ?? null,
    return: returns.find(({ id, orderId }) => id === rest.id && orderId === rest.orderId) ?? null,
  }))
}

interface NamedDiscount {
  name: { en: string; zh: string }
  amountMinor: number
  funders: { platform: number; seller: number; creator: number; brand: number }
}

function mergeDiscounts(
  rows: readonly {
    promotionId: string
    name: { en: string; zh: string }
    amountMinor: number
    platform: number
    seller: number
    creator: number
    brand: number
  }[],
): NamedDiscount[] {
  const byPromotion = Map.groupBy(rows, (row) => row.promotionId)
  return [...byPromotion.values()].flatMap((group) => {
    const [row] = group
    if (row === undefined) return []
    const { platform, seller, creator, brand } = row
    return [
      {
        name: row.name,
        amountMinor: group.reduce((sum, each) => sum + each.amountMinor, 0),
        funders: { platform, seller, creator, brand },
      },
    ]
  })
}

/** A price line by line: each good, each discount with its payers, freight, the total. The amounts add up to the total. */
export function explanationOf(
  goods: readonly { title: { en: string; zh: string }; units: number; priceMinor: number }[],
  discounts: readonly NamedDiscount[],
  payMinor: number,
): OrderView['explanation'] {
  return [
    ...goods.map((line) => ({
      kind: 'price' as const,
      name:
        line.units === 1
          ? line.title
          : { en: `${line.title.en} × ${line.units}`, zh: `${line.title.zh} × ${line.units}` },
      amountMinor: line.priceMinor,
      funders: [],
    })),
    ...discounts.map((discount) => ({
      kind: 'discount' as const,
      name: discount.name,
      amountMinor: -discount.amountMinor,
      funders: (['platform', 'seller', 'creator', 'brand'] as const)
        .filter((party) => discount.funders[party] > 0)
        .map((party) => ({ party, basisPoints: discount.funders[party] })),
    })),
    { kind: 'freight' as const, name: { en: 'Delivery', zh: '运费' }, amountMinor: 0, funders: [] },
    { kind: 'total' as const, name: { en: 'You pay', zh: '实付' }, amountMinor: payMinor, funders: [] },
  ]
}

/** Sales as the creator who brought them sees them: steps and commission, never the buyer's address. */
export async function salesOf(db: Db, orders: readonly OrderRow[], now: Temporal.Instant): Promise<SaleView[]> {
  const [views, commissions] = await Promise.all([
    viewsOf(db, orders, now),
    commissionsOfOrders(
      db,
      orders.map((order) => order.id),
    ),
  ])
  return orders.map((order, index) => {
    const view = views[index]
    const line = view?.lines[0]
    // Where two hosts share, each sees what is his.
    const earned = commissions.filter((each) => each.orderId === order.id && each.partyId === order.creatorId)
    return {
      orderId: order.id,
      number: String(order.number),
      state: order.state,
      placedAt: order.placedAt.toString(),
      buyerName: maskedName(order.buyerName),
      title: line?.title ?? { en: '', zh: '' },
      picture: line?.picture ?? '',
      units: view?.lines.reduce((sum, each) => sum + each.units, 0) ?? 0,
      payMinor: order.payMinor,
      commissionMinor: earned.reduce((sum, each) => sum + each.amountMinor, 0),
      currency: order.currency as OrderView['currency'],
      lastStep: view?.steps.at(-1)?.sentence ?? { en: '', zh: '' },
    }
  })
}

/** The first character and stars: enough to thank somebody in a room, too little to find him. */
export function maskedName(name: string): string {
  const [initial] = name
  return `${initial ?? ''}**`
}
