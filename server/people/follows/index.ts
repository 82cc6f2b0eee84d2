/**
 * Follows: who follows whom.
 *
 * Always true: a follower is a fact with a row behind it; the count equals the rows, and nobody can set it.
 * Not here: whether somebody is a creator and what followers are good for (`creators`).
 */
import type { Db } from '#platform/database'
import { listFollowed, loadAmong, loadCounts, loadFollowed } from './store.ts'

export { followsRoutes } from './routes.ts'
export { follow, type Following, seedFollowers, unfollow } from './follow.ts'

export const followedMax = 1_000

/** Every asked creator has an entry. */
export async function followersOf(db: Db, creatorIds: readonly string[]): Promise<Map<string, number>> {
  const counts = await loadCounts(db, creatorIds)
  return new Map(creatorIds.map((id) => [id, counts.get(id) ?? 0]))
}

/** Which of these creators the person follows. */
export async function followedBy(db: Db, personId: string, creatorIds: readonly string[]): Promise<Set<string>> {
  return new Set(await loadFollowed(db, personId, creatorIds))
}

/** Which of these people follow the creator. */
export async function followersAmong(db: Db, creatorId: string, personIds: readonly string[]): Promise<Set<string>> {
  return new Set(await loadAmong(db, creatorId, personIds))
}

/** Whom a person follows, the latest first, at most `followedMax`. */
export function creatorsFollowedBy(db: Db, personId: string, limit = followedMax): Promise<string[]> {
  return listFollowed(db, personId, Math.min(limit, followedMax))
}
