import * as contract from '#contract/trust'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { closeViolation, recordViolation } from './record-violation.ts'
import { listRecords } from './store.ts'
import { shownAt } from './violation.ts'

export const myViolationsMax = 100

/** This area calls nobody, so whoever composes the server says who is a creator. */
export function conductRoutes(
  app: Pick<App, 'database' | 'clock'>,
  ask: { isCreator: (creatorId: string) => Promise<boolean> },
): Route[] {
  const { db } = app.database
  return [
    route(contract.listMyViolations, async ({ actor }) => {
      const mine = await listRecords(db, { creatorId: personOf(actor), after: null, limit: myViolationsMax })
      const now = app.clock.now()
      return done({ violations: mine.map((violation) => shownAt(violation, now)) })
    }),

    route(contract.listViolations, async ({ query }) => {
      const { limit, cursor, creatorId } = query
      const after = positionIn(cursor)
      const found = await listRecords(db, { creatorId: creatorId ?? null, after, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const now = app.clock.now()
      return done({
        items: page.map((violation) => shownAt(violation, now)),
        next: found.length > limit && last ? `${last.recordedAt}~${last.id}` : null,
      })
    }),

    route(contract.recordViolation, async ({ actor, body }) => {
      if (!(await ask.isCreator(body.creatorId))) return refuse('not_found')
      const recorded = await inTransaction(app, actor, (tx) => recordViolation(tx, body))
      return recorded.ok ? done({ violation: shownAt(recorded.value, app.clock.now()) }) : recorded
    }),

    route(contract.closeViolation, async ({ actor, params, body }) => {
      const closed = await inTransaction(app, actor, (tx) => closeViolation(tx, { id: params.id, reason: body.reason }))
      return closed.ok ? done({ violation: shownAt(closed.value, app.clock.now()) }) : closed
    }),
  ]
}
