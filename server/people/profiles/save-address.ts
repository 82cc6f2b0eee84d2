import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { type Address, becomesDefault, freeSlot, type OwnedAddress } from './address.ts'
import { clearDefault, deleteRow, loadOf, lockOwner, makeDefault, upsertAddress } from './store.ts'

/** Adds or changes an address of this owner; the id of somebody else's looks like one that is not there. */
export async function saveAddress(
  tx: Tx,
  wish: OwnedAddress,
): Promise<Outcome<Address, 'too_many_addresses' | 'not_found'>> {
  await lockOwner(tx.db, wish.ownerId)
  const present = await loadOf(tx.db, wish.ownerId)
  const slot = present.find((address) => address.id === wish.id)?.slot ?? freeSlot(present.map((each) => each.slot))
  if (slot === null) return refuse('too_many_addresses')
  const isDefault = becomesDefault(wish, present)
  if (isDefault) await clearDefault(tx.db, wish.ownerId)
  const written = await upsertAddress(tx.db, { ...wish, isDefault, slot, savedAt: tx.now })
  if (!written) return refuse('not_found')
  const { ownerId: _, ...address } = wish
  return done({ ...address, isDefault })
}

/** Removes an address; when it was the default, the latest saved of the others becomes it. */
export async function deleteAddress(
  tx: Tx,
  wish: { id: string; ownerId: string },
): Promise<Outcome<null, 'not_found'>> {
  await lockOwner(tx.db, wish.ownerId)
  const present = await loadOf(tx.db, wish.ownerId)
  const address = present.find((each) => each.id === wish.id)
  if (address === undefined) return refuse('not_found')
  await deleteRow(tx.db, wish.id)
  const heir = present.find((each) => each.id !== wish.id)
  if (address.isDefault && heir !== undefined) await makeDefault(tx.db, heir.id)
  return done(null)
}
