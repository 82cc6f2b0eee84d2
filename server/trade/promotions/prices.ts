import type { z } from 'zod'
import * as contract from '#contract/prices'
import {
  endTimedPrice,
  explainPrice,
  loadOffers,
  lowestPriceOf,
  priceHistoryOf,
  setTimedPrice,
  type TimedPrice,
  timedPricesOf,
  videoChannel,
} from '#goods/listings'
import type { App } from '#platform/app'
import { type Db, inTransaction, type Tx } from '#platform/database'
import { type Route, route } from '#platform/http'
import { newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import type { Funders } from './promotion.ts'
import { fundersOf } from './routes.ts'
import { budgetsOf, insertBudget, listPromotionRows } from './store.ts'

/** So far back a price's history is shown. */
const historyDays = 90
const promotionsShownMax = 100

type OnAir = (db: Db, of: { roomId: string }) => Promise<{ roomId: string; sessionId: string } | null>

/** What holds and why, prices for a time, and what promotions cost: for the operator. */
export function pricesRoutes(app: App, onAir: OnAir): Route[] {
  const { db } = app.database
  return [
    route(contract.explainSkuPrice, async ({ params, query }) => {
      const now = app.clock.now()
      const skuId = params.id
      const offer = (await loadOffers(db, [skuId], { channel: query.channel, now })).get(skuId)
      if (offer === undefined) return refuse('not_found')
      const since = now.subtract({ hours: 24 * historyDays })
      const [timed, history, low, room] = await Promise.all([
        timedPricesOf(db, { skuId, since }),
        priceHistoryOf(db, { skuId, since }),
        lowestPriceOf(db, { skuId, now }),
        query.roomId === undefined ? null : onAir(db, { roomId: query.roomId }),
      ])
      const budgets = await budgetsOf(
        db,
        timed.flatMap(({ budgetId }) => budgetId ?? []),
      )
      const at = { channel: query.channel, now, sessionId: room?.sessionId ?? null, units: 1, budgets }
      const { winner, losers } = explainPrice(offer, timed, at)
      const shelf = { priceMinor: offer.priceMinor, limitUnits: offer.limit?.units ?? null }
      return done({
        currency: offer.currency as 'CNY',
        effective: winner === null ? shelfOf(shelf) : candidateOf(winner),
        lost: losers.map(({ price, why }) => ({ ...(price === null ? shelfOf(shelf) : candidateOf(price)), why })),
        lowestMinor: low?.priceMinor ?? null,
        lowestAt: low?.at.toString() ?? null,
        history: history.map(({ kind, priceMinor, from, until }) => ({
          ...{ kind, priceMinor, from: from.toString() },
          until: until?.toString() ?? null,
        })),
      })
    }),
    route(contract.scheduleSkuPrice, ({ actor, params, body }) =>
      inTransaction(app, actor, async (tx) => {
        const { budgetMinor: _budgetMinor, from, until, ...wish } = body
        const budget = await openBudget(tx, { ...body, currency: app.config.currency })
        if (!budget.ok) return budget
        const price = await setTimedPrice(tx, {
          ...{ ...wish, skuId: params.id, channel: videoChannel, budgetId: budget.value },
          ...{ from: Temporal.Instant.from(from), until: Temporal.Instant.from(until) },
        })
        return price.ok ? done({ price: candidateOf(price.value) }) : price
      }),
    ),
    route(contract.endSkuPrice, ({ actor, params }) =>
      inTransaction(app, actor, async (tx) => {
        const ended = await endTimedPrice(tx, { skuId: params.id, id: params.priceId })
        return ended.ok ? done({}) : ended
      }),
    ),
    route(contract.listPromotions, async () => {
      const rows = await listPromotionRows(db, promotionsShownMax)
      return done({
        promotions: rows.map(({ budgetId: _, platform, seller, creator, brand, currency, ...row }) => ({
          ...row,
          currency: currency as 'CNY',
          funders: fundersOf({ platform, seller, creator, brand }),
          startsAt: row.startsAt.toString(),
          endsAt: row.endsAt.toString(),
        })),
      })
    }),
  ]
}

type Candidate = z.input<typeof contract.explainSkuPrice.reply>['effective']

function candidateOf(price: TimedPrice): Candidate {
  const { id, kind, name, priceMinor, channel, roomId, limitUnits, from, until, funders } = price
  return {
    ...{ id, kind, name, priceMinor, channel, roomId, limitUnits },
    ...{ from: from.toString(), until: until.toString(), funders: fundersOf(funders) },
  }
}

function shelfOf(of: { priceMinor: number; limitUnits: number | null }): Candidate {
  return {
    ...{ id: null, kind: 'shelf', name: { en: 'Shelf price', zh: '日常价' }, channel: 'all', roomId: null },
    ...{ ...of, from: null, until: null, funders: [] },
  }
}

/** A budget of its own for what the platform bears of a price, if it bears anything. */
async function openBudget(
  tx: Tx,
  of: { name: { en: string }; funders: Funders; budgetMinor: number; currency: string },
): Promise<Outcome<string | null, 'funders_not_whole' | 'budget_missing'>> {
  const { platform, seller, creator, brand } = of.funders
  if (platform + seller + creator + brand !== 10_000) return refuse('funders_not_whole')
  if (platform === 0) return done(null)
  if (of.budgetMinor === 0) return refuse('budget_missing')
  const id = newId()
  await insertBudget(tx, { id, name: of.name.en, currency: of.currency, limitMinor: of.budgetMinor })
  return done(id)
}
