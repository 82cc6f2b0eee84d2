import type { Currency } from '#contract/money'
import { coinsOf, postJournals, walletOf } from '#money/ledger'
import { type PaymentProvider, paymentsByIds, topUpThrough } from '#money/payments'
import type { App } from '#platform/app'
import { type Actor, inTransaction, type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { worthOf } from './coins.ts'
import {
  decidePurchase,
  insertMovement,
  insertPurchase,
  lockPurchase,
  type Purchase,
  waitingPurchases,
} from './store.ts'

export interface CoinWish {
  /** Made by the asker: the same id again is the same purchase. */
  id: string
  personId: string
  coins: number
  currency: Currency
}

export type BuyCoinsRefusal = 'balance_too_low' | 'id_reused'

/** Coins from what is in the wallet, at once. */
export async function buyCoins(tx: Tx, wish: CoinWish): Promise<Outcome<{ state: 'bought' }, BuyCoinsRefusal>> {
  const purchase: Purchase = { ...wish, paidMinor: worthOf(wish.coins), topUpId: null, state: 'bought' }
  if (!(await insertPurchase(tx, purchase))) {
    const earlier = await lockPurchase(tx, wish.id)
    return earlier !== null && isSame(earlier, wish) ? done({ state: 'bought' }) : refuse('id_reused')
  }
  return turnIntoCoins(tx, purchase)
}

/** The wallet's money becomes coins: what we owe stays the same, only under another name. */
async function turnIntoCoins(tx: Tx, purchase: Purchase): Promise<Outcome<{ state: 'bought' }, 'balance_too_low'>> {
  const cause = `coins.bought:${purchase.id}`
  const posted = await postJournals(tx, [
    {
      id: newId(),
      kind: 'coins.bought',
      cause,
      currency: purchase.currency,
      orderId: null,
      postings: [
        { account: walletOf(purchase.personId), amountMinor: purchase.paidMinor },
        { account: coinsOf(purchase.personId), amountMinor: -purchase.paidMinor },
      ],
    },
  ])
  if (!posted.ok) return posted
  await insertMovement(tx, { personId: purchase.personId, cause, kind: 'bought', coins: purchase.coins })
  tx.tell(`person:${purchase.personId}`, { kind: 'wallet' })
  return done({ state: 'bought' })
}

/**
 * Coins for a payment of their own: the payment goes into the wallet, as all money does, and becomes coins from there. While the
 * provider is silent the purchase waits, and a sweep finishes it; what came of it is answered again under the same id.
 */
export async function buyCoinsWithPayment(
  app: Pick<App, 'database' | 'log'>,
  provider: PaymentProvider,
  actor: Actor,
  wish: CoinWish & { topUpId: string },
): Promise<Outcome<{ state: Purchase['state'] }, BuyCoinsRefusal | 'top_up_limit' | 'provider_failed'>> {
  const paidMinor = worthOf(wish.coins)
  const opened = await inTransaction(
    app,
    actor,
    async (tx): Promise<Outcome<{ state: Purchase['state'] }, 'id_reused'>> => {
      if (await insertPurchase(tx, { ...wish, paidMinor, state: 'waiting' })) return done({ state: 'waiting' })
      const earlier = await lockPurchase(tx, wish.id)
      return earlier !== null && isSame(earlier, wish) ? done({ state: earlier.state }) : refuse('id_reused')
    },
  )
  if (!opened.ok || opened.value.state !== 'waiting') return opened
  const { personId, currency, topUpId } = wish
  const paid = await topUpThrough(app, provider, actor, { id: topUpId, personId, amountMinor: paidMinor, currency })
  if (!paid.ok) {
    await transact(app, (tx) => decidePurchase(tx, wish.id, 'failed'))
    return paid
  }
  return done({ state: paid.value.state === 'pending' ? 'waiting' : await finish(app, wish.id) })
}

async function finish(app: Pick<App, 'database'>, id: string): Promise<Purchase['state']> {
  const finished = await inTransaction(
    app,
    { kind: 'system' },
    async (tx): Promise<Outcome<Purchase['state'], 'balance_too_low'>> => {
      const purchase = await lockPurchase(tx, id)
      assert(purchase !== null, 'a purchase that waits is there')
      if (purchase.state !== 'waiting') return done(purchase.state)
      await decidePurchase(tx, id, 'bought')
      const bought = await turnIntoCoins(tx, purchase)
      return bought.ok ? done('bought') : bought
    },
  )
  if (finished.ok) return finished.value
  // The money came and was spent on something else before it could become coins: it is nobody's loss.
  await transact(app, (tx) => decidePurchase(tx, id, 'failed'))
  return 'failed'
}

const waitingBite = 100
/** A payment that was never opened by then is not coming: the process died between the wish and the payment. */
export const forgottenAfterMinutes = 30

/** Finishes purchases whose payment was slow. */
export async function finishWaitingPurchases(app: App): Promise<{ more: boolean }> {
  const waiting = await waitingPurchases(app.database.db, waitingBite)
  const payments = await paymentsByIds(
    app.database.db,
    waiting.flatMap((purchase) => purchase.topUpId ?? []),
  )
  const states = new Map(payments.map((payment) => [payment.id, payment.state]))
  let decided = 0
  for (const purchase of waiting) {
    const state = states.get(purchase.topUpId ?? '') ?? null
    const isForgotten =
      Temporal.Instant.compare(purchase.askedAt.add({ minutes: forgottenAfterMinutes }), app.clock.now()) <= 0
    if (state === 'pending' || (state === null && !isForgotten)) continue
    if (state === 'succeeded') await finish(app, purchase.id)
    else await transact(app, (tx) => decidePurchase(tx, purchase.id, 'failed'))
    decided++
  }
  return { more: waiting.length === waitingBite && decided > 0 }
}

function isSame(earlier: Purchase, wish: CoinWish): boolean {
  return earlier.personId === wish.personId && earlier.coins === wish.coins && earlier.currency === wish.currency
}
