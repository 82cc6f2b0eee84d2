/** Names for what the studio's endpoints answer. Types only: no schema library reaches the browser. */
import type { listMyAnnouncements } from '#contract/announcements'
import type { getMyRecording } from '#contract/clips'
import type { listMySeats } from '#contract/cohosts'
import type { getSessionNumbers } from '#contract/conversion'
import type { ReplyOf } from '#contract/endpoint'
import type { getMyEarnings, listMyPayouts } from '#contract/finance'
import type { listMyFlashGrants } from '#contract/flash'
import type { listMyRoomGifts } from '#contract/gifts'
import type { listAllianceProducts } from '#contract/goods'
import type { openSession } from '#contract/live'
import type { getMyGate } from '#contract/people'
import type { getRoomDesk } from '#contract/room-desk'
import type { getMyShop, getMyShopStatement, listMyShopLines, listMyShopOrders } from '#contract/shops'
import type { listMyRoomCoupons, listMySales } from '#contract/trade'
import type { getMyStanding, listMyViolations } from '#contract/trust'

export type FlashGrant = ReplyOf<typeof listMyFlashGrants>['grants'][number]
export type RoomCoupon = ReplyOf<typeof listMyRoomCoupons>['coupons'][number]
export type Numbers = ReplyOf<typeof getSessionNumbers>['numbers']
export type Seat = ReplyOf<typeof listMySeats>['seats'][number]
export type RoomDesk = ReplyOf<typeof getRoomDesk>['desk']
export type Announcement = ReplyOf<typeof listMyAnnouncements>['announcements'][number]

type ItemOf<Page> = Page extends { items: (infer Item)[] } ? Item : never

export type { BagItem, Comment, RoomMessage, RoomWhisper, StudioSession } from '../client/index.ts'
export type Ingest = NonNullable<ReplyOf<typeof openSession>['ingest']>
export type Gate = ReplyOf<typeof getMyGate>['gates'][number]
export type AllianceProduct = ItemOf<ReplyOf<typeof listAllianceProducts>>
export type Earnings = ReplyOf<typeof getMyEarnings>
export type EarningLine = ItemOf<Earnings['lines']>
export type Payout = ItemOf<ReplyOf<typeof listMyPayouts>>
export type MyRecording = ReplyOf<typeof getMyRecording>
export type Clip = MyRecording['clips'][number]
export type Sale = ItemOf<ReplyOf<typeof listMySales>>
export type Violation = ReplyOf<typeof listMyViolations>['violations'][number]
export type Standing = ReplyOf<typeof getMyStanding>
export type RoomGift = ReplyOf<typeof listMyRoomGifts>['gifts'][number]
export type MyShop = ReplyOf<typeof getMyShop>
export type ShopLine = ItemOf<ReplyOf<typeof listMyShopLines>>
export type ShopOrder = ItemOf<ReplyOf<typeof listMyShopOrders>>
export type Statement = ReplyOf<typeof getMyShopStatement>['statement']
