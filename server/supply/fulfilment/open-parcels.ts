import type { EventOf } from '#events/index'
import type { PaidOrder, SoldGoods } from '#events/trade'
import { skusOf } from '#goods/catalog'
import type { Db, Tx } from '#platform/database'
import { mayBeCancelled, parcelIdOf } from './parcel.ts'
import { cancelParcels, insertParcels, lockParcelsOfOrder, type NewParcel } from './store.ts'

/** Opens a parcel for each warehouse of each paid order; one that is there already, open or cancelled, stays as it is. */
export async function openParcels(tx: Tx, event: EventOf<'orders.paid'>): Promise<void> {
  const parcels = await parcelsOf(tx.db, event.orders, event.goods)
  if (parcels.length > 0) await insertParcels(tx, 'to_pick', parcels)
}

/**
 * Drops the parcels of a cancelled order. The news of the payment may come after this one, so parcels that were not yet
 * opened are written as cancelled: nobody packs them later.
 */
export async function dropParcels(tx: Tx, event: EventOf<'order.cancelled'>): Promise<void> {
  const parcels = await parcelsOf(tx.db, [event.order], event.goods)
  await insertParcels(tx, 'cancelled', parcels)
  await cancelParcels(tx.db, event.order.orderId)
}

/** True while nothing of the order is packed. Its parcels stay locked, so that nobody packs one until the asker has decided. */
export async function mayCancel(tx: Pick<Tx, 'db'>, orderId: string): Promise<boolean> {
  return (await lockParcelsOfOrder(tx.db, orderId)).every(({ state }) => mayBeCancelled(state))
}

async function parcelsOf(
  db: Db,
  orders: readonly PaidOrder[],
  goods: Readonly<Record<string, SoldGoods>>,
): Promise<NewParcel[]> {
  const skus = await skusOf(db, [...new Set(orders.flatMap(({ lines }) => lines.map(({ skuId }) => skuId)))])
  return orders.flatMap((order) =>
    [...Map.groupBy(order.lines, ({ warehouseId }) => warehouseId)].map(([warehouseId, lines]) => ({
      id: parcelIdOf(order.orderId, warehouseId),
      orderId: order.orderId,
      batchId: order.batchId,
      warehouseId,
      orderNumber: order.number,
      buyerId: order.buyerId,
      shipTo: order.shipTo,
      promisedBy: order.dispatchBy,
      deliverBy: order.deliverBy,
      currency: order.currency,
      lines: lines.map((line) => ({
        lineNo: line.no,
        skuId: line.skuId,
        skuCode: skus.get(line.skuId)?.code ?? '',
        barcode: skus.get(line.skuId)?.barcode ?? '',
        title: goods[line.skuId]?.title ?? { en: '', zh: '' },
        label: goods[line.skuId]?.label ?? { en: '', zh: '' },
        picture: goods[line.skuId]?.picture ?? '',
        units: line.units,
      })),
    })),
  )
}
