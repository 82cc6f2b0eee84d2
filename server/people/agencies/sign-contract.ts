import { type Tx, violates } from '#platform/database'
import { newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { type Contract, hasAgency, insertAgency, insertContract, lockContract, writeEnd } from './store.ts'

/** Opens an agency; the same id again meets the same agency. */
export async function openAgency(tx: Tx, agency: { id: string; name: string }): Promise<void> {
  await insertAgency(tx.db, { ...agency, now: tx.now })
}

export interface ContractWish {
  /** Made by the asker, so that a retry meets the same contract; without one it is made here. */
  id?: string
  agencyId: string
  creatorId: string
  basisPoints: number
  /** Included. */
  from: Temporal.Instant
  /** Excluded; null while nobody has ended it. */
  until: Temporal.Instant | null
}

export type SignContractRefusal = 'not_found' | 'contract_ends_before_it_begins' | 'contract_overlaps'

/** Binds a creator to an agency for a time. After `contract_overlaps` the transaction is of no more use. */
export async function signContract(tx: Tx, wish: ContractWish): Promise<Outcome<Contract, SignContractRefusal>> {
  if (!(await hasAgency(tx.db, wish.agencyId))) return refuse('not_found')
  if (wish.until !== null && Temporal.Instant.compare(wish.from, wish.until) >= 0) {
    return refuse('contract_ends_before_it_begins')
  }
  const contract = { ...wish, id: wish.id ?? newId() }
  const earlier = await lockContract(tx.db, contract.id)
  if (earlier !== null) return isSame(earlier, contract) ? done(earlier) : refuse('contract_overlaps')
  try {
    await insertContract(tx.db, contract, tx.now)
  } catch (error) {
    // The database is the judge: two who sign at once cannot see each other's row.
    if (violates(error, 'contracts_do_not_overlap')) return refuse('contract_overlaps')
    throw error
  }
  return done(contract)
}

/** Ends a contract; what was ordered before that instant still shares by it. Only earlier than it would have ended. */
export async function endContract(
  tx: Tx,
  end: { id: string; at: Temporal.Instant },
): Promise<Outcome<Contract, 'not_found' | 'contract_over'>> {
  const contract = await lockContract(tx.db, end.id)
  if (contract === null) return refuse('not_found')
  if (contract.until !== null && Temporal.Instant.compare(end.at, contract.until) >= 0) return refuse('contract_over')
  // Orders of the past were shared by this contract, so its past stays.
  if (Temporal.Instant.compare(end.at, tx.now) < 0) return refuse('contract_over')
  const until = Temporal.Instant.compare(end.at, contract.from) < 0 ? contract.from : end.at
  await writeEnd(tx.db, end.id, until)
  return done({ ...contract, until })
}

function isSame(one: Contract, other: Contract): boolean {
  return (
    one.agencyId === other.agencyId &&
    one.creatorId === other.creatorId &&
    one.basisPoints === other.basisPoints &&
    one.from.equals(other.from) &&
    (one.until === null ? other.until === null : other.until !== null && one.until.equals(other.until))
  )
}
