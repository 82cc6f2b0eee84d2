import { grantRole, revokeRole } from '#people/identity'
import type { Tx } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { deleteMember, findShop, insertMember, insertShop, type Shop, writeClosing } from './store.ts'

/** Opens a shop; the same id again meets the same shop, and another name under it is refused. */
export async function openShop(
  tx: Tx,
  wish: { id: string; name: { en: string; zh: string } },
): Promise<Outcome<Shop, 'id_reused'>> {
  const isNew = await insertShop(tx, wish)
  const shop = await findShop(tx.db, wish.id)
  assert(shop !== null, 'a shop that was just opened is there')
  const isSame = shop.name.en === wish.name.en && shop.name.zh === wish.name.zh
  return isNew || isSame ? done(shop) : refuse('id_reused')
}

/** From now on he acts for the shop. Who acts for another has to leave that one first. */
export async function addMember(
  tx: Tx,
  member: { shopId: string; personId: string },
): Promise<Outcome<null, 'not_found' | 'acts_for_another_shop'>> {
  if ((await findShop(tx.db, member.shopId)) === null) return refuse('not_found')
  const granted = await grantRole(tx, { personId: member.personId, role: 'merchant' })
  if (!granted.ok) return granted
  return (await insertMember(tx, member)) === member.shopId ? done(null) : refuse('acts_for_another_shop')
}

/** He acts for the shop no more, and is no merchant any more. Removing again changes nothing. */
export async function removeMember(
  tx: Tx,
  member: { shopId: string; personId: string },
): Promise<Outcome<null, 'not_found'>> {
  if ((await findShop(tx.db, member.shopId)) === null) return refuse('not_found')
  if ((await deleteMember(tx, member)) === 1) await revokeRole(tx, { personId: member.personId, role: 'merchant' })
  return done(null)
}

/** Its goods are for sale no more; what it earned before becomes available, is paid out or goes back as if it were open. */
export async function closeShop(tx: Tx, id: string): Promise<Outcome<null, 'not_found'>> {
  if ((await findShop(tx.db, id)) === null) return refuse('not_found')
  await writeClosing(tx, id)
  return done(null)
}
