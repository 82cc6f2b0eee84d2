/**
 * How much of a processor a test gets. A promise of a second is made for a machine that does nothing else; where others take half
 * of it, the same work takes two, and a test that fails then says nothing about us.
 */
import { createHash } from 'node:crypto'

const lookMs = 80

/** Wall clock over processor time of plain work: 1 where nobody else wants it, 5 where five do. */
export function crowding(): number {
  const before = process.cpuUsage()
  const since = performance.now()
  while (performance.now() - since < lookMs) createHash('sha256').update(String(since)).digest()
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, ((performance.now() - since) * 1_000) / Math.max(1, user + system))
}

/** What a promise allows here: as it stands on a machine of our own, longer by as much as others take of this one. */
export class Allowance {
  #most = crowding()

  /** Looks again, after what is judged: whoever came meanwhile counts too. */
  of(promised: number): number {
    this.#most = Math.max(this.#most, crowding())
    return promised * this.#most
  }
}
