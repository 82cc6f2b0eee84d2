/** What can happen to money that comes from outside. */
export type MoneyEvent =
  /** A payment for orders that wait is in its owner's wallet. */
  {
    name: 'payment.received'
    paymentId: string
    personId: string
    groupId: string
    amountMinor: number
    currency: string
  }
