import * as contract from '#contract/supply'
import type { App } from '#platform/app'
import { inTransaction } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { receiveStock } from './receive-stock.ts'
import { selectSuppliers } from './store.ts'

export function procurementRoutes(app: Pick<App, 'database' | 'config'>): Route[] {
  return [
    route(contract.listSuppliers, async ({ query }) => {
      const rows = await selectSuppliers(app.database.db, { after: query.cursor ?? null, limit: query.limit + 1 })
      const shown = rows.slice(0, query.limit)
      const next = rows.length > query.limit ? (shown.at(-1)?.code ?? null) : null
      const items = shown.map(({ id, code, name, city, leadDays, accountPeriodDays }) => {
        return { id, code, name, city, leadDays, accountPeriodDays }
      })
      return done({ items, next })
    }),
    route(contract.receiveStock, ({ actor, body }) =>
      inTransaction(app, actor, (tx) => receiveStock(tx, { ...body, currency: app.config.currency })),
    ),
  ]
}
