import type { Minor } from '#contract/money'
import { balancesOf, payableKinds, payableOf } from '#money/ledger'
import type { Db } from '#platform/database'
import { paidTo } from './store.ts'

/** What a party is owed, by where it stands; available is below zero where more went back than is there. */
export async function sumsOf(
  db: Db,
  partyId: string,
): Promise<Record<`${(typeof payableKinds)[number] | 'paid'}Minor`, Minor>> {
  const [balances, paidMinor] = await Promise.all([
    balancesOf(
      db,
      payableKinds.map((kind) => payableOf(partyId, kind)),
    ),
    paidTo(db, partyId),
  ])
  const owed = (kind: (typeof payableKinds)[number]) => 0 - (balances.get(payableOf(partyId, kind)) ?? 0)
  return {
    pendingMinor: owed('pending'),
    availableMinor: owed('available'),
    reserveMinor: owed('reserve'),
    frozenMinor: owed('frozen'),
    payoutMinor: owed('payout'),
    paidMinor,
  }
}
