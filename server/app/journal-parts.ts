/**
 * A journal as parts that come from lines of orders. The parts of a posting always add up to it: what no line explains stands as one
 * part of its own, so that nothing is hidden and nothing is invented. Pure; what a line gave or took back is computed by the functions
 * that posted it.
 */
import { decimalsOf, type Minor, reversalOf, splitByWeight, sumOf } from '#contract/money'
import { type FrozenLine, reverseAlongChain } from '#money/commissions'
import { type FeeRow, reverseFee } from '#money/fees'
import { accounts, feeAccountOf, type PostedJournal, type Posting, payableOf, walletOf } from '#money/ledger'
import type { OrderFacts } from '#trade/orders'

type Words = { en: string; zh: string }

export interface Part {
  what: Words
  orderId: string | null
  lineNo: number | null
  amountMinor: Minor
}

/** What is known of an order: its lines and refunds, who earned with it, what its seller paid us. */
export interface OrderBooks extends OrderFacts {
  commissions: readonly FrozenLine[]
  fees: readonly FeeRow[]
}

/** One entry of a payout, or another thing that a journal without an order is made of. */
export interface NamedPart {
  account: string
  what: Words
  orderId: string | null
  lineNo: number | null
  amountMinor: Minor
}

const whole: Words = { en: 'Of no line by itself', zh: '不归属单个订单行' }
const paid: Words = { en: 'What was paid for the line', zh: '该行实付' }

/** The parts of each posting of a journal, in the order of the postings. */
export function partsOf(
  journal: Pick<PostedJournal, 'kind' | 'cause'>,
  postings: readonly Posting[],
  of: { order: OrderBooks | null; named: readonly NamedPart[] },
): Part[][] {
  if (of.order === null && postings.some(({ orderId }) => orderId != null)) return partsOfBatch(postings)
  const known = of.named.length > 0 ? of.named : of.order === null ? [] : knownParts(journal, postings, of.order)
  return postings.map(({ account, amountMinor }) => {
    const own = known.filter((part) => part.account === account && part.amountMinor !== 0)
    const parts = own.map(({ account: _, ...part }): Part => part)
    const explained = parts.length > 0 || of.order === null ? parts : byWeight(of.order, journal.kind, amountMinor)
    const restMinor = amountMinor - sumOf(explained.map((part) => part.amountMinor))
    if (restMinor === 0) return explained
    return [...explained, { what: whole, orderId: of.order?.orderId ?? null, lineNo: null, amountMinor: restMinor }]
  })
}

/** What one commit of the desk sold: each order has its part, and the other side is all of them. */
function partsOfBatch(postings: readonly Posting[]): Part[][] {
  const what = { en: 'One order of many that were paid at once', zh: '同批付款的一笔订单' }
  const ofOrder = ({ orderId, amountMinor }: Posting): Part[] =>
    orderId == null ? [] : [{ what, orderId, lineNo: null, amountMinor }]
  return postings.map((posting) => {
    if (posting.orderId != null) return ofOrder(posting)
    const parts = postings.flatMap(ofOrder).map((part) => ({ ...part, amountMinor: 0 - part.amountMinor }))
    const restMinor = posting.amountMinor - sumOf(parts.map((part) => part.amountMinor))
    const more = { en: 'Orders of the batch that are not shown', zh: '同批未列出的订单' }
    return restMinor === 0 ? parts : [...parts, { what: more, orderId: null, lineNo: null, amountMinor: restMinor }]
  })
}

/** Money that moved for an order as a whole, by what was paid for each line: the buyer's side of a payment and of its return. */
function byWeight(order: OrderBooks, kind: PostedJournal['kind'], amountMinor: Minor): Part[] {
  if (!['orders.paid', 'order.paid', 'order.returned'].includes(kind)) return []
  const weights = order.lines.map(({ payMinor }) => payMinor)
  if (sumOf(weights) === 0) return []
  const parts = splitByWeight(Math.abs(amountMinor), weights)
  return order.lines.flatMap(({ no }, index) => {
    const part = parts[index] ?? 0
    const signed = amountMinor < 0 ? 0 - part : part
    return part === 0 ? [] : [{ what: paid, orderId: order.orderId, lineNo: no, amountMinor: signed }]
  })
}

function knownParts(
  { kind, cause }: Pick<PostedJournal, 'kind' | 'cause'>,
  postings: readonly Posting[],
  order: OrderBooks,
): NamedPart[] {
  if (kind === 'order.confirmed') return partsOfConfirmation(order)
  if (kind === 'order.refunded')
    return [...partsOfRefund(order, cause.slice('order.refunded:'.length)), ...reservesGivenBack(order, postings)]
  if (kind !== 'earnings.released' && kind !== 'earnings.reserve_returned') return []
  // One line of one party; all of the journal is its.
  const lineNo = Number(/^[a-z._]+:[^:]+:(\d{1,6}):/.exec(cause)?.[1] ?? Number.NaN)
  if (Number.isNaN(lineNo)) return []
  const what = kind === 'earnings.released' ? words.released : words.reserve
  return postings.map(({ account, amountMinor }) => ({ account, what, orderId: order.orderId, lineNo, amountMinor }))
}

/** What was kept back of the order for its refunds comes back with one: from the reserve to what is available. */
function reservesGivenBack(order: OrderBooks, postings: readonly Posting[]): NamedPart[] {
  return postings.flatMap(({ account, amountMinor }) => {
    const partyId = /^payable:([^:]+):reserve$/.exec(account)?.[1]
    const part = { what: words.reserve, orderId: order.orderId, lineNo: null }
    return partyId === undefined
      ? []
      : [
          { ...part, account, amountMinor },
          { ...part, account: payableOf(partyId, 'available'), amountMinor: 0 - amountMinor },
        ]
  })
}

const say = (order: OrderBooks, lineNo: number) => (account: string, what: Words, amountMinor: Minor) => ({
  ...{ account, what, orderId: order.orderId, lineNo, amountMinor },
})

const words = {
  subsidy: { en: 'What we bear of its discounts', zh: '平台承担的优惠' },
  price: { en: 'Price of the line', zh: '该行售价' },
  seller: { en: "The seller's part of the line", zh: '该行商家所得' },
  fee: { en: 'Fee of the line', zh: '该行服务费' },
  feeTax: { en: 'Tax on the fee', zh: '服务费税金' },
  kept: { en: 'Kept of the fee', zh: '退款时保留的服务费' },
  refund: { en: 'Given back for the line', zh: '该行退款' },
  released: { en: 'The days of the line are over', zh: '该行结算期满' },
  reserve: { en: 'Kept back for refunds, given back', zh: '退款准备金返还' },
} satisfies Record<string, Words>

function commissionWords({ basisPoints, baseMinor }: Pick<FrozenLine, 'basisPoints' | 'baseMinor'>): Words {
  const rate = `${basisPoints / 100} %`
  const base = decimalsOf(baseMinor)
  return { en: `Commission: ${rate} of ${base}`, zh: `佣金：${base} 的 ${rate}` }
}

/** The buyer has it: what was held goes to those whom each line pays. */
function partsOfConfirmation(order: OrderBooks): NamedPart[] {
  const { commissions, fees, sellerId } = order
  return order.lines.flatMap((line) => {
    const part = say(order, line.no)
    const own = commissions.filter(({ lineNo, confirmedAt }) => lineNo === line.no && confirmedAt !== null)
    const ownFees = fees.filter(({ lineNo }) => lineNo === line.no)
    const grossMinor = line.payMinor + line.subsidyMinor
    const commissionMinor = sumOf(own.map(({ amountMinor }) => amountMinor))
    const feesMinor = sumOf(ownFees.map(({ amountMinor, taxMinor }) => amountMinor + taxMinor))
    return [
      part(accounts.escrow, paid, line.payMinor),
      part(accounts.subsidy, words.subsidy, line.subsidyMinor),
      part(accounts.revenueGoods, words.price, -grossMinor),
      part(payableOf(sellerId, 'pending'), words.seller, commissionMinor + feesMinor - grossMinor),
      ...own.flatMap((each) => [
        part(accounts.expenseCommission, commissionWords(each), each.amountMinor),
        part(payableOf(each.partyId, 'pending'), commissionWords(each), -each.amountMinor),
      ]),
      ...ownFees.flatMap((fee) => [
        part(feeAccountOf(fee.kind), words.fee, -fee.amountMinor),
        part(accounts.feeTax, words.feeTax, -fee.taxMinor),
      ]),
    ]
  })
}

/** A refund takes of each line the fraction that went back; what stands here is what this one took beyond those before it. */
function partsOfRefund(order: OrderBooks, refundId: string): NamedPart[] {
  const refund = order.refunds.find((each) => each.refundId === refundId)
  return (refund?.lines ?? []).flatMap(({ no, beforeMinor, afterMinor }) => {
    const line = order.lines.find((each) => each.no === no)
    if (line === undefined || afterMinor === beforeMinor) return []
    const part = say(order, no)
    const at = (refundedMinor: Minor) => ({ paidMinor: line.payMinor, refundedMinor })
    const gross = (refundedMinor: Minor) =>
      refundedMinor === 0
        ? 0
        : reversalOf({ originalMinor: line.payMinor + line.subsidyMinor, ...at(refundedMinor), alreadyMinor: 0 })
    const grossMinor = gross(afterMinor) - gross(beforeMinor)
    const backMinor = afterMinor - beforeMinor
    const chain = order.commissions.filter(({ lineNo, confirmedAt, state }) => {
      return lineNo === no && confirmedAt !== null && state !== 'ineligible'
    })
    const links = chain.map((each) => ({
      grossMinor: each.grossMinor,
      passedMinor: each.grossMinor - each.amountMinor,
    }))
    const [then, now] = [beforeMinor, afterMinor].map((minor) => {
      return minor === 0 || links.length === 0 ? links.map(() => 0) : reverseAlongChain(links, at(minor))
    })
    const commissions = chain.map((each, index) => ({ each, minor: (now?.[index] ?? 0) - (then?.[index] ?? 0) }))
    const none = { reversedMinor: 0, keptMinor: 0, taxReversedMinor: 0 }
    const fees = order.fees
      .filter(({ lineNo }) => lineNo === no)
      .map((fee) => {
        const [before, after] = [beforeMinor, afterMinor].map((minor) =>
          minor === 0 ? none : reverseFee(fee, at(minor)),
        )
        const change = (key: keyof typeof none) => (after?.[key] ?? 0) - (before?.[key] ?? 0)
        return {
          account: feeAccountOf(fee.kind),
          backMinor: change('reversedMinor'),
          keptMinor: change('keptMinor'),
          taxMinor: change('taxReversedMinor'),
        }
      })
    const commissionMinor = sumOf(commissions.map(({ minor }) => minor))
    const feesMinor = sumOf(fees.map((fee) => fee.backMinor - fee.keptMinor + fee.taxMinor))
    return [
      part(accounts.revenueGoods, words.price, grossMinor),
      part(accounts.subsidy, words.subsidy, backMinor - grossMinor),
      part(accounts.expenseCommission, { en: 'Commission taken back', zh: '扣回佣金' }, -commissionMinor),
      ...(['pending', 'available', 'frozen'] as const).flatMap((standing) => [
        ...commissions.map(({ each, minor }) => part(payableOf(each.partyId, standing), commissionWords(each), minor)),
        part(payableOf(order.sellerId, standing), words.seller, grossMinor - feesMinor - commissionMinor),
      ]),
      ...fees.flatMap((fee) => [
        part(fee.account, words.fee, fee.backMinor),
        part(accounts.feeTax, words.feeTax, fee.taxMinor),
        part(accounts.revenueKeptFees, words.kept, -fee.keptMinor),
      ]),
      part(walletOf(order.buyerId), words.refund, -backMinor),
    ]
  })
}
