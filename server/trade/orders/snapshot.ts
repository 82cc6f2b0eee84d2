import type { Offer } from '#goods/listings'
import { snapshotIdOf } from '#platform/snapshots'

type Sold = Pick<Offer, 'productId' | 'title' | 'label' | 'picture'>

/** What a line was sold as, named by its content. */
export interface Snapshot extends Sold {
  id: string
}

// An offer is loaded once for a batch, and sold many times in it.
const snapshots = new WeakMap<Sold, Snapshot>()

export function snapshotOf(offer: Sold): Snapshot {
  let snapshot = snapshots.get(offer)
  if (snapshot === undefined) {
    const { productId, title, label, picture } = offer
    const id = snapshotIdOf(JSON.stringify([productId, title.en, title.zh, label.en, label.zh, picture]))
    snapshot = { id, productId, title, label, picture }
    snapshots.set(offer, snapshot)
  }
  return snapshot
}

/** What many orders share, named by its content too: where goods go, who sells them. */
export interface Shared {
  id: string
  body: object
}

const shared = new WeakMap<object, Shared>()

export function sharedOf(body: object): Shared {
  let named = shared.get(body)
  if (named === undefined) {
    named = { id: snapshotIdOf(JSON.stringify(body)), body }
    shared.set(body, named)
  }
  return named
}
