import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { insertRule, type RuleRow } from './store.ts'

export type NewRule = Omit<RuleRow, 'version' | 'publishedAt'>

/**
 * A new version of a rule, from an instant on that has not come yet: what was judged before was judged by what stood then, and
 * everybody has had time to read.
 */
export async function publishRule(
  tx: Tx,
  rule: NewRule,
  by: string | null,
): Promise<Outcome<{ version: number }, 'effective_in_past'>> {
  if (Temporal.Instant.compare(rule.effectiveFrom, tx.now) <= 0) return refuse('effective_in_past')
  return done({ version: await insertRule(tx, rule, by) })
}
