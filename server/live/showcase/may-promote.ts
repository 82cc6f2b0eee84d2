import { offersOfProducts } from '#goods/listings'
import { type At, categoriesClosedTo } from '#people/creators'
import { done, type Outcome, refuse } from '#platform/outcome'
import { itemsOf } from './store.ts'

/** Whether a creator may promote all of these: goods of some categories need a good record, in a room, a showcase or a video. */
export async function mayPromote(
  at: At,
  of: { creatorId: string; productIds: readonly string[] },
): Promise<Outcome<null, 'category_gated'>> {
  const offers = await offersOfProducts(at.db, of.productIds, { now: at.now })
  const categoryCodes = [...new Set([...offers.values()].map((offer) => offer.categoryCode))]
  const [closed] = await categoriesClosedTo(at, { creatorId: of.creatorId, categoryCodes })
  return closed === undefined ? done(null) : refuse('category_gated', { ...closed })
}

/** The same for what hangs in the bag already, before it is explained. */
export async function mayExplain(
  at: At,
  of: { creatorId: string; sessionId: string; itemId: string | null },
): Promise<Outcome<null, 'category_gated'>> {
  const item = (await itemsOf(at.db, of.sessionId)).find(({ id }) => id === of.itemId)
  return item === undefined ? done(null) : mayPromote(at, { creatorId: of.creatorId, productIds: [item.productId] })
}
