import { type Minor, shareOf, splitByWeight, sumOf } from '#contract/money'
import { assert } from '#platform/outcome'
import type { FeeRule, ProviderAnswer } from './provider.ts'

export type PaymentState = 'pending' | 'succeeded' | 'failed'
export type RefundState = 'requested' | 'succeeded' | 'failed'

/** How long a provider may keep silent before it is asked; each further question waits twice as long, up to the most. */
export const askAfterSeconds = 60
export const askAfterSecondsMax = 3_600
/** A payment that the provider never heard of is given up after this long; money that turns up later still counts. */
export const giveUpAfterMinutes = 30

/** How long to wait for the next question after so many. */
export function pauseSeconds(asks: number): number {
  return Math.min(askAfterSeconds * 2 ** Math.min(asks, 20), askAfterSecondsMax)
}

/**
 * What a word of the provider makes of a payment, in any order and any number of times. Success is the last word, since then the
 * money is with the provider: it stands against every "failed" and "pending" that comes after, and counts after a "failed" too.
 */
export function stateAfter(state: PaymentState, word: ProviderAnswer['outcome']): PaymentState {
  return state === 'succeeded' || word === 'pending' ? state : word
}

/** A refund's first decision is its last: what came back to the wallet must not go to the source too. */
export function refundStateAfter(state: RefundState, word: ProviderAnswer['outcome']): RefundState {
  return state !== 'requested' || word === 'pending' ? state : word
}

/** What a provider keeps of a payment, never more than all of it. */
export function feeOf(rule: FeeRule, amountMinor: Minor): Minor {
  return Math.min(amountMinor, shareOf(amountMinor, rule.basisPoints) + rule.fixedMinor)
}

/** What is taken from the wallet and from outside for `totalMinor`. The wallet goes first; where it has enough, all is from outside. */
export function partsOf(of: { totalMinor: Minor; walletMinor: Minor; useWallet: boolean }): {
  holdMinor: Minor
  amountMinor: Minor
} {
  const holdMinor = of.useWallet && of.walletMinor < of.totalMinor ? Math.max(0, of.walletMinor) : 0
  return { holdMinor, amountMinor: of.totalMinor - holdMinor }
}

/**
 * Whose money paid what, once orders of `orders` are paid: the wallet's hold first, the payment for the rest, shared over the orders by what
 * each costs. What the orders did not need goes back to where it came from.
 */
export function sharesOf(of: {
  amountMinor: Minor
  holdMinor: Minor
  orders: readonly { orderId: string; payMinor: Minor }[]
}): { shares: { orderId: string; paidMinor: Minor }[]; unusedMinor: Minor } {
  const totalMinor = sumOf(of.orders.map(({ payMinor }) => payMinor))
  const neededMinor = Math.min(of.amountMinor, Math.max(0, totalMinor - of.holdMinor))
  if (neededMinor === 0) return { shares: [], unusedMinor: of.amountMinor }
  const parts = splitByWeight(
    neededMinor,
    of.orders.map(({ payMinor }) => payMinor),
  )
  const shares = of.orders
    .map(({ orderId, payMinor }, index) => {
      const paidMinor = parts[index] ?? 0
      assert(paidMinor <= payMinor, 'a payment pays no more of an order than it costs')
      return { orderId, paidMinor }
    })
    .filter(({ paidMinor }) => paidMinor > 0)
  return { shares, unusedMinor: of.amountMinor - neededMinor }
}

/**
 * Where money of an order goes back to, in the reverse of the order in which it was taken: what came from outside first, the newest
 * payment before older ones; what is left is the wallet's.
 */
export function backTo(
  amountMinor: Minor,
  shares: readonly { paymentId: string; paidMinor: Minor; refundedMinor: Minor }[],
): { paymentId: string; amountMinor: Minor }[] {
  let leftMinor = amountMinor
  const parts: { paymentId: string; amountMinor: Minor }[] = []
  for (const share of shares.toSorted((a, b) => (a.paymentId < b.paymentId ? 1 : -1))) {
    const partMinor = Math.min(leftMinor, share.paidMinor - share.refundedMinor)
    if (partMinor <= 0) continue
    parts.push({ paymentId: share.paymentId, amountMinor: partMinor })
    leftMinor -= partMinor
  }
  return parts
}
