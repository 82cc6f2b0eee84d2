import type { Currency, Minor } from '#contract/money'
import { accounts, lockBalances, type Posting, postJournals, walletOf, withoutZeros } from '#money/ledger'
import { type PaymentProvider, pauseSeconds, providersOf } from '#money/payments'
import type { App } from '#platform/app'
import { crashPoint } from '#platform/crash-points'
import { type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import {
  askedSince,
  findFile,
  findWithdrawal,
  insertFile,
  insertWithdrawal,
  lockForFile,
  lockWithdrawal,
  noteAsked,
  noteEnd,
  noteReview,
  type PayoutFile,
  ruleAt,
  withdrawalsToPay,
} from './store.ts'
import { type BankAccount, decideRequest, mayMove, type PaysBy, type Withdrawal } from './withdrawal.ts'

/** Lines of one file; what does not fit goes into the next. */
export const fileLinesMax = 1_000
const payBite = 20

/**
 * Takes money out of a wallet: it is reserved in the same commit, so that it cannot be spent meanwhile. Above the rule's limit
 * somebody else looks at it first. The same id again is the same withdrawal.
 */
export async function requestWithdrawal(
  tx: Tx,
  wish: BankAccount & {
    id: string
    personId: string
    personName: string
    amountMinor: Minor
    currency: Currency
    paysBy: PaysBy
  },
): Promise<Outcome<Withdrawal, 'id_reused' | 'below_minimum' | 'withdrawal_limit' | 'balance_too_low'>> {
  const wallet = walletOf(wish.personId)
  // Whoever asks twice at once waits here, and finds the first.
  const balanceMinor = (await lockBalances(tx, [wallet])).get(wallet) ?? 0
  const earlier = await findWithdrawal(tx.db, wish.id)
  if (earlier !== null) return isSame(earlier, wish) ? done(earlier) : refuse('id_reused')
  const rule = await ruleAt(tx.db, tx.now)
  const todayMinor = await askedSince(tx.db, wish.personId, tx.now.subtract({ hours: 24 }))
  const decision = decideRequest({ rule, amountMinor: wish.amountMinor, balanceMinor, todayMinor })
  if (!decision.ok) return decision
  const { feeMinor, state } = decision.value
  if (!(await insertWithdrawal(tx, { ...wish, feeMinor, state, ruleVersion: rule.version }))) return refuse('id_reused')
  await post(tx, 'withdrawal.requested', wish, [
    { account: wallet, amountMinor: wish.amountMinor },
    { account: accounts.withdrawals, amountMinor: -wish.amountMinor },
  ])
  return done(await changed(tx, wish.id))
}

function isSame(earlier: Withdrawal, wish: BankAccount & { personId: string; amountMinor: Minor }): boolean {
  return (
    earlier.personId === wish.personId &&
    earlier.amountMinor === wish.amountMinor &&
    earlier.holder === wish.holder &&
    earlier.bank === wish.bank &&
    earlier.account === wish.account
  )
}

async function post(
  tx: Tx,
  kind: 'withdrawal.requested' | 'withdrawal.paid' | 'withdrawal.returned',
  of: { id: string; currency: Currency },
  postings: readonly Posting[],
): Promise<void> {
  const journal = { id: newId(), kind, cause: `${kind}:${of.id}`, currency: of.currency, orderId: null }
  mustBeDone(await postJournals(tx, [{ ...journal, postings: withoutZeros(postings) }]))
}

/** Tells its owner, and answers it as it is now. */
async function changed(tx: Tx, id: string): Promise<Withdrawal> {
  const withdrawal = await findWithdrawal(tx.db, id)
  assert(withdrawal !== null, 'a withdrawal stays')
  tx.tell(`person:${withdrawal.personId}`, { kind: 'withdrawal', id, state: withdrawal.state })
  tx.tell(`person:${withdrawal.personId}`, { kind: 'wallet' })
  return withdrawal
}

/** Somebody has looked at it: it goes out, or the money is back in the wallet. Nobody looks at his own. */
export async function reviewWithdrawal(
  tx: Tx,
  review: { id: string; decision: 'approved' | 'refused'; paysBy: PaysBy; note: string; by: string },
): Promise<Outcome<Withdrawal, 'not_found' | 'own_withdrawal' | 'withdrawal_decided'>> {
  const withdrawal = await lockWithdrawal(tx, review.id)
  if (withdrawal === null) return refuse('not_found')
  if (withdrawal.personId === review.by) return refuse('own_withdrawal')
  if (withdrawal.state === review.decision) return done(withdrawal)
  if (!mayMove(withdrawal.state, review.decision)) return refuse('withdrawal_decided')
  await noteReview(tx, review.id, { ...review, state: review.decision })
  if (review.decision === 'refused') await giveBack(tx, withdrawal)
  return done(await changed(tx, review.id))
}

async function giveBack(tx: Tx, withdrawal: Withdrawal): Promise<void> {
  const { amountMinor, personId } = withdrawal
  await post(tx, 'withdrawal.returned', withdrawal, [
    { account: accounts.withdrawals, amountMinor },
    { account: walletOf(personId), amountMinor: -amountMinor },
  ])
}

/** The bank has it, less our fee; or it came back, all of it. Once, however often it is told. */
export async function noteWithdrawalEnd(
  tx: Tx,
  end: { id: string; state: 'paid' | 'failed'; note: string },
): Promise<Outcome<Withdrawal, 'not_found' | 'withdrawal_decided'>> {
  const withdrawal = await lockWithdrawal(tx, end.id)
  if (withdrawal === null) return refuse('not_found')
  if (withdrawal.state === end.state) return done(withdrawal)
  if (!mayMove(withdrawal.state, end.state)) return refuse('withdrawal_decided')
  const { amountMinor, feeMinor } = withdrawal
  await noteEnd(tx, end.id, end.state, end.note)
  if (end.state === 'failed') await giveBack(tx, withdrawal)
  else
    await post(tx, 'withdrawal.paid', withdrawal, [
      { account: accounts.withdrawals, amountMinor },
      { account: accounts.cash, amountMinor: feeMinor - amountMinor },
      { account: accounts.revenueWithdrawals, amountMinor: -feeMinor },
    ])
  return done(await changed(tx, end.id))
}

/** Makes the next file for the bank of what waits for one. The same id again is the same file. */
export async function makePayoutFile(
  tx: Tx,
  of: { id: string; by: string | null },
): Promise<Outcome<PayoutFile, 'nothing_to_pay'>> {
  const earlier = await findFile(tx.db, of.id)
  if (earlier !== null) return done(earlier)
  const waiting = await lockForFile(tx, fileLinesMax)
  if (waiting.length === 0) return refuse('nothing_to_pay')
  await insertFile(tx, { ...of, ids: waiting.map(({ id }) => id) })
  for (const { id } of waiting) await changed(tx, id)
  const file = await findFile(tx.db, of.id)
  assert(file !== null, 'a file that was made is there')
  return done(file)
}

/**
 * Sends approved withdrawals through a provider that pays out, between transactions, by our id: when its answer is lost the same one is
 * sent again, later each time, and a provider pays an id once.
 */
export async function payApprovedWithdrawals(
  app: App,
  provider: Pick<PaymentProvider, 'payOut'> | undefined = providersOf(app).all.find(({ payOut }) => payOut !== null),
): Promise<{ more: boolean }> {
  if (!provider?.payOut) return { more: false }
  const waiting = await withdrawalsToPay(app.database.db, app.clock.now(), payBite)
  for (const { id, personId, amountMinor, feeMinor, currency, asks } of waiting) {
    const answer = await provider
      .payOut({ reference: id, partyId: personId, amountMinor: amountMinor - feeMinor, currency })
      .catch((error: unknown) => {
        app.log.warn(
          { err: error, withdrawalId: id },
          'the provider did not answer; the withdrawal is sent again later',
        )
        return null
      })
    crashPoint('provider.answered')
    await transact(app, async (tx) => {
      await noteAsked(tx, id, tx.now.add({ seconds: pauseSeconds(asks) }))
      if (answer === null || answer.outcome === 'pending') return
      const state = answer.outcome === 'succeeded' ? 'paid' : 'failed'
      // Decided meanwhile by a person: then that stands.
      await noteWithdrawalEnd(tx, { id, state, note: '' })
    })
  }
  return { more: waiting.length === payBite }
}
