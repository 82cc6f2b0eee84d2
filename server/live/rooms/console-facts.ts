import { countQuestionsWaiting, permissionsIn } from '#live/chat'
import { bagOf, topicOf } from '#live/showcase'
import type { App } from '#platform/app'
import { activeViolationsOf } from '#trust/conduct'
import { isOnAir } from './session.ts'
import { findSession, sessionsOnAir } from './store.ts'

/** What a host's console shows beside its numbers; null for who is neither host nor helper. */
export async function consoleFactsOf(app: Pick<App, 'database' | 'clock'>, sessionId: string, personId: string) {
  const { db } = app.database
  const session = await findSession(db, sessionId)
  if (session === null) return null
  const { roomId, creatorId } = session
  if ((await permissionsIn(db, { roomId, personId, hostId: creatorId })) === null) return null
  const [questionsWaiting, violations, { bag }] = await Promise.all([
    countQuestionsWaiting(db, sessionId),
    activeViolationsOf(db, [creatorId], app.clock.now()),
    bagOf(db, sessionId, app.clock.now()),
  ])
  return {
    topic: topicOf(roomId),
    questionsWaiting,
    violations: violations.get(creatorId) ?? 0,
    soldOut: bag.filter((item) => item.soldOut).length,
  }
}

export async function roomsOnAir(app: Pick<App, 'database'>): Promise<{ sessionId: string; topic: string }[]> {
  const sessions = await sessionsOnAir(app.database.db)
  return sessions.map((session) => ({ sessionId: session.id, topic: topicOf(session.roomId) }))
}

export async function isSessionOnAir(app: Pick<App, 'database'>, sessionId: string): Promise<boolean> {
  const session = await findSession(app.database.db, sessionId)
  return session !== null && isOnAir(session.state)
}
