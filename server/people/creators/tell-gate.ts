import type { EventOf } from '#events/index'
import type { Tx } from '#platform/database'
import { findRule } from './store.ts'

/** Tells the studio to ask for the gate again, while followers can still make a difference to it. */
export async function tellGateOfFollowers(tx: Tx, event: EventOf<'creator.followers_changed'>): Promise<void> {
  const rule = await findRule(tx.db, 'live', tx.now)
  // Far above the mark one follower more or less changes nothing, and a famous creator gets thousands a minute.
  if (event.followers > (rule?.followersMin ?? 0) + followersTold) return
  tellGate(tx, event.creatorId)
}

/** Reactions may be late and out of order: the last one told must still be near enough to the mark. */
export const followersTold = 100

/** The gate closes with a violation. */
export async function tellGateOfViolation(tx: Tx, event: EventOf<'violation.recorded'>): Promise<void> {
  tellGate(tx, event.creatorId)
}

/** The gate may open when a violation ends. */
export async function tellGateOfClosedViolation(tx: Tx, event: EventOf<'violation.closed'>): Promise<void> {
  tellGate(tx, event.creatorId)
}

function tellGate(tx: Tx, creatorId: string): void {
  tx.tell(`person:${creatorId}`, { kind: 'gate' })
}
