import { offersOfProducts } from '#goods/listings'
import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { addToBag } from './bag.ts'
import { mayPromote } from './may-promote.ts'
import { countSets, deleteSet, findSet, lockCreatorSets, setsOf, upsertSet } from './store.ts'

/** `live.bag`: a creator keeps so many sets. */
export const bagSetsMax = 50

export async function listSets(db: Db, creatorId: string) {
  return (await setsOf(db, creatorId)).map((set) => ({ ...set, products: set.productIds.length }))
}

export async function saveSet(
  tx: Tx,
  of: { creatorId: string; id: string; name: string; productIds: readonly string[] },
): Promise<Outcome<null, 'not_found' | 'too_many_sets'>> {
  const productIds = [...new Set(of.productIds)]
  const offers = await offersOfProducts(tx.db, productIds, { now: tx.now })
  const missing = productIds.find((productId) => !offers.has(productId))
  if (missing !== undefined) return refuse('not_found', { productId: missing })
  await lockCreatorSets(tx, of.creatorId)
  await upsertSet(tx, { ...of, productIds })
  if ((await countSets(tx.db, of.creatorId)) > bagSetsMax) return refuse('too_many_sets', { setsMax: bagSetsMax })
  return done(null)
}

export async function forgetSet(tx: Tx, of: { creatorId: string; id: string }): Promise<Outcome<null, 'not_found'>> {
  return (await deleteSet(tx, of)) ? done(null) : refuse('not_found')
}

/** Hangs a whole set into the bag. What may not be promoted any more is left out; that it does not fit is a refusal. */
export async function loadSet(
  tx: Tx,
  of: { creatorId: string; setId: string; sessionId: string },
): Promise<Outcome<{ leftOut: number }, 'not_found' | 'bag_full' | 'category_gated'>> {
  const set = await findSet(tx.db, { creatorId: of.creatorId, id: of.setId })
  if (set === null) return refuse('not_found')
  const offers = await offersOfProducts(tx.db, set.productIds, { now: tx.now })
  const productIds = set.productIds.filter((productId) => {
    const offer = offers.get(productId)
    return offer?.onSale && offer.commissionBasisPoints > 0
  })
  const gate = await mayPromote(tx, { creatorId: of.creatorId, productIds })
  if (!gate.ok) return gate
  const added = await addToBag(tx, { sessionId: of.sessionId, productIds })
  if (!added.ok) return added.code === 'not_in_alliance' ? refuse('not_found') : refuse(added.code, added.params)
  return done({ leftOut: set.productIds.length - productIds.length })
}
