/** Shops that sell here beside the operator: who they are, what they are owed, their orders and payouts. */
import { z } from 'zod'
import { byId, currency, endpoint, id, instant, minor, pageOf, pageQuery, text2 } from './endpoint.ts'
import { payout } from './finance.ts'
import { orderState } from './trade.ts'

const tag = 'shops'
const shop = z.object({
  id,
  name: text2,
  openedAt: instant,
  /** It sells no more. */
  closedAt: instant.nullable(),
  members: z.array(z.object({ personId: id, name: z.string() })),
})
const shopReaders = ['operations', 'finance', 'admin', 'auditor', 'support'] as const
const shopDesk = ['operations', 'admin'] as const
export const listShops = endpoint({
  id: 'listShops',
  method: 'GET',
  path: '/api/v1/shops',
  tag,
  who: shopReaders,
  summary: 'The shops that sell here, newest first, and who acts for each',
  query: pageQuery,
  reply: pageOf(shop),
})
export const openShop = endpoint({
  id: 'openShop',
  method: 'POST',
  path: '/api/v1/shops',
  tag,
  who: shopDesk,
  status: 201,
  summary: 'Open a shop; the same id again is the same shop',
  body: z.strictObject({
    id,
    name: z.strictObject({ en: z.string().trim().min(1).max(80), zh: z.string().trim().min(1).max(80) }),
  }),
  reply: z.object({ shop }),
  refusals: { id_reused: 409 },
})
export const closeShop = endpoint({
  id: 'closeShop',
  method: 'POST',
  path: '/api/v1/shops/:id/closings',
  tag,
  who: shopDesk,
  summary: 'Close a shop for good: its goods are for sale no more, what it earned is still its own',
  idempotent: true,
  params: byId,
  reply: z.object({ shop }),
  refusals: { not_found: 404 },
})
const member = z.strictObject({ id, personId: id })
export const addShopMember = endpoint({
  id: 'addShopMember',
  method: 'PUT',
  path: '/api/v1/shops/:id/members/:personId',
  tag,
  who: shopDesk,
  summary: 'Let a person act for a shop: he becomes a merchant',
  params: member,
  reply: z.object({ shop }),
  refusals: { not_found: 404, acts_for_another_shop: 409 },
})
export const removeShopMember = endpoint({
  id: 'removeShopMember',
  method: 'DELETE',
  path: '/api/v1/shops/:id/members/:personId',
  tag,
  who: shopDesk,
  summary: 'Let a person act for a shop no more',
  params: member,
  reply: z.object({ shop }),
  refusals: { not_found: 404 },
})

const sums = z.object({
  currency,
  /** Confirmed; its days are not over. */
  pendingMinor: minor,
  /** May be paid out; below zero where more went back than is there. */
  availableMinor: minor,
  reserveMinor: minor,
  frozenMinor: minor,
  /** On its way to the bank. */
  payoutMinor: minor,
  paidMinor: minor,
})
/** After how many days a confirmed sale is the shop's own. */
const tier = z.object({ days: z.int(), since: instant.nullable() })
export const getMyShop = endpoint({
  id: 'getMyShop',
  method: 'GET',
  path: '/api/v1/studio/shop',
  tag,
  who: ['merchant'],
  summary: 'The shop that I act for: what it is owed, and when',
  reply: z.object({ shop: z.object({ id, name: text2 }), tier, sums }),
  refusals: { not_found: 404 },
})
const shopLine = z.object({
  orderId: id,
  orderNumber: z.string(),
  lineNo: z.int(),
  currency,
  /** What was paid and what others bore of the discounts; less commission, fees and the tax on them. */
  grossMinor: minor,
  commissionMinor: minor,
  feesMinor: minor,
  taxMinor: minor,
  amountMinor: minor,
  /** What of it went back with refunds. */
  reversedMinor: minor,
  state: z.enum(['pending', 'settled']),
  /** Waits while a buyer's wish is open. */
  held: z.boolean(),
  confirmedAt: instant,
  releaseAt: instant,
  payoutNumber: z.string().nullable(),
})
export const listMyShopLines = endpoint({
  id: 'listMyShopLines',
  method: 'GET',
  path: '/api/v1/studio/shop/lines',
  tag,
  who: ['merchant'],
  summary: 'What my shop is owed of each line that it sold, newest first',
  query: pageQuery.extend({ state: z.enum(['pending', 'settled']).optional() }),
  reply: pageOf(shopLine),
  refusals: { not_found: 404 },
})
const month = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/)
const statement = z.object({
  month: z.string(),
  currency,
  from: instant,
  until: instant,
  openingMinor: minor,
  /** What came and went, kind by kind; payouts are one of them. Opening and all of these are the closing balance. */
  items: z.array(z.object({ kind: z.string(), name: text2, count: z.int(), amountMinor: minor })),
  closingMinor: minor,
})
export const getMyShopStatement = endpoint({
  id: 'getMyShopStatement',
  method: 'GET',
  path: '/api/v1/studio/shop/statement',
  tag,
  who: ['merchant'],
  summary:
    'A month of my shop: what it began with, what came and went, what it ended with; this month where none is named',
  query: z.strictObject({ month: month.optional() }),
  reply: z.object({ statement, months: z.array(z.string()) }),
  refusals: { not_found: 404 },
})
const statementLine = z.object({
  kind: z.string(),
  sentence: text2,
  orderId: id.nullable(),
  orderNumber: z.string().nullable(),
  lineNo: z.int().nullable(),
  amountMinor: minor,
  currency,
  at: instant,
  payoutNumber: z.string().nullable(),
})
export const listMyShopStatementLines = endpoint({
  id: 'listMyShopStatementLines',
  method: 'GET',
  path: '/api/v1/studio/shop/statement/lines',
  tag,
  who: ['merchant'],
  summary: 'The lines of a month, newest first: each names the line of the order that it comes from',
  query: pageQuery.extend({ month, kind: z.string().max(40).optional() }),
  reply: pageOf(statementLine),
  refusals: { not_found: 404 },
})
export const getMyShopStatementFile = endpoint({
  id: 'getMyShopStatementFile',
  method: 'GET',
  path: '/api/v1/studio/shop/statement/file',
  tag,
  who: ['merchant'],
  summary: 'A month of my shop as CSV that no spreadsheet takes for a formula',
  query: z.strictObject({ month }),
  file: 'text/csv; charset=utf-8',
  reply: z.unknown(),
  refusals: { not_found: 404 },
})
export const requestShopPayout = endpoint({
  id: 'requestShopPayout',
  method: 'POST',
  path: '/api/v1/studio/shop/payouts',
  tag,
  who: ['merchant'],
  status: 201,
  idempotent: true,
  summary: 'Pay out all that my shop has available; what it owes is netted first, and the payout lists every line',
  body: z.strictObject({ id }),
  reply: z.object({ payout }),
  refusals: { not_found: 404, identity_not_verified: 403, nothing_available: 409, below_minimum: 409 },
})
export const listMyShopPayouts = endpoint({
  id: 'listMyShopPayouts',
  method: 'GET',
  path: '/api/v1/studio/shop/payouts',
  tag,
  who: ['merchant'],
  summary: 'Payouts of my shop, newest first',
  query: pageQuery,
  reply: pageOf(payout),
  refusals: { not_found: 404 },
})
const shopOrder = z.object({
  id,
  number: z.string(),
  state: orderState,
  placedAt: instant,
  currency,
  /** As a host sees him too: enough to speak of him, too little to find him. */
  buyerName: z.string(),
  payMinor: minor,
  refundedMinor: minor,
  lines: z.array(
    z.object({
      no: z.int(),
      title: text2,
      label: text2,
      picture: z.string(),
      units: z.int(),
      unitPriceMinor: minor,
      payMinor: minor,
      /** What the shop itself bears of each discount, and what others do. */
      discounts: z.array(z.object({ name: text2, amountMinor: minor, ownMinor: minor })),
      commissions: z.array(
        z.object({ partyName: z.string(), basisPoints: z.int(), amountMinor: minor, reversedMinor: minor }),
      ),
      fees: z.array(
        z.object({
          kind: z.enum(['referral', 'provider', 'service', 'fulfilment']),
          amountMinor: minor,
          taxMinor: minor,
          backMinor: minor,
          taxBackMinor: minor,
        }),
      ),
      /** What it gives the shop, from the day the order is confirmed; an estimate before. */
      share: z.object({
        isEstimate: z.boolean(),
        grossMinor: minor,
        amountMinor: minor,
        reversedMinor: minor,
        state: z.enum(['estimated', 'pending', 'settled', 'void']),
        releaseAt: instant.nullable(),
      }),
    }),
  ),
})
export const listMyShopOrders = endpoint({
  id: 'listMyShopOrders',
  method: 'GET',
  path: '/api/v1/studio/shop/orders',
  tag,
  who: ['merchant'],
  summary: 'Orders of my shop, newest first, line by line with discounts, commission and fees',
  query: pageQuery.extend({ state: orderState.optional() }),
  reply: pageOf(shopOrder),
  refusals: { not_found: 404 },
})
export const getMyShopOrder = endpoint({
  id: 'getMyShopOrder',
  method: 'GET',
  path: '/api/v1/studio/shop/orders/:id',
  tag,
  who: ['merchant'],
  summary: 'One order of my shop with each step; that of another looks as if it were missing',
  params: byId,
  reply: z.object({ order: shopOrder, steps: z.array(z.object({ step: z.string(), at: instant, sentence: text2 })) }),
  refusals: { not_found: 404 },
})

export const getShopAccount = endpoint({
  id: 'getShopAccount',
  method: 'GET',
  path: '/api/v1/shops/:id/account',
  tag,
  who: ['finance', 'admin', 'auditor'],
  summary: 'What a shop is owed, and after how many days',
  params: byId,
  reply: z.object({ shop: z.object({ id, name: text2 }), tier, sums }),
  refusals: { not_found: 404 },
})
export const setShopTier = endpoint({
  id: 'setShopTier',
  method: 'PUT',
  path: '/api/v1/shops/:id/tier',
  tag,
  who: ['finance', 'admin'],
  summary: 'After how many days the money of a shop is its own; what is confirmed already keeps its day',
  params: byId,
  body: z.strictObject({ id, days: z.union([z.literal(3), z.literal(7), z.literal(15)]) }),
  reply: z.object({ tier }),
  refusals: { not_found: 404 },
})
