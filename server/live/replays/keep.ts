import type { EventOf } from '#events/index'
import { findSeat } from '#live/cohosts'
import { type MediaEvent, removeRecording } from '#live/media'
import { findSession, openReplay } from '#live/rooms'
import type { App } from '#platform/app'
import { personOf, type Tx, transact } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { type DeleteRefusal, keptUntilOf, mayDelete } from './recording.ts'
import {
  findRecording,
  keepRecording,
  lockRecording,
  markDeleted,
  markRemoved,
  recordingsToRemove,
  ruleInForce,
  setHold,
} from './store.ts'

/** A picture began, was lost or is over: what was recorded of it is kept from now on for as long as the rule says. */
export async function noteRecording(app: App, event: MediaEvent): Promise<void> {
  const isPicture = event.name === 'started' || event.name === 'resumed'
  if (!isPicture && event.name !== 'interrupted' && event.name !== 'ended') return
  await transact(app, async (tx) => {
    const session = await streamOf(tx, event.streamId)
    const rule = await ruleInForce(tx)
    if (session === null) return
    assert(rule !== null, 'there is always a rule how long recordings are kept')
    await keepRecording(tx, {
      sessionId: session.id,
      roomId: session.roomId,
      creatorId: session.creatorId,
      clockAheadMs: app.clock.offsetMs(),
      ruleVersion: rule.version,
      keptUntil: keptUntilOf(tx.now, rule.years),
      isClosed: event.name === 'ended',
    })
    if (event.name === 'ended') await openReplay(tx, session.id)
  })
}

/** Whose stream it is: a broadcast's, or that of a guest in one, which is kept as long. */
async function streamOf(tx: Tx, id: string): Promise<{ id: string; roomId: string; creatorId: string } | null> {
  const session = await findSession(tx.db, id)
  if (session !== null) return session
  const seat = await findSeat(tx.db, id)
  return seat === null ? null : { id: seat.id, roomId: seat.roomId, creatorId: seat.guestId }
}

/** The broadcast ended after its picture did: the recording was whole before. */
export async function showReplayOfEnded(tx: Tx, event: EventOf<'session.ended'>): Promise<void> {
  if (event.state !== 'ended') return
  const recording = await findRecording(tx.db, event.sessionId)
  if (recording?.closedAt != null && recording.deletedAt === null) await openReplay(tx, event.sessionId)
}

/** Takes a recording away for good; refused while the law or somebody who holds it wants it kept. */
export async function deleteRecording(tx: Tx, sessionId: string): Promise<Outcome<null, 'not_found' | DeleteRefusal>> {
  const recording = await lockRecording(tx, sessionId)
  if (recording === null || recording.deletedAt !== null) return refuse('not_found')
  const refusal = mayDelete(recording, tx.now)
  if (refusal !== null) return refuse(refusal, { keptUntil: recording.keptUntil.toString() })
  await markDeleted(tx, { sessionId, by: personOf(tx.actor) })
  return done(null)
}

/** Legal hold: kept until it is let go, however old it is. */
export async function holdRecording(
  tx: Tx,
  of: { sessionId: string; reason: string | null },
): Promise<Outcome<null, 'not_found'>> {
  const recording = await lockRecording(tx, of.sessionId)
  if (recording === null || recording.deletedAt !== null) return refuse('not_found')
  await setHold(tx, { ...of, by: personOf(tx.actor) })
  return done(null)
}

const removedBite = 20

/** What is over its time goes by itself; files of what was deleted go after their row says so. */
export function removeOldRecordingsFrom(storageDir: (app: App) => string) {
  return async (app: App): Promise<{ more: boolean }> => {
    const now = app.clock.now()
    const ids = await recordingsToRemove(app.database.db, now, removedBite)
    for (const sessionId of ids) {
      const isDeleted = await transact(app, async (tx) => {
        const recording = await lockRecording(tx, sessionId)
        if (recording === null || mayDelete(recording, tx.now) !== null) return false
        if (recording.deletedAt === null) await markDeleted(tx, { sessionId, by: null })
        return true
      })
      if (!isDeleted) continue
      await removeRecording(storageDir(app), sessionId)
      await transact(app, (tx) => markRemoved(tx, sessionId))
    }
    return { more: ids.length === removedBite }
  }
}
