import * as contract from '#contract/shops'
import { findShop, type Shop, shopOf } from '#people/merchants'
import { verifiedAmong } from '#people/verification'
import type { App } from '#platform/app'
import { type Actor, inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, type Outcome, refuse } from '#platform/outcome'
import { closePayout } from './pay-out.ts'
import { payoutsOf, payoutView } from './payout-views.ts'
import { sellerDaysDefault, setSellerTier } from './seller-sales.ts'
import { monthOf, monthsOf, statementLines, statementOf, statementRows } from './statement.ts'
import { payoutsOfCauses, type SellerLineRow, sellerLinesPage, tierOf } from './store.ts'
import { sumsOf } from './sums.ts'

/** What a shop is owed: for those who act for it, and for those who keep the books. */
export function shopRoutes(app: App): Route[] {
  const { db } = app.database
  const { currency } = app.config
  const mine = async (actor: Actor): Promise<Outcome<Shop, 'not_found'>> => {
    const shop = await shopOf(db, personOf(actor))
    return shop === null ? refuse('not_found') : done(shop)
  }
  const tierFor = async (sellerId: string) => {
    const tier = await tierOf(db, sellerId)
    return { days: tier?.days ?? sellerDaysDefault, since: tier?.since.toString() ?? null }
  }
  const accountOf = async ({ id, name }: Shop) => ({
    shop: { id, name },
    tier: await tierFor(id),
    sums: { currency, ...(await sumsOf(db, id)) },
  })
  return [
    route(contract.getMyShop, async ({ actor }) => {
      const shop = await mine(actor)
      return shop.ok ? done(await accountOf(shop.value)) : shop
    }),
    route(contract.listMyShopLines, async ({ actor, query }) => {
      const shop = await mine(actor)
      if (!shop.ok) return shop
      const sellerId = shop.value.id
      const { limit } = query
      const rows = await sellerLinesPage(db, {
        ...{ sellerId, limit, state: query.state ?? null },
        before: placeIn(query.cursor),
      })
      const paid = await payoutsOfCauses(
        db,
        sellerId,
        rows.map((row) => `sale:${row.orderId}:${row.lineNo}`),
      )
      const numbers = new Map(paid.map(({ cause, number }) => [cause, number]))
      const last = rows.at(-1)
      return done({
        items: rows.map((row) => lineView(row, numbers.get(`sale:${row.orderId}:${row.lineNo}`) ?? null)),
        next: last && rows.length === limit ? `${last.confirmedAt.toString()}~${last.orderId}~${last.lineNo}` : null,
      })
    }),
    route(contract.getMyShopStatement, async ({ actor, query }) => {
      const shop = await mine(actor)
      if (!shop.ok) return shop
      const month = query.month ?? monthOf(app, app.clock.now())
      const statement = await statementOf(app, { partyId: shop.value.id, month })
      const { from, until } = statement
      return done({
        statement: { ...statement, from: from.toString(), until: until.toString() },
        months: await monthsOf(app, shop.value.id),
      })
    }),
    route(contract.listMyShopStatementLines, async ({ actor, query }) => {
      const shop = await mine(actor)
      if (!shop.ok) return shop
      const { month, cursor, limit } = query
      const of = { partyId: shop.value.id, month, kind: query.kind ?? null, cursor, limit }
      const { lines, next } = await statementLines(app, of)
      return done({ items: lines, next })
    }),
    route(contract.getMyShopStatementFile, async ({ actor, query: { month } }) => {
      const shop = await mine(actor)
      if (!shop.ok) return shop
      const rows = await statementRows(app, { partyId: shop.value.id, month })
      const head = ['day', 'kind', 'order', 'line', 'amount', 'currency', 'payout']
      // All of it is made by us, so no cell can be a formula. The mark at the front lets spreadsheets read it as UTF-8.
      const text = `\uFEFF${[head, ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`
      return done({ name: `statement-${month}.csv`, bytes: Buffer.from(text) })
    }),
    route(contract.requestShopPayout, async ({ actor, body }) => {
      const shop = await mine(actor)
      if (!shop.ok) return shop
      // Whoever takes the money has shown who he is.
      const personId = personOf(actor)
      if (!(await verifiedAmong(db, [personId])).has(personId)) return refuse('identity_not_verified')
      const wish = { id: body.id, partyId: shop.value.id, partyName: shop.value.name.zh, currency }
      const outcome = await inTransaction(app, actor, (tx) => closePayout(tx, wish))
      return outcome.ok ? done({ payout: payoutView(outcome.value) }) : outcome
    }),
    route(contract.listMyShopPayouts, async ({ actor, query }) => {
      const shop = await mine(actor)
      return shop.ok ? done(await payoutsOf(db, shop.value.id, query)) : shop
    }),
    route(contract.getShopAccount, async ({ params }) => {
      const shop = await findShop(db, params.id)
      return shop === null ? refuse('not_found') : done(await accountOf(shop))
    }),
    route(contract.setShopTier, async ({ actor, params, body }) => {
      if ((await findShop(db, params.id)) === null) return refuse('not_found')
      const wish = { id: body.id, sellerId: params.id, days: body.days }
      await inTransaction(app, actor, async (tx) => done(await setSellerTier(tx, wish)))
      return done({ tier: await tierFor(params.id) })
    }),
  ]
}

function lineView(row: SellerLineRow, payoutNumber: string | null) {
  const { sellerId: _, confirmedAt, releaseAt, ...line } = row
  return { ...line, confirmedAt: confirmedAt.toString(), releaseAt: releaseAt.toString(), payoutNumber }
}

/** A cursor of another form begins at the start rather than failing. */
function placeIn(cursor: string | undefined): { at: string; orderId: string; lineNo: number } | null {
  const match = /^([12]\d{3}-\d\d-\d\dT[\d:.]{5,24}Z)~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(\d{1,6})$/.exec(
    cursor ?? '',
  )
  if (match === null) return null
  try {
    return {
      at: Temporal.Instant.from(match[1] ?? '').toString(),
      orderId: match[2] ?? '',
      lineNo: Number(match[3]),
    }
  } catch {
    return null
  }
}
