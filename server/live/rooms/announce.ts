import type { EventOf } from '#events/index'
import { creatorsOf } from '#people/creators'
import { notify } from '#people/notifications'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { close, coverOf, passGate } from './run-session.ts'
import { announcedDaysMax, announcementLapsesAfterMinutes, announcementsOpenMax } from './session.ts'
import {
  countScheduled,
  deleteReminder,
  findSession,
  insertReminder,
  insertScheduled,
  lapsedAnnouncements,
  lockRoom,
  lockSession,
  remindersOf,
  roomOfCreator,
  type SessionRow,
  sessionsWithUntoldReminders,
  takeReminders,
} from './store.ts'

/** Says when the next broadcast will be. The same id again is the same announcement. */
export async function announce(
  tx: Tx,
  of: { id: string; creatorId: string; title: string; startsAt: Temporal.Instant; minutes: number },
): Promise<Outcome<SessionRow, 'gate_closed' | 'not_found' | 'announced_too_far' | 'too_many_announcements'>> {
  const gate = await passGate(tx, of.creatorId)
  if (!gate.ok) return gate
  const isSoon =
    Temporal.Instant.compare(of.startsAt, tx.now) > 0 &&
    Temporal.Instant.compare(of.startsAt, tx.now.add({ hours: 24 * announcedDaysMax })) <= 0
  if (!isSoon) return refuse('announced_too_far', { daysMax: announcedDaysMax })
  const room = await roomOfCreator(tx, {
    creatorId: of.creatorId,
    newRoomId: newId(),
    cover: await coverOf(tx, of.creatorId),
  })
  await lockRoom(tx, room.id)
  const isNew = await insertScheduled(tx, { ...of, roomId: room.id })
  const session = await findSession(tx.db, of.id)
  if (session === null || session.creatorId !== of.creatorId || session.state !== 'scheduled')
    return refuse('not_found')
  if (isNew && (await countScheduled(tx, of.creatorId)) > announcementsOpenMax)
    return refuse('too_many_announcements', { announcementsMax: announcementsOpenMax })
  return done(session)
}

/** Takes it back; who waited for it is told. */
export async function cancelAnnouncement(
  tx: Tx,
  of: { id: string; creatorId: string },
): Promise<Outcome<Record<string, never>, 'not_found'>> {
  const session = await lockSession(tx, of.id)
  if (session === null || session.creatorId !== of.creatorId || session.state !== 'scheduled')
    return refuse('not_found')
  await close(tx, session, 'ended', 'taken back')
  return done({})
}

export async function remind(
  tx: Tx,
  of: { id: string; personId: string; wanted: boolean },
): Promise<Outcome<{ reminders: number }, 'not_found'>> {
  const session = await findSession(tx.db, of.id)
  if (session === null || session.state !== 'scheduled') return refuse('not_found')
  if (of.wanted) await insertReminder(tx, { sessionId: of.id, personId: of.personId })
  else await deleteReminder(tx, { sessionId: of.id, personId: of.personId })
  return done({ reminders: (await remindersOf(tx.db, [of.id])).get(of.id) ?? 0 })
}

/** How many are told in one transaction. */
const remindersBite = 500

/** The broadcast has begun: the first of those who asked are told at once, the rest by the sweep. */
export async function tellReminded(tx: Tx, event: EventOf<'session.started'>): Promise<void> {
  const session = await findSession(tx.db, event.sessionId)
  if (session !== null) await tellSome(tx, session)
}

export async function tellRemindersLeft(app: App): Promise<{ more: boolean }> {
  const ids = await sessionsWithUntoldReminders(app.database.db, 20)
  let told = 0
  for (const id of ids) {
    told += await transact(app, async (tx) => {
      const session = await findSession(tx.db, id)
      return session === null ? 0 : tellSome(tx, session)
    })
  }
  return { more: told > 0 && ids.length > 0 && told % remindersBite === 0 }
}

async function tellSome(tx: Tx, session: SessionRow): Promise<number> {
  const people = await takeReminders(tx, session.id, remindersBite)
  const creator = (await creatorsOf(tx.db, [session.creatorId])).get(session.creatorId)
  const name = creator?.name ?? ''
  const isOver = session.state === 'ended' || session.state === 'banned'
  await notify(
    tx,
    people.map((personId) => ({
      personId,
      kind: isOver ? 'live_cancelled' : 'live_started',
      cause: session.id,
      title: isOver
        ? { en: `${name} will not go live`, zh: `${name} 的直播已取消` }
        : { en: `${name} is live now`, zh: `${name} 开播了` },
      body: { en: session.title, zh: session.title },
      link: isOver ? '/live' : `/rooms/${session.roomId}`,
    })),
  )
  return people.length
}

/** Nobody came: an announcement does not stand for ever. */
export async function lapseAnnouncements(app: App): Promise<{ more: boolean }> {
  const bite = 50
  const ids = await lapsedAnnouncements(
    app.database.db,
    app.clock.now().subtract({ minutes: announcementLapsesAfterMinutes }),
    bite,
  )
  for (const id of ids) {
    await transact(app, async (tx) => {
      const session = await lockSession(tx, id)
      if (session?.state === 'scheduled') await close(tx, session, 'ended', 'nobody came')
    })
  }
  return { more: ids.length === bite }
}

/** What was announced does not take place: who waited is told; of what was on air everybody knows. */
export async function tellWhoWaited(tx: Tx, event: EventOf<'session.ended'>): Promise<void> {
  const session = await findSession(tx.db, event.sessionId)
  if (session !== null && session.startedAt === null) await tellSome(tx, session)
}
