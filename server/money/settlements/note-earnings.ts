import type { Currency } from '#contract/money'
import type { Tx } from '#platform/database'
import { changed } from './settle-orders.ts'
import { insertEntries } from './store.ts'

/** Something that became available to a party, or was taken back from it, without an order. */
export interface OtherEarning {
  partyId: string
  /** Once per cause. */
  cause: string
  kind: 'gifts' | 'gift_returned' | 'charge' | 'deposit_returned'
  amountMinor: number
  currency: Currency
  /** What the line of the statement names: how many gifts. */
  reference: string | null
}

/** Puts lines on statements for what does not come from orders. The asker posts the money in the same transaction. */
export async function noteEarnings(tx: Tx, earnings: readonly OtherEarning[]): Promise<void> {
  if (earnings.length === 0) return
  await insertEntries(
    tx,
    earnings.map(({ reference, ...earning }) => ({ ...earning, orderId: null, orderNumber: reference })),
  )
  changed(tx, earnings, 'available')
}
