import type { EventOf } from '#events/index'
import type { PaidOrder, SoldGoods } from '#events/trade'
import { skusOf } from '#goods/catalog'
import type { App } from '#platform/app'
import { allOf, type Db, type Tx } from '#platform/database'
import { snapshotIdOf, unwritten } from '#platform/snapshots'
import { mayBeCancelled, parcelIdOf, type ShipTo } from './parcel.ts'
import { cancelParcels, insertParcels, insertShared, lockParcelsOfOrder, type NewParcel, type Shared } from './store.ts'

/** Opens a parcel for each warehouse of each paid order; one that is there already, open or cancelled, stays as it is. */
export async function openParcels(tx: Tx, event: EventOf<'orders.paid'>, app: Pick<App, 'database'>): Promise<void> {
  const parcels = await parcelsOf(tx.db, event.orders, event.goods)
  if (parcels.length > 0) await writeParcels(tx, 'to_pick', parcels, app)
}

/**
 * Drops the parcels of a cancelled order. The news of the payment may come after this one, so parcels that were not yet
 * opened are written as cancelled: nobody packs them later.
 */
export async function dropParcels(
  tx: Tx,
  event: EventOf<'order.cancelled'>,
  app: Pick<App, 'database'>,
): Promise<void> {
  const parcels = await parcelsOf(tx.db, [event.order], event.goods)
  await writeParcels(tx, 'cancelled', parcels, app)
  await cancelParcels(tx.db, event.order.orderId)
}

/** True while nothing of the order is packed. Its parcels stay locked, so that nobody packs one until the asker has decided. */
export async function mayCancel(tx: Pick<Tx, 'db'>, orderId: string): Promise<boolean> {
  return (await lockParcelsOfOrder(tx.db, orderId)).every(({ state }) => mayBeCancelled(state))
}

/** What parcels share goes before them, where it was not written before. */
async function writeParcels(
  tx: Tx,
  state: 'to_pick' | 'cancelled',
  parcels: readonly NewParcel[],
  app: Pick<App, 'database'>,
): Promise<void> {
  const shared = parcels.flatMap(({ shipTo, lines }) => [shipTo, ...lines.map(({ goods }) => goods)])
  await allOf([
    insertShared(tx, unwritten(tx, { database: app.database, table: 'fulfilment.shared' }, shared)),
    insertParcels(tx, state, parcels),
  ])
}

async function parcelsOf(
  db: Db,
  orders: readonly PaidOrder[],
  goods: Readonly<Record<string, SoldGoods>>,
): Promise<NewParcel[]> {
  const skus = await skusOf(db, [...new Set(orders.flatMap(({ lines }) => lines.map(({ skuId }) => skuId)))])
  // Orders of one event that go to the same place, or have the same in them, share the very same object.
  const shipTos = new Map<object, Shared>()
  const soldGoods = new Map<string, Shared>()
  const goodsOf = (skuId: string): Shared => {
    let shared = soldGoods.get(skuId)
    if (shared === undefined) {
      const { title, label, picture } = goods[skuId] ?? {
        title: { en: '', zh: '' },
        label: { en: '', zh: '' },
        picture: '',
      }
      const { code: skuCode = '', barcode = '' } = skus.get(skuId) ?? {}
      shared = sharedOf({ skuCode, barcode, title, label, picture })
      soldGoods.set(skuId, shared)
    }
    return shared
  }
  const shipToOf = (shipTo: ShipTo): Shared => {
    const shared = shipTos.get(shipTo) ?? sharedOf(shipTo)
    shipTos.set(shipTo, shared)
    return shared
  }
  return orders.flatMap((order) =>
    [...Map.groupBy(order.lines, ({ warehouseId }) => warehouseId)].map(([warehouseId, lines]) => ({
      id: parcelIdOf(order.orderId, warehouseId),
      orderId: order.orderId,
      batchId: order.batchId,
      warehouseId,
      orderNumber: order.number,
      buyerId: order.buyerId,
      shipTo: shipToOf(order.shipTo),
      promisedBy: order.dispatchBy,
      deliverBy: order.deliverBy,
      currency: order.currency,
      lines: lines.map((line) => ({
        lineNo: line.no,
        skuId: line.skuId,
        goods: goodsOf(line.skuId),
        units: line.units,
      })),
    })),
  )
}

function sharedOf(body: object): Shared {
  return { id: snapshotIdOf(JSON.stringify(body)), body }
}
