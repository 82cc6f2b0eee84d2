import { listBalances, listJournals } from '#contract/finance'
import type { App } from '#platform/app'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { classOf, compareClasses } from './accounts.ts'
import { journalsPage, sumsByClass } from './store.ts'

export function ledgerRoutes(app: App): Route[] {
  const { db } = app.database
  return [
    route(listBalances, async () => {
      const sums = await sumsByClass(db)
      const balances = sums
        .map(({ account, amountMinor }) => ({ ...classOf(account), amountMinor }))
        .sort(compareClasses)
      const totalMinor = balances.reduce((sum, each) => sum + each.amountMinor, 0)
      return done({ currency: app.config.currency, totalMinor, balances })
    }),
    route(listJournals, async ({ query }) => {
      const journals = await journalsPage(db, {
        account: query.account ?? null,
        orderId: query.orderId ?? null,
        before: isUuid(query.cursor) ? query.cursor : null,
        limit: query.limit,
      })
      return done({
        items: journals.map(({ id, kind, cause, at, orderId, postings }) => ({
          id,
          kind,
          cause,
          at: at.toString(),
          orderId,
          postings: [...postings],
        })),
        next: journals.length === query.limit ? (journals.at(-1)?.id ?? null) : null,
      })
    }),
  ]
}

function isUuid(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
