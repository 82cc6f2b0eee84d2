import { contractsInForce } from '#people/agencies'
import { leftAmong } from '#people/creators'
import type { Db } from '#platform/database'
import type { PayeeChain } from './commission.ts'

/**
 * Who earns when these creators sell now: the contract that is in force at this moment decides, and is frozen. Nobody does for a
 * creator who has left: he has no entry.
 */
export async function loadPayeeChains(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, PayeeChain>> {
  if (creatorIds.length === 0) return new Map()
  const [contracts, left] = await Promise.all([contractsInForce(db, creatorIds, at), leftAmong(db, creatorIds, at)])
  const here = creatorIds.filter((creatorId) => !left.has(creatorId))
  return new Map(here.map((creatorId) => [creatorId, { creatorId, agency: contracts.get(creatorId) ?? null }]))
}
