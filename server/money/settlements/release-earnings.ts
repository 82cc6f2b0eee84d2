import { shareOf } from '#contract/money'
import { type FrozenLine, settleDueLines } from '#money/commissions'
import { type Journal, payableOf, postJournals, withoutZeros } from '#money/ledger'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { releaseSellerLines } from './seller-sales.ts'
import { changed } from './settle-orders.ts'
import { type Entry, insertEntries, insertReserves, type Reserve, takeDueReserves } from './store.ts'

/** Of what is released, this share is kept back for refunds, for these days. */
export const reserveBasisPoints = 500
export const reserveDays = 8
/** Lines that one bite of the sweep takes. */
export const releaseBite = 500

/** Moves earnings on whose days are over: pending to available less the reserve, and the reserve to available. */
export async function releaseDueEarnings(app: App): Promise<{ more: boolean }> {
  const released = await transact(app, (tx) => releaseEarnings(tx, releaseBite))
  const sold = await transact(app, (tx) => releaseSellerLines(tx, releaseBite))
  const returned = await transact(app, (tx) => returnReserves(tx, releaseBite))
  return { more: [released, sold, returned].includes(releaseBite) }
}

/** Answers how many lines were released. */
export async function releaseEarnings(tx: Tx, limit: number): Promise<number> {
  const due = await settleDueLines(tx, limit)
  // What was refunded while it was pending is gone from there already.
  const lines = due
    .map((line) => ({ line, netMinor: line.amountMinor - line.reversedMinor }))
    .filter(({ netMinor }) => netMinor > 0)
    .map(({ line, netMinor }) => ({ line, netMinor, reserveMinor: shareOf(netMinor, reserveBasisPoints) }))
  if (lines.length === 0) return due.length

  const journals = lines.map(({ line, netMinor, reserveMinor }): Journal => {
    const postings = withoutZeros([
      { account: payableOf(line.partyId, 'pending'), amountMinor: netMinor },
      { account: payableOf(line.partyId, 'available'), amountMinor: reserveMinor - netMinor },
      { account: payableOf(line.partyId, 'reserve'), amountMinor: -reserveMinor },
    ])
    const cause = `earnings.released:${keyOf(line)}:${line.partyId}`
    return { id: newId(), kind: 'earnings.released', cause, currency: line.currency, orderId: line.orderId, postings }
  })
  mustBeDone(await postJournals(tx, journals))

  const entries = lines.flatMap(({ line, netMinor, reserveMinor }): Entry[] => [
    { ...entryOf(line), cause: `commission:${keyOf(line)}`, kind: 'commission', amountMinor: netMinor },
    ...(reserveMinor === 0
      ? []
      : [
          {
            ...entryOf(line),
            cause: `reserve_kept:${keyOf(line)}`,
            kind: 'reserve_kept' as const,
            amountMinor: -reserveMinor,
          },
        ]),
  ])
  await insertEntries(tx, entries)
  const reserves = lines
    .filter(({ reserveMinor }) => reserveMinor > 0)
    .map(({ line, reserveMinor }): Reserve => ({ ...line, amountMinor: reserveMinor }))
  if (reserves.length > 0) await insertReserves(tx, reserves, tx.now.add({ hours: reserveDays * 24 }))
  changed(
    tx,
    lines.map(({ line }) => line),
    'available',
  )
  tellKept(
    tx,
    lines.map(({ line }) => line),
  )
  return due.length
}

/** Orders of which nothing went back have done their creators honour. */
function tellKept(tx: Tx, lines: readonly FrozenLine[]): void {
  // Two hosts may have earned on one order: it does honour to both.
  const kept = new Map<string, { orderId: string; creatorId: string }>()
  for (const { orderId, partyId, partyKind, reversedMinor } of lines) {
    if (partyKind === 'creator' && reversedMinor === 0)
      kept.set(`${orderId} ${partyId}`, { orderId, creatorId: partyId })
  }
  if (kept.size === 0) return
  tx.emit({ name: 'orders.kept', orders: [...kept.values()] })
}

/** Answers how many reserves were returned. */
export async function returnReserves(tx: Tx, limit: number): Promise<number> {
  const reserves = await takeDueReserves(tx, limit)
  if (reserves.length === 0) return 0
  const journals = reserves.map((reserve): Journal => {
    const cause = `earnings.reserve_returned:${keyOf(reserve)}:${reserve.partyId}`
    const postings = [
      { account: payableOf(reserve.partyId, 'reserve'), amountMinor: reserve.amountMinor },
      { account: payableOf(reserve.partyId, 'available'), amountMinor: -reserve.amountMinor },
    ]
    const { currency, orderId } = reserve
    return { id: newId(), kind: 'earnings.reserve_returned', cause, currency, orderId, postings }
  })
  mustBeDone(await postJournals(tx, journals))
  await insertEntries(
    tx,
    reserves.map((reserve) => ({
      ...entryOf(reserve),
      cause: `reserve_returned:${keyOf(reserve)}`,
      kind: 'reserve_returned',
      amountMinor: reserve.amountMinor,
    })),
  )
  changed(tx, reserves, 'available')
  return reserves.length
}

/** One order line and the part that the party has in it. */
export function keyOf(line: Pick<FrozenLine, 'orderId' | 'lineNo'> & { partyKind: string }): string {
  return `${line.orderId}:${line.lineNo}:${line.partyKind}`
}

function entryOf(line: Pick<Reserve, 'partyId' | 'orderId' | 'orderNumber' | 'currency'>) {
  return { partyId: line.partyId, orderId: line.orderId, orderNumber: line.orderNumber, currency: line.currency }
}
