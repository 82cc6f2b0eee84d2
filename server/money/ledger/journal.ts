import type { Currency } from '#contract/money'
import { assert } from '#platform/outcome'

/** Every flow that moves money or the value of goods, by name. A new flow is a new name here. */
export type JournalKind =
  // The wallet and the payment provider.
  | 'wallet.topped_up'
  | 'wallet.held'
  | 'wallet.freed'
  | 'payment.received'
  | 'payment.used'
  | 'refund.requested'
  | 'refund.succeeded'
  | 'refund.failed'
  | 'provider.settled'
  | 'withdrawal.requested'
  | 'withdrawal.paid'
  | 'withdrawal.returned'
  // Coins and gifts.
  | 'coins.bought'
  | 'coins.cashed_out'
  | 'gift.sent'
  | 'gift.returned'
  | 'gifts.released'
  // Orders, from the desk to the day their money moves on. What one commit of the desk sells is one journal.
  | 'orders.paid'
  | 'order.paid'
  | 'order.confirmed'
  | 'order.returned'
  | 'order.refunded'
  // Goods, at cost.
  | 'goods.received'
  | 'goods.handed_over'
  | 'goods.returned'
  | 'goods.replaced'
  | 'goods.adjusted'
  | 'goods.claimed'
  | 'supplier.paid'
  // What parties earn.
  | 'earnings.released'
  | 'earnings.reserve_returned'
  | 'earnings.frozen'
  | 'earnings.unfrozen'
  | 'earnings.forfeited'
  | 'payout.closed'
  | 'payout.paid'
  | 'payout.failed'
  // What creators and shops leave with us.
  | 'deposit.topped_up'
  | 'deposit.charged'
  | 'deposit.returned'
  // The first day, and what a demo world starts with.
  | 'books.opened'

export interface Posting {
  account: string
  /** A debit is positive, a credit negative. */
  amountMinor: number
  /** In the journal of a batch: the order that it is for. */
  orderId?: string | null
}

export interface Journal {
  id: string
  kind: JournalKind
  /** Why this journal is there, once: `order.paid:<orderId>`. The same cause again is the same journal. */
  cause: string
  currency: Currency
  orderId: string | null
  postings: readonly Posting[]
}

export interface PostedJournal extends Journal {
  at: Temporal.Instant
}

/** A journal of one flow holds few postings; that of a batch holds one an order, and one for the other side of all. */
export const postingsPerJournalMax = 100
export const postingsPerBatchMax = 30_000

/** What no journal may be. The database checks the same again. */
export function checkJournal(journal: Journal): void {
  const { postings } = journal
  const shared = postings.filter((posting) => posting.orderId == null).length
  const isBatch = shared < postings.length
  assert(postings.length >= 2, 'a journal has two postings or more')
  assert(postings.length <= (isBatch ? postingsPerBatchMax : postingsPerJournalMax), 'a journal is bounded')
  // Otherwise nobody could say which part of the other side is whose.
  assert(!isBatch || (shared === 1 && journal.orderId === null), 'the orders of a batch share one posting')
  let sum = 0
  for (const posting of postings) {
    assert(Number.isSafeInteger(posting.amountMinor), 'an amount is a safe integer')
    assert(posting.amountMinor !== 0, 'no posting is zero')
    sum += posting.amountMinor
  }
  assert(sum === 0, 'the postings of a journal sum to zero')
}

/**
 * One posting an account, and none of nothing: a sale without a coupon posts no subsidy, and a creator who earned on fifty lines
 * is owed one sum.
 */
export function withoutZeros(postings: readonly Posting[]): Posting[] {
  const sums = new Map<string, number>()
  for (const { account, amountMinor } of postings) sums.set(account, (sums.get(account) ?? 0) + amountMinor)
  return [...sums].filter(([, sum]) => sum !== 0).map(([account, amountMinor]) => ({ account, amountMinor }))
}

/** The same flow, money, order and postings; ids may differ, since a retry makes a new one. */
export function isSameJournal(left: Journal, right: Journal): boolean {
  return (
    left.kind === right.kind &&
    left.cause === right.cause &&
    left.currency === right.currency &&
    left.orderId === right.orderId &&
    left.postings.length === right.postings.length &&
    left.postings.every((posting, index) => {
      const other = right.postings[index]
      return (
        posting.account === other?.account &&
        posting.amountMinor === other.amountMinor &&
        (posting.orderId ?? null) === (other.orderId ?? null)
      )
    })
  )
}

/** Wallets, coins and deposits have a floor: what people have put in can be taken, and no more. Parties may owe us (negative). */
export function hasFloor(account: string): boolean {
  return account.startsWith('wallet:') || account.startsWith('coins:') || account.startsWith('deposit:')
}

/** How each account with a floor changes, in account order: the order in which rows are locked. */
export function changesOfFloors(
  journals: readonly Journal[],
): { account: string; currency: Currency; changeMinor: number }[] {
  const changes = new Map<string, { account: string; currency: Currency; changeMinor: number }>()
  for (const { postings, currency } of journals) {
    for (const { account, amountMinor } of postings) {
      if (!hasFloor(account)) continue
      const change = changes.get(account)
      // A wallet is money that we owe: a credit is what its owner gains.
      if (change === undefined) changes.set(account, { account, currency, changeMinor: -amountMinor })
      else {
        assert(change.currency === currency, 'a wallet holds one currency')
        change.changeMinor -= amountMinor
      }
    }
  }
  return [...changes.values()].sort((a, b) => (a.account < b.account ? -1 : 1))
}
