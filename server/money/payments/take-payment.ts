import type { Currency, Minor } from '#contract/money'
import { accounts, type Journal, lockBalances, postJournals, walletOf } from '#money/ledger'
import type { App } from '#platform/app'
import { crashPoint } from '#platform/crash-points'
import { type Actor, inTransaction, type Tx, transact } from '#platform/database'
import { isId, newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { noteRefund } from './give-back.ts'
import { askAfterSeconds, giveUpAfterMinutes, type PaymentState, partsOf, pauseSeconds, stateAfter } from './payment.ts'
import type { PaymentProvider, ProviderAnswer, ProviderMessage } from './provider.ts'
import { noteSandboxPayments, sandboxName } from './sandbox-provider.ts'
import {
  addPaymentStep,
  decidePayment,
  findPayment,
  insertCallback,
  insertPayments,
  lockPayment,
  noteAsked,
  noteOpened,
  type Payment,
  paymentsToAsk,
  setHold,
  toppedUpSince,
} from './store.ts'

/** What one person may put in within a day. */
export const topUpPerDayMinorMax = 20_000_000
const askBite = 50

export interface TopUpWish {
  /** Made by the asker: the same id again is the same payment. */
  id: string
  personId: string
  amountMinor: Minor
  currency: Currency
}

/** What was told about a payment: where it stands, and where its payer says yes, if he has to. */
export interface TakenPayment {
  state: PaymentState
  redirectUrl: string | null
}

/** Tops up through the provider. */
export async function topUpThrough(
  app: Pick<App, 'database' | 'log'>,
  provider: PaymentProvider,
  actor: Actor,
  wish: TopUpWish,
): Promise<Outcome<TakenPayment, 'top_up_limit' | 'provider_failed' | 'id_reused'>> {
  const opened = await inTransaction(app, actor, async (tx) => {
    const payment = await openPayment(tx, { ...wish, provider: provider.name, groupId: null, holdMinor: 0 })
    if (!payment.ok || payment.value.state !== 'pending') return payment
    const today = await toppedUpSince(tx.db, wish.personId, tx.now.subtract({ hours: 24 }))
    return today > topUpPerDayMinorMax ? refuse('top_up_limit', { limitMinor: topUpPerDayMinorMax }) : payment
  })
  if (!opened.ok) return opened
  return askToTake(app, provider, opened.value, { description: 'Top-up', returnPath: '/me' })
}

/**
 * Takes a payment for orders that wait. What comes from the wallet is set aside in the commit that notes the payment, so that it is
 * still there when the rest arrives; it is free again when the payment fails.
 */
export async function takePaymentThrough(
  app: Pick<App, 'database' | 'log'>,
  provider: PaymentProvider,
  actor: Actor,
  wish: { id: string; personId: string; groupId: string; totalMinor: Minor; currency: Currency; useWallet: boolean },
  page: { description: string; returnPath: string },
): Promise<Outcome<TakenPayment, 'provider_failed' | 'id_reused'>> {
  const opened = await inTransaction(app, actor, async (tx): Promise<Outcome<Payment, 'id_reused'>> => {
    const earlier = await findPayment(tx.db, wish.id)
    // Asked for again: what was agreed on then stands, whatever the wallet holds now.
    if (earlier !== null) {
      const isSame = earlier.personId === wish.personId && earlier.groupId === wish.groupId
      return isSame ? done(earlier) : refuse('id_reused')
    }
    const wallet = walletOf(wish.personId)
    const walletMinor = (await lockBalances(tx, [wallet])).get(wallet) ?? 0
    const parts = partsOf({ ...wish, walletMinor })
    return openPayment(tx, { ...wish, ...parts, provider: provider.name })
  })
  if (!opened.ok) return opened
  return askToTake(app, provider, opened.value, page)
}

/** Notes what we are about to ask for, and holds what the wallet gives. */
async function openPayment(
  tx: Tx,
  wish: TopUpWish & { provider: string; groupId: string | null; holdMinor: Minor },
): Promise<Outcome<Payment, 'id_reused'>> {
  const askAt = tx.now.add({ seconds: askAfterSeconds })
  const [fresh] = await insertPayments(tx, [{ ...wish, state: 'pending' }], askAt)
  const payment = await findPayment(tx.db, wish.id)
  assert(payment !== null, 'a payment whose id is taken can be read')
  if (fresh === undefined) {
    const isSame =
      payment.personId === wish.personId &&
      payment.currency === wish.currency &&
      payment.groupId === wish.groupId &&
      (wish.groupId !== null || payment.amountMinor === wish.amountMinor)
    return isSame ? done(payment) : refuse('id_reused')
  }
  await addPaymentStep(tx, wish.id, 'opened', wish.provider)
  if (wish.holdMinor > 0) {
    const { id, currency, personId, holdMinor } = wish
    const postings = [
      { account: walletOf(personId), amountMinor: holdMinor },
      { account: accounts.held, amountMinor: -holdMinor },
    ]
    const cause = `wallet.held:${id}`
    // The wallet is locked and was read: it has what is held.
    mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'wallet.held', cause, currency, orderId: null, postings }]))
  }
  return done(payment)
}

/**
 * Asks the provider, between transactions, and notes its answer. When the answer is lost the payment stays pending, and a sweep
 * asks what became of it.
 */
async function askToTake(
  app: Pick<App, 'database' | 'log'>,
  provider: PaymentProvider,
  payment: Payment,
  page: { description: string; returnPath: string },
): Promise<Outcome<TakenPayment, 'provider_failed'>> {
  if (payment.state !== 'pending') return done({ state: payment.state, redirectUrl: null })
  if (payment.redirectUrl !== null) return done({ state: 'pending', redirectUrl: payment.redirectUrl })
  try {
    const opened = await provider.open({ ...askedOf(payment), ...page })
    crashPoint('provider.answered')
    const { outcome, providerReference, redirectUrl } = opened
    const state = await transact(app, async (tx) => {
      if (outcome === 'pending') await noteOpened(tx, payment.id, { providerReference, redirectUrl })
      return noteOutcome(tx, payment.id, outcome, { providerReference, how: 'answered' })
    })
    return state === 'failed'
      ? refuse('provider_failed')
      : done({ state, redirectUrl: state === 'pending' ? redirectUrl : null })
  } catch (error) {
    app.log.warn({ err: error, paymentId: payment.id }, 'the payment provider did not answer; it will be asked')
    await transact(app, (tx) => addPaymentStep(tx, payment.id, 'no_answer', wordsOf(error)))
    return done({ state: 'pending', redirectUrl: null })
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function askedOf(payment: Payment) {
  const { id: reference, providerReference, amountMinor, currency } = payment
  return { reference, providerReference, amountMinor, currency }
}

/** What the provider says about a payment, in any order and any number of times; what it makes of it is `stateAfter`. */
async function noteOutcome(
  tx: Tx,
  id: string,
  outcome: ProviderAnswer['outcome'],
  from: { providerReference: string | null; how: 'answered' | 'asked' | 'message' },
): Promise<PaymentState> {
  const payment = await lockPayment(tx, id)
  assert(payment !== null, 'the provider speaks of a payment that we know')
  await addPaymentStep(tx, id, from.how, outcome)
  const state = stateAfter(payment.state, outcome)
  if (state === payment.state) return state
  await decidePayment(tx, id, state, from.providerReference)
  await addPaymentStep(tx, id, state)
  const { personId, groupId, amountMinor, currency, holdMinor } = payment
  if (state === 'succeeded') {
    mustBeDone(await postJournals(tx, [journalOf(payment)]))
    if (groupId !== null) tx.emit({ name: 'payment.received', paymentId: id, personId, groupId, amountMinor, currency })
  } else if (holdMinor > 0) {
    await freeHold(tx, payment)
  }
  if (groupId === null) tx.tell(`person:${personId}`, { kind: 'wallet' })
  else tx.tell(`person:${personId}`, { kind: 'payment', paymentId: id, groupId, state })
  return state
}

/** Gives what waited with a payment back to the wallet. */
async function freeHold(tx: Tx, payment: Payment): Promise<void> {
  const { id, personId, currency, holdMinor } = payment
  const postings = [
    { account: accounts.held, amountMinor: holdMinor },
    { account: walletOf(personId), amountMinor: -holdMinor },
  ]
  const cause = `wallet.freed:${id}`
  mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'wallet.freed', cause, currency, orderId: null, postings }]))
  await setHold(tx, id, 0)
  tx.tell(`person:${personId}`, { kind: 'wallet' })
}

/** A top-up is its owner's at once; money for orders is held until it is known what it pays for. */
function journalOf(payment: Pick<Payment, 'id' | 'personId' | 'amountMinor' | 'currency' | 'groupId'>): Journal {
  const { id, personId, amountMinor, currency } = payment
  const [kind, account] =
    payment.groupId === null
      ? (['wallet.topped_up', walletOf(personId)] as const)
      : (['payment.received', accounts.held] as const)
  const postings = [
    { account: accounts.psp, amountMinor },
    { account, amountMinor: -amountMinor },
  ]
  return { id: newId(), kind, cause: `${kind}:${id}`, currency, orderId: null, postings }
}

/**
 * A message of the provider. One that was taken before changes nothing; one about what nobody here knows, about another sum, or from
 * another provider than the one that was asked, is left alone.
 */
export async function takeProviderMessage(tx: Tx, message: ProviderMessage): Promise<void> {
  if (!isId(message.reference)) return
  if (message.about === 'refund') {
    if (await insertCallback(tx, message)) await noteRefund(tx, message.reference, message)
    return
  }
  const payment = await findPayment(tx.db, message.reference)
  if (payment === null || payment.provider !== message.provider) return
  if (!(await insertCallback(tx, message))) return
  const isOther = message.amountMinor !== undefined && message.amountMinor !== payment.amountMinor
  if (isOther) await addPaymentStep(tx, payment.id, 'message', 'another sum: left alone')
  else await noteOutcome(tx, payment.id, message.outcome, { ...message, how: 'message' })
}

/** Tops up at once, without a provider's say: for seeds. The same ids again do nothing. */
export async function topUp(tx: Tx, ...wishes: TopUpWish[]): Promise<void> {
  const fresh = await insertPayments(
    tx,
    wishes.map((wish) => ({ ...wish, provider: sandboxName, state: 'succeeded' })),
    tx.now,
  )
  const freshIds = new Set(fresh.map((row) => row.id))
  const isNew = wishes.filter((wish) => freshIds.has(wish.id))
  if (isNew.length === 0) return
  mustBeDone(
    await postJournals(
      tx,
      isNew.map((wish) => journalOf({ ...wish, groupId: null })),
    ),
  )
  await noteSandboxPayments(
    tx,
    isNew.map(({ id: reference, amountMinor, currency }) => ({ reference, amountMinor, currency })),
  )
}

type ProviderByName = (name: string) => PaymentProvider | null

/** Asks the providers what became of payments that they have not decided; the longer one is silent, the rarer. */
export async function askAboutOpenPayments(app: App, providerBy: ProviderByName): Promise<{ more: boolean }> {
  const open = await paymentsToAsk(app.database.db, app.clock.now(), askBite)
  for (const payment of open) await askAbout(app, providerBy, payment)
  return { more: open.length === askBite }
}

/** Asks once, now: for the sweep, and for people who do not want to wait for it. */
export async function askAbout(app: App, providerBy: ProviderByName, payment: Payment): Promise<PaymentState> {
  const provider = providerBy(payment.provider)
  const answer = await provider?.find(askedOf(payment)).catch((error: unknown) => {
    app.log.warn({ err: error, paymentId: payment.id }, 'the payment provider did not say what became of a payment')
    return undefined
  })
  return transact(app, async (tx) => {
    await noteAsked(tx, payment.id, tx.now.add({ seconds: pauseSeconds(payment.asks + 1) }))
    const how = 'asked'
    if (answer) return noteOutcome(tx, payment.id, answer.outcome, { ...answer, how })
    const isGivenUp = Temporal.Instant.compare(payment.requestedAt.add({ minutes: giveUpAfterMinutes }), tx.now) <= 0
    if (answer === null && isGivenUp) return noteOutcome(tx, payment.id, 'failed', { providerReference: null, how })
    await addPaymentStep(tx, payment.id, how, answer === null ? 'never heard of' : 'no answer')
    return payment.state
  })
}
