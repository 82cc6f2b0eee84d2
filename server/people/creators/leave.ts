import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { hasCreator, loadLeft, writeLeaving } from './store.ts'

/**
 * A creator leaves: from this instant on nothing that he promoted earns him anything, and every gate is closed to him. What he
 * earned before still becomes available, is paid out, or is reversed, as if he were here. Leaving twice is leaving once.
 */
export async function leaveAsCreator(tx: Tx, creatorId: string): Promise<Outcome<null, 'not_found'>> {
  if (!(await hasCreator(tx.db, creatorId))) return refuse('not_found')
  if (await writeLeaving(tx.db, creatorId, tx.now)) {
    tx.emit({ name: 'creator.left', creatorId })
    tx.tell(`person:${creatorId}`, { kind: 'gate' })
  }
  return done(null)
}

/** Who of these had left by that instant. */
export async function leftAmong(db: Db, creatorIds: readonly string[], at: Temporal.Instant): Promise<Set<string>> {
  return new Set(await loadLeft(db, creatorIds, at))
}
