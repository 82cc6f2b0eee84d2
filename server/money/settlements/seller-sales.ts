import { type Currency, type Minor, reversalOf, sumOf } from '#contract/money'
import type { FrozenLine } from '#money/commissions'
import { feesOfOrders, noteFeeReversal, reverseFee } from '#money/fees'
import { accounts, feeAccountOf, type Journal, type Posting, payableOf, postJournals } from '#money/ledger'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, mustBeDone } from '#platform/outcome'
import {
  type Entry,
  insertEntries,
  insertSellerLines,
  insertTier,
  lockSellerLines,
  type SellerLine,
  type SellerLineRow,
  setSellerReversed,
  settleSellerLines,
  tierOf,
} from './store.ts'

/** A seller's money is his so many days after the buyer confirmed, by how well he is known. */
export const sellerTiers = [3, 7, 15] as const
export const sellerDaysDefault = 15

/** A line of what somebody else than the operator sold. */
export interface SoldLine {
  no: number
  paidMinor: Minor
  /** What the platform bore of its discounts. */
  subsidyMinor: Minor
}

/** Sets after how many days a seller's money is his; what is confirmed already keeps its day. */
export async function setSellerTier(tx: Tx, tier: { id: string; sellerId: string; days: number }): Promise<void> {
  await insertTier(tx, { ...tier, setBy: tx.actor.kind === 'person' ? tx.actor.personId : null })
}

/**
 * What a confirmed order gives its seller: what was paid and what we bore of the discounts, less the commission, which is his to
 * bear, less each fee and its tax. May be below zero, where fees and commission are more than the price.
 */
export async function shareWithSeller(
  tx: Tx,
  order: {
    orderId: string
    orderNumber: string
    sellerId: string
    currency: Currency
    confirmedAt: Temporal.Instant
    lines: readonly SoldLine[]
    /** Something is asked back of it already, and nothing is decided. */
    isHeld: boolean
    commissions: readonly FrozenLine[]
  },
): Promise<Posting[]> {
  const { orderId, orderNumber, sellerId, currency } = order
  const fees = await feesOfOrders(tx.db, [orderId])
  const lines = order.lines.map(({ no, paidMinor, subsidyMinor }): SellerLine => {
    const own = fees.filter(({ lineNo }) => lineNo === no)
    const grossMinor = paidMinor + subsidyMinor
    const commissionMinor = sumOf(order.commissions.flatMap((each) => (each.lineNo === no ? [each.amountMinor] : [])))
    const [feesMinor, taxMinor] = [sumOf(own.map((fee) => fee.amountMinor)), sumOf(own.map((fee) => fee.taxMinor))]
    const amountMinor = grossMinor - commissionMinor - feesMinor - taxMinor
    return {
      ...{ orderId, lineNo: no, sellerId, orderNumber, currency },
      ...{ grossMinor, commissionMinor, feesMinor, taxMinor, amountMinor },
    }
  })
  const days = (await tierOf(tx.db, sellerId))?.days ?? sellerDaysDefault
  const { confirmedAt, isHeld } = order
  await insertSellerLines(tx, lines, { confirmedAt, isHeld, releaseAt: confirmedAt.add({ hours: 24 * days }) })
  return [
    ...lines.map((line) => ({ account: payableOf(sellerId, 'pending'), amountMinor: -line.amountMinor })),
    ...fees.map((fee) => ({ account: feeAccountOf(fee.kind), amountMinor: -fee.amountMinor })),
    ...fees.map((fee) => ({ account: accounts.feeTax, amountMinor: -fee.taxMinor })),
  ]
}

/**
 * The seller's side of a refund, line by line: what was sold for goes back, and the commission, each fee that is returned and its
 * tax come back to him, all by the same fraction; what we keep of a fee is a line of its own.
 */
export async function takeBackFromSeller(
  tx: Tx,
  refund: {
    refundId: string
    orderId: string
    lines: readonly (SoldLine & { refundedMinor: Minor })[]
    /** What the payees of each line have given back in total, this refund included. */
    commissionBackMinor: ReadonlyMap<number, Minor>
  },
): Promise<{ postings: Posting[]; entries: Entry[] }> {
  const sold = await lockSellerLines(tx, refund.orderId)
  const fees = await feesOfOrders(tx.db, [refund.orderId])
  const postings: Posting[] = []
  const entries: Entry[] = []
  for (const { no, paidMinor, subsidyMinor, refundedMinor } of refund.lines) {
    const line = sold.find(({ lineNo }) => lineNo === no)
    assert(line !== undefined, 'a confirmed line of a seller is there')
    const own = fees.filter(({ lineNo }) => lineNo === no)
    // What this line has given up in total after this refund; what it gave up before stands on it.
    const grossMinor = reversalOf({
      originalMinor: paidMinor + subsidyMinor,
      paidMinor,
      refundedMinor,
      alreadyMinor: 0,
    })
    const back = own.map((fee) => ({ fee, now: reverseFee(fee, { paidMinor, refundedMinor }) }))
    const feesBackMinor = sumOf(back.map(({ now }) => now.reversedMinor - now.keptMinor + now.taxReversedMinor))
    const reversedMinor = grossMinor - feesBackMinor - (refund.commissionBackMinor.get(no) ?? 0)
    const changeMinor = reversedMinor - line.reversedMinor
    postings.push(
      {
        account: payableOf(line.sellerId, line.state === 'settled' ? 'available' : 'pending'),
        amountMinor: changeMinor,
      },
      ...back.flatMap(({ fee, now }) => [
        { account: feeAccountOf(fee.kind), amountMinor: now.reversedMinor - fee.reversedMinor },
        { account: accounts.revenueKeptFees, amountMinor: fee.keptMinor - now.keptMinor },
        { account: accounts.feeTax, amountMinor: now.taxReversedMinor - fee.taxReversedMinor },
      ]),
    )
    for (const { fee, now } of back)
      assert((await noteFeeReversal(tx, fee, now)) === 1, 'a fee that goes back is there')
    assert((await setSellerReversed(tx, line, reversedMinor)) === 1, 'a line that gives back is there')
    if (line.state === 'settled' && changeMinor !== 0)
      entries.push({
        ...entryOf(line),
        kind: 'sale_reversal',
        cause: `sale_reversal:${refund.refundId}:${no}`,
        amountMinor: -changeMinor,
      })
  }
  return { postings, entries }
}

/** Moves on what sellers earned and whose days are over: pending to available. Answers how many lines were released. */
export async function releaseSellerLines(tx: Tx, limit: number): Promise<number> {
  const due = await settleSellerLines(tx, limit)
  const moved = due.filter((line) => line.amountMinor !== line.reversedMinor)
  if (due.length === 0) return 0
  const journals = moved.map((line): Journal => {
    const netMinor = line.amountMinor - line.reversedMinor
    return {
      id: newId(),
      kind: 'earnings.released',
      cause: `earnings.released:${line.orderId}:${line.lineNo}:seller:${line.sellerId}`,
      currency: line.currency,
      orderId: line.orderId,
      postings: [
        { account: payableOf(line.sellerId, 'pending'), amountMinor: netMinor },
        { account: payableOf(line.sellerId, 'available'), amountMinor: -netMinor },
      ],
    }
  })
  mustBeDone(await postJournals(tx, journals))
  await insertEntries(
    tx,
    moved.flatMap((line) => itemsOf(line)),
  )
  return due.length
}

/** What a line gives its seller, item by item, as it stands on his statement; what went back before is one of them. */
function itemsOf(line: SellerLineRow): Entry[] {
  const items = [
    ['sale', line.grossMinor],
    ['sale_commission', -line.commissionMinor],
    ['sale_fees', -line.feesMinor],
    ['sale_tax', -line.taxMinor],
    ['sale_reversal', -line.reversedMinor],
  ] as const
  return items.flatMap(([kind, amountMinor]) =>
    amountMinor === 0 ? [] : [{ ...entryOf(line), kind, cause: `${kind}:${keyOf(line)}`, amountMinor }],
  )
}

const keyOf = (line: { orderId: string; lineNo: number }) => `${line.orderId}:${line.lineNo}`

function entryOf(line: SellerLineRow) {
  const { sellerId: partyId, orderId, orderNumber, currency } = line
  return { partyId, orderId, orderNumber, currency }
}
