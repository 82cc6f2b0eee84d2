import type { EventOf } from '#events/index'
import { endCohosting, seatsOfGuest } from '#live/cohosts'
import { topicOf } from '#live/showcase'
import type { App } from '#platform/app'
import type { Tx } from '#platform/database'
import { close } from './run-session.ts'
import { addSales, findOpenSession, lockSession } from './store.ts'

/** A room shows at most this many purchases of one batch: enough to see that it sells. */
const boughtShownMax = 5

/** "Somebody just bought": may be lost, so it does not pass the numbered messages. */
export async function showSaleInRoom(tx: Tx, event: EventOf<'orders.paid'>, app: App): Promise<void> {
  const byRoom = Map.groupBy(
    event.orders.filter((order) => order.roomId !== null),
    (order) => order.roomId ?? '',
  )
  tx.afterCommit(() => {
    for (const [roomId, orders] of byRoom) {
      for (const order of orders.slice(0, boughtShownMax)) {
        const [line] = order.lines
        if (line === undefined) continue
        const units = order.lines.reduce((sum, each) => sum + each.units, 0)
        app.sockets.publish(topicOf(roomId), {
          kind: 'bought',
          name: `${[...order.buyerName][0] ?? ''}**`,
          title: event.goods[line.skuId]?.title ?? { en: '', zh: '' },
          units,
        })
      }
    }
  })
}

export async function countSalesOfSession(tx: Tx, event: EventOf<'orders.paid'>): Promise<void> {
  const bySession = Map.groupBy(
    event.orders.filter((order) => order.sessionId !== null),
    (order) => order.sessionId ?? '',
  )
  await addSales(
    tx,
    [...bySession].map(([sessionId, orders]) => ({
      sessionId,
      orders: orders.length,
      paidMinor: orders.reduce((sum, order) => sum + order.payMinor, 0),
    })),
  )
}

export async function uncountSaleOfSession(tx: Tx, event: EventOf<'order.cancelled'>): Promise<void> {
  const { sessionId, payMinor } = event.order
  if (sessionId !== null) await addSales(tx, [{ sessionId, orders: -1, paidMinor: -payMinor }])
}

/** A severe violation stops the broadcast that is running; lesser ones close the gate for the next. */
export async function stopRoomOnSevereViolation(tx: Tx, event: EventOf<'violation.recorded'>): Promise<void> {
  if (event.severity !== 'severe') return
  await sendCohostAway(tx, event.creatorId)
  const open = await findOpenSession(tx.db, event.creatorId)
  const session = open === null ? null : await lockSession(tx, open.id)
  if (session !== null) await close(tx, session, 'banned', `violation: ${event.rule}`)
}

/** Who has left sells no more: what he has on air ends. */
export async function endSessionOfLeaver(tx: Tx, event: EventOf<'creator.left'>): Promise<void> {
  await sendCohostAway(tx, event.creatorId)
  const open = await findOpenSession(tx.db, event.creatorId)
  const session = open === null ? null : await lockSession(tx, open.id)
  if (session !== null) await close(tx, session, 'ended', 'its host has left')
}

const seatsAtOnceMax = 100

/** Beside others he sits no more either. */
async function sendCohostAway(tx: Tx, creatorId: string): Promise<void> {
  for (const seat of await seatsOfGuest(tx.db, creatorId, seatsAtOnceMax))
    await endCohosting(tx, { id: seat.id, personId: creatorId })
}
