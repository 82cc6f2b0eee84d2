import { getMyEarnings, listMyPayouts, listPayouts, requestPayout } from '#contract/finance'
import { estimatedOf, type FrozenLine, linesPage } from '#money/commissions'
import { agencyNamesOf } from '#people/agencies'
import { namesOf } from '#people/identity'
import { verifiedAmong } from '#people/verification'
import type { App } from '#platform/app'
import { type Db, inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { closePayout } from './pay-out.ts'
import { payoutsOf, payoutView } from './payout-views.ts'
import { keyOf } from './release-earnings.ts'
import { shopRoutes } from './shop-routes.ts'
import { payoutsOfOrders } from './store.ts'
import { sumsOf } from './sums.ts'

export function settlementsRoutes(app: App): Route[] {
  const { db } = app.database
  return [
    ...shopRoutes(app),
    route(getMyEarnings, async ({ actor, query }) => {
      const partyId = personOf(actor)
      const [estimatedMinor, sums, page] = await Promise.all([
        estimatedOf(db, partyId),
        sumsOf(db, partyId),
        linesPage(db, { partyId, cursor: query.cursor, limit: query.limit }),
      ])
      const paid = await payoutsOfOrders(
        db,
        partyId,
        page.lines.map((line) => line.orderId),
      )
      const payouts = new Map(paid.map((each) => [each.cause, each]))
      return done({
        currency: app.config.currency,
        estimatedMinor,
        pendingMinor: sums.pendingMinor,
        availableMinor: sums.availableMinor,
        reserveMinor: sums.reserveMinor,
        frozenMinor: sums.frozenMinor,
        paidMinor: sums.paidMinor,
        lines: {
          items: page.lines.map((line) => earningOf(line, payouts.get(`commission:${keyOf(line)}`))),
          next: page.next,
        },
      })
    }),
    route(requestPayout, async ({ actor, body }) => {
      const partyId = personOf(actor)
      // Whoever is paid has shown who he is.
      if (!(await verifiedAmong(db, [partyId])).has(partyId)) return refuse('identity_not_verified')
      const partyName = await nameOf(db, partyId)
      const wish = { id: body.id, partyId, partyName, currency: app.config.currency }
      const outcome = await inTransaction(app, actor, (tx) => closePayout(tx, wish))
      return outcome.ok ? done({ payout: payoutView(outcome.value) }) : outcome
    }),
    route(listMyPayouts, async ({ actor, query }) => done(await payoutsOf(db, personOf(actor), query))),
    route(listPayouts, async ({ query }) => done(await payoutsOf(db, null, query))),
  ]
}

/** All of it went back: then nothing is pending, available or paid of it. */
function stateOf(
  { state, amountMinor, reversedMinor }: FrozenLine,
  isPaid: boolean,
): 'available' | 'paid' | 'reversed' | Exclude<FrozenLine['state'], 'settled'> {
  if (reversedMinor > 0 && reversedMinor === amountMinor) return 'reversed'
  if (state !== 'settled') return state
  return isPaid ? 'paid' : 'available'
}

function earningOf(line: FrozenLine, payout: { payoutId: string; paid: boolean } | undefined) {
  return {
    orderId: line.orderId,
    orderNumber: line.orderNumber,
    lineNo: line.lineNo,
    title: line.title,
    baseMinor: line.baseMinor,
    basisPoints: line.basisPoints,
    commissionMinor: line.commissionMinor,
    amountMinor: line.amountMinor - line.reversedMinor,
    reversedMinor: line.reversedMinor,
    planKind: line.planKind,
    state: stateOf(line, payout?.paid === true),
    reason: line.reason,
    placedAt: line.placedAt.toString(),
    availableAt: line.releaseAt?.toString() ?? null,
    payoutId: payout?.payoutId ?? null,
  }
}

async function nameOf(db: Db, partyId: string): Promise<string> {
  const [agencies, people] = await Promise.all([agencyNamesOf(db, [partyId]), namesOf(db, [partyId])])
  return agencies.get(partyId) ?? people.get(partyId)?.name ?? ''
}
