import type { Currency } from '#contract/money'
import { accounts, payableOf, postJournals } from '#money/ledger'
import { type PaymentProvider, providerOf } from '#money/payments'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { sentences } from './sentences.ts'
import { changed } from './settle-orders.ts'
import {
  closedPayouts,
  endPayout,
  findPayout,
  insertEntries,
  insertPayout,
  lockParty,
  lockPayableEntries,
  type PayoutRow,
} from './store.ts'

/** Below this a transfer is not worth its fee. */
export const payoutMinorMin = 100
/** What does not fit goes into the next payout. */
export const payoutLinesMax = 1_000
const payoutBite = 20

/**
 * Closes a payout over all that is available: each line names its order, the amount is their sum, and neither changes again.
 * What the party owes us is netted first. The same id again answers the same payout.
 */
export async function closePayout(
  tx: Tx,
  wish: { id: string; partyId: string; partyName: string; currency: Currency },
): Promise<Outcome<PayoutRow, 'nothing_available' | 'below_minimum'>> {
  const earlier = await findPayout(tx.db, wish.partyId, wish.id)
  if (earlier !== null) return done(earlier)
  // Whoever asks at the same time waits here, and finds these entries taken.
  await lockParty(tx, wish.partyId)
  const entries = (await lockPayableEntries(tx, wish.partyId, payoutLinesMax)).filter(
    (entry) => entry.currency === wish.currency,
  )
  // Who waited may have waited for himself: what he asked for twice stands now.
  const meanwhile = await findPayout(tx.db, wish.partyId, wish.id)
  if (meanwhile !== null) return done(meanwhile)
  const amountMinor = entries.reduce((sum, entry) => sum + entry.amountMinor, 0)
  if (amountMinor <= 0) return refuse('nothing_available')
  if (amountMinor < payoutMinorMin) return refuse('below_minimum', { minimumMinor: payoutMinorMin })

  const lines = entries.map(({ cause, kind, orderId, orderNumber, amountMinor }) => {
    return { cause, sentence: sentences[kind](orderNumber ?? ''), orderId, orderNumber, amountMinor }
  })
  await insertPayout(tx, { ...wish, amountMinor, lines })
  await post(tx, 'payout.closed', wish, [
    { account: payableOf(wish.partyId, 'available'), amountMinor },
    { account: payableOf(wish.partyId, 'payout'), amountMinor: -amountMinor },
  ])
  changed(tx, [wish], 'paid')
  const payout = await findPayout(tx.db, wish.partyId, wish.id)
  assert(payout !== null, 'the payout that was just closed is there')
  return done(payout)
}

async function post(
  tx: Tx,
  kind: 'payout.closed' | 'payout.paid' | 'payout.failed',
  payout: { id: string; partyId: string; currency: Currency },
  postings: { account: string; amountMinor: number }[],
): Promise<void> {
  const cause = `${kind}:${payout.partyId}:${payout.id}`
  const { currency } = payout
  mustBeDone(await postJournals(tx, [{ id: newId(), kind, cause, currency, orderId: null, postings }]))
}

/**
 * Sends closed payouts to the bank. The provider is called between transactions, by the payout's id: when its answer is
 * lost, the next run sends the same payout again, and a provider pays an id once.
 */
export async function payClosedPayouts(
  app: App,
  provider: Pick<PaymentProvider, 'payOut'> | null = providerOf(app),
): Promise<{ more: boolean }> {
  if (provider?.payOut == null) return { more: false }
  const payouts = await closedPayouts(app.database.db, payoutBite)
  let ended = 0
  for (const payout of payouts) {
    const answer = await provider
      .payOut({
        reference: payout.id,
        partyId: payout.partyId,
        amountMinor: payout.amountMinor,
        currency: payout.currency,
      })
      .catch((error: unknown) => {
        app.log.warn({ err: error, payoutId: payout.id }, 'the provider did not answer; the payout is sent again later')
        return null
      })
    if (answer === null || answer.outcome === 'pending') continue
    const state = answer.outcome === 'succeeded' ? 'paid' : 'failed'
    await transact(app, (tx) => notePayoutEnd(tx, payout, { state, providerReference: answer.providerReference ?? '' }))
    ended++
  }
  return { more: payouts.length === payoutBite && ended > 0 }
}

/** The bank has it, or it came back. Once, however often it is told. */
export async function notePayoutEnd(
  tx: Tx,
  payout: PayoutRow,
  end: { state: 'paid' | 'failed'; providerReference: string },
): Promise<void> {
  const { partyId, id, amountMinor, currency, number } = payout
  if ((await endPayout(tx, { partyId, id, ...end })) === 0) return
  const onItsWay = { account: payableOf(partyId, 'payout'), amountMinor }
  if (end.state === 'paid') {
    await post(tx, 'payout.paid', payout, [onItsWay, { account: accounts.cash, amountMinor: -amountMinor }])
  } else {
    await post(tx, 'payout.failed', payout, [
      onItsWay,
      { account: payableOf(partyId, 'available'), amountMinor: -amountMinor },
    ])
    const cause = `payout_failed:${id}`
    await insertEntries(tx, [
      { partyId, cause, kind: 'payout_failed', orderId: null, orderNumber: number, amountMinor, currency },
    ])
  }
  changed(tx, [payout], end.state === 'paid' ? 'paid' : 'available')
}
