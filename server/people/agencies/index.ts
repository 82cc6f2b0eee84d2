/**
 * Agencies: who represents which creator, when, for what share of his commission.
 *
 * Always true: a creator has at most one contract at any instant; a contract counts from its first instant up to, and not
 * at, its last; its past does not change.
 * Not here: what a share comes to in money (`money/commissions`).
 */
import type { Db } from '#platform/database'
import { loadAgencyNames, loadInForce } from './store.ts'

export type { Contract } from './store.ts'
export { type ContractWish, endContract, openAgency, signContract, type SignContractRefusal } from './sign-contract.ts'

export interface ContractInForce {
  contractId: string
  agencyId: string
  agencyName: string
  /** The agency's share of the creator's commission. */
  basisPoints: number
}

/** The contract that binds each of these creators at that instant; no entry for who is bound by none. */
export async function contractsInForce(
  db: Db,
  creatorIds: readonly string[],
  at: Temporal.Instant | null,
): Promise<Map<string, ContractInForce>> {
  const contracts = await loadInForce(db, creatorIds, at)
  return new Map(
    contracts.map(({ id, creatorId, agencyId, agencyName, basisPoints }) => [
      creatorId,
      { contractId: id, agencyId, agencyName, basisPoints },
    ]),
  )
}

/** Names of agencies by id. */
export function agencyNamesOf(db: Db, agencyIds: readonly string[]): Promise<Map<string, string>> {
  return loadAgencyNames(db, agencyIds)
}
