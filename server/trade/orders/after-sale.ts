import { type Minor, splitByWeight } from '#contract/money'
import { done, type Outcome, refuse } from '#platform/outcome'
import type { OrderState } from './order.ts'

/** A buyer may ask for money back from the day the goods are there until so many days after the order was confirmed. */
export const afterSaleDays = 15
/** Who asks is answered within so many days, or has his way (domain: silence of the seller approves). */
export const silentDaysMax = 3

export const afterSaleStates = ['asked', 'approved', 'refused'] as const
export type AfterSaleState = (typeof afterSaleStates)[number]

export interface RefundWish {
  no: number
  amountMinor: Minor
}

/** True while money may be asked back. */
export function mayAskRefund(
  order: { state: OrderState; confirmedAt: Temporal.Instant | null },
  now: Temporal.Instant,
): boolean {
  if (order.state === 'delivered') return true
  if (order.state !== 'confirmed' || order.confirmedAt === null) return false
  return Temporal.Instant.compare(now, order.confirmedAt.add({ hours: 24 * afterSaleDays })) <= 0
}

/** Each line gives back at most what was paid for it and has not gone back yet. Pure; names the first line that is too high. */
export function checkRefund(
  wishes: readonly RefundWish[],
  lines: readonly { no: number; payMinor: Minor }[],
  refundedMinor: ReadonlyMap<number, Minor>,
): Outcome<null, 'amount_too_high'> {
  const seen = new Set<number>()
  for (const { no, amountMinor } of wishes) {
    const payMinor = lines.find((line) => line.no === no)?.payMinor ?? 0
    // A line that is named twice, or is not there, has nothing left the second time.
    const leftMinor = seen.has(no) ? 0 : payMinor - (refundedMinor.get(no) ?? 0)
    if (amountMinor > leftMinor) return refuse('amount_too_high', { lineNo: no, leftMinor })
    seen.add(no)
  }
  return done(null)
}

/** The platform's subsidy of an order by line, weighed by what was paid, so that each line's refund takes back its own part. */
export function subsidyPerLine(
  subsidyMinor: Minor,
  lines: readonly { no: number; payMinor: Minor }[],
): Map<number, Minor> {
  const parts = splitByWeight(
    subsidyMinor,
    lines.map((line) => line.payMinor),
  )
  return new Map(lines.map((line, index) => [line.no, parts[index] ?? 0]))
}

/** The same where the discounts of the lines say themselves what the platform bore of each. */
export function subsidyOfLines(
  subsidyMinor: Minor,
  lines: readonly { no: number; payMinor: Minor }[],
  discounts: readonly { lineNo: number; platformMinor: Minor | null }[],
): Map<number, Minor> {
  if (discounts.some(({ platformMinor }) => platformMinor === null)) return subsidyPerLine(subsidyMinor, lines)
  const parts = new Map(lines.map(({ no }) => [no, 0]))
  for (const { lineNo, platformMinor } of discounts) parts.set(lineNo, (parts.get(lineNo) ?? 0) + (platformMinor ?? 0))
  return parts
}
