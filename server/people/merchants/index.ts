/**
 * Merchants: the shops that sell here beside the operator, and who acts for each.
 *
 * Always true: a shop's id is the seller of record on what it sells; a person acts for one shop at most, and holds the role of a
 * merchant while he does.
 * Not here: what a shop sells (`goods/listings`), what it is owed (`money/settlements`), its orders (`trade/orders`).
 */
import type { Db } from '#platform/database'
import { loadShops, type Shop } from './store.ts'

export type { Shop } from './store.ts'
export { addMember, openShop, removeMember } from './open-shop.ts'
/** The shop that a person acts for, or null. */
export { findShop, findShopOf as shopOf } from './store.ts'
export { merchantsRoutes } from './routes.ts'

/** Names of shops by id; no entry for who is none. */
export async function shopNamesOf(db: Db, ids: readonly string[]): Promise<Map<string, Shop['name']>> {
  if (ids.length === 0) return new Map()
  return new Map((await loadShops(db, ids)).map(({ id, name }) => [id, name]))
}
