import {
  explainBreak as explainBreakEndpoint,
  importStatement,
  listBreaks,
  listStatements,
  reconcileNow,
} from '#contract/finance'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { cursorOf, positionIn, type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { explainBreak } from './explain-break.ts'
import { bringStatement, reconcile } from './reconcile.ts'
import { type BreakRow, breaksPage, openBreaks, type StatementRow, statementsPage } from './store.ts'

/** Bites that one request takes; a larger backlog is the daily job's. */
const bitesPerRequestMax = 40

export function reconciliationRoutes(app: App): Route[] {
  const { db } = app.database
  const viewOf = (statement: StatementRow) => ({
    ...statement,
    from: statement.from?.toString() ?? null,
    until: statement.until?.toString() ?? null,
    importedAt: statement.importedAt.toString(),
    currency: statement.currency ?? app.config.currency,
  })
  return [
    route(listStatements, async ({ query }) => {
      const rows = await statementsPage(db, { before: positionIn(query.cursor), limit: query.limit })
      const last = rows.at(-1)
      const next = last && rows.length === query.limit ? cursorOf(last.importedAt, last.id) : null
      return done({ items: rows.map(viewOf), next })
    }),
    route(importStatement, async ({ actor, body }) => {
      const brought = await bringStatement(app, actor, { ...body, span: null })
      if (!brought.ok) return brought
      const { statement, isNew } = brought.value
      return done({ statement: viewOf(statement), isNew })
    }),
    route(reconcileNow, async () => {
      const sum = { statements: 0, matched: 0 }
      for (let bites = 0; bites < bitesPerRequestMax; bites++) {
        const { more, statements, matched } = await reconcile(app)
        sum.statements += statements
        sum.matched += matched
        if (!more) break
      }
      return done({ ...sum, openBreaks: await openBreaks(db) })
    }),
    route(listBreaks, async ({ query }) => {
      const filter = query.state ? { state: query.state } : {}
      const rows = await breaksPage(db, { ...filter, before: positionIn(query.cursor), limit: query.limit })
      const last = rows.at(-1)
      const next = last && rows.length === query.limit ? cursorOf(last.foundAt, last.id) : null
      return done({ items: rows.map(breakView), next })
    }),
    route(explainBreakEndpoint, async ({ actor, params, body }) => {
      const said = { id: params.id, ...body, by: personOf(actor) }
      const outcome = await inTransaction(app, actor, (tx) => explainBreak(tx, said))
      return outcome.ok ? done({ break: breakView(outcome.value) }) : outcome
    }),
  ]
}

function breakView(row: BreakRow) {
  return { ...row, foundAt: row.foundAt.toString(), closedAt: row.closedAt?.toString() ?? null }
}
