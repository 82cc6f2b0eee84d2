import { advanceClock, getClock, listAuditTrail, listFailedWork, retryFailedWork } from '#contract/platform'
import type { App } from '#platform/app'
import { advanceClockOffset, personOf, transact } from '#platform/database'
import { listTrail, type Route, route } from '#platform/http'
import { hashSecret, isId } from '#platform/ids'
import { listFailedDeliveries, retryFailedDeliveries } from '#platform/outbox'
import { done, refuse } from '#platform/outcome'

/** Routes of the floor itself: the sandbox clock, failed work, the audit trail. */
export function operationsRoutes(app: App): Route[] {
  const stateOfClock = () => ({
    now: app.clock.now().toString(),
    aheadSeconds: Math.round(app.clock.offsetMs() / 1_000),
  })
  return [
    route(getClock, async () => done({ ...stateOfClock(), movable: app.config.mode !== 'live' })),
    route(advanceClock, async ({ body, actor, headers }) => {
      if (app.config.mode === 'live') return refuse('not_in_sandbox')
      // The edge lets nobody in without a key; everybody has his own.
      const key = hashSecret(`${personOf(actor)} ${String(headers['idempotency-key'])}`)
      app.clock.setOffsetMs(await transact(app, (tx) => advanceClockOffset(tx, { key, seconds: body.seconds })))
      await app.jobs.sweepAll()
      return done(stateOfClock())
    }),
    route(listFailedWork, async () => done({ failed: await listFailedDeliveries(app) })),
    route(retryFailedWork, async () => done({ retried: await transact(app, (tx) => retryFailedDeliveries(tx)) })),
    route(listAuditTrail, async ({ query }) => {
      const before = isId(query.cursor) ? query.cursor : null
      const rows = await listTrail(app.database.db, { before, q: query.q ?? null, limit: query.limit })
      const items = rows.map((row) => ({ ...row, at: row.at.toString() }))
      return done({ items, next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null })
    }),
  ]
}
