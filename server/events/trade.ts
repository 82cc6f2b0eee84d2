/** What can happen to orders. Paid orders come in batches: one event holds a whole commit of the desk. */
export interface PaidOrder {
  orderId: string
  /** The commit of the desk that placed it, under which its units were taken from the shelf. */
  batchId: string | null
  number: string
  buyerId: string
  buyerName: string
  channel: string
  placedAt: string
  payMinor: number
  currency: string
  /** The attribution that counts, if any. */
  roomId: string | null
  sessionId: string | null
  creatorId: string | null
  roomTitle: string | null
  isDemo: boolean
  shipTo: { recipient: string; phone: string; province: string; city: string; district: string; street: string }
  dispatchBy: string
  deliverBy: string
  lines: {
    no: number
    skuId: string
    productId: string
    units: number
    payMinor: number
    warehouseId: string
  }[]
}

/** What was sold, by SKU, as it was called then: once for all who bought it in a batch. */
export interface SoldGoods {
  title: { en: string; zh: string }
  label: { en: string; zh: string }
  picture: string
}

export type TradeEvent =
  /** Units of these flash sales were sold or came back; what is left is read when it is told. */
  | { name: 'flash.units_changed'; saleIds: string[] }
  | { name: 'orders.paid'; orders: PaidOrder[]; goods: Record<string, SoldGoods> }
  /** Before it was packed: stock, money and budgets have come back in the same commit. */
  | { name: 'order.cancelled'; order: PaidOrder; goods: Record<string, SoldGoods> }
  /** Part or all of what was paid went back after the order was confirmed. */
  | {
      name: 'order.refunded'
      refundId: string
      orderId: string
      buyerId: string
      creatorId: string | null
      placedAt: string
      isDemo: boolean
      amountMinor: number
      currency: string
    }
