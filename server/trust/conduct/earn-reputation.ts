import type { EventOf } from '#events/index'
import type { Tx } from '#platform/database'
import { settleStanding } from './settle-standing.ts'
import { earnedSince, insertEarned, lockCreator } from './store.ts'

/** What an order adds that was delivered and kept, and how much of it one day may add. */
export const keptPoints = 1
export const keptPointsPerDayMax = 10
/** What an order takes away whose money went back. */
export const returnedPoints = 2

/** Orders that were kept past their return window: their creators have earned a better name. Each order once. */
export async function earnReputation(tx: Tx, event: EventOf<'orders.kept'>): Promise<void> {
  const byCreator = Map.groupBy(event.orders, (order) => order.creatorId)
  for (const creatorId of [...byCreator.keys()].toSorted()) {
    await lockCreator(tx, creatorId)
    let left = keptPointsPerDayMax - (await earnedSince(tx.db, creatorId, tx.now.subtract({ hours: 24 })))
    for (const { orderId } of byCreator.get(creatorId) ?? []) {
      if (left <= 0) break
      if (await insertEarned(tx, { creatorId, cause: `kept:${orderId}`, points: keptPoints })) left -= keptPoints
    }
    await settleStanding(tx, { creatorId })
  }
}

/** Money went back: once an order, however many refunds it has. */
export async function loseReputation(tx: Tx, event: EventOf<'order.refunded'>): Promise<void> {
  const { creatorId, orderId } = event
  if (creatorId === null) return
  await lockCreator(tx, creatorId)
  if (await insertEarned(tx, { creatorId, cause: `returned:${orderId}`, points: -returnedPoints })) {
    await settleStanding(tx, { creatorId })
  }
}
