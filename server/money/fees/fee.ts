import { type Currency, type Minor, reversalOf, shareOf, timesUnits } from '#contract/money'

/** Referral: for the buyer that we brought. Provider: what the payment provider takes of it. */
export const feeKinds = ['referral', 'provider', 'service', 'fulfilment'] as const
export type FeeKind = (typeof feeKinds)[number]

export interface FeeRule {
  id: string
  kind: FeeKind
  /** Null: whatever has no rule of its own, here or above it in the tree of categories. */
  categoryCode: string | null
  currency: Currency
  /** Of what the buyer paid, or of that and the platform's part of the discounts. */
  base: 'paid' | 'sale'
  basisPoints: number
  /** Per unit. */
  fixedMinor: Minor
  minMinor: Minor | null
  maxMinor: Minor | null
  /** Whether it goes back with a refund, and what of that we keep for our work. */
  isReturned: boolean
  keptBasisPoints: number
  keptMaxMinor: Minor | null
}

/** The rules in force at one moment, with the tax on each kind. */
export interface FeeSchedule {
  rules: readonly FeeRule[]
  taxBasisPoints: ReadonlyMap<FeeKind, number>
}

/** One fee of one order line; written once. What went back of it is counted beside. */
export interface FeeLine {
  orderId: string
  lineNo: number
  kind: FeeKind
  ruleId: string
  sellerId: string
  baseMinor: Minor
  units: number
  amountMinor: Minor
  taxBasisPoints: number
  taxMinor: Minor
  currency: Currency
}

/** The rule that holds for a line: that of its deepest category which has one, or else the general one. */
export function ruleFor(
  schedule: Pick<FeeSchedule, 'rules'>,
  of: { kind: FeeKind; categoryPath: readonly string[]; currency: Currency },
): FeeRule | null {
  const ofKind = schedule.rules.filter((rule) => rule.kind === of.kind && rule.currency === of.currency)
  for (const code of [...of.categoryPath, null]) {
    const rule = ofKind.find(({ categoryCode }) => categoryCode === code)
    if (rule !== undefined) return rule
  }
  return null
}

/** Percent of its base and an amount per unit, held between the least and the most. */
export function feeAmount(
  rule: Pick<FeeRule, 'basisPoints' | 'fixedMinor' | 'minMinor' | 'maxMinor'>,
  of: { baseMinor: Minor; units: number },
): Minor {
  const wanted = shareOf(of.baseMinor, rule.basisPoints) + timesUnits(rule.fixedMinor, of.units)
  return Math.min(Math.max(wanted, rule.minMinor ?? 0), rule.maxMinor ?? Number.MAX_SAFE_INTEGER)
}

/** Every fee of one order line, each by itself, in the order of the kinds; pure. */
export function feeLinesOf(
  schedule: FeeSchedule,
  of: {
    orderId: string
    lineNo: number
    sellerId: string
    /** The deepest first. */
    categoryPath: readonly string[]
    currency: Currency
    paidMinor: Minor
    platformMinor: Minor
    units: number
  },
): FeeLine[] {
  const { orderId, lineNo, sellerId, currency, units } = of
  return feeKinds.flatMap((kind) => {
    const rule = ruleFor(schedule, { kind, categoryPath: of.categoryPath, currency })
    if (rule === null) return []
    const baseMinor = rule.base === 'paid' ? of.paidMinor : of.paidMinor + of.platformMinor
    const amountMinor = feeAmount(rule, { baseMinor, units })
    if (amountMinor === 0) return []
    const taxBasisPoints = schedule.taxBasisPoints.get(kind) ?? 0
    const taxMinor = shareOf(amountMinor, taxBasisPoints)
    return [
      {
        orderId,
        lineNo,
        kind,
        ruleId: rule.id,
        sellerId,
        baseMinor,
        units,
        amountMinor,
        taxBasisPoints,
        taxMinor,
        currency,
      },
    ]
  })
}

export interface FeeReversal {
  reversedMinor: Minor
  keptMinor: Minor
  taxReversedMinor: Minor
}

/** What of a fee has gone back in total once `refunded` of `paid` has, and what of that we keep. */
export function reverseFee(
  fee: Pick<FeeLine, 'amountMinor' | 'taxMinor'> & Pick<FeeRule, 'isReturned' | 'keptBasisPoints' | 'keptMaxMinor'>,
  refund: { paidMinor: Minor; refundedMinor: Minor },
): FeeReversal {
  if (!fee.isReturned) return { reversedMinor: 0, keptMinor: 0, taxReversedMinor: 0 }
  const reversedMinor = reversalOf({ originalMinor: fee.amountMinor, ...refund, alreadyMinor: 0 })
  return {
    reversedMinor,
    keptMinor: Math.min(shareOf(reversedMinor, fee.keptBasisPoints), fee.keptMaxMinor ?? Number.MAX_SAFE_INTEGER),
    taxReversedMinor: reversalOf({ originalMinor: fee.taxMinor, ...refund, alreadyMinor: 0 }),
  }
}
