import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { lockBag, marksIn, writeMark } from './store.ts'

export interface Mark {
  id: string
  productId: string
  fromAt: Temporal.Instant
  untilAt: Temporal.Instant | null
}

/** What was explained from when to when, in order; a replay jumps there. */
export function marksOf(db: Db, sessionId: string): Promise<Mark[]> {
  return marksIn(db, sessionId)
}

/** Puts a mark right when the broadcast is over: within it, and no longer than it. */
export async function moveMark(
  tx: Tx,
  of: {
    sessionId: string
    markId: string
    fromAt: Temporal.Instant
    untilAt: Temporal.Instant
    within: { from: Temporal.Instant; until: Temporal.Instant }
  },
): Promise<Outcome<null, 'not_found' | 'mark_outside' | 'session_live'>> {
  const bag = await lockBag(tx, of.sessionId)
  if (bag === null) return refuse('not_found')
  if (bag.closedAt === null) return refuse('session_live')
  const isWithin =
    Temporal.Instant.compare(of.within.from, of.fromAt) <= 0 &&
    Temporal.Instant.compare(of.fromAt, of.untilAt) < 0 &&
    Temporal.Instant.compare(of.untilAt, of.within.until) <= 0
  if (!isWithin) return refuse('mark_outside')
  return (await writeMark(tx, of)) ? done(null) : refuse('not_found')
}
