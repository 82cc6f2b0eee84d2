import { contractsInForce } from '#people/agencies'
import type { Db } from '#platform/database'
import type { PayeeChain } from './commission.ts'

/** Who earns when these creators sell now: the contract that is in force at this moment decides, and is frozen. */
export async function loadPayeeChains(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, PayeeChain>> {
  if (creatorIds.length === 0) return new Map()
  const contracts = await contractsInForce(db, creatorIds, at)
  return new Map(creatorIds.map((creatorId) => [creatorId, { creatorId, agency: contracts.get(creatorId) ?? null }]))
}
