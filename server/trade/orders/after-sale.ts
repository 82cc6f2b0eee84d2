import { type Minor, splitByWeight } from '#contract/money'
import type { afterSaleKinds, afterSaleReasons, afterSaleStates } from '#contract/trade'
import { done, type Outcome, refuse } from '#platform/outcome'
import type { OrderState } from './order.ts'

/** A buyer may ask from the day the goods are there until so many days after the order was confirmed. */
export const afterSaleDays = 15
/** Who asks is answered within so many days, or has his way (domain: silence of the seller approves). */
export const silentDaysMax = 3
/** Without a reason, goods go back within so many days of the day they were signed for. */
export const noReasonDays = 7
/** What is to come back is sent within so many days. */
export const sendBackDays = 7

export type AfterSaleKind = (typeof afterSaleKinds)[number]
export type AfterSaleReason = (typeof afterSaleReasons)[number]
export type AfterSaleState = (typeof afterSaleStates)[number]

/**
 * Where each kind of wish goes. Money alone is answered at once. Where goods come back first, they are accepted, perhaps sent, and
 * then looked at: that answers. An exchange and a second parcel end when it is delivered.
 */
const moves: Record<AfterSaleKind, Partial<Record<AfterSaleState, readonly AfterSaleState[]>>> = {
  refundOnly: { asked: ['approved', 'refused'] },
  returnRefund: {
    asked: ['accepted', 'refused'],
    accepted: ['sent', 'approved', 'refused', 'lapsed'],
    sent: ['approved', 'refused'],
  },
  exchange: {
    asked: ['accepted', 'refused'],
    accepted: ['sent', 'replacing', 'refused', 'lapsed'],
    sent: ['replacing', 'refused'],
    replacing: ['replaced'],
  },
  resend: { asked: ['replacing', 'refused'], replacing: ['replaced'] },
}

export function mayAfterSaleMove(kind: AfterSaleKind, from: AfterSaleState, to: AfterSaleState): boolean {
  return moves[kind][from]?.includes(to) ?? false
}

/** Where a yes leads from `asked`. */
export const yesOf: Record<AfterSaleKind, AfterSaleState> = {
  refundOnly: 'approved',
  returnRefund: 'accepted',
  exchange: 'accepted',
  resend: 'replacing',
}

export interface RefundWish {
  no: number
  amountMinor: Minor
  /** Units that come back or are sent again; all of the line's where it says nothing. */
  units?: number | null
}

/** True while something may be asked. */
export function mayAskRefund(
  order: { state: OrderState; confirmedAt: Temporal.Instant | null },
  now: Temporal.Instant,
): boolean {
  if (order.state === 'delivered') return true
  if (order.state !== 'confirmed' || order.confirmedAt === null) return false
  return Temporal.Instant.compare(now, order.confirmedAt.add({ hours: 24 * afterSaleDays })) <= 0
}

/** Without a reason goods go back whole, within seven days of the signature, and not those that are excluded. */
export function mayReturnWithoutReason(of: {
  kind: AfterSaleKind
  signedAt: Temporal.Instant | null
  isExcluded: boolean
  now: Temporal.Instant
}): Outcome<null, 'no_reason_not_here' | 'no_reason_too_late'> {
  if (of.isExcluded || of.kind !== 'returnRefund') return refuse('no_reason_not_here')
  const until = of.signedAt?.add({ hours: 24 * noReasonDays })
  if (until === undefined || Temporal.Instant.compare(of.now, until) > 0)
    return refuse('no_reason_too_late', { days: noReasonDays })
  return done(null)
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

/** Of each line come back at most the units that were sent and have not come back yet. */
export function checkUnits(
  wishes: readonly { no: number; units: number }[],
  lines: readonly { no: number; units: number }[],
  backUnits: ReadonlyMap<number, number>,
): Outcome<null, 'too_many_back'> {
  for (const { no, units } of wishes) {
    const leftUnits = (lines.find((line) => line.no === no)?.units ?? 0) - (backUnits.get(no) ?? 0)
    if (units > leftUnits) return refuse('too_many_back', { lineNo: no, leftUnits })
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
