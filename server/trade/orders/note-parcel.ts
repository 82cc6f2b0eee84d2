import type { EventOf } from '#events/index'
import type { Tx } from '#platform/database'
import { parcelsOfOrders } from '#supply/fulfilment'
import { autoConfirmDays, mayMove, type OrderState, stateOfParcels } from './order.ts'
import { addStep, lockOrder, setState } from './store.ts'

/** A parcel took a step: the order follows its slowest parcel, and buyer and creator see it. */
export async function noteParcelOnOrder(tx: Tx, event: EventOf<'parcel.moved'>): Promise<void> {
  const order = await lockOrder(tx, event.orderId)
  if (order === null || order.state === 'cancelled') return
  const parcels = (await parcelsOfOrders(tx.db, [event.orderId])).get(event.orderId) ?? []
  const next = stateOfParcels(parcels.map((parcel) => parcel.state))
  await addStep(tx, order.id, `${event.parcelId}:${event.state}`, event.at, event.sentence)
  const state = mayMove(order.state, next) ? next : order.state
  if (state !== order.state) {
    await setState(
      tx,
      order.id,
      state,
      leavesNow(order.confirmBy, state) ? { confirmBy: tx.now.add({ hours: 24 * autoConfirmDays }) } : {},
    )
  }
  tx.tell(`person:${order.buyerId}`, { kind: 'order', orderId: order.id, state, parcel: event.state })
  if (order.creatorId !== null)
    tx.tell(`person:${order.creatorId}`, { kind: 'sale', orderId: order.id, state, parcel: event.state })
}

function leavesNow(confirmBy: Temporal.Instant | null, state: OrderState): boolean {
  return confirmBy === null && (state === 'shipped' || state === 'delivered')
}

/** Creators hear of what was sold on their attribution: one message per creator and batch. */
export async function tellCreatorsOfSales(tx: Tx, event: EventOf<'orders.paid'>): Promise<void> {
  const byCreator = Map.groupBy(
    event.orders.filter((order) => order.creatorId !== null),
    (order) => order.creatorId,
  )
  for (const [creatorId, orders] of byCreator) {
    tx.tell(`person:${creatorId}`, {
      kind: 'sales',
      orders: orders.length,
      payMinor: orders.reduce((sum, order) => sum + order.payMinor, 0),
    })
  }
}
