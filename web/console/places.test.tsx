import { expect, test } from 'vitest'
import * as blacklist from '#contract/blacklist'
import * as deposits from '#contract/deposits'
import * as finance from '#contract/finance'
import * as gifts from '#contract/gifts'
import * as goods from '#contract/goods'
import * as live from '#contract/live'
import * as moderation from '#contract/moderation'
import * as people from '#contract/people'
import * as platform from '#contract/platform'
import * as prices from '#contract/prices'
import { operatorRoles } from '#contract/roles'
import * as shops from '#contract/shops'
import * as supply from '#contract/supply'
import * as trade from '#contract/trade'
import * as trust from '#contract/trust'
import { places, placesOf } from './places.ts'

/** The question without which a page has nothing to show. */
const asked: Record<string, { who: unknown }> = {
  '/': { who: operatorRoles },
  '/pick-list': supply.listPickList,
  '/parcels': supply.listParcels,
  '/returns': supply.listReturns,
  '/stock': supply.listStock,
  '/suppliers': supply.listSuppliers,
  '/orders': trade.listOrders,
  '/coupons': trade.listCoupons,
  '/after-sales': trade.listAfterSales,
  '/products': goods.listCatalog,
  '/prices': prices.explainSkuPrice,
  '/rooms': live.stopRoom,
  '/creators': people.listCreators,
  '/shops': shops.listShops,
  '/violations': trust.listViolations,
  '/appeals': trust.listAppeals,
  // Everybody may read the rules; who works here finds them in the menu.
  '/rulebook': { who: operatorRoles },
  '/reports': moderation.listReports,
  '/blacklist': blacklist.listBlacklist,
  '/gates': people.listGateRules,
  '/recordings': live.listRecordings,
  '/people': people.listPeople,
  '/coins': gifts.getCoinBooks,
  '/balances': finance.listBalances,
  '/journals': finance.listJournals,
  '/payouts': finance.listPayouts,
  '/deposits': deposits.listDepositLevels,
  '/payments': finance.listPayments,
  '/withdrawals': finance.listWithdrawals,
  '/reconciliation': finance.listStatements,
  '/audit': finance.runAudit,
  '/clock': platform.getClock,
  '/trail': platform.listAuditTrail,
  '/failed': platform.listFailedWork,
}

test.each(places.map((place) => [place.path, place] as const))(
  '%s is shown to whom the contract admits',
  (path, place) => {
    expect(place.roles.toSorted()).toEqual((asked[path] as { who: string[] }).who.toSorted())
  },
)

test('each place has its own letter', () => {
  expect(new Set(places.map((place) => place.letter)).size).toBe(places.length)
})

test('a warehouse hand sees the warehouse, not the books', () => {
  const paths = placesOf(['buyer', 'warehouse']).map((place) => place.path)
  expect(paths).toContain('/parcels')
  expect(paths).not.toContain('/balances')
})
