import type { Currency } from '#contract/money'
import { loadPayeeChains } from '#money/commissions'
import {
  accounts,
  coinsOf,
  type Journal,
  lockBalances,
  payableOf,
  postJournals,
  walletOf,
  withoutZeros,
} from '#money/ledger'
import { noteEarnings } from '#money/settlements'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome } from '#platform/outcome'
import { coinsFor, type Spend, splitGift, type Terms, worthOf } from './coins.ts'
import {
  insertMovement,
  insertSpend,
  loadTerms,
  lockShares,
  lockSpends,
  markReturned,
  type ShareRow,
  type SpendRow,
} from './store.ts'

/** How many coins somebody has, locked until the transaction ends: whoever spends at the same time waits here. */
export async function lockCoins(tx: Tx, personId: string): Promise<number> {
  const account = coinsOf(personId)
  return coinsFor((await lockBalances(tx, [account])).get(account) ?? 0)
}

export async function termsAt(tx: Pick<Tx, 'db'>, at: Temporal.Instant): Promise<Terms> {
  const terms = await loadTerms(tx.db, at)
  assert(terms !== null, 'the first terms came with the table')
  return terms
}

/**
 * Coins become a gift: what we owed to the giver is now owed to the creator and his agency, and the rest is ours. By the terms and
 * the agency's contract of this moment, which are kept with it. The asker has made sure that the id is new.
 */
export async function giveCoins(tx: Tx, spend: Spend): Promise<Outcome<null, 'balance_too_low'>> {
  const terms = await termsAt(tx, tx.now)
  const chain = (await loadPayeeChains(tx.db, [spend.creatorId], tx.now)).get(spend.creatorId)
  const split = splitGift(spend.coins, { creatorId: spend.creatorId, agency: chain?.agency ?? null, terms })
  const cause = `gift.sent:${spend.id}`
  const posted = await postJournals(tx, [
    {
      id: newId(),
      kind: 'gift.sent',
      cause,
      currency: spend.currency,
      orderId: null,
      postings: withoutZeros([
        { account: coinsOf(spend.personId), amountMinor: split.valueMinor },
        { account: accounts.revenueGifts, amountMinor: -split.platformMinor },
        ...split.shares.map((share) => {
          return { account: payableOf(share.partyId, 'pending'), amountMinor: -share.amountMinor }
        }),
      ]),
    },
  ])
  if (!posted.ok) return posted
  await insertMovement(tx, { personId: spend.personId, cause, kind: 'given', coins: -spend.coins })
  await insertSpend(tx, spend, { split, terms, releaseAt: tx.now.add({ hours: terms.releaseDays * 24 }) })
  return done(null)
}

/**
 * Gifts are taken back: all shares are reversed, from pending or from what is available, which may fall below zero and is netted by
 * later earnings; the giver has his coins again. What was returned before is left alone. Answers the gifts that came back now.
 */
export async function returnCoins(tx: Tx, spendIds: readonly string[]): Promise<SpendRow[]> {
  const spends = (await lockSpends(tx, spendIds)).filter((spend) => spend.returnedAt === null)
  if (spends.length === 0) return []
  const ids = spends.map((spend) => spend.id)
  const shares = Map.groupBy(await lockShares(tx, ids), (share) => share.spendId)
  const journals = spends.map((spend): Journal => {
    return {
      id: newId(),
      kind: 'gift.returned',
      cause: `gift.returned:${spend.id}`,
      currency: spend.currency,
      orderId: null,
      postings: withoutZeros([
        { account: coinsOf(spend.personId), amountMinor: -spend.valueMinor },
        { account: accounts.revenueGifts, amountMinor: spend.platformMinor },
        ...(shares.get(spend.id) ?? []).map((share) => ({ account: accountOf(share), amountMinor: share.amountMinor })),
      ]),
    }
  })
  mustBeDone(await postJournals(tx, journals))
  for (const spend of spends) {
    const cause = `gift.returned:${spend.id}`
    await insertMovement(tx, { personId: spend.personId, cause, kind: 'returned', coins: spend.coins })
  }
  const released = [...shares.values()].flat().filter((share) => share.state === 'released')
  await noteEarnings(
    tx,
    released.map((share) => ({
      partyId: share.partyId,
      cause: `gift_returned:${share.spendId}:${share.position}`,
      kind: 'gift_returned',
      amountMinor: -share.amountMinor,
      currency: share.currency,
      reference: null,
    })),
  )
  await markReturned(tx, ids)
  return spends
}

function accountOf(share: ShareRow): string {
  return payableOf(share.partyId, share.state === 'released' ? 'available' : 'pending')
}

/** Coins go back to money in the wallet at what they are worth. The same id again is the same cashing out. */
export async function cashOutCoins(
  tx: Tx,
  wish: { id: string; personId: string; coins: number; currency: Currency },
): Promise<Outcome<null, 'balance_too_low'>> {
  const cause = `coins.cashed_out:${wish.id}`
  const amountMinor = worthOf(wish.coins)
  const posted = await postJournals(tx, [
    {
      id: newId(),
      kind: 'coins.cashed_out',
      cause,
      currency: wish.currency,
      orderId: null,
      postings: [
        { account: coinsOf(wish.personId), amountMinor },
        { account: walletOf(wish.personId), amountMinor: -amountMinor },
      ],
    },
  ])
  if (!posted.ok) return posted
  await insertMovement(tx, { personId: wish.personId, cause, kind: 'cashed_out', coins: -wish.coins })
  tx.tell(`person:${wish.personId}`, { kind: 'wallet' })
  return done(null)
}
