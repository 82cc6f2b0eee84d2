import type { EventOf } from '#events/index'
import { endTimedPrice, showSoldOut } from '#goods/listings'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { lockStock, unreserveUnits } from '#supply/warehouse'
import { flashCause } from './announce-sale.ts'
import {
  closeShelves,
  drawGrant,
  dueSales,
  findSale,
  lockSale,
  lockShelves,
  openSalesOfSession,
  type ShownSale,
  setState,
} from './store.ts'
import { tellFlash } from './tell.ts'

/** So many sales take their step in one look at the clock. */
const stepsBite = 100

/** Starts what is to start and ends what is over. Whether an order is in time is not decided here, but by its own instant. */
export async function moveFlashSales(app: Pick<App, 'database' | 'clock'>): Promise<{ more: boolean }> {
  const due = await dueSales(app.database.db, app.clock.now(), stepsBite)
  for (const id of due) await transact(app, (tx) => step(tx, id))
  return { more: due.length === stepsBite }
}

async function step(tx: Tx, id: string): Promise<void> {
  const sale = await findSale(tx.db, id)
  if (sale === null || sale.closedAt !== null) return
  if (Temporal.Instant.compare(sale.endsAt, tx.now) <= 0) return close(tx, sale, 'ended')
  const locked = await lockSale(tx, id)
  if (locked?.state !== 'announced' || Temporal.Instant.compare(locked.startsAt, tx.now) > 0) return
  await setState(tx, { id, state: 'running' })
  // Its price holds from now on: bags and pages show it.
  tx.emit({ name: 'products.changed', productIds: [sale.productId] })
  tellFlash(tx, { ...sale, state: 'running' })
}

/** Its host or the operator stops it before its time; what was ordered in it stays. Once is enough. */
export async function stopSale(
  tx: Tx,
  of: { id: string; creatorId: string | null },
): Promise<Outcome<ShownSale, 'not_found'>> {
  const sale = await findSale(tx.db, of.id)
  if (sale === null || (of.creatorId !== null && sale.creatorId !== of.creatorId)) return refuse('not_found')
  await close(tx, sale, 'cancelled')
  const stopped = await findSale(tx.db, of.id)
  return stopped === null ? refuse('not_found') : done(stopped)
}

/** The broadcast is over, and so are its sales: nobody comes out of it any more. */
export async function stopFlashOfSession(tx: Tx, event: EventOf<'session.ended'>): Promise<void> {
  for (const { id } of await openSalesOfSession(tx.db, event.sessionId)) {
    const sale = await findSale(tx.db, id)
    if (sale !== null) await close(tx, sale, 'cancelled')
  }
}

/** Gives back what was not sold, to the shelf and to the grant, and tells the room. Stock is locked first, as at the desk. */
async function close(tx: Tx, sale: ShownSale, state: 'ended' | 'cancelled'): Promise<void> {
  await lockStock(tx, [sale.skuId])
  const locked = await lockSale(tx, sale.id)
  assert(locked !== null, 'a sale is never deleted')
  if (locked.closedAt !== null) return
  const left = (await lockShelves(tx, [sale.id])).filter(({ unitsLeft }) => unitsLeft > 0)
  const unitsLeft = left.reduce((sum, each) => sum + each.unitsLeft, 0)
  if (left.length > 0)
    await unreserveUnits(
      tx,
      left.map(({ warehouseId, unitsLeft: units }) => ({
        skuId: sale.skuId,
        warehouseId,
        units,
        cause: `${flashCause(sale.id)}:end`,
      })),
      sale.owner,
    )
  await closeShelves(tx, sale.id)
  await setState(tx, { id: sale.id, state, closedAt: tx.now })
  if (sale.grantId !== null && unitsLeft > 0) await drawGrant(tx, { id: sale.grantId, units: -unitsLeft })
  const isOver = Temporal.Instant.compare(sale.endsAt, tx.now) <= 0
  if (isOver) tx.emit({ name: 'products.changed', productIds: [sale.productId] })
  else await endTimedPrice(tx, { skuId: sale.skuId, id: sale.id })
  const closed = await findSale(tx.db, sale.id)
  assert(closed !== null, 'a sale is never deleted')
  tellFlash(tx, closed)
}

/** Units left fall on every screen of the room: one message a batch, and the last one is the latest. */
export async function tellFlashUnits(tx: Tx, event: EventOf<'flash.units_changed'>): Promise<void> {
  for (const id of event.saleIds.toSorted()) {
    // Locked first, so that who reads later tells later.
    const locked = await lockSale(tx, id)
    if (locked === null || locked.closedAt !== null) continue
    const sale = await findSale(tx.db, id)
    if (sale === null) continue
    const { roomId, unitsLeft, unitsSold } = sale
    tx.tell(`room:${roomId}`, { kind: 'flashUnits', saleId: id, unitsLeft, unitsSold })
    await showSoldOut(tx, { skuId: sale.skuId, id, soldOut: unitsLeft === 0 })
  }
}
