/** What can happen to money. */
export type MoneyEvent =
  /** A payment for orders that wait is in its owner's wallet. */
  | {
      name: 'payment.received'
      paymentId: string
      personId: string
      groupId: string
      amountMinor: number
      currency: string
    }
  /** Orders whose return window is over and of which nothing went back: what they earned has been released. */
  | { name: 'orders.kept'; orders: { orderId: string; creatorId: string }[] }
