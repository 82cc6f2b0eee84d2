/** What can happen to money that others want to hear of; the books themselves are written, not told. */
export type MoneyEvent = {
  name: 'earnings.changed'
  partyId: string
  reason: 'pending' | 'available' | 'reversed' | 'paid'
}
