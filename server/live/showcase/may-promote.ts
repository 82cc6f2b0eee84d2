import { offersOfProducts } from '#goods/listings'
import { type At, categoriesClosedTo } from '#people/creators'
import { done, type Outcome, refuse } from '#platform/outcome'

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
