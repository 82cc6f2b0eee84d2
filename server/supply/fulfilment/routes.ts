import * as contract from '#contract/supply'
import type { App } from '#platform/app'
import { inTransaction, type Tx } from '#platform/database'
import { type Route, route } from '#platform/http'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { advanceSandboxParcel, refillWaybills } from '#supply/logistics'
import { handOverParcel } from './hand-over.ts'
import { packParcel, pickParcel } from './pick-and-pack.ts'
import { findParcel, labelOf, listParcels, type ParcelView, pickListOf } from './views.ts'

export function fulfilmentRoutes(app: Pick<App, 'database' | 'config' | 'clock'>): Route[] {
  const { db } = app.database
  return [
    route(contract.listParcels, async ({ query }) => {
      const { warehouseId, state, cursor, limit } = query
      const words = query.q?.trim() || undefined
      return done(await listParcels(db, { warehouseId, state, words, cursor, limit }, app.clock.now()))
    }),
    route(contract.getParcel, async ({ params }) => {
      const parcel = await findParcel(db, params.id, app.clock.now())
      return parcel === null ? refuse('not_found') : done({ parcel })
    }),
    route(contract.listPickList, async ({ query }) => done(await pickListOf(db, query.warehouseId))),
    route(contract.pickParcel, ({ actor, params, body }) =>
      inTransaction(app, actor, async (tx) =>
        thenShow(tx, params.id, await pickParcel(tx, { parcelId: params.id, ...body })),
      ),
    ),
    route(contract.packParcel, async ({ actor, params, body }) => {
      await refillWaybills(app)
      return inTransaction(app, actor, async (tx) =>
        thenShow(tx, params.id, await packParcel(tx, { parcelId: params.id, ...body })),
      )
    }),
    route(contract.getLabel, ({ params }) =>
      labelOf(db, { parcelId: params.id, timeZone: app.config.timeZone, now: app.clock.now() }),
    ),
    route(contract.handOverParcel, ({ actor, params }) =>
      inTransaction(app, actor, async (tx) =>
        thenShow(tx, params.id, await handOverParcel(tx, { parcelId: params.id })),
      ),
    ),
    route(contract.advanceSandboxParcel, ({ actor, params }) =>
      inTransaction(app, actor, async (tx) => {
        if ((await findParcel(tx.db, params.id, tx.now)) === null) return refuse('not_found')
        return thenShow(tx, params.id, await advanceSandboxParcel(app, tx, params.id))
      }),
    ),
  ]
}

/** The parcel as it stands after a step that was taken; a refusal stays one. */
async function thenShow<Code extends string>(
  tx: Tx,
  parcelId: string,
  outcome: Outcome<null, Code>,
): Promise<Outcome<{ parcel: ParcelView }, Code>> {
  if (!outcome.ok) return outcome
  const parcel = await findParcel(tx.db, parcelId, tx.now)
  assert(parcel, 'a parcel that took a step is there')
  return done({ parcel })
}
