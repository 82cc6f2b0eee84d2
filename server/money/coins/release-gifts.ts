import { payableOf, postJournals, withoutZeros } from '#money/ledger'
import { noteEarnings, partiesFrozen } from '#money/settlements'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { takeDueShares } from './store.ts'

/** Shares that one bite of the sweep takes. */
export const giftReleaseBite = 1_000

/** Moves what gifts have brought from pending to available once its days are over. */
export async function releaseDueGifts(app: App): Promise<{ more: boolean }> {
  const released = await transact(app, (tx) => releaseGifts(tx, giftReleaseBite))
  return { more: released === giftReleaseBite }
}

/**
 * A party has one journal and one line on its statement for all its gifts of a bite: a good evening is ten thousand roses, and
 * nobody reads ten thousand lines. Which gifts they were stands with each share. Answers how many shares were released.
 */
export async function releaseGifts(tx: Tx, limit: number): Promise<number> {
  const releaseId = newId()
  // Whose earnings are frozen until it is decided what he did has nothing released meanwhile: it waits, and is his when they thaw.
  const shares = await takeDueShares(tx, { releaseId, limit, except: await partiesFrozen(tx.db) })
  if (shares.length === 0) return 0
  const parties = Map.groupBy(shares, (share) => `${share.partyId} ${share.currency}`)
  const sums = [...parties.values()].flatMap((of) => {
    const [one] = of
    if (one === undefined) return []
    const amountMinor = of.reduce((sum, share) => sum + share.amountMinor, 0)
    return [{ partyId: one.partyId, currency: one.currency, amountMinor, gifts: of.length }]
  })
  mustBeDone(
    await postJournals(
      tx,
      sums.map(({ partyId, currency, amountMinor }) => ({
        id: newId(),
        kind: 'gifts.released',
        cause: `gifts.released:${releaseId}:${partyId}:${currency}`,
        currency,
        orderId: null,
        postings: withoutZeros([
          { account: payableOf(partyId, 'pending'), amountMinor },
          { account: payableOf(partyId, 'available'), amountMinor: -amountMinor },
        ]),
      })),
    ),
  )
  await noteEarnings(
    tx,
    sums.map(({ partyId, currency, amountMinor, gifts }) => ({
      partyId,
      cause: `gifts:${releaseId}:${currency}`,
      kind: 'gifts',
      amountMinor,
      currency,
      reference: String(gifts),
    })),
  )
  return shares.length
}
