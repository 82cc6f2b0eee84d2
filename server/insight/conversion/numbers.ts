/** The trade's rates, each by one definition. Counts in, numbers out; a rate of nothing is null. */

export interface Counts {
  paidMinor: number
  orders: number
  impressions: number
  clicks: number
}

/** GMV per 1,000 impressions, in minor units, half up. */
export function gpmOf({ paidMinor, impressions }: Pick<Counts, 'paidMinor' | 'impressions'>): number | null {
  if (impressions === 0) return null
  // In whole numbers: a day's GMV times a thousand is beyond what a float holds exactly.
  const [paid, seen] = [BigInt(paidMinor), BigInt(impressions)]
  return Number((2_000n * paid + seen) / (2n * seen))
}

/** Click-through: clicks of impressions, in basis points. A click without a counted impression does not make it more than all. */
export function ctrOf({ clicks, impressions }: Pick<Counts, 'clicks' | 'impressions'>): number | null {
  return shareOf(clicks, impressions)
}

/** Click-to-order: paid orders of clicks, in basis points. */
export function ctorOf({ orders, clicks }: Pick<Counts, 'orders' | 'clicks'>): number | null {
  return shareOf(Math.max(0, orders), clicks)
}

function shareOf(part: number, whole: number): number | null {
  if (whole === 0) return null
  return Math.min(10_000, Math.round((part * 10_000) / whole))
}

/** Average and peak of concurrent users, from looks. */
export function audienceOf(minutes: readonly { sum: number; looks: number; peak: number }[]): {
  acu: number
  pcu: number
} {
  const sum = minutes.reduce((total, minute) => total + minute.sum, 0)
  const looks = minutes.reduce((total, minute) => total + minute.looks, 0)
  return {
    acu: looks === 0 ? 0 : Math.round(sum / looks),
    pcu: minutes.reduce((most, minute) => Math.max(most, minute.peak), 0),
  }
}
