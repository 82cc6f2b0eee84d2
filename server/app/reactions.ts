/**
 * Every consequence of an event, on one screen. A reaction runs in a transaction of its own, once; its name is the key of
 * its deliveries. What must hold in the same commit as its cause is not here but in the use case itself.
 */

import type { EventOf } from '#events/index'
import {
  forgetRoomOnAir,
  noteRoomOnAir,
  showSalesOnListings,
  showStockOnListings,
  uncountSaleOnListings,
} from '#goods/listings'
import { countSalesOfMinutes, uncountSaleOfMinutes } from '#insight/conversion'
import { countSales, countSalesByGoods, uncountSale } from '#insight/gmv'
import { lowerCreator, rankCreators, rememberHost, unrankCreator } from '#insight/leaderboards'
import { endDrawOfSession } from '#live/draws'
import type { MediaEngine } from '#live/media'
import { showReplayOfEnded } from '#live/replays'
import {
  countSalesOfSession,
  cutOffPublishers,
  endSessionOfLeaver,
  showSaleInRoom,
  stopRoomOnSevereViolation,
  tellReminded,
  tellWhoWaited,
  uncountSaleOfSession,
} from '#live/rooms'
import { serveWaitingOfStock, tellRoomsOfProducts, tellRoomsOfStock } from '#live/showcase'
import { forfeitOnFinalViolation, freezeOnViolation, thawOnClosedViolation } from '#money/settlements'
import { tellGateOfClosedViolation, tellGateOfFollowers, tellGateOfViolation } from '#people/creators'
import type { App } from '#platform/app'
import type { Joins, Reactions } from '#platform/outbox'
import { dropParcels, followParcel, openParcels } from '#supply/fulfilment'
import type { OrderDesk } from '#trade/checkout'
import { noteClaims, notePrize, reopenSoldOut } from '#trade/checkout'
import { stopFlashOfSession, tellFlashUnits } from '#trade/flash'
import { finishReturn, noteParcelOnOrder, noteReplacement, payWithReceived, tellCreatorsOfSales } from '#trade/orders'
import { earnReputation, loseReputation } from '#trust/conduct'

/** Batches of the desk that wait for the same reaction are one batch to it. Of a SKU's stock only the latest word counts. */
export const joins: Joins = {
  'orders.paid': (events) => ({
    name: 'orders.paid',
    orders: events.flatMap((event) => event.orders),
    goods: Object.assign({}, ...events.map((event) => event.goods)),
  }),
  'stock.changed': (events) => {
    const latest = new Map<string, EventOf<'stock.changed'>['stocks'][number]>()
    for (const stock of events.flatMap((event) => event.stocks)) {
      if ((latest.get(stock.skuId)?.version ?? -1) < stock.version) latest.set(stock.skuId, stock)
    }
    return { name: 'stock.changed', stocks: [...latest.values()] }
  },
  'flash.units_changed': (events) => ({
    name: 'flash.units_changed',
    saleIds: [...new Set(events.flatMap((event) => event.saleIds))],
  }),
}

/**
 * While buyers queue at the desk, these leave it the processor and then take many batches at once. What people watch for does
 * not wait: money on the big screen, stock, the sale that a room sees.
 */
export const mayWait = [
  openParcels,
  countSalesByGoods,
  rankCreators,
  countSalesOfSession,
  tellCreatorsOfSales,
  showSalesOnListings,
]

export function reactionsOf(parts: {
  app: Pick<App, 'config' | 'database'>
  desk: Pick<OrderDesk, 'reopen'>
  media: () => Pick<MediaEngine, 'kick'> | null
}): Reactions {
  return {
    'orders.paid': [
      openParcels,
      countSales,
      countSalesByGoods,
      rankCreators,
      showSaleInRoom,
      countSalesOfSession,
      countSalesOfMinutes,
      tellCreatorsOfSales,
      showSalesOnListings,
    ],
    'order.cancelled': [
      dropParcels,
      uncountSale,
      unrankCreator,
      uncountSaleOfSession,
      uncountSaleOfMinutes,
      uncountSaleOnListings,
    ],
    'order.refunded': [lowerCreator, loseReputation],
    'orders.kept': [earnReputation],
    'parcel.moved': [followParcel, noteParcelOnOrder, noteReplacement],
    'return.graded': [finishReturn],
    'payment.received': [payWithReceived(parts.app)],
    'stock.changed': [showStockOnListings, tellRoomsOfStock, reopenSoldOut(parts.desk), serveWaitingOfStock],
    'products.changed': [tellRoomsOfProducts],
    'session.started': [rememberHost, tellReminded, noteRoomOnAir],
    'session.ended': [
      tellWhoWaited,
      forgetRoomOnAir,
      stopFlashOfSession,
      endDrawOfSession,
      showReplayOfEnded,
      cutOffPublishers(parts.media),
    ],
    'flash.units_changed': [tellFlashUnits],
    'claims.held': [noteClaims],
    'prize.claimed': [notePrize],
    'creator.followers_changed': [tellGateOfFollowers],
    'creator.left': [endSessionOfLeaver],
    'violation.recorded': [tellGateOfViolation, stopRoomOnSevereViolation, freezeOnViolation],
    'violation.closed': [tellGateOfClosedViolation, thawOnClosedViolation],
    'violation.final': [forfeitOnFinalViolation],
  }
}
