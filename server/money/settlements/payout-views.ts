import type { Db } from '#platform/database'
import { positionIn } from '#platform/http'
import { type PayoutRow, payoutsPage } from './store.ts'

/** Payouts as those see them who are paid, and those who keep the books. */
export async function payoutsOf(db: Db, partyId: string | null, query: { cursor?: string | undefined; limit: number }) {
  const rows = await payoutsPage(db, { partyId, before: positionIn(query.cursor), limit: query.limit })
  const last = rows.at(-1)
  return {
    items: rows.map(payoutView),
    next: last && rows.length === query.limit ? `${last.closedAt.toString()}~${last.id}` : null,
  }
}

export function payoutView(payout: PayoutRow) {
  return {
    id: payout.id,
    number: payout.number,
    partyName: payout.partyName,
    amountMinor: payout.amountMinor,
    currency: payout.currency,
    state: payout.state,
    closedAt: payout.closedAt.toString(),
    paidAt: payout.state === 'paid' ? (payout.endedAt?.toString() ?? null) : null,
    lines: payout.lines,
  }
}
