/** How is it bought: quotes, orders. */
import { z } from 'zod'
import { ask, byId, currency, endpoint, id, instant, minor, pageOf, pageQuery, text2, units } from './endpoint.ts'
import { paymentProvider } from './finance.ts'
import { address } from './people.ts'
import { parcel, parcelReturn } from './supply.ts'

const tag = 'trade'
/** Who bears a discount; the shares of one line sum to 10,000 basis points. */
export const funder = z.object({ party: z.enum(['platform', 'seller', 'creator', 'brand']), basisPoints: z.int() })
/** One line of the explanation of a price: the list price, each discount with its name and payers, what is left. */
export const priceLine = z.object({
  kind: z.enum(['price', 'discount', 'freight', 'total']),
  name: text2,
  amountMinor: minor,
  funders: z.array(funder),
})

const wishLines = z
  .array(z.strictObject({ skuId: id, units }))
  .min(1)
  .max(50)
export const quote = z.object({
  lines: z.array(
    z.object({
      skuId: id,
      productId: id,
      title: text2,
      label: text2,
      picture: z.string(),
      units: z.int(),
      unitPriceMinor: minor,
      payMinor: minor,
      unitsLeft: z.int(),
      /** The flash sale that it would be bought in. */
      flashSaleId: id.nullable(),
      /** What this buyer may still have at this price; null: as many as there are. */
      mayBuyUnits: z.int().nullable(),
    }),
  ),
  explanation: z.array(priceLine),
  /** What the buyer has and could use here, the one that saves most first; and the one that this price is with. */
  coupons: z.array(z.object({ id, name: text2, offMinor: minor, validUntil: instant })),
  couponId: id.nullable(),
  payMinor: minor,
  currency,
  walletMinor: minor,
  address: address.nullable(),
  promise: z.object({ dispatchBy: instant, deliverBy: instant }).nullable(),
  sellerName: text2,
})
export const quoteOrder = endpoint({
  id: 'quoteOrder',
  method: 'POST',
  path: '/api/v1/quotes',
  tag,
  who: ['buyer'],
  summary: 'What it costs and why, before anything is ordered',
  body: z.strictObject({
    lines: wishLines,
    addressId: id.optional(),
    attribution: z.string().max(600).optional(),
    /** Left out: the one that saves most; null: none. */
    couponId: id.nullable().optional(),
  }),
  reply: z.object({ quote }),
  refusals: { sku_not_on_sale: 409, not_found: 404, coupon_not_usable: 409 },
})

/** The asker makes the id: the same id again gets the first answer; another body under it is refused. */
export const orderWish = z.strictObject({
  id,
  lines: wishLines,
  addressId: id,
  /** What the buyer was shown; if it changed, the order is refused and the new price is told. */
  shownPayMinor: z.int().min(0).max(9_000_000_000_000),
  /** A coupon that the buyer has claimed. */
  couponId: id.optional(),
  /** To buy in this flash sale or not at all. Left out: at whatever price holds. */
  flashSaleId: id.optional(),
  /** From the wallet now, or within some minutes: the units are kept, and come back if nobody pays. */
  payment: z.enum(['wallet', 'later']),
  attribution: z.string().max(600).optional(),
})
/** In the order in which they are told. */
export const placeOrderRefusals = {
  order_id_reused: 409,
  sku_not_on_sale: 409,
  address_missing: 409,
  coupon_not_usable: 409,
  flash_room_only: 409,
  flash_not_started: 409,
  flash_ended: 409,
  flash_sold_out: 409,
  price_changed: 409,
  limit_reached: 409,
  sold_out: 409,
  too_many_unpaid: 409,
  balance_too_low: 402,
  desk_busy: 503,
} as const
export const placedOrder = z.object({
  orderId: id,
  number: z.string(),
  payMinor: minor,
  currency,
  walletMinor: minor.nullable(),
  repeated: z.boolean(),
  /** Until when it waits for its payment; null when it is paid. */
  payBy: instant.nullable(),
  /** One for each seller and warehouse that sends a part of it; the first has the id that the asker made. */
  orders: z.array(z.object({ orderId: id, number: z.string(), payMinor: minor })),
})
export const placeOrder = endpoint({
  id: 'placeOrder',
  method: 'POST',
  path: '/api/v1/orders',
  tag,
  who: ['buyer'],
  status: 201,
  summary: 'Buy: stock, payment, order and books in one step',
  body: orderWish,
  reply: z.object({ order: placedOrder }),
  refusals: placeOrderRefusals,
})
/** The same through the socket that a room holds open. */
export const placeOrderAsk = ask({
  kind: 'order.place',
  who: ['buyer'],
  summary: 'Buy without leaving the room',
  body: orderWish,
  reply: z.object({ order: placedOrder }),
  refusals: placeOrderRefusals,
})

const couponTerms = z.object({
  name: text2,
  currency,
  thresholdMinor: minor,
  /** An amount, or a part of the price up to a cap. */
  offMinor: minor.nullable(),
  offBasisPoints: z.int().nullable(),
  capMinor: minor.nullable(),
  /** Null: whatever is in the cart. */
  productIds: z.array(id).nullable(),
})
export const myCoupon = couponTerms.extend({ id, couponId: id, validUntil: instant })
export const couponOffer = couponTerms.extend({ id, roomId: id.nullable(), endsAt: instant, leftUnits: z.int() })
export const listMyCoupons = endpoint({
  id: 'listMyCoupons',
  method: 'GET',
  path: '/api/v1/me/coupons',
  tag,
  who: ['buyer'],
  summary: 'Coupons that I can use, and those that I may claim here',
  query: z.strictObject({ roomId: id.optional() }),
  reply: z.object({ mine: z.array(myCoupon), offers: z.array(couponOffer) }),
})
export const claimCoupon = endpoint({
  id: 'claimCoupon',
  method: 'POST',
  path: '/api/v1/coupons/:id/claims',
  tag,
  who: ['buyer'],
  status: 201,
  summary: 'Claim a coupon; one of a room is given to who is in it. The same id again is the same claim',
  params: byId,
  body: z.strictObject({ id, attribution: z.string().max(600).optional() }),
  reply: z.object({ coupon: myCoupon }),
  refusals: {
    not_found: 404,
    id_reused: 409,
    coupon_not_now: 409,
    room_only: 409,
    coupon_limit: 409,
    coupon_gone: 409,
  },
})
export const listMyRoomCoupons = endpoint({
  id: 'listMyRoomCoupons',
  method: 'GET',
  path: '/api/v1/studio/coupons',
  tag,
  who: ['creator'],
  summary: 'Coupons of my room, while it is on air: what I may hand out, and how many are claimed',
  reply: z.object({
    coupons: z.array(
      couponOffer.extend({ claimedUnits: z.int(), byHost: z.boolean(), handedOutUntil: instant.nullable() }),
    ),
  }),
})
export const handOutCoupon = endpoint({
  id: 'handOutCoupon',
  method: 'POST',
  path: '/api/v1/studio/coupons/:id/hand-outs',
  tag,
  who: ['creator'],
  status: 201,
  summary: 'Hand a coupon of my room out to who is here, for some seconds. The same id again is the same hand-out',
  params: byId,
  body: z.strictObject({ id, seconds: z.int().min(10).max(600) }),
  reply: z.object({ until: instant }),
  refusals: { room_not_live: 409, not_found: 404, coupon_not_now: 409, coupon_gone: 409 },
})
const couponDesk = ['operations', 'admin'] as const
const couponBook = couponTerms.extend({
  id,
  roomId: id.nullable(),
  byHost: z.boolean(),
  funders: z.array(funder),
  quotaUnits: z.int(),
  claimedUnits: z.int(),
  usedUnits: z.int(),
  perPersonUnits: z.int(),
  budgetMinor: minor,
  spentMinor: minor,
  validDays: z.int(),
  startsAt: instant,
  endsAt: instant,
})
export const listCoupons = endpoint({
  id: 'listCoupons',
  method: 'GET',
  path: '/api/v1/coupons',
  tag,
  who: [...couponDesk, 'finance', 'auditor'],
  summary: 'All coupons, newest first, with what was claimed, used and spent',
  query: pageQuery,
  reply: pageOf(couponBook),
})
const shares = z.strictObject({
  platform: z.int().min(0).max(10_000),
  seller: z.int().min(0).max(10_000),
  creator: z.int().min(0).max(10_000),
  brand: z.int().min(0).max(10_000),
})
export const createCoupon = endpoint({
  id: 'createCoupon',
  method: 'POST',
  path: '/api/v1/coupons',
  tag,
  who: couponDesk,
  status: 201,
  summary: 'Offer a coupon; what the platform bears of it comes out of its own budget. Terms never change afterwards',
  body: z.strictObject({
    id,
    name: z.strictObject({ en: z.string().trim().min(1).max(60), zh: z.string().trim().min(1).max(60) }),
    thresholdMinor: z.int().min(0).max(9_000_000_000),
    off: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('amount'), minor: z.int().min(1).max(9_000_000_000) }),
      z.strictObject({
        kind: z.literal('share'),
        basisPoints: z.int().min(1).max(9_000),
        capMinor: z.int().min(1).max(9_000_000_000),
      }),
    ]),
    productIds: z.array(id).min(1).max(200).nullable(),
    roomId: id.nullable(),
    /** Only while the host of that room hands it out. */
    byHost: z.boolean().optional(),
    funders: shares,
    budgetMinor: z.int().min(0).max(9_000_000_000_000),
    quotaUnits: z.int().min(1).max(10_000_000),
    perPersonUnits: z.int().min(1).max(100),
    validDays: z.int().min(1).max(365),
    startsAt: instant,
    endsAt: instant,
  }),
  reply: z.object({ coupon: couponBook }),
  refusals: { funders_not_whole: 409, budget_missing: 409, window_empty: 409, id_reused: 409 },
})

export const afterSaleKinds = ['refundOnly', 'returnRefund', 'exchange', 'resend'] as const
export const afterSaleReasons = ['no_reason', 'damaged', 'wrong_item', 'not_as_described', 'missing', 'other'] as const
export const afterSaleStates = [
  'asked',
  // The goods are to be sent back, or are on their way.
  'accepted',
  'sent',
  // Goods are sent again.
  'replacing',
  'approved',
  'replaced',
  'refused',
  'lapsed',
] as const
const refundLines = z
  .array(
    z.strictObject({
      no: z.int().min(1).max(50),
      /** Where money is asked for. */
      amountMinor: z.int().min(1).max(9_000_000_000_000),
      /** That come back or are sent again; all of the line's where it says nothing. */
      units: z.int().min(1).max(100_000).optional(),
    }),
  )
  .min(1)
  .max(50)
/** What a buyer asks after he has the goods, as he and the operator see it. */
export const afterSale = z.object({
  id,
  orderId: id,
  orderNumber: z.string(),
  buyerName: z.string(),
  kind: z.enum(afterSaleKinds),
  reasonCode: z.enum(afterSaleReasons),
  reason: z.string(),
  state: z.enum(afterSaleStates),
  amountMinor: minor,
  currency,
  lines: z.array(z.object({ no: z.int(), amountMinor: minor, units: z.int().nullable() })),
  askedAt: instant,
  decidedAt: instant.nullable(),
  answer: z.string(),
  /** The goods that come back: where to, until when, and what was found. */
  return: parcelReturn.nullable(),
})

export const orderStates = ['unpaid', 'paid', 'packed', 'shipped', 'delivered', 'confirmed', 'cancelled'] as const
export const orderState = z.enum(orderStates)
export const order = z.object({
  id,
  /** The wish it came from: all its orders are paid together. */
  groupId: id,
  number: z.string(),
  state: orderState,
  placedAt: instant,
  payMinor: minor,
  currency,
  explanation: z.array(priceLine),
  lines: z.array(
    z.object({
      no: z.int(),
      skuId: id,
      productId: id,
      title: text2,
      label: text2,
      picture: z.string(),
      units: z.int(),
      unitPriceMinor: minor,
      discountMinor: minor,
      payMinor: minor,
    }),
  ),
  shipTo: address.omit({ id: true, isDefault: true }),
  roomTitle: z.string().nullable(),
  creatorName: z.string().nullable(),
  sellerName: text2,
  steps: z.array(z.object({ step: z.string(), at: instant, sentence: text2 })),
  /** Until when it waits for its payment; null when it no longer does. What the whole wish costs that it belongs to. */
  payBy: instant.nullable(),
  groupPayMinor: minor,
  confirmBy: instant.nullable(),
  mayConfirm: z.boolean(),
  mayCancel: z.boolean(),
  /** What went back to the buyer, and what may still be asked back of each line; empty when the time for it is over. */
  refundedMinor: minor,
  refundable: z.array(z.object({ no: z.int(), leftMinor: minor })),
  afterSales: z.array(afterSale),
  promise: z.object({ dispatchBy: instant, deliverBy: instant }),
})
export const listMyOrders = endpoint({
  id: 'listMyOrders',
  method: 'GET',
  path: '/api/v1/me/orders',
  tag,
  who: ['buyer'],
  summary: 'My orders, newest first',
  query: pageQuery.extend({ state: z.enum(['all', 'to_pay', 'to_ship', 'to_receive', 'done']).default('all') }),
  reply: pageOf(order),
})
export const getMyOrder = endpoint({
  id: 'getMyOrder',
  method: 'GET',
  path: '/api/v1/me/orders/:id',
  tag,
  who: ['buyer'],
  summary: "One of my orders with its parcel's steps",
  params: byId,
  reply: z.object({ order, parcels: z.array(parcel) }),
  refusals: { not_found: 404 },
})
export const confirmMyOrder = endpoint({
  id: 'confirmMyOrder',
  method: 'POST',
  path: '/api/v1/me/orders/:id/confirmations',
  tag,
  who: ['buyer'],
  summary: 'I have it: the money moves on',
  idempotent: true,
  params: byId,
  reply: z.object({ order }),
  refusals: { not_found: 404, order_not_delivered: 409 },
})
export const cancelMyOrder = endpoint({
  id: 'cancelMyOrder',
  method: 'POST',
  path: '/api/v1/me/orders/:id/cancellations',
  tag,
  who: ['buyer'],
  summary: 'Cancel before it is packed: money, stock and budget come back once',
  idempotent: true,
  params: byId,
  reply: z.object({ order }),
  refusals: { not_found: 404, order_not_cancellable: 409 },
})
export const payMyOrder = endpoint({
  id: 'payMyOrder',
  method: 'POST',
  path: '/api/v1/me/orders/:id/payments',
  tag,
  who: ['buyer'],
  status: 201,
  summary: 'Pay for what waits: all orders of the wish at once, from the wallet, or what it lacks through the provider',
  params: byId,
  /** The id belongs to the payment: sent again it is the same one, whatever happened to the answer. */
  body: z.strictObject({
    id,
    method: z.enum(['wallet', 'provider']),
    /** One of the payment means; the first of them where it is left out. */
    provider: paymentProvider.optional(),
    /** False pays all of it through the provider; else the wallet goes first where it lacks something. */
    useWallet: z.boolean().optional(),
  }),
  /** `redirectUrl`: where the buyer says yes, with providers that ask him themselves. */
  reply: z.object({ order, state: z.enum(['paid', 'pending']), redirectUrl: z.string().nullable() }),
  refusals: {
    not_found: 404,
    order_not_payable: 409,
    balance_too_low: 402,
    provider_failed: 409,
    id_reused: 409,
  },
})
export const askRefund = endpoint({
  id: 'askRefund',
  method: 'POST',
  path: '/api/v1/me/orders/:id/after-sales',
  tag,
  who: ['buyer'],
  status: 201,
  summary:
    'Ask for money back, with or without the goods, or for the goods again, line by line; the same id is the same wish',
  params: byId,
  body: z.strictObject({
    id,
    /** Money alone where it says nothing. */
    kind: z.enum(afterSaleKinds).optional(),
    reasonCode: z.enum(afterSaleReasons).optional(),
    reason: z.string().trim().min(1).max(500),
    lines: refundLines,
  }),
  reply: z.object({ afterSale }),
  refusals: {
    not_found: 404,
    id_reused: 409,
    order_not_refundable: 409,
    no_reason_not_here: 409,
    no_reason_too_late: 409,
    amount_too_high: 409,
    too_many_back: 409,
    after_sale_open: 409,
  },
})
export const noteGoodsSent = endpoint({
  id: 'noteGoodsSent',
  method: 'POST',
  path: '/api/v1/me/orders/:id/after-sales/:afterSaleId/shipments',
  tag,
  who: ['buyer'],
  status: 201,
  summary: "I have sent the goods back; the carrier's number may be corrected until they are there",
  params: byId.extend({ afterSaleId: id }),
  body: z.strictObject({ waybill: z.string().trim().min(1).max(60) }),
  reply: z.object({ afterSale }),
  refusals: { not_found: 404, return_closed: 409 },
})
/** For creators: sales that carry my attribution, with each step, without the buyer's address. */
export const listMySales = endpoint({
  id: 'listMySales',
  method: 'GET',
  path: '/api/v1/studio/sales',
  tag,
  who: ['creator'],
  summary: 'Orders that I brought, with their steps',
  query: pageQuery,
  reply: pageOf(
    z.object({
      orderId: id,
      number: z.string(),
      state: orderState,
      placedAt: instant,
      buyerName: z.string(),
      title: text2,
      picture: z.string(),
      units: z.int(),
      payMinor: minor,
      commissionMinor: minor,
      currency,
      lastStep: text2,
    }),
  ),
})
const operators = ['support', 'operations', 'finance', 'admin', 'auditor'] as const
export const listOrders = endpoint({
  id: 'listOrders',
  method: 'GET',
  path: '/api/v1/orders',
  tag,
  who: operators,
  summary: 'All orders, newest first',
  query: pageQuery.extend({ q: z.string().max(60).optional(), state: orderState.optional() }),
  reply: pageOf(order.extend({ buyerName: z.string() })),
})
const afterSaleDesk = ['support', 'operations', 'admin'] as const
export const listAfterSales = endpoint({
  id: 'listAfterSales',
  method: 'GET',
  path: '/api/v1/after-sales',
  tag,
  who: [...afterSaleDesk, 'finance', 'auditor'],
  summary: 'Wishes for money back, newest first',
  query: pageQuery.extend({ state: z.enum(afterSaleStates).optional() }),
  reply: pageOf(afterSale),
})
export const decideAfterSale = endpoint({
  id: 'decideAfterSale',
  method: 'POST',
  path: '/api/v1/orders/:id/after-sales/:afterSaleId/decisions',
  tag,
  who: afterSaleDesk,
  summary:
    'Approve: money is back at once, goods are expected or sent again; or refuse with an answer that the buyer reads',
  idempotent: true,
  params: byId.extend({ afterSaleId: id }),
  body: z.strictObject({ decision: z.enum(['approved', 'refused']), answer: z.string().trim().max(500) }),
  reply: z.object({ afterSale }),
  refusals: { not_found: 404, after_sale_decided: 409, answer_missing: 409, sold_out: 409 },
})
export const getOrder = endpoint({
  id: 'getOrder',
  method: 'GET',
  path: '/api/v1/orders/:id',
  tag,
  who: operators,
  summary: 'An order with its parcels, commission and books',
  params: byId,
  reply: z.object({
    order: order.extend({ buyerName: z.string() }),
    parcels: z.array(parcel),
    commissions: z.array(
      z.object({
        lineNo: z.int(),
        party: z.enum(['creator', 'agency']),
        partyName: z.string(),
        baseMinor: minor,
        basisPoints: z.int(),
        amountMinor: minor,
        /** What of it went back with refunds. */
        reversedMinor: minor,
        state: z.enum(['estimated', 'pending', 'settled', 'ineligible', 'frozen']),
        reason: z.string(),
      }),
    ),
    /** What we bear of its discounts, before refunds. */
    subsidyMinor: minor,
    /** What its seller pays us, each fee by itself, and what of it went back. Empty where we sell ourselves. */
    fees: z.array(
      z.object({
        lineNo: z.int(),
        kind: z.enum(['referral', 'provider', 'service', 'fulfilment']),
        baseMinor: minor,
        amountMinor: minor,
        taxMinor: minor,
        backMinor: minor,
        taxBackMinor: minor,
      }),
    ),
    /** True where somebody else than the operator sold it. */
    isOfSeller: z.boolean(),
    journals: z.array(
      z.object({
        id,
        kind: z.string(),
        at: instant,
        postings: z.array(z.object({ account: z.string(), amountMinor: minor })),
      }),
    ),
  }),
  refusals: { not_found: 404 },
})
