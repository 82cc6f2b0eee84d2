import type { EventOf } from '#events/index'
import type { Tx } from '#platform/database'
import { tellBag, topicOf } from './bag.ts'
import { roomsOfSkus, sessionsOfProducts } from './store.ts'

const unitsShownMax = 999

/** Units left fall on every screen: one message per room, whatever the batch. */
export async function tellRoomsOfStock(tx: Tx, event: EventOf<'stock.changed'>): Promise<void> {
  const unitsLeft = new Map(event.stocks.map((stock) => [stock.skuId, Math.min(stock.unitsLeft, unitsShownMax)]))
  const rows = await roomsOfSkus(tx.db, [...unitsLeft.keys()])
  for (const [roomId, group] of Map.groupBy(rows, (row) => row.roomId)) {
    tx.tell(topicOf(roomId), {
      kind: 'stock',
      skus: group.map(({ skuId }) => ({ skuId, unitsLeft: unitsLeft.get(skuId) ?? 0 })),
    })
  }
}

/** Prices changed, or products went on or off sale: rooms that carry them show the bag anew. */
export async function tellRoomsOfProducts(tx: Tx, event: EventOf<'products.changed'>): Promise<void> {
  for (const { roomId, sessionId } of await sessionsOfProducts(tx.db, event.productIds))
    await tellBag(tx, roomId, sessionId)
}
