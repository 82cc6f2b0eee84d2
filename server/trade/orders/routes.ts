import {
  askRefund as askRefundEndpoint,
  cancelMyOrder,
  confirmMyOrder,
  decideAfterSale as decideAfterSaleEndpoint,
  getMyOrder,
  getOrder,
  listAfterSales,
  listMyOrders,
  listMySales,
  listOrders,
  noteGoodsSent as noteGoodsSentEndpoint,
  payMyOrder,
} from '#contract/trade'
import { platformSellerId } from '#goods/listings'
import { commissionsOfOrders } from '#money/commissions'
import { feesOfOrders } from '#money/fees'
import { journalsOfOrder } from '#money/ledger'
import { type Providers, providersOf } from '#money/payments'
import { namesOf } from '#people/identity'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { isId } from '#platform/ids'
import { assert, done, refuse } from '#platform/outcome'
import { parcelsOfOrders } from '#supply/fulfilment'
import { cancelOrder } from './cancel-order.ts'
import { confirmOrder } from './confirm-order.ts'
import type { OrderState } from './order.ts'
import { payGroup, payGroupThrough } from './pay-order.ts'
import { askAfterSale, decideAfterSale, noteGoodsSent } from './refund-order.ts'
import { shopOrdersRoutes } from './shop-orders.ts'
import {
  type AfterSaleRow,
  afterSalesOf,
  findOrder,
  listAfterSales as listAfterSaleRows,
  listOrderRows,
  type OrderRow,
} from './store.ts'
import { afterSaleViews, salesOf, viewsOf } from './views.ts'

const statesOf: Record<'all' | 'to_pay' | 'to_ship' | 'to_receive' | 'done', readonly OrderState[] | undefined> = {
  all: undefined,
  to_pay: ['unpaid'],
  to_ship: ['paid', 'packed'],
  to_receive: ['shipped', 'delivered'],
  done: ['confirmed', 'cancelled'],
}

export function ordersRoutes(app: App, providers: Providers = providersOf(app)): Route[] {
  const { db } = app.database
  const viewOf = async (order: OrderRow) => {
    const [view] = await viewsOf(db, [order], app.clock.now())
    assert(view !== undefined, 'an order has a view')
    return view
  }
  /** Its own, and those with goods that were sent again. */
  const parcelsFor = async (orderId: string) => {
    const again = (await afterSalesOf(db, [orderId])).filter(({ kind }) => kind === 'exchange' || kind === 'resend')
    const ids = [orderId, ...again.map(({ id }) => id)]
    const parcels = await parcelsOfOrders(db, ids)
    return ids.flatMap((id) => parcels.get(id) ?? [])
  }
  const viewOfAfterSale = async (row: AfterSaleRow) => {
    const [view] = await afterSaleViews(db, [row])
    assert(view !== undefined, 'a wish has a view')
    return view
  }
  const page = <Row extends { id: string }, Item>(rows: readonly Row[], items: Item[], limit: number) =>
    done({ items, next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null })

  return [
    ...shopOrdersRoutes(app),
    route(listMyOrders, async ({ actor, query }) => {
      const states = statesOf[query.state]
      const rows = await listOrderRows(db, {
        buyerId: personOf(actor),
        ...(states ? { states } : {}),
        ...cursorOf(query.cursor),
        limit: query.limit,
      })
      return page(rows, await viewsOf(db, rows, app.clock.now()), query.limit)
    }),
    route(getMyOrder, async ({ actor, params }) => {
      const order = await findOrder(db, params.id)
      if (order === null || order.buyerId !== personOf(actor)) return refuse('not_found')
      return done({ order: await viewOf(order), parcels: await parcelsFor(order.id) })
    }),
    route(confirmMyOrder, async ({ actor, params }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        confirmOrder(tx, { orderId: params.id, buyerId: personOf(actor) }),
      )
      return outcome.ok ? done({ order: await viewOf(outcome.value) }) : outcome
    }),
    route(cancelMyOrder, async ({ actor, params }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        cancelOrder(tx, { orderId: params.id, buyerId: personOf(actor) }),
      )
      return outcome.ok ? done({ order: await viewOf(outcome.value) }) : outcome
    }),
    route(payMyOrder, async ({ actor, params, body }) => {
      const order = await findOrder(db, params.id)
      const buyerId = personOf(actor)
      if (order === null || order.buyerId !== buyerId) return refuse('not_found')
      const group = { groupId: order.groupId, buyerId }
      if (body.method === 'wallet') {
        const paid = await inTransaction(app, actor, (tx) => payGroup(tx, group))
        if (!paid.ok) return paid
      } else {
        const provider = body.provider === undefined ? (providers.all[0] ?? null) : providers.by(body.provider)
        if (provider === null) return refuse('provider_failed')
        const wish = { ...group, paymentId: body.id, useWallet: body.useWallet ?? true }
        const paid = await payGroupThrough(app, provider, actor, wish)
        if (!paid.ok) return paid
        if (paid.value.state === 'pending') return done({ order: await viewOf(order), ...paid.value })
      }
      const after = await findOrder(db, params.id)
      assert(after !== null, 'an order stays')
      return done({ order: await viewOf(after), state: 'paid' as const, redirectUrl: null })
    }),
    route(askRefundEndpoint, async ({ actor, params, body }) => {
      const wish = {
        ...body,
        kind: body.kind ?? 'refundOnly',
        reasonCode: body.reasonCode ?? 'other',
        lines: body.lines.map(({ no, amountMinor, units }) => ({ no, amountMinor, units: units ?? null })),
        orderId: params.id,
        buyerId: personOf(actor),
      }
      const outcome = await inTransaction(app, actor, (tx) => askAfterSale(tx, wish))
      return outcome.ok ? done({ afterSale: await viewOfAfterSale(outcome.value) }) : outcome
    }),
    route(noteGoodsSentEndpoint, async ({ actor, params, body }) => {
      const of = { orderId: params.id, id: params.afterSaleId, buyerId: personOf(actor), ...body }
      const outcome = await inTransaction(app, actor, (tx) => noteGoodsSent(tx, of))
      return outcome.ok ? done({ afterSale: await viewOfAfterSale(outcome.value) }) : outcome
    }),
    route(listAfterSales, async ({ query }) => {
      const rows = await listAfterSaleRows(db, {
        ...(query.state ? { state: query.state } : {}),
        ...cursorOf(query.cursor),
        limit: query.limit,
      })
      return page(rows, await afterSaleViews(db, rows), query.limit)
    }),
    route(decideAfterSaleEndpoint, async ({ actor, params, body }) => {
      // Who is refused has a right to know why.
      if (body.decision === 'refused' && body.answer === '') return refuse('answer_missing')
      const decision = { orderId: params.id, id: params.afterSaleId, ...body, by: personOf(actor) }
      const outcome = await inTransaction(app, actor, (tx) => decideAfterSale(app, tx, decision))
      return outcome.ok ? done({ afterSale: await viewOfAfterSale(outcome.value) }) : outcome
    }),
    route(listMySales, async ({ actor, query }) => {
      const rows = await listOrderRows(db, {
        creatorId: personOf(actor),
        ...cursorOf(query.cursor),
        limit: query.limit,
      })
      return page(rows, await salesOf(db, rows, app.clock.now()), query.limit)
    }),
    route(listOrders, async ({ query }) => {
      const rows = await listOrderRows(db, {
        ...(query.state ? { states: [query.state] } : {}),
        ...(query.q ? { q: query.q } : {}),
        ...cursorOf(query.cursor),
        limit: query.limit,
      })
      const views = await viewsOf(db, rows, app.clock.now())
      return page(
        rows,
        views.map((view, index) => ({ ...view, buyerName: rows[index]?.buyerName ?? '' })),
        query.limit,
      )
    }),
    route(getOrder, async ({ params }) => {
      const order = await findOrder(db, params.id)
      if (order === null) return refuse('not_found')
      const [commissions, fees, journals, parcels] = await Promise.all([
        commissionsOfOrders(db, [order.id]),
        feesOfOrders(db, [order.id]),
        journalsOfOrder(db, order.id),
        parcelsFor(order.id),
      ])
      const names = await namesOf(
        db,
        commissions.map((line) => line.partyId),
      )
      return done({
        order: { ...(await viewOf(order)), buyerName: order.buyerName },
        parcels,
        commissions: commissions.map((line) => ({
          lineNo: line.lineNo,
          party: line.partyKind,
          partyName: line.partyName ?? names.get(line.partyId)?.name ?? '',
          baseMinor: line.baseMinor,
          basisPoints: line.basisPoints,
          amountMinor: line.amountMinor,
          reversedMinor: line.reversedMinor,
          state: line.state,
          reason: line.reason,
        })),
        subsidyMinor: order.subsidyMinor,
        isOfSeller: order.sellerId !== platformSellerId,
        fees: fees.map((fee) => ({
          lineNo: fee.lineNo,
          kind: fee.kind,
          baseMinor: fee.baseMinor,
          amountMinor: fee.amountMinor,
          taxMinor: fee.taxMinor,
          // What we kept of it did not go back.
          backMinor: fee.reversedMinor - fee.keptMinor,
          taxBackMinor: fee.taxReversedMinor,
        })),
        journals: journals.map((journal) => ({
          id: journal.id,
          kind: journal.kind,
          at: journal.at.toString(),
          postings: [...journal.postings],
        })),
      })
    }),
  ]
}

/** Cursors are ids; one of another form begins at the start rather than failing. */
function cursorOf(cursor: string | undefined): { before?: string } {
  return isId(cursor) ? { before: cursor } : {}
}
