import type { EventOf } from '#events/index'
import { findSeatByKey, noteCohostPicture, seatsOfSession } from '#live/cohosts'
import { type AuthorizePublish, hashStreamKey, type MediaEngine, type MediaEvent } from '#live/media'
import { topicOf } from '#live/showcase'
import { decideGate } from '#people/creators'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { close } from './run-session.ts'
import { abandonedAfterSeconds, isOnAir, isOpen, isPublic, pausedAbandonedAfterSeconds } from './session.ts'
import { findSession, findSessionByKey, lockSession, sessionsAbandonedSince, setPicture } from './store.ts'

/** Asked by the media engine before it keeps a byte: the key's session is open and its creator's gate is, now. */
export function authorizePublishOf(app: App): AuthorizePublish {
  return async ({ key }) => {
    const { db } = app.database
    const session = await findSessionByKey(db, hashStreamKey(key))
    // A guest has a key of his own, and a stream beside the host's.
    const seat = session === null ? await findSeatByKey(db, key) : null
    const shown = seat === null ? session : await findSession(db, seat.sessionId)
    if (shown === null) return { allowed: false, reason: 'bad_key' }
    if (!isOpen(shown.state)) return { allowed: false, reason: 'no_session' }
    const creatorId = seat?.guestId ?? shown.creatorId
    const gate = await decideGate({ db, now: app.clock.now() }, { creatorId, capability: 'live' })
    if (!gate.passed) return { allowed: false, reason: 'banned' }
    return { allowed: true, streamId: seat?.id ?? shown.id }
  }
}

/** A picture arrives or is lost: the room is told, and a clock starts when it is lost. A stream's id is its session's, or its guest's seat's. */
export async function noteMediaEvent(app: App, event: MediaEvent): Promise<void> {
  const isArriving = event.name === 'started' || event.name === 'resumed'
  if (!isArriving && event.name !== 'interrupted' && event.name !== 'ended') return
  await transact(app, async (tx) => {
    const session = await lockSession(tx, event.streamId)
    if (session === null) return void (await noteCohostPicture(tx, { id: event.streamId, isArriving }))
    if (!isOpen(session.state)) return
    if (session.hasPicture === isArriving) return
    await setPicture(tx, session.id, isArriving)
    if (isPublic(session.state)) tx.tell(topicOf(session.roomId), { kind: 'picture', arriving: isArriving })
    tx.tell(`person:${session.creatorId}`, { kind: 'picture', arriving: isArriving })
  })
}

const abandonedBite = 50

/** Ends what nobody broadcasts any more, once the grace is over. */
export async function endAbandonedSessions(app: App): Promise<{ more: boolean }> {
  const now = app.clock.now()
  const ids = await sessionsAbandonedSince(
    app.database.db,
    {
      live: now.subtract({ seconds: abandonedAfterSeconds }),
      paused: now.subtract({ seconds: pausedAbandonedAfterSeconds }),
    },
    abandonedBite,
  )
  for (const id of ids) {
    await transact(app, async (tx) => {
      const session = await lockSession(tx, id)
      if (session === null || !isOnAir(session.state) || session.hasPicture) return
      await close(tx, session, 'ended', 'no picture arrived any more')
    })
  }
  return { more: ids.length === abandonedBite }
}

/** A broadcast that is over sends no picture any more, whoever ended it and why; its guest neither. */
export function cutOffPublishers(media: () => Pick<MediaEngine, 'kick'> | null) {
  return async function cutOffPublishersOf(tx: Tx, event: EventOf<'session.ended'>): Promise<void> {
    const streamIds = [event.sessionId, ...(await seatsOfSession(tx.db, event.sessionId))]
    tx.afterCommit(() => {
      for (const streamId of streamIds) media()?.kick(streamId)
    })
  }
}
