import type { Db, Tx } from '#platform/database'
import { assert } from '#platform/outcome'
import {
  confirmLines,
  endFrozenLines,
  freezeLines,
  type LineRow,
  linesOfOrders,
  lockDueLines,
  setHeld,
  setReversed,
  settledInSession,
  settleLines,
  voidLines,
} from './store.ts'

/** The return window: earnings are released when it is over. */
export const releaseAfterDays = 15

export type FrozenLine = LineRow

/** The orders came to nothing before they were confirmed: their estimates are void. */
export async function voidCommissions(tx: Tx, orderIds: readonly string[], reason: string): Promise<void> {
  if (orderIds.length === 0) return
  const voided = await voidLines(tx, orderIds, reason)
  tellParties(tx, voided)
}

/** The buyer has it: estimates become earnings that wait for the end of the return window. Doing it again does nothing. */
export async function confirmCommissions(
  tx: Tx,
  orderId: string,
  confirmedAt: Temporal.Instant,
): Promise<FrozenLine[]> {
  const releaseAt = confirmedAt.add({ hours: releaseAfterDays * 24 })
  const lines = await confirmLines(tx, { orderId, confirmedAt, releaseAt })
  tellParties(tx, lines)
  return lines.sort((a, b) => a.lineNo - b.lineNo || a.position - b.position)
}

export function commissionsOfOrders(db: Db, orderIds: readonly string[]): Promise<FrozenLine[]> {
  return orderIds.length === 0 ? Promise.resolve([]) : linesOfOrders(db, orderIds)
}

/** Takes lines whose window is over and marks them settled; whoever calls posts their money in the same transaction. */
export async function settleDueLines(tx: Tx, limit: number): Promise<FrozenLine[]> {
  const due = await lockDueLines(tx, limit)
  if (due.length === 0) return []
  assert((await settleLines(tx, due)) === due.length, 'every due line settles once')
  return due
}

/** While a refund of the order is asked for and not decided, its earnings are not released. */
export function holdCommissions(tx: Tx, orderId: string, held: boolean): Promise<void> {
  return setHeld(tx, orderId, held)
}

export async function noteReversal(tx: Tx, line: FrozenLine, reversedMinor: number): Promise<void> {
  assert(reversedMinor <= line.amountMinor, 'no more is reversed than was earned')
  assert((await setReversed(tx, line, reversedMinor)) === 1, 'the line that is reversed is there')
}

/** What of a party waits is frozen; whoever calls posts its money in the same transaction. */
export function freezePending(
  tx: Tx,
  of: { partyId: string; freezeId: string; sessionId: string | null },
): Promise<FrozenLine[]> {
  return freezeLines(tx, of)
}

/** The freeze was lifted: its lines wait for their day again, which may be over. */
export function thawLines(tx: Tx, of: { partyId: string; freezeId: string }): Promise<FrozenLine[]> {
  return endFrozenLines(tx, { ...of, state: 'pending', reason: '' })
}

/** The freeze stands: nothing was earned with these lines. */
export function forfeitLines(tx: Tx, of: { partyId: string; freezeId: string }): Promise<FrozenLine[]> {
  return endFrozenLines(tx, { ...of, state: 'ineligible', reason: 'forfeited' })
}

export async function settledOfSession(db: Db, of: { partyId: string; sessionId: string }): Promise<number> {
  return (await settledInSession(db, of))[0]?.minor ?? 0
}

/** Earnings changed: screens of the parties load them anew. */
export function tellParties(tx: Tx, parties: readonly { partyId: string }[]): void {
  for (const partyId of new Set(parties.map((each) => each.partyId))) {
    tx.tell(`person:${partyId}`, { kind: 'earnings' })
  }
}
