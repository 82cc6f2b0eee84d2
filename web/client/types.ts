/** Names for what the server answers, taken from the contract. Types only: no schema library reaches the browser. */

import type { listFeed } from '#contract/discovery'
import type { ReplyOf } from '#contract/endpoint'
import type { getMyWallet, listMyPayments } from '#contract/finance'
import type { getGiftRanking, getMyCoins, listGifts, sendGift } from '#contract/gifts'
import type { getProduct, listCategories } from '#contract/goods'
import type { getCreatorLeaderboard, getScreen } from '#contract/insight'
import type { getMySession, getRoom, listRooms } from '#contract/live'
import type { getCreator, getMe, listDemoLogins, listMyAddresses } from '#contract/people'
import type { getMyOrder, placeOrder, quoteOrder } from '#contract/trade'

export type { FlashSaleView } from '#contract/flash'
export type { GiftMessage, GiftWhisper } from '#contract/gifts'
export type { RoomMessage, RoomWhisper } from '#contract/live'
export type { Role } from '#contract/roles'
export type { ServerMessage } from '#contract/socket'

/** A text in the operator's two languages; `pick` of the kit chooses. */
export type Text2 = { en: string; zh: string }

export type Session = ReplyOf<typeof getMe>
export type Me = NonNullable<Session['me']>
export type Platform = Session['platform']
export type DemoLogin = ReplyOf<typeof listDemoLogins>['logins'][number]
export type Address = ReplyOf<typeof listMyAddresses>['addresses'][number]
export type Creator = ReplyOf<typeof getCreator>['creator']

export type FeedItem = ReplyOf<typeof listFeed>['items'][number]
export type ProductCard = Extract<FeedItem, { kind: 'product' }>['product']
export type Product = ReplyOf<typeof getProduct>['product']
export type Sku = Product['skus'][number]
export type Category = ReplyOf<typeof listCategories>['categories'][number]

export type RoomCard = ReplyOf<typeof listRooms>['rooms'][number]
export type Room = ReplyOf<typeof getRoom>['room']
export type BagItem = Room['bag'][number]
export type Comment = Room['comments'][number]
export type Host = Room['host']
export type StudioSession = NonNullable<ReplyOf<typeof getMySession>['session']>

export type Gift = ReplyOf<typeof listGifts>['gifts'][number]
export type SentGift = ReplyOf<typeof sendGift>['sent']
export type GiftRanking = ReplyOf<typeof getGiftRanking>
export type Coins = ReplyOf<typeof getMyCoins>

export type Quote = ReplyOf<typeof quoteOrder>['quote']
export type PriceLine = Quote['explanation'][number]
export type PlacedOrder = ReplyOf<typeof placeOrder>['order']
export type Order = ReplyOf<typeof getMyOrder>['order']
export type Parcel = ReplyOf<typeof getMyOrder>['parcels'][number]
export type Payment = ReplyOf<typeof listMyPayments>['items'][number]
export type Wallet = ReplyOf<typeof getMyWallet>
export type Leaderboard = ReplyOf<typeof getCreatorLeaderboard>
export type Ranked = Leaderboard['ranking'][number]
export type Screen = ReplyOf<typeof getScreen>
