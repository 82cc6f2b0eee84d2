import { listCategories, setProductState as setProductStateEndpoint } from '#contract/goods'
import type { App } from '#platform/app'
import { inTransaction } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { setProductState } from './set-product-state.ts'
import { selectCategories } from './store.ts'

export function catalogRoutes(app: Pick<App, 'database'>): Route[] {
  return [
    route(listCategories, async () => done({ categories: await selectCategories(app.database.db) })),
    route(setProductStateEndpoint, ({ actor, params, body }) =>
      inTransaction(app, actor, (tx) => setProductState(tx, { productId: params.id, state: body.state })),
    ),
  ]
}
