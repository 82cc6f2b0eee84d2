import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { deleteFollower, insertDemoFollowers, insertFollower, loadCount } from './store.ts'

export interface Following {
  creatorId: string
  personId: string
}

/** Follows a creator; twice is once. Whether the creator exists, the asker has to know. Nobody follows himself. */
export async function follow(tx: Tx, following: Following): Promise<Outcome<{ followers: number }, 'not_found'>> {
  if (following.creatorId === following.personId) return refuse('not_found')
  const changed = await insertFollower(tx.db, { ...following, since: tx.now })
  return done(await told(tx, following, changed))
}

/** Stops following; done as well when nobody followed. */
export async function unfollow(tx: Tx, following: Following): Promise<Outcome<{ followers: number }, never>> {
  const changed = await deleteFollower(tx.db, following)
  return done(await told(tx, following, changed))
}

async function told(tx: Tx, following: Following, changed: boolean): Promise<{ followers: number }> {
  // Exact within this transaction: the count's row stays locked until it ends.
  const followers = await loadCount(tx.db, following.creatorId)
  if (changed) tx.emit({ name: 'creator.followers_changed', ...following, followers })
  return { followers }
}

/** Demo followers up to `count`, each a row flagged as made up. For seeds; again is the same. */
export async function seedFollowers(
  tx: Tx,
  wish: { creatorId: string; count: number },
): Promise<{ followers: number }> {
  await insertDemoFollowers(tx.db, { ...wish, since: tx.now })
  return { followers: await loadCount(tx.db, wish.creatorId) }
}
