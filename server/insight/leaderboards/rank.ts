import { timesUnits } from '#contract/money'
import type { EventOf } from '#events/index'
import type { PaidOrder } from '#events/trade'
import type { App } from '#platform/app'
import { businessDayOf } from '#platform/clock'
import type { Tx } from '#platform/database'
import { addCreatorDays, type CreatorDay, upsertHost } from './store.ts'

export async function rankCreators(tx: Tx, event: EventOf<'orders.paid'>, app: App): Promise<void> {
  await addCreatorDays(tx, creatorDaysOf(event.orders, app, 1))
}

export async function unrankCreator(tx: Tx, event: EventOf<'order.cancelled'>, app: App): Promise<void> {
  await addCreatorDays(tx, creatorDaysOf([event.order], app, -1))
}

/** What went back is not sold; the order stays one, on the day on which it was placed. */
export async function lowerCreator(tx: Tx, event: EventOf<'order.refunded'>, app: App): Promise<void> {
  const { creatorId, placedAt, amountMinor } = event
  if (creatorId === null || (event.isDemo && app.config.mode !== 'demo')) return
  const day = businessDayOf(Temporal.Instant.from(placedAt), app.config.timeZone).toString()
  await addCreatorDays(tx, [{ day, creatorId, paidMinor: 0 - amountMinor, orders: 0, reachedAt: placedAt }])
}

/** Names on the board are those of the last broadcast. */
export async function rememberHost(tx: Tx, event: EventOf<'session.started'>): Promise<void> {
  await upsertHost(tx, { creatorId: event.creatorId, name: event.creatorName, avatar: event.creatorAvatar })
}

/** Sums per creator and business day. A correction does not change when a sum was reached. */
export function creatorDaysOf(orders: readonly PaidOrder[], app: Pick<App, 'config'>, sign: 1 | -1): CreatorDay[] {
  const days = new Map<string, CreatorDay>()
  for (const order of orders) {
    if (order.creatorId === null || (order.isDemo && app.config.mode !== 'demo')) continue
    const day = businessDayOf(Temporal.Instant.from(order.placedAt), app.config.timeZone).toString()
    const id = `${day} ${order.creatorId}`
    const sum = days.get(id) ?? { day, creatorId: order.creatorId, paidMinor: 0, orders: 0, reachedAt: order.placedAt }
    days.set(id, {
      ...sum,
      paidMinor: sum.paidMinor + timesUnits(order.payMinor, sign),
      orders: sum.orders + sign,
      reachedAt: sum.reachedAt > order.placedAt ? sum.reachedAt : order.placedAt,
    })
  }
  return [...days.values()]
}
