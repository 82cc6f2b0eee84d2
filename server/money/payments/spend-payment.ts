import type { Minor } from '#contract/money'
import { accounts, postJournals, walletOf } from '#money/ledger'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, mustBeDone } from '#platform/outcome'
import { requestRefund } from './give-back.ts'
import { sharesOf } from './payment.ts'
import { addPaymentStep, insertShares, lockPayment, markUsed, type Payment } from './store.ts'

/** A payment for orders that has arrived and of which nobody has decided what becomes of it, locked; null when somebody has. */
export async function lockUnused(tx: Tx, paymentId: string): Promise<Payment | null> {
  const payment = await lockPayment(tx, paymentId)
  return payment?.state === 'succeeded' && payment.usedAt === null && payment.groupId !== null ? payment : null
}

/**
 * Ends the waiting of a payment for orders: it and what was held with it are in the wallet, from which the caller pays `orders` in the
 * same transaction. What they do not need of it goes back to where it came from.
 */
export async function spendPayment(
  tx: Tx,
  payment: Payment,
  orders: readonly { orderId: string; payMinor: Minor }[],
): Promise<void> {
  const { id, personId, currency, amountMinor, holdMinor } = payment
  assert((await markUsed(tx, id)) === 1, 'a payment is used once')
  const receivedMinor = amountMinor + holdMinor
  const postings = [
    { account: accounts.held, amountMinor: receivedMinor },
    { account: walletOf(personId), amountMinor: -receivedMinor },
  ]
  const cause = `payment.used:${id}`
  mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'payment.used', cause, currency, orderId: null, postings }]))
  const { shares, unusedMinor } = sharesOf({ amountMinor, holdMinor, orders })
  await insertShares(tx, id, shares)
  await addPaymentStep(tx, id, orders.length > 0 ? 'used' : 'not_used')
  if (unusedMinor > 0) {
    const refund = { paymentId: id, personId, orderId: null, currency, amountMinor: unusedMinor }
    await requestRefund(tx, { ...refund, cause: `payment.unused:${id}` })
  }
  tx.tell(`person:${personId}`, { kind: 'wallet' })
}
