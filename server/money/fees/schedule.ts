import { isDeepStrictEqual } from 'node:util'
import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import type { FeeKind, FeeLine, FeeRule, FeeSchedule } from './fee.ts'
import { findRule, insertFeeLines, insertRule, insertTax, selectRules, selectTaxes } from './store.ts'

/** The rules that hold now: of each kind and category the latest. */
export async function loadFeeSchedule(db: Db, now: Temporal.Instant): Promise<FeeSchedule> {
  const [rules, taxes] = [await selectRules(db, now), await selectTaxes(db, now)]
  return { rules, taxBasisPoints: new Map(taxes.map(({ kind, basisPoints }) => [kind, basisPoints])) }
}

/** Writes the fees of what is sold, in the transaction that sells it. */
export function freezeFees(tx: Pick<Tx, 'hot'>, lines: readonly FeeLine[]): Promise<void> {
  return insertFeeLines(tx, lines)
}

/** Sets a fee from now on; orders that exist keep theirs. The same id again is the same rule. */
export async function openFeeRule(tx: Tx, rule: FeeRule): Promise<Outcome<FeeRule, 'id_reused'>> {
  if (await insertRule(tx, { ...rule, setBy: personOf(tx) })) return done(rule)
  const earlier = await findRule(tx.db, rule.id)
  return isDeepStrictEqual({ ...earlier }, { ...rule }) ? done(rule) : refuse('id_reused')
}

/** Sets the tax on a kind of fee from now on. */
export async function openFeeTax(tx: Tx, tax: { id: string; kind: FeeKind; basisPoints: number }): Promise<void> {
  await insertTax(tx, { ...tax, setBy: personOf(tx) })
}

function personOf(tx: Pick<Tx, 'actor'>): string | null {
  return tx.actor.kind === 'person' ? tx.actor.personId : null
}
