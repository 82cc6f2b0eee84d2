import { addPicture, listCategories, setProductState as setProductStateEndpoint } from '#contract/goods'
import type { App } from '#platform/app'
import { inTransaction } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, type Outcome } from '#platform/outcome'
import { oneAtATime, type PictureRefusal, type ReadPicture, readPicture, storedAt } from './picture.ts'
import { setProductState } from './set-product-state.ts'
import { selectCategories } from './store.ts'

export function catalogRoutes(app: Pick<App, 'database' | 'storage'>): Route[] {
  const inTurn = oneAtATime<Outcome<ReadPicture, PictureRefusal>>()
  return [
    route(listCategories, async () => done({ categories: await selectCategories(app.database.db) })),
    route(addPicture, async ({ body }) => {
      const read = await inTurn(() => readPicture(body))
      if (!read.ok) return read
      const { key, bytes, width, height } = read.value
      await app.storage.put(storedAt(key), bytes)
      return done({ picture: key, width, height })
    }),
    route(setProductStateEndpoint, ({ actor, params, body }) =>
      inTransaction(app, actor, (tx) => setProductState(tx, { productId: params.id, state: body.state })),
    ),
  ]
}
