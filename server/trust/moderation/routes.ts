import * as contract from '#contract/moderation'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { decide } from './report.ts'
import { countOpen, forbiddenWords, listDecided, listOpen, type ReportRow, replaceWords } from './store.ts'

export function moderationRoutes(app: Pick<App, 'database' | 'clock'>): Route[] {
  const { db } = app.database
  const view = ({ at, dueAt, decidedAt, ...report }: ReportRow) => ({
    ...report,
    at: at.toString(),
    dueAt: dueAt.toString(),
    isOverdue: report.decision === null && Temporal.Instant.compare(app.clock.now(), dueAt) >= 0,
    decidedAt: decidedAt?.toString() ?? null,
  })
  return [
    route(contract.listReports, async ({ query }) => {
      const { limit, state } = query
      const after = positionIn(query.cursor)
      const found = await (state === 'open' ? listOpen : listDecided)(db, { after, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const at = state === 'open' ? last?.dueAt : last?.decidedAt
      return done({
        items: page.map(view),
        next: found.length > limit && last && at ? `${at}~${last.id}` : null,
        ...(await countOpen(db, app.clock.now())),
      })
    }),
    route(contract.decideReport, async ({ actor, params, body }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        decide(tx, { id: params.id, ...body, byId: personOf(actor) }),
      )
      return outcome.ok ? done({ report: view(outcome.value) }) : outcome
    }),
    route(contract.listForbiddenWords, async () => done({ words: await forbiddenWords(db) })),
    route(contract.setForbiddenWords, ({ actor, body }) =>
      inTransaction(app, actor, async (tx) => {
        await replaceWords(tx, [...new Set(body.words)], personOf(actor))
        return done({})
      }),
    ),
  ]
}
