/** Names for what the console's endpoints answer. Types only: no schema library reaches the browser. */

import type { listBlacklist } from '#contract/blacklist'
import type { explainJournal, getAccount, listAccounts } from '#contract/books'
import type { BodyOf, ReplyOf } from '#contract/endpoint'
import type {
  listBalances,
  listBreaks,
  listJournals,
  listPayments,
  listPayoutFiles,
  listPayouts,
  listStatements,
  listWithdrawals,
  runAudit,
  tellSandboxProvider,
} from '#contract/finance'
import type { listFlashGrants, listFlashSales } from '#contract/flash'
import type { listMinorCases } from '#contract/gifts'
import type { getProduct, listCatalog } from '#contract/goods'
import type { listRecordings, listRooms } from '#contract/live'
import type { listReports } from '#contract/moderation'
import type { listCreators, listGateRules, listPeople } from '#contract/people'
import type { listPersonalDecisions, listPersonalOffers } from '#contract/personal-offers'
import type { listAuditTrail } from '#contract/platform'
import type { explainSkuPrice } from '#contract/prices'
import type { listShops } from '#contract/shops'
import type {
  getParcel,
  getReturn,
  listPickList,
  listStock,
  listStockMovements,
  listSuppliers,
  parcelStates,
} from '#contract/supply'
import type { getOrder, listAfterSales, listCoupons, listOrders, orderStates } from '#contract/trade'
import type { listAppeals, listRules, listViolations } from '#contract/trust'

type ItemOf<Page> = Page extends { items: (infer Item)[] } ? Item : never

export type Parcel = ReplyOf<typeof getParcel>['parcel']
export type Return = ReplyOf<typeof getReturn>['return']
export type ParcelState = (typeof parcelStates)[number]
export type PickLine = ReplyOf<typeof listPickList>['lines'][number]
export type StockRow = ItemOf<ReplyOf<typeof listStock>>
export type Movement = ItemOf<ReplyOf<typeof listStockMovements>>
export type Supplier = ItemOf<ReplyOf<typeof listSuppliers>>
export type OrderRow = ItemOf<ReplyOf<typeof listOrders>>
export type AfterSale = ItemOf<ReplyOf<typeof listAfterSales>>
export type ExplainedPrice = ReplyOf<typeof explainSkuPrice>
export type FlashGrantRow = ItemOf<ReplyOf<typeof listFlashGrants>>
export type FlashSaleRow = ItemOf<ReplyOf<typeof listFlashSales>>
export type PersonalOffer = ItemOf<ReplyOf<typeof listPersonalOffers>>
export type PersonalDecision = ItemOf<ReplyOf<typeof listPersonalDecisions>>
export type Coupon = ItemOf<ReplyOf<typeof listCoupons>>
export type OrderPageData = ReplyOf<typeof getOrder>
export type OrderState = (typeof orderStates)[number]
export type CatalogRow = ItemOf<ReplyOf<typeof listCatalog>>
export type Product = ReplyOf<typeof getProduct>['product']
export type PersonRow = ItemOf<ReplyOf<typeof listPeople>>
export type ShopRow = ItemOf<ReplyOf<typeof listShops>>
export type Report = ItemOf<ReplyOf<typeof listReports>>
export type BlacklistRow = ItemOf<ReplyOf<typeof listBlacklist>>
export type GateRule = ReplyOf<typeof listGateRules>['rules'][number]
export type GatedCategory = ReplyOf<typeof listGateRules>['categories'][number]
export type Recording = ItemOf<ReplyOf<typeof listRecordings>>
export type CreatorRow = ItemOf<ReplyOf<typeof listCreators>>
export type Violation = ItemOf<ReplyOf<typeof listViolations>>
export type Appeal = ItemOf<ReplyOf<typeof listAppeals>>
export type Rule = ReplyOf<typeof listRules>['rules'][number]
export type MinorCase = ItemOf<ReplyOf<typeof listMinorCases>>
export type Balances = ReplyOf<typeof listBalances>
export type Journal = ItemOf<ReplyOf<typeof listJournals>>
export type AccountRow = ItemOf<ReplyOf<typeof listAccounts>>
export type AccountEntry = ItemOf<ReplyOf<typeof getAccount>['entries']>
export type ExplainedJournal = ReplyOf<typeof explainJournal>
export type Payout = ItemOf<ReplyOf<typeof listPayouts>>
export type PaymentRow = ItemOf<ReplyOf<typeof listPayments>>
export type SandboxSwitch = BodyOf<typeof tellSandboxProvider>
export type BreakRow = ItemOf<ReplyOf<typeof listBreaks>>
export type StatementRow = ItemOf<ReplyOf<typeof listStatements>>
export type Withdrawals = ReplyOf<typeof listWithdrawals>
export type WithdrawalRow = ItemOf<Withdrawals>
export type PayoutFileRow = ItemOf<ReplyOf<typeof listPayoutFiles>>
export type Audit = ReplyOf<typeof runAudit>
export type TrailRow = ItemOf<ReplyOf<typeof listAuditTrail>>
export type RoomRow = ReplyOf<typeof listRooms>['rooms'][number]
