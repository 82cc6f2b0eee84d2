/**
 * Profiles: what people keep with us for themselves: their addresses.
 *
 * Always true: nobody reads or changes another person's address; at most twenty, and exactly one of them is the default.
 * Not here: names and sign-in (`identity`), the copy of an address on an order (`trade/orders`).
 */
import type { Db, Tx } from '#platform/database'
import type { OwnedAddress } from './address.ts'
import { deleteAllOf, findDefault, loadByIds } from './store.ts'

export { type Address, addressesMax, type OwnedAddress } from './address.ts'
export { deleteAddress, saveAddress } from './save-address.ts'
export { profilesRoutes } from './routes.ts'

/** Addresses by id with their owner: the caller compares it, since an id carries no right. */
export async function loadAddresses(db: Db, addressIds: readonly string[]): Promise<Map<string, OwnedAddress>> {
  return new Map((await loadByIds(db, addressIds)).map((address) => [address.id, address]))
}

export function defaultAddressOf(db: Db, personId: string): Promise<OwnedAddress | null> {
  return findDefault(db, personId)
}

/** He has gone: nobody needs to know where he lived. */
export function forgetAddresses(tx: Tx, ownerId: string): Promise<void> {
  return deleteAllOf(tx.db, ownerId)
}
