/** What a SKU has cost, and when: pure folds of the prices that were set. */
import { everyChannel, type TimedPriceKind } from './price.ts'

/** One price that held from one instant to another; the present one has no end yet. */
export interface HistoryPoint {
  kind: TimedPriceKind | 'shelf'
  priceMinor: number
  from: Temporal.Instant
  until: Temporal.Instant | null
}

/** The shelf's price in a channel over time: its own price goes before the one of all channels from when there is one. */
export function shelfHistory(
  rows: readonly { channel: string; priceMinor: number; from: Temporal.Instant }[],
): HistoryPoint[] {
  const points: HistoryPoint[] = []
  let hasOwn = false
  for (const { channel, priceMinor, from } of rows) {
    const isOwn = channel !== everyChannel
    if (!isOwn && hasOwn) continue
    hasOwn ||= isOwn
    const last = points.at(-1)
    if (last !== undefined) last.until = from
    points.push({ kind: 'shelf', priceMinor, from, until: null })
  }
  return points
}

/** The lowest price that held at any instant of a window, with the last such instant; null where there was none. */
export function lowestOf(
  history: readonly HistoryPoint[],
  window: { since: Temporal.Instant; now: Temporal.Instant },
): { priceMinor: number; at: Temporal.Instant } | null {
  const { since, now } = window
  let lowest = null as { priceMinor: number; at: Temporal.Instant } | null
  for (const { priceMinor, from, until } of history) {
    const isEmpty = until !== null && Temporal.Instant.compare(from, until) >= 0
    const isBefore = until !== null && Temporal.Instant.compare(until, since) <= 0
    if (isEmpty || isBefore || Temporal.Instant.compare(from, now) > 0) continue
    const at = until === null || Temporal.Instant.compare(until, now) > 0 ? now : until
    const isBelow = lowest === null || priceMinor < lowest.priceMinor
    if (isBelow || (priceMinor === lowest?.priceMinor && Temporal.Instant.compare(at, lowest.at) > 0)) {
      lowest = { priceMinor, at }
    }
  }
  return lowest
}
