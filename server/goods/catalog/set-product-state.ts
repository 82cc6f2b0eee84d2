import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { updatePictures, updateState } from './store.ts'

/** Puts a product on sale or takes it off; what shows it hears of it. Putting it on sale is the approval. */
export async function setProductState(
  tx: Tx,
  wish: { productId: string; state: 'on_sale' | 'off_sale' },
): Promise<Outcome<{ state: 'on_sale' | 'off_sale' }, 'not_found'>> {
  if (!(await updateState(tx.db, { id: wish.productId, state: wish.state, now: tx.now }))) return refuse('not_found')
  tx.emit({ name: 'products.changed', productIds: [wish.productId] })
  return done({ state: wish.state })
}

/** Says which pictures a product has, by their keys in the storage; the first is the cover. */
export async function setPictures(
  tx: Tx,
  wish: { productId: string; pictures: readonly string[] },
): Promise<Outcome<null, 'not_found'>> {
  if ((await updatePictures(tx.db, { id: wish.productId, pictures: wish.pictures })) === 0) return refuse('not_found')
  tx.emit({ name: 'products.changed', productIds: [wish.productId] })
  return done(null)
}
