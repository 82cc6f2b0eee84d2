import {
  askRefund as askRefundEndpoint,
  cancelMyOrder,
  confirmMyOrder,
  decideAfterSale,
  getMyOrder,
  getOrder,
  listAfterSales,
  listMyOrders,
  listMySales,
  listOrders,
  payMyOrder,
} from '#contract/trade'
import { commissionsOfOrders } from '#money/commissions'
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
import { askRefund, decideRefund } from './refund-order.ts'
import { findOrder, listAfterSales as listAfterSaleRows, listOrderRows, type OrderRow } from './store.ts'
import { afterSaleView, salesOf, viewsOf } from './views.ts'

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
  const page = <Row extends { id: string }, Item>(rows: readonly Row[], items: Item[], limit: number) =>
    done({ items, next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null })

  return [
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
      const parcels = (await parcelsOfOrders(db, [order.id])).get(order.id) ?? []
      return done({ order: await viewOf(order), parcels })
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
      const wish = { ...body, orderId: params.id, buyerId: personOf(actor) }
      const outcome = await inTransaction(app, actor, (tx) => askRefund(tx, wish))
      return outcome.ok ? done({ afterSale: afterSaleView(outcome.value) }) : outcome
    }),
    route(listAfterSales, async ({ query }) => {
      const rows = await listAfterSaleRows(db, {
        ...(query.state ? { state: query.state } : {}),
        ...cursorOf(query.cursor),
        limit: query.limit,
      })
      return page(rows, rows.map(afterSaleView), query.limit)
    }),
    route(decideAfterSale, async ({ actor, params, body }) => {
      // Who is refused has a right to know why.
      if (body.decision === 'refused' && body.answer === '') return refuse('answer_missing')
      const decision = { orderId: params.id, id: params.afterSaleId, ...body, by: personOf(actor) }
      const outcome = await inTransaction(app, actor, (tx) => decideRefund(tx, decision))
      return outcome.ok ? done({ afterSale: afterSaleView(outcome.value) }) : outcome
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
      const [commissions, journals, parcels] = await Promise.all([
        commissionsOfOrders(db, [order.id]),
        journalsOfOrder(db, order.id),
        parcelsOfOrders(db, [order.id]),
      ])
      const names = await namesOf(
        db,
        commissions.map((line) => line.partyId),
      )
      return done({
        order: { ...(await viewOf(order)), buyerName: order.buyerName },
        parcels: parcels.get(order.id) ?? [],
        commissions: commissions.map((line) => ({
          lineNo: line.lineNo,
          party: line.partyKind,
          partyName: line.partyName ?? names.get(line.partyId)?.name ?? '',
          baseMinor: line.baseMinor,
          basisPoints: line.basisPoints,
          amountMinor: line.amountMinor,
          state: line.state,
          reason: line.reason,
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
