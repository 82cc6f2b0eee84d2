import { listBalances, listJournals } from '#contract/finance'
import type { App } from '#platform/app'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { classOf, compareClasses } from './accounts.ts'
import type { PostedJournal } from './journal.ts'
import { journalsByOrder, journalsPage, sumsByClass } from './store.ts'

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
      const show = ({ id, kind, cause, at, orderId, postings }: PostedJournal, morePostings = 0) => ({
        id,
        kind,
        cause,
        at: at.toString(),
        orderId,
        postings: postings.map(({ account, amountMinor, orderId: ofOrder }) => ({
          account,
          amountMinor,
          orderId: ofOrder ?? null,
        })),
        morePostings,
      })
      if (query.orderId !== undefined) {
        // An order has few journals: all of them are one page.
        const journals = await journalsByOrder(db, query.orderId)
        return done({ items: journals.toReversed().map((journal) => show(journal)), next: null })
      }
      const journals = await journalsPage(db, {
        account: query.account ?? null,
        before: isUuid(query.cursor) ? query.cursor : null,
        limit: query.limit,
      })
      return done({
        items: journals.map((journal) => show(journal, journal.morePostings)),
        next: journals.length === query.limit ? (journals.at(-1)?.id ?? null) : null,
      })
    }),
  ]
}

function isUuid(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
