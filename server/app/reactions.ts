/**
 * Every consequence of an event, on one screen. A reaction runs in a transaction of its own, once; its name is the key of
 * its deliveries. What must hold in the same commit as its cause is not here but in the use case itself.
 */

import { showSalesOnListings, showStockOnListings, uncountSaleOnListings } from '#goods/listings'
import { countSales, uncountSale } from '#insight/gmv'
import { rankCreators, rememberHost, unrankCreator } from '#insight/leaderboards'
import { countSalesOfSession, showSaleInRoom, stopRoomOnSevereViolation, uncountSaleOfSession } from '#live/rooms'
import { tellRoomsOfProducts, tellRoomsOfStock } from '#live/showcase'
import { tellGateOfClosedViolation, tellGateOfFollowers, tellGateOfViolation } from '#people/creators'
import type { Reactions } from '#platform/outbox'
import { dropParcels, followParcel, openParcels } from '#supply/fulfilment'
import type { OrderDesk } from '#trade/checkout'
import { reopenSoldOut } from '#trade/checkout'
import { noteParcelOnOrder, tellCreatorsOfSales } from '#trade/orders'

export function reactionsOf(parts: { desk: Pick<OrderDesk, 'reopen'> }): Reactions {
  return {
    'orders.paid': [
      openParcels,
      countSales,
      rankCreators,
      showSaleInRoom,
      countSalesOfSession,
      tellCreatorsOfSales,
      showSalesOnListings,
    ],
    'order.cancelled': [dropParcels, uncountSale, unrankCreator, uncountSaleOfSession, uncountSaleOnListings],
    'parcel.moved': [followParcel, noteParcelOnOrder],
    'stock.changed': [showStockOnListings, tellRoomsOfStock, reopenSoldOut(parts.desk)],
    'products.changed': [tellRoomsOfProducts],
    'session.started': [rememberHost],
    'creator.followers_changed': [tellGateOfFollowers],
    'violation.recorded': [tellGateOfViolation, stopRoomOnSevereViolation],
    'violation.closed': [tellGateOfClosedViolation],
  }
}
