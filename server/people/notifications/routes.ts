import * as contract from '#contract/notifications'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { countUnread, listNotes, markRead } from './store.ts'

export function notificationsRoutes(app: Pick<App, 'database'>): Route[] {
  const { db } = app.database
  return [
    route(contract.listMyNotes, async ({ actor, query }) => {
      const personId = personOf(actor)
      const found = await listNotes(db, { personId, after: positionIn(query.cursor), limit: query.limit + 1 })
      const page = found.slice(0, query.limit)
      const last = page.at(-1)
      return done({
        items: page.map((note) => ({ ...note, at: note.at.toString(), readAt: note.readAt?.toString() ?? null })),
        next: found.length > query.limit && last ? `${last.at}~${last.id}` : null,
        unread: await countUnread(db, personId),
      })
    }),
    route(contract.readMyNotes, ({ actor }) =>
      inTransaction(app, actor, async (tx) => {
        await markRead(tx, personOf(actor))
        return done({})
      }),
    ),
  ]
}
