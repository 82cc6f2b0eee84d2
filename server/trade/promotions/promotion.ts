import { type Minor, splitByWeight } from '#contract/money'

export interface Funders {
  platform: number
  seller: number
  creator: number
  brand: number
}

export interface Promotion {
  id: string
  name: { en: string; zh: string }
  roomOnly: boolean
  thresholdMinor: Minor
  offMinor: Minor
  currency: string
  /** Basis points that sum to 10,000. */
  funders: Funders
  budgetId: string | null
}

export interface Budget {
  id: string
  leftMinor: Minor
}

export interface AppliedDiscount {
  promotionId: string
  /** The coupon that it uses up, if it is one. */
  claimId: string | null
  name: { en: string; zh: string }
  funders: Funders
  budgetId: string | null
  amountMinor: Minor
  /** What the platform bears of it; drawn from the budget. */
  platformMinor: Minor
  /** In the order of the order's lines; sums to the amount. */
  perLineMinor: Minor[]
  /** What the platform bears of it by line; sums to its whole part. */
  platformPerLineMinor: Minor[]
}

/** A discount never takes the last minor unit: an order that costs nothing would be a gift, which is another flow. */
export const payMinorMin = 1

/**
 * The one discount that saves the buyer most, or null. Equal savings: the promotion that was made first. A promotion whose
 * budget cannot bear it whole does not apply: a discount is never half of what was promised.
 * The amount is shared over the lines by their price with largest remainder.
 */
export function bestDiscount(of: {
  promotions: readonly Promotion[]
  budgets: ReadonlyMap<string, Budget>
  linePricesMinor: readonly Minor[]
  currency: string
  inRoom: boolean
}): AppliedDiscount | null {
  const totalMinor = of.linePricesMinor.reduce((sum, price) => sum + price, 0)
  let best: { promotion: Promotion; amountMinor: Minor; platformMinor: Minor } | null = null
  for (const promotion of of.promotions) {
    if (promotion.currency !== of.currency || totalMinor < promotion.thresholdMinor) continue
    if (promotion.roomOnly && !of.inRoom) continue
    const amountMinor = Math.min(promotion.offMinor, totalMinor - payMinorMin)
    if (amountMinor <= 0 || (best !== null && amountMinor <= best.amountMinor)) continue
    const platformMinor = platformShareOf(amountMinor, promotion.funders)
    if (promotion.budgetId !== null && (of.budgets.get(promotion.budgetId)?.leftMinor ?? 0) < platformMinor) continue
    best = { promotion, amountMinor, platformMinor }
  }
  if (best === null) return null
  const perLineMinor = splitByWeight(best.amountMinor, of.linePricesMinor)
  return {
    promotionId: best.promotion.id,
    claimId: null,
    name: best.promotion.name,
    funders: best.promotion.funders,
    budgetId: best.promotion.budgetId,
    amountMinor: best.amountMinor,
    platformMinor: best.platformMinor,
    perLineMinor,
    platformPerLineMinor: splitByWeight(best.platformMinor, perLineMinor),
  }
}

/** The platform's part of a discount; parts follow the largest remainder, so the funders together bear exactly all. */
export function platformShareOf(amountMinor: Minor, funders: Funders): Minor {
  return splitByWeight(amountMinor, [funders.platform, funders.seller, funders.creator, funders.brand])[0] ?? 0
}
