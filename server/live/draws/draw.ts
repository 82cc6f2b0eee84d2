import { createHash } from 'node:crypto'

/** Who has won must say within this long where the prize goes. */
export const claimHours = 48

/** What is told of a seed before anybody enters. */
export function commitmentOf(seed: string): string {
  return createHash('sha256').update(seed).digest('hex')
}

/**
 * Who wins, from what everybody can read afterwards: entries stand in the order of SHA-256 over `seed:entry id`, and of those
 * who met the tasks the first so many win. The seed was made and its hash told before the first entry, so neither the host
 * nor who enters can choose the outcome.
 */
export function orderOf(seed: string, entryIds: readonly string[]): string[] {
  const keyed = entryIds.map((id) => ({ id, key: createHash('sha256').update(`${seed}:${id}`).digest('hex') }))
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ id }) => id)
}

export function winnersOf(
  seed: string,
  entries: readonly { id: string; eligible: boolean }[],
  units: number,
): string[] {
  const eligible = new Set(entries.filter((entry) => entry.eligible).map((entry) => entry.id))
  return orderOf(
    seed,
    entries.map((entry) => entry.id),
  )
    .filter((id) => eligible.has(id))
    .slice(0, units)
}
