import type { Currency, Minor } from '#contract/money'
import { accounts, type Journal, postJournals, walletOf } from '#money/ledger'
import type { App } from '#platform/app'
import { crashPoint } from '#platform/crash-points'
import { type Tx, transact } from '#platform/database'
import { idFrom, newId } from '#platform/ids'
import { assert, mustBeDone } from '#platform/outcome'
import { backTo, pauseSeconds, refundStateAfter } from './payment.ts'
import type { PaymentProvider, ProviderAnswer } from './provider.ts'
import {
  addPaymentStep,
  addRefunded,
  decideRefundRow,
  findPayment,
  insertRefund,
  lockRefund,
  lockShares,
  noteRefundAsked,
  type Refund,
  refundShares,
  refundsToSend,
} from './store.ts'

const sendBite = 50

/**
 * Money of an order that has just come back into its buyer's wallet goes on to where it came from: what was paid from outside first,
 * in the same commit, so that nobody spends it on the way. What is left was the wallet's, and stays there.
 */
export async function giveBackToSources(
  tx: Tx,
  of: { orderId: string; buyerId: string; currency: Currency; amountMinor: Minor; cause: string },
): Promise<void> {
  const shares = await lockShares(tx, of.orderId)
  const parts = backTo(of.amountMinor, shares)
  if (parts.length === 0) return
  await refundShares(tx, of.orderId, parts)
  for (const { paymentId, amountMinor } of parts) {
    const { buyerId: personId, orderId, currency } = of
    await requestRefund(tx, { paymentId, personId, orderId, currency, amountMinor, cause: `${of.cause}:${paymentId}` })
  }
}

/** Takes from the wallet what is to go back to its source, and notes it for the sweep that sends it. */
export async function requestRefund(
  tx: Tx,
  of: Pick<Refund, 'paymentId' | 'personId' | 'orderId' | 'currency' | 'amountMinor' | 'cause'>,
): Promise<void> {
  const id = idFrom('payments.refund', of.cause)
  if (!(await insertRefund(tx, { id, ...of }))) return
  await addRefunded(tx, of.paymentId, of.amountMinor)
  const { amountMinor } = of
  await post(tx, 'refund.requested', { id, ...of }, [
    { account: walletOf(of.personId), amountMinor },
    { account: accounts.refunds, amountMinor: -amountMinor },
  ])
  await addPaymentStep(tx, of.paymentId, 'refund_requested', String(amountMinor))
}

async function post(
  tx: Tx,
  kind: 'refund.requested' | 'refund.succeeded' | 'refund.failed',
  refund: Pick<Refund, 'id' | 'currency' | 'orderId'>,
  postings: Journal['postings'],
): Promise<void> {
  const { id, currency } = refund
  mustBeDone(await postJournals(tx, [{ id: newId(), kind, cause: `${kind}:${id}`, currency, orderId: null, postings }]))
}

/** What the provider says about a refund. One that it refuses is its owner's, in the wallet, and he is told. */
export async function noteRefund(
  tx: Tx,
  id: string,
  answer: Pick<ProviderAnswer, 'outcome' | 'providerReference'>,
): Promise<void> {
  const refund = await lockRefund(tx, id)
  if (refund === null) return
  const state = refundStateAfter(refund.state, answer.outcome)
  if (state === refund.state) return
  await decideRefundRow(tx, id, state, answer.providerReference)
  const { amountMinor } = refund
  const onItsWay = { account: accounts.refunds, amountMinor }
  if (state === 'succeeded') {
    await post(tx, 'refund.succeeded', refund, [onItsWay, { account: accounts.psp, amountMinor: -amountMinor }])
  } else {
    const wallet = { account: walletOf(refund.personId), amountMinor: -amountMinor }
    await post(tx, 'refund.failed', refund, [onItsWay, wallet])
  }
  await addPaymentStep(tx, refund.paymentId, state === 'succeeded' ? 'refund_succeeded' : 'refund_failed')
  tx.tell(`person:${refund.personId}`, { kind: 'refund', paymentId: refund.paymentId, orderId: refund.orderId, state })
  tx.tell(`person:${refund.personId}`, { kind: 'wallet' })
}

/**
 * Sends refunds to their providers, between transactions, by our id: when an answer is lost the same refund is sent again, later each
 * time, and a provider gives an id back once.
 */
export async function sendRefunds(
  app: App,
  providerBy: (name: string) => PaymentProvider | null,
): Promise<{ more: boolean }> {
  const open = await refundsToSend(app.database.db, app.clock.now(), sendBite)
  for (const refund of open) await sendRefund(app, providerBy, refund)
  return { more: open.length === sendBite }
}

export async function sendRefund(
  app: App,
  providerBy: (name: string) => PaymentProvider | null,
  refund: Refund,
): Promise<void> {
  const payment = await findPayment(app.database.db, refund.paymentId)
  assert(payment !== null, 'a refund has its payment')
  const { amountMinor, currency } = refund
  const { id: reference, providerReference } = payment
  const answer = await providerBy(payment.provider)
    ?.refund({
      reference: refund.id,
      amountMinor,
      currency,
      payment: { reference, providerReference, amountMinor: payment.amountMinor, currency },
    })
    .catch((error: unknown) => {
      app.log.warn({ err: error, refundId: refund.id }, 'the provider did not answer; the refund is sent again later')
      return undefined
    })
  crashPoint('provider.answered')
  await transact(app, async (tx) => {
    await noteRefundAsked(tx, refund.id, tx.now.add({ seconds: pauseSeconds(refund.asks) }))
    if (answer) await noteRefund(tx, refund.id, answer)
    else await addPaymentStep(tx, payment.id, 'no_answer', 'refund')
  })
}
