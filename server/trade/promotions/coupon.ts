import { type Minor, shareOf, splitByWeight } from '#contract/money'
import { type AppliedDiscount, type Budget, type Funders, payMinorMin, platformShareOf } from './promotion.ts'

/** A coupon in somebody's hands. */
export interface Coupon {
  /** Of the claim: what an order names and uses up. */
  id: string
  couponId: string
  ownerId: string
  name: { en: string; zh: string }
  currency: string
  thresholdMinor: Minor
  off: { kind: 'amount'; minor: Minor } | { kind: 'share'; basisPoints: number; capMinor: Minor }
  /** Null: all that is in the cart. */
  productIds: readonly string[] | null
  funders: Funders
  budgetId: string | null
  validUntil: Temporal.Instant
  /** The wish that used it. */
  groupId: string | null
}

/**
 * What a coupon takes off a cart whose lines cost what is left of them after all other discounts; null where it cannot be used:
 * not (or not enough) of its goods, another currency, or a budget that cannot bear it whole. The amount is shared over its lines
 * by what is left of them, with largest remainder, and never takes the last minor unit of the cart.
 */
export function applyCoupon(of: {
  coupon: Coupon
  budgets: ReadonlyMap<string, Budget>
  lines: readonly { productId: string; leftMinor: Minor }[]
  currency: string
}): AppliedDiscount | null {
  const { coupon, lines } = of
  if (coupon.currency !== of.currency) return null
  const weights = lines.map(({ productId, leftMinor }) =>
    coupon.productIds === null || coupon.productIds.includes(productId) ? leftMinor : 0,
  )
  const baseMinor = weights.reduce((sum, weight) => sum + weight, 0)
  if (baseMinor === 0 || baseMinor < coupon.thresholdMinor) return null
  const totalMinor = lines.reduce((sum, { leftMinor }) => sum + leftMinor, 0)
  const wantedMinor =
    coupon.off.kind === 'amount'
      ? coupon.off.minor
      : Math.min(shareOf(baseMinor, coupon.off.basisPoints), coupon.off.capMinor)
  const amountMinor = Math.min(wantedMinor, baseMinor, totalMinor - payMinorMin)
  if (amountMinor <= 0) return null
  const platformMinor = platformShareOf(amountMinor, coupon.funders)
  if (coupon.budgetId !== null && (of.budgets.get(coupon.budgetId)?.leftMinor ?? 0) < platformMinor) return null
  const perLineMinor = splitByWeight(amountMinor, weights)
  return {
    promotionId: coupon.couponId,
    claimId: coupon.id,
    name: coupon.name,
    funders: coupon.funders,
    budgetId: coupon.budgetId,
    amountMinor,
    platformMinor,
    perLineMinor,
    platformPerLineMinor: splitByWeight(platformMinor, perLineMinor),
  }
}

/** Of these coupons those that can be used on the cart, the one that saves most first; of equal ones that which ends first. */
export function usableCoupons(
  coupons: readonly Coupon[],
  cart: Omit<Parameters<typeof applyCoupon>[0], 'coupon'>,
): { coupon: Coupon; applied: AppliedDiscount }[] {
  return coupons
    .flatMap((coupon) => {
      const applied = applyCoupon({ ...cart, coupon })
      return applied === null ? [] : [{ coupon, applied }]
    })
    .toSorted(
      (a, b) =>
        b.applied.amountMinor - a.applied.amountMinor ||
        Temporal.Instant.compare(a.coupon.validUntil, b.coupon.validUntil),
    )
}
