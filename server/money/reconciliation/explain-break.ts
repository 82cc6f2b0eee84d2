import type { Tx } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { type BreakRow, lockBreak, noteBreak } from './store.ts'

/** Somebody knows why a break is there, and says so; or finds that it was not so, and opens it again. */
export async function explainBreak(
  tx: Tx,
  of: { id: string; state: 'open' | 'explained'; note: string; by: string | null },
): Promise<Outcome<BreakRow, 'not_found' | 'break_resolved'>> {
  const found = await lockBreak(tx, of.id)
  if (found === null) return refuse('not_found')
  if (found.state === 'resolved') return refuse('break_resolved')
  await noteBreak(tx, of.id, of)
  const after = await lockBreak(tx, of.id)
  assert(after !== null, 'a break stays')
  return done(after)
}
