/**
 * Merchants: the shops that sell here beside the operator, and who acts for each.
 *
 * Always true: a shop's id is the seller of record on what it sells; a person acts for one shop at most, and holds the role of a
 * merchant while he does.
 * Not here: what a shop sells (`goods/listings`), what it is owed (`money/settlements`), its orders (`trade/orders`).
 */
import { suretiesOf } from '#people/sureties'
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

/** Whose goods nobody may buy now: shops that have closed, and those whose deposit is below what is asked for. */
export async function notSelling(db: Db, sellerIds: readonly string[], now: Temporal.Instant): Promise<Set<string>> {
  if (sellerIds.length === 0) return new Set()
  const [shops, sureties] = await Promise.all([
    loadShops(db, sellerIds),
    suretiesOf(db, { kind: 'shop', partyIds: sellerIds }, now),
  ])
  const short = [...sureties].filter(([, { heldMinor, neededMinor }]) => heldMinor < neededMinor)
  return new Set([
    ...shops.filter(({ closedAt }) => closedAt !== null).map(({ id }) => id),
    ...short.map(([sellerId]) => sellerId),
  ])
}
