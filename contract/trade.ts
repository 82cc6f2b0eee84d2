/** How is it bought: quotes, orders. */
import { z } from 'zod'
import { ask, byId, currency, endpoint, id, instant, minor, pageOf, pageQuery, text2, units } from './endpoint.ts'
import { address } from './people.ts'
import { parcel } from './supply.ts'

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
    }),
  ),
  explanation: z.array(priceLine),
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
  body: z.strictObject({ lines: wishLines, addressId: id.optional(), attribution: z.string().max(600).optional() }),
  reply: z.object({ quote }),
  refusals: { sku_not_on_sale: 409, not_found: 404 },
})

/** The asker makes the id: the same id again gets the first answer; another body under it is refused. */
export const orderWish = z.strictObject({
  id,
  lines: wishLines,
  addressId: id,
  /** What the buyer was shown; if it changed, the order is refused and the new price is told. */
  shownPayMinor: z.int().min(0).max(9_000_000_000_000),
  payment: z.literal('wallet'),
  attribution: z.string().max(600).optional(),
})
/** In the order in which they are told. */
export const placeOrderRefusals = {
  order_id_reused: 409,
  sku_not_on_sale: 409,
  address_missing: 409,
  price_changed: 409,
  sold_out: 409,

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

export const orderStates = ['paid', 'packed', 'shipped', 'delivered', 'confirmed', 'cancelled'] as const
export const orderState = z.enum(orderStates)
export const order = z.object({
  id,
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
  confirmBy: instant.nullable(),
  mayConfirm: z.boolean(),
  mayCancel: z.boolean(),
  promise: z.object({ dispatchBy: instant, deliverBy: instant }),
})
export const listMyOrders = endpoint({
  id: 'listMyOrders',
  method: 'GET',
  path: '/api/v1/me/orders',
  tag,
  who: ['buyer'],
  summary: 'My orders, newest first',
  query: pageQuery.extend({ state: z.enum(['all', 'to_ship', 'to_receive', 'done']).default('all') }),
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
        state: z.enum(['estimated', 'pending', 'settled', 'ineligible', 'frozen']),
        reason: z.string(),
      }),
    ),
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
