import { type Currency, type Minor, reversalOf } from '#contract/money'
import {
  confirmCommissions,
  type FrozenLine,
  holdCommissions,
  lockLinesOf,
  noteReversal,
  reverseAlongChain,
  tellParties,
  voidCommissions,
} from '#money/commissions'
import {
  accounts,
  type PayableKind,
  type Posting,
  payableOf,
  postJournals,
  walletOf,
  withoutZeros,
} from '#money/ledger'
import { giveBackToSources } from '#money/payments'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, mustBeDone } from '#platform/outcome'
import { type SoldLine, shareWithSeller, takeBackFromSeller } from './seller-sales.ts'
import { type Entry, insertEntries, setSellerHeld, takeReservesOfOrder } from './store.ts'

export interface ConfirmedOrder {
  orderId: string
  orderNumber: string
  currency: Currency
  /** Paid plus subsidy: what the goods are sold for. */
  priceMinor: Minor
  subsidyMinor: Minor
  paidMinor: Minor
  costMinor: Minor
  confirmedAt: Temporal.Instant
  /** Who sold it, where that is not the operator himself: then the price is his, and he bears commission and fees. */
  seller?: { sellerId: string; lines: readonly SoldLine[]; isHeld: boolean } | null
}

/**
 * The buyer has the goods: the money leaves the escrow, revenue and cost are recognised, and what the parties earn is owed
 * to them. Once: an order's escrow is released under one cause, whether it is confirmed or returned.
 */
export async function settleConfirmedOrder(tx: Tx, order: ConfirmedOrder): Promise<void> {
  assert(order.priceMinor === order.paidMinor + order.subsidyMinor, 'the price is what was paid and what we gave')
  const lines = await confirmCommissions(tx, order.orderId, order.confirmedAt)
  const commissionMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0)
  const seller = order.seller ? await shareWithSeller(tx, { ...order, ...order.seller, commissions: lines }) : null
  const postings = withoutZeros([
    { account: accounts.escrow, amountMinor: order.paidMinor },
    { account: accounts.subsidy, amountMinor: order.subsidyMinor },
    ...(seller ?? [{ account: accounts.revenueGoods, amountMinor: -order.priceMinor }]),
    { account: accounts.expenseCogs, amountMinor: order.costMinor },
    { account: accounts.inTransit, amountMinor: -order.costMinor },
    { account: accounts.expenseCommission, amountMinor: seller === null ? commissionMinor : 0 },
    ...lines.map((line) => ({ account: payableOf(line.partyId, 'pending'), amountMinor: -line.amountMinor })),
  ])
  await release(tx, { kind: 'order.confirmed', orderId: order.orderId, currency: order.currency, postings })
  changed(tx, lines, 'pending')
}

/** Nothing came of the order: the whole escrow goes back to the buyer's wallet, and the estimates are void. */
export async function returnUnconfirmedOrder(
  tx: Tx,
  order: { orderId: string; buyerId: string; currency: Currency; paidMinor: Minor },
): Promise<void> {
  await voidCommissions(tx, [order.orderId], 'order_cancelled')
  const postings = withoutZeros([
    { account: accounts.escrow, amountMinor: order.paidMinor },
    { account: walletOf(order.buyerId), amountMinor: -order.paidMinor },
  ])
  await release(tx, { kind: 'order.returned', orderId: order.orderId, currency: order.currency, postings })
  const { orderId, buyerId, currency, paidMinor } = order
  await giveBackToSources(tx, {
    orderId,
    buyerId,
    currency,
    amountMinor: paidMinor,
    cause: `order.returned:${orderId}`,
  })
}

async function release(
  tx: Tx,
  of: { kind: 'order.confirmed' | 'order.returned'; orderId: string; currency: Currency; postings: Posting[] },
): Promise<void> {
  if (of.postings.length === 0) return
  const cause = `escrow.released:${of.orderId}`
  mustBeDone(await postJournals(tx, [{ id: newId(), cause, ...of }]))
}

/** While money is asked back and nothing is decided, nobody's earnings on the order are released. */
export async function holdEarnings(tx: Tx, orderId: string, held: boolean): Promise<void> {
  await holdCommissions(tx, orderId, held)
  await setSellerHeld(tx, orderId, held)
}

export interface Refund {
  /** Made by whoever decides the refund; the same id again is the same refund. */
  refundId: string
  orderId: string
  buyerId: string
  currency: Currency
  /** True where somebody else than the operator sold it: he gives the money back, and his fees come back to him. */
  isOfSeller?: boolean
  /** The lines that give something back, with what each has given back before this refund, and including it. */
  lines: readonly {
    no: number
    paidMinor: Minor
    /** The platform's part of the line's price. */
    subsidyMinor: Minor
    refundedBeforeMinor: Minor
    refundedMinor: Minor
  }[]
}

/**
 * Money back after the order was confirmed: sale, subsidy and commission of each line are reversed by the
 * fraction that went back, and a line's last refund closes each exactly. A line that is still pending (or
 * frozen) loses from there. A settled one loses from what is available,
 * below zero if it was paid out already; its reserve comes back at once, since this is what it was kept for, and later
 * earnings net the rest.
 */
export async function refundConfirmedOrder(tx: Tx, refund: Refund): Promise<void> {
  const lines = await lockLinesOf(tx, refund.orderId)
  const reversals = refund.lines.flatMap((line) => reversalsOf(lines, line))
  let [backMinor, priceMinor] = [0, 0]
  for (const { paidMinor, subsidyMinor, refundedBeforeMinor, refundedMinor } of refund.lines) {
    assert(refundedMinor > refundedBeforeMinor, 'a refund gives something back')
    const of = { originalMinor: paidMinor + subsidyMinor, paidMinor }
    const alreadyMinor = reversalOf({ ...of, refundedMinor: refundedBeforeMinor, alreadyMinor: 0 })
    priceMinor += reversalOf({ ...of, refundedMinor, alreadyMinor })
    backMinor += refundedMinor - refundedBeforeMinor
  }
  const commissionMinor = reversals.reduce((sum, { changeMinor }) => sum + changeMinor, 0)

  const settled = reversals.filter(({ line }) => line.state === 'settled')
  const reserves = await takeReservesOfOrder(
    tx,
    refund.orderId,
    settled.map(({ line }) => line.partyId),
  )
  const seller = refund.isOfSeller
    ? await takeBackFromSeller(tx, { ...refund, commissionBackMinor: givenBack(lines, reversals) })
    : null
  const postings = withoutZeros([
    ...(seller?.postings ?? [{ account: accounts.revenueGoods, amountMinor: priceMinor }]),
    { account: accounts.subsidy, amountMinor: backMinor - priceMinor },
    { account: walletOf(refund.buyerId), amountMinor: -backMinor },
    ...(seller === null ? [{ account: accounts.expenseCommission, amountMinor: -commissionMinor }] : []),
    ...reversals.map(({ line, changeMinor }) => ({
      account: payableOf(line.partyId, balanceOfState(line.state)),
      amountMinor: changeMinor,
    })),
    ...reserves.flatMap((reserve) => [
      { account: payableOf(reserve.partyId, 'reserve'), amountMinor: reserve.amountMinor },
      { account: payableOf(reserve.partyId, 'available'), amountMinor: -reserve.amountMinor },
    ]),
  ])
  const { orderId, currency, refundId } = refund
  const cause = `order.refunded:${refundId}`
  mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'order.refunded', cause, currency, orderId, postings }]))
  await giveBackToSources(tx, { orderId, buyerId: refund.buyerId, currency, amountMinor: backMinor, cause })

  for (const { line, reversedMinor } of reversals) await noteReversal(tx, line, reversedMinor)
  const entries: Entry[] = [
    ...reserves.map((reserve) => ({
      partyId: reserve.partyId,
      cause: `reserve_returned:${orderId}:${reserve.lineNo}:${reserve.partyKind}`,
      kind: 'reserve_returned' as const,
      orderId,
      orderNumber: reserve.orderNumber,
      amountMinor: reserve.amountMinor,
      currency,
    })),
    ...settled
      .filter(({ changeMinor }) => changeMinor !== 0)
      .map(({ line, changeMinor }) => ({
        partyId: line.partyId,
        cause: `reversal:${refundId}:${line.lineNo}:${line.partyKind}`,
        kind: 'reversal' as const,
        orderId,
        orderNumber: line.orderNumber,
        amountMinor: -changeMinor,
        currency,
      })),
    ...(seller?.entries ?? []),
  ]
  if (entries.length > 0) await insertEntries(tx, entries)
  changed(
    tx,
    reversals.map(({ line }) => line),
    'reversed',
  )
}

/** What the payees of each line have given back in total, these reversals included. */
function givenBack(
  lines: readonly FrozenLine[],
  reversals: readonly { line: FrozenLine; reversedMinor: Minor }[],
): Map<number, Minor> {
  const after = new Map(reversals.map(({ line, reversedMinor }) => [line, reversedMinor]))
  const sums = new Map<number, Minor>()
  for (const line of lines)
    sums.set(line.lineNo, (sums.get(line.lineNo) ?? 0) + (after.get(line) ?? line.reversedMinor))
  return sums
}

/** Where what was earned with a line stands. */
function balanceOfState(state: FrozenLine['state']): PayableKind {
  return state === 'settled' ? 'available' : state === 'frozen' ? 'frozen' : 'pending'
}

/** What the parties of a line have given back in total after this refund, and what of it is new. */
function reversalsOf(lines: readonly FrozenLine[], refund: { no: number; paidMinor: Minor; refundedMinor: Minor }) {
  const earning = lines.filter(
    (line) => line.lineNo === refund.no && ['pending', 'settled', 'frozen'].includes(line.state),
  )
  return [...Map.groupBy(earning, (line) => line.lineNo).values()].flatMap((chain) => {
    const parts = chain.map((line) => ({
      grossMinor: line.grossMinor,
      passedMinor: line.grossMinor - line.amountMinor,
    }))
    const reversed = reverseAlongChain(parts, { paidMinor: refund.paidMinor, refundedMinor: refund.refundedMinor })
    return chain.map((line, index) => {
      const reversedMinor = reversed[index] ?? 0
      return { line, reversedMinor, changeMinor: reversedMinor - line.reversedMinor }
    })
  })
}

/** Tells those whose earnings changed. What became pending is told with the order that it came from. */
export function changed(
  tx: Tx,
  parties: readonly { partyId: string }[],
  reason: 'pending' | 'available' | 'reversed' | 'paid' | 'frozen',
): void {
  if (reason !== 'pending') tellParties(tx, parties)
}
