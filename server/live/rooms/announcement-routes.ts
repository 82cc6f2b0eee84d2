import type { z } from 'zod'
import * as contract from '#contract/announcements'
import { creatorsOf } from '#people/creators'
import { followedBy } from '#people/follows'
import type { App } from '#platform/app'
import { type Actor, inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { announce, cancelAnnouncement, remind } from './announce.ts'
import { calendarOf } from './calendar.ts'
import { announcementsOpenMax } from './session.ts'
import { findSession, remindedOf, remindersOf, type SessionRow, scheduledSessions } from './store.ts'
import { hostOf } from './views.ts'

const listedMax = 50

export function announcementRoutes({ app }: { app: App }): Route[] {
  const { db } = app.database
  const views = (sessions: readonly SessionRow[], actor: Actor) => announcementsOf(app, sessions, actor)
  return [
    route(contract.announceSession, async ({ actor, body }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        announce(tx, { ...body, creatorId: personOf(actor), startsAt: Temporal.Instant.from(body.startsAt) }),
      )
      if (!outcome.ok) return outcome
      const [announcement] = await views([outcome.value], actor)
      return announcement === undefined ? refuse('not_found') : done({ announcement })
    }),
    route(contract.listMyAnnouncements, async ({ actor }) => {
      const since = app.clock.now().subtract({ hours: 24 })
      const mine = await scheduledSessions(db, { creatorId: personOf(actor), since, limit: announcementsOpenMax })
      return done({ announcements: await views(mine, actor) })
    }),
    route(contract.cancelAnnouncement, ({ actor, params }) =>
      inTransaction(app, actor, (tx) => cancelAnnouncement(tx, { id: params.id, creatorId: personOf(actor) })),
    ),
    route(contract.listAnnouncements, async ({ actor, query }) => {
      const since = app.clock.now().subtract({ minutes: 30 })
      const coming = await scheduledSessions(db, { creatorId: query.creatorId ?? null, since, limit: listedMax })
      return done({ announcements: await views(coming, actor) })
    }),
    route(contract.setReminder, ({ actor, params }) =>
      inTransaction(app, actor, (tx) => remind(tx, { id: params.id, personId: personOf(actor), wanted: true })),
    ),
    route(contract.dropReminder, ({ actor, params }) =>
      inTransaction(app, actor, (tx) => remind(tx, { id: params.id, personId: personOf(actor), wanted: false })),
    ),
    route(contract.getAnnouncementCalendar, async ({ params, headers }) => {
      const session = await findSession(db, params.id)
      if (session === null || session.state !== 'scheduled' || session.announcedFor === null) return refuse('not_found')
      const creator = (await creatorsOf(db, [session.creatorId])).get(session.creatorId)
      const calendar = calendarOf({
        id: session.id,
        title: session.title,
        host: creator?.name ?? '',
        startsAt: session.announcedFor,
        minutes: session.announcedMinutes ?? 0,
        url: `http://${String(headers['host'] ?? 'localhost').replaceAll(/[^\w.:[\]-]/g, '')}/rooms/${session.roomId}`,
        now: app.clock.now(),
      })
      return done({ name: 'live.ics', bytes: Buffer.from(calendar) })
    }),
  ]
}

async function announcementsOf(
  app: App,
  sessions: readonly SessionRow[],
  actor: Actor,
): Promise<z.input<typeof contract.announcement>[]> {
  const { db } = app.database
  const ids = sessions.map((session) => session.id)
  const creatorIds = sessions.map((session) => session.creatorId)
  const personId = actor.kind === 'person' ? actor.personId : null
  const [creators, follows, reminders, reminded] = await Promise.all([
    creatorsOf(db, creatorIds),
    personId === null ? new Set<string>() : followedBy(db, personId, creatorIds),
    remindersOf(db, ids),
    personId === null ? new Set<string>() : remindedOf(db, personId, ids),
  ])
  return sessions.flatMap((session) => {
    const creator = creators.get(session.creatorId)
    if (creator === undefined || session.announcedFor === null) return []
    return [
      {
        id: session.id,
        roomId: session.roomId,
        title: session.title,
        host: hostOf(creator, follows),
        startsAt: session.announcedFor.toString(),
        minutes: session.announcedMinutes ?? 0,
        reminders: reminders.get(session.id) ?? 0,
        remindsMe: reminded.has(session.id),
      },
    ]
  })
}
