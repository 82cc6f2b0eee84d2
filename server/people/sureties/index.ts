/**
 * Sureties: what creators and shops must have left with us before they may sell, and what each has.
 *
 * Always true: a level is never changed, only followed by another; what somebody has here is what the books say, since whoever posts
 * a deposit notes it in the same transaction.
 * Not here: the money and why it moved (`money/deposits`), the gate that asks (`creators`), the shelf that does (`goods/listings`).
 */
import type { Db } from '#platform/database'
import { heldOf, levelAt, type SuretyKind } from './store.ts'

export { allLevels, heldOf, insertLevel, levelAt, setHeld as noteHeld, type Level, type SuretyKind } from './store.ts'

export interface Surety {
  neededMinor: number
  heldMinor: number
}

/** What each of these must have left with us now, and has; an empty answer where nothing is asked for. */
export async function suretiesOf(
  db: Db,
  of: { kind: SuretyKind; partyIds: readonly string[] },
  now: Temporal.Instant,
): Promise<Map<string, Surety>> {
  const neededMinor = of.partyIds.length === 0 ? 0 : ((await levelAt(db, of.kind, now))?.minorMin ?? 0)
  if (neededMinor === 0) return new Map()
  const held = await heldOf(db, of.partyIds)
  return new Map(of.partyIds.map((id) => [id, { neededMinor, heldMinor: held.get(id) ?? 0 }]))
}
