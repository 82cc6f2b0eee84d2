import { type AuthorizePublish, hashStreamKey, type MediaEvent } from '#live/media'
import { topicOf } from '#live/showcase'
import { decideGate } from '#people/creators'
import type { App } from '#platform/app'
import { transact } from '#platform/database'
import { close } from './run-session.ts'
import { abandonedAfterSeconds, isOnAir, isOpen, isPublic, pausedAbandonedAfterSeconds } from './session.ts'
import { findSessionByKey, lockSession, sessionsAbandonedSince, setPicture } from './store.ts'

/** Asked by the media engine before it keeps a byte: the key's session is open and its creator's gate is, now. */
export function authorizePublishOf(app: App): AuthorizePublish {
  return async ({ key }) => {
    const { db } = app.database
    const session = await findSessionByKey(db, hashStreamKey(key))
    if (session === null) return { allowed: false, reason: 'bad_key' }
    if (!isOpen(session.state)) return { allowed: false, reason: 'no_session' }
    const gate = await decideGate({ db, now: app.clock.now() }, { creatorId: session.creatorId, capability: 'live' })
    if (!gate.passed) return { allowed: false, reason: 'banned' }
    return { allowed: true, streamId: session.id }
  }
}

/** A picture arrives or is lost: the room is told, and a clock starts when it is lost. A stream's id is its session's. */
export async function noteMediaEvent(app: App, event: MediaEvent): Promise<void> {
  const isArriving = event.name === 'started' || event.name === 'resumed'
  if (!isArriving && event.name !== 'interrupted' && event.name !== 'ended') return
  await transact(app, async (tx) => {
    const session = await lockSession(tx, event.streamId)
    if (session === null || !isOpen(session.state)) return
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
