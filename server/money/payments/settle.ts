import type { Minor } from '#contract/money'
import { accounts, postJournals, withoutZeros } from '#money/ledger'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { lockRefundsToSettle, lockToSettle, markRefundsSettled, markSettled } from './store.ts'

/** The provider has paid us what it took, less its fee: one journal a payment, so that each fee can be traced. Once each. */
export async function settlePayments(
  tx: Tx,
  settled: readonly { paymentId: string; feeMinor: Minor }[],
): Promise<void> {
  const fees = new Map(settled.map(({ paymentId, feeMinor }) => [paymentId, feeMinor]))
  const payments = await lockToSettle(tx, [...fees.keys()])
  if (payments.length === 0) return
  const journals = payments.map(({ id, amountMinor, currency }) => {
    const feeMinor = fees.get(id) ?? 0
    const postings = withoutZeros([
      { account: accounts.cash, amountMinor: amountMinor - feeMinor },
      { account: accounts.expensePsp, amountMinor: feeMinor },
      { account: accounts.psp, amountMinor: -amountMinor },
    ])
    return {
      id: newId(),
      kind: 'provider.settled' as const,
      cause: `provider.settled:${id}`,
      currency,
      orderId: null,
      postings,
    }
  })
  mustBeDone(await postJournals(tx, journals))
  await markSettled(
    tx,
    payments.map(({ id }) => ({ id, feeMinor: fees.get(id) ?? 0 })),
  )
}

/** The provider has kept what it gave back for us. Once each. */
export async function settleRefunds(tx: Tx, refundIds: readonly string[]): Promise<void> {
  const refunds = await lockRefundsToSettle(tx, refundIds)
  if (refunds.length === 0) return
  const journals = refunds.map(({ id, amountMinor, currency }) => {
    const postings = [
      { account: accounts.psp, amountMinor },
      { account: accounts.cash, amountMinor: -amountMinor },
    ]
    const cause = `provider.settled:refund:${id}`
    return { id: newId(), kind: 'provider.settled' as const, cause, currency, orderId: null, postings }
  })
  mustBeDone(await postJournals(tx, journals))
  await markRefundsSettled(
    tx,
    refunds.map(({ id }) => id),
  )
}
