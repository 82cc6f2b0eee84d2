import { contractsInForce } from '#people/agencies'
import { followersOf } from '#people/follows'
import type { Db } from '#platform/database'
import { loadCreators } from './store.ts'

/** A creator as everybody sees him. */
export interface CreatorCard {
  id: string
  handle: string
  name: string
  bio: string
  avatar: string | null
  agencyId: string | null
  agencyName: string | null
  followers: number
}

/** Those of these ids that are creators. Without an instant, the agency is that of the present. */
export async function creatorsOf(
  db: Db,
  ids: readonly string[],
  at: Temporal.Instant | null = null,
): Promise<Map<string, CreatorCard>> {
  const creators = await loadCreators(db, ids)
  const found = creators.map((creator) => creator.id)
  const [followers, contracts] = await Promise.all([followersOf(db, found), contractsInForce(db, found, at)])
  return new Map(
    creators.map(({ id, handle, name, bio, avatar }) => {
      const contract = contracts.get(id)
      return [
        id,
        {
          id,
          handle,
          name,
          bio,
          avatar,
          agencyId: contract?.agencyId ?? null,
          agencyName: contract?.agencyName ?? null,
          followers: followers.get(id) ?? 0,
        },
      ]
    }),
  )
}
