import { type Currency, type Minor, shareOf } from '#contract/money'
import { accounts, type Journal, postJournals, walletOf, withoutZeros } from '#money/ledger'
import type { App } from '#platform/app'
import { crashPoint } from '#platform/crash-points'
import { type Actor, inTransaction, type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import type { PaymentProvider, ProviderMessage } from './provider.ts'
import {
  decideTopUp,
  findTopUp,
  insertCallback,
  insertTopUps,
  lockTopUp,
  lockTopUpsToSettle,
  markSettled,
  openTopUps,
  type TopUp,
  type TopUpState,
  toppedUpSince,
} from './store.ts'

/** What one person may put in within a day. */
export const topUpPerDayMinorMax = 20_000_000
/** How long the provider may keep silent before it is asked. */
export const askAfterSeconds = 60
/** A charge that the provider never heard of is given up after this long; money that turns up later still counts. */
export const giveUpAfterMinutes = 30
/** The provider pays us the next day. */
export const settleAfterHours = 24
const askBite = 50
const settleBite = 500

export interface TopUpWish {
  /** Made by the asker: the same id again is the same top-up. */
  id: string
  personId: string
  amountMinor: Minor
  currency: Currency
  /** The orders that wait for it, if any. */
  groupId?: string | null
}

/**
 * Tops up through the provider: note what we are about to ask, ask (between transactions), note the answer. When the answer
 * is lost the top-up stays pending, and a sweep asks what became of it.
 */
export async function topUpThrough(
  app: Pick<App, 'database' | 'log'>,
  provider: PaymentProvider,
  actor: Actor,
  wish: TopUpWish,
): Promise<Outcome<TopUpState, 'top_up_limit' | 'provider_failed' | 'id_reused'>> {
  const opened = await inTransaction(app, actor, (tx) => openTopUp(tx, provider.name, wish))
  if (!opened.ok) return opened
  if (opened.value.state !== 'pending') return done(opened.value.state)
  let state: TopUpState = 'pending'
  try {
    const { id: reference, amountMinor, currency } = wish
    const answer = await provider.charge({ reference, amountMinor, currency })
    crashPoint('provider.answered')
    if (answer.outcome !== 'pending') {
      const { outcome, providerReference } = answer
      state = await transact(app, (tx) => noteOutcome(tx, wish.id, outcome, providerReference))
    }
  } catch (error) {
    app.log.warn({ err: error, topUpId: wish.id }, 'the payment provider did not answer; it will be asked')
  }
  return state === 'failed' ? refuse('provider_failed') : done(state)
}

async function openTopUp(
  tx: Tx,
  provider: string,
  wish: TopUpWish,
): Promise<Outcome<{ state: TopUpState }, 'top_up_limit' | 'id_reused'>> {
  const fresh = await insertTopUps(tx, [{ ...wish, provider, state: 'pending' }])
  if (fresh.length === 0) {
    const earlier = await findTopUp(tx.db, wish.id)
    assert(earlier !== null, 'a top-up whose id is taken can be read')
    return isSame(earlier, wish) ? done(earlier) : refuse('id_reused')
  }
  const today = await toppedUpSince(tx.db, wish.personId, tx.now.subtract({ hours: 24 }))
  if (today > topUpPerDayMinorMax) return refuse('top_up_limit', { limitMinor: topUpPerDayMinorMax })
  return done({ state: 'pending' })
}

function isSame(earlier: TopUp, wish: TopUpWish): boolean {
  return (
    earlier.personId === wish.personId &&
    earlier.amountMinor === wish.amountMinor &&
    earlier.currency === wish.currency &&
    (earlier.groupId ?? null) === (wish.groupId ?? null)
  )
}

/**
 * What the provider says about a top-up, in any order and any number of times. Success is the last word, since then the money
 * is with the provider: it stands against every "failed" and "pending" that comes after, and counts after a "failed" too.
 */
async function noteOutcome(
  tx: Tx,
  id: string,
  outcome: 'succeeded' | 'failed' | 'pending',
  reference: string,
): Promise<TopUpState> {
  const topUp = await lockTopUp(tx, id)
  assert(topUp !== null, 'the provider speaks of a top-up that we know')
  if (outcome === 'pending' || topUp.state === 'succeeded' || topUp.state === outcome) return topUp.state
  await decideTopUp(tx, id, outcome, reference)
  if (outcome === 'succeeded') {
    mustBeDone(await postJournals(tx, [journalOfTopUp(topUp)]))
    tx.tell(`person:${topUp.personId}`, { kind: 'wallet' })
    const { personId, groupId, amountMinor, currency } = topUp
    if (groupId) tx.emit({ name: 'payment.received', paymentId: id, personId, groupId, amountMinor, currency })
  }
  return outcome
}

function journalOfTopUp(topUp: TopUpWish): Journal {
  return {
    id: newId(),
    kind: 'wallet.topped_up',
    cause: `wallet.topped_up:${topUp.id}`,
    currency: topUp.currency,
    orderId: null,
    postings: [
      { account: accounts.psp, amountMinor: topUp.amountMinor },
      { account: walletOf(topUp.personId), amountMinor: -topUp.amountMinor },
    ],
  }
}

/** A message of the provider. One that was taken before changes nothing; one about a top-up nobody knows is left alone. */
export async function takeProviderMessage(tx: Tx, message: ProviderMessage): Promise<void> {
  if ((await findTopUp(tx.db, message.reference)) === null) return
  if (!(await insertCallback(tx, message))) return
  await noteOutcome(tx, message.reference, message.outcome, message.messageId)
}

/** Tops up at once, without a provider's say: for seeds. The same ids again do nothing. */
export async function topUp(tx: Tx, ...wishes: TopUpWish[]): Promise<void> {
  const fresh = await insertTopUps(
    tx,
    wishes.map((wish) => ({ ...wish, provider: 'seed', state: 'succeeded' })),
  )
  const freshIds = new Set(fresh.map((row) => row.id))
  mustBeDone(
    await postJournals(
      tx,
      wishes.filter((wish) => freshIds.has(wish.id)).map((wish) => journalOfTopUp(wish)),
    ),
  )
}

/** Asks the provider what became of top-ups that it has not answered. */
export async function askAboutOpenTopUps(app: App, provider: PaymentProvider): Promise<{ more: boolean }> {
  const now = app.clock.now()
  const open = await openTopUps(app.database.db, now.subtract({ seconds: askAfterSeconds }), askBite)
  let decided = 0
  for (const topUp of open) {
    const answer = await provider.findCharge(topUp.id).catch(() => undefined)
    if (answer === undefined || answer?.outcome === 'pending') continue
    const isGivenUp = Temporal.Instant.compare(topUp.requestedAt.add({ minutes: giveUpAfterMinutes }), now) <= 0
    if (answer === null && !isGivenUp) continue
    const { outcome, providerReference } = answer ?? { outcome: 'failed' as const, providerReference: 'never heard of' }
    await transact(app, (tx) => noteOutcome(tx, topUp.id, outcome, providerReference))
    decided++
  }
  return { more: open.length === askBite && decided > 0 }
}

/** The provider pays us what it holds, less its fee: one journal a top-up, so that each fee can be traced. */
export async function settleWithProvider(app: App, provider: PaymentProvider): Promise<{ more: boolean }> {
  const before = app.clock.now().subtract({ hours: settleAfterHours })
  const settled = await transact(app, async (tx) => {
    const topUps = await lockTopUpsToSettle(tx, before, settleBite)
    if (topUps.length === 0) return 0
    const fees = topUps.map((topUp) => ({ topUp, feeMinor: shareOf(topUp.amountMinor, provider.feeBasisPoints) }))
    mustBeDone(
      await postJournals(
        tx,
        fees.map(({ topUp, feeMinor }) => ({
          id: newId(),
          kind: 'provider.settled',
          cause: `provider.settled:${topUp.id}`,
          currency: topUp.currency,
          orderId: null,
          postings: withoutZeros([
            { account: accounts.cash, amountMinor: topUp.amountMinor - feeMinor },
            { account: accounts.expensePsp, amountMinor: feeMinor },
            { account: accounts.psp, amountMinor: -topUp.amountMinor },
          ]),
        })),
      ),
    )
    await markSettled(
      tx,
      fees.map(({ topUp, feeMinor }) => ({ id: topUp.id, feeMinor })),
    )
    return topUps.length
  })
  return { more: settled === settleBite }
}
