import type { Db, Tx } from '#platform/database'
import { isOnAir } from './session.ts'
import { findShownSession, holdShownSession, type SessionRow } from './store.ts'

/** The broadcast that a visitor of the room sees, as other modules of this area need it. */
export interface ShownSession {
  sessionId: string
  creatorId: string
  isOnAir: boolean
}

/** Held until the transaction ends, so that nothing is given to a broadcast that ends in the same moment. */
export async function sessionInRoom(tx: Tx, roomId: string): Promise<ShownSession | null> {
  return shownOf(await holdShownSession(tx, roomId))
}

export async function shownSessionOf(db: Db, roomId: string): Promise<ShownSession | null> {
  return shownOf(await findShownSession(db, roomId))
}

function shownOf(session: SessionRow | null): ShownSession | null {
  if (session === null) return null
  return { sessionId: session.id, creatorId: session.creatorId, isOnAir: isOnAir(session.state) }
}
