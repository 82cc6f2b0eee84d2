import type { Tx } from '#platform/database'
import type { CommissionLine } from './commission.ts'
import { insertLines } from './store.ts'

/** Writes what the parties of these orders will earn, as an estimate, in the transaction that places the orders. */
export async function freezeCommissions(tx: Tx, lines: readonly CommissionLine[]): Promise<void> {
  if (lines.length > 0) await insertLines(tx, lines)
}
