/**
 * Money is whole numbers: integer minor units beside a currency. Arithmetic that could round lives in this file alone.
 *
 * Sources: rounding and reversal rules are the platform's own (`docs/glossary.md`); shares follow the largest remainder
 * method (Hamilton).
 */
export const currencies = ['CNY', 'USD', 'EUR', 'HKD', 'SGD', 'GBP'] as const
export type Currency = (typeof currencies)[number]

declare const minorBrand: unique symbol
/** An amount in minor units (fen, cents): a safe integer. */
export type Minor = number & { readonly [minorBrand]?: 'minor' }

/** Rates are whole basis points: 1,000 is 10 %. */
export const basisPointsPerWhole = 10_000

/** `amount × rate`, half up away from zero, to the minor unit. Rate in basis points, 0 to 10,000. */
export function shareOf(amountMinor: Minor, rateBasisPoints: number): Minor {
  check(
    Number.isInteger(rateBasisPoints) && rateBasisPoints >= 0 && rateBasisPoints <= basisPointsPerWhole,
    'a rate is 0 to 100 %',
  )
  return divideHalfUp(BigInt(amountMinor) * BigInt(rateBasisPoints), BigInt(basisPointsPerWhole))
}

/**
 * Splits an amount by weights with largest remainder: the parts always add up; a part of weight 0 gets nothing.
 * Equal remainders go to the first parts. Amount and weights are not negative; some weight is above 0.
 */
export function splitByWeight(amountMinor: Minor, weights: readonly number[]): Minor[] {
  check(Number.isSafeInteger(amountMinor) && amountMinor >= 0, 'what is split is not negative')
  check(
    weights.every((weight) => Number.isSafeInteger(weight) && weight >= 0),
    'weights are whole and not negative',
  )
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
  check(total > 0n, 'there is somebody to pay')
  if (weights.length === 1) return [amountMinor]
  const amount = BigInt(amountMinor)
  const parts = weights.map((weight) => (amount * BigInt(weight)) / total)
  const remainders = weights.map((weight, index) => ({ index, left: (amount * BigInt(weight)) % total }))
  let left = amount - parts.reduce((sum, part) => sum + part, 0n)
  remainders.sort((a, b) => (a.left === b.left ? a.index - b.index : a.left > b.left ? -1 : 1))
  for (const { index } of remainders) {
    if (left === 0n) break
    parts[index] = (parts[index] ?? 0n) + 1n
    left -= 1n
  }
  return parts.map(Number)
}

/**
 * What to reverse of `original` once `refunded` of `paid` has been given back in total: `round(original × refunded / paid)
 * − already`. The last refund therefore closes the original exactly, whatever came before.
 */
export function reversalOf(of: {
  originalMinor: Minor
  paidMinor: Minor
  refundedMinor: Minor
  alreadyMinor: Minor
}): Minor {
  check(
    of.paidMinor > 0 && of.refundedMinor >= 0 && of.refundedMinor <= of.paidMinor,
    'no more is refunded than was paid',
  )
  return divideHalfUp(BigInt(of.originalMinor) * BigInt(of.refundedMinor), BigInt(of.paidMinor)) - of.alreadyMinor
}

/** Price times units, refused by assertion beyond what a safe integer holds. */
export function timesUnits(priceMinor: Minor, units: number): Minor {
  const total = priceMinor * units
  check(Number.isSafeInteger(total), 'an amount is a safe integer')
  return total
}

/** How many whole pieces of `eachMinor` an amount is: coins that stand behind what they are worth. What does not fit is a fault. */
export function piecesIn(amountMinor: Minor, eachMinor: Minor): number {
  check(eachMinor > 0 && amountMinor % eachMinor === 0, 'an amount is whole pieces')
  return amountMinor / eachMinor
}

/** How much of a whole a part is, 0 to 1 for parts of it: for drawing bars, never for paying. Of nothing it is 0. */
export function ratioOf(partMinor: Minor, wholeMinor: Minor): number {
  return wholeMinor === 0 ? 0 : partMinor / wholeMinor
}

/** The next multiple of `stepMinor` that is not below the amount: round sums to top up by. */
export function roundUpTo(amountMinor: Minor, stepMinor: Minor): Minor {
  check(stepMinor > 0, 'a step is above zero')
  return Math.ceil(amountMinor / stepMinor) * stepMinor
}

export function sumOf(amounts: readonly Minor[]): Minor {
  let sum = 0
  for (const amount of amounts) sum += amount
  check(Number.isSafeInteger(sum), 'an amount is a safe integer')
  return sum
}

/** As others write money: whole units, a point, two decimals. */
export function decimalsOf(amountMinor: Minor): string {
  check(Number.isSafeInteger(amountMinor) && amountMinor >= 0, 'what is written in decimals is whole and not negative')
  const digits = String(amountMinor).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Reads what others write; null for what is no amount with at most two decimals. */
export function minorOfDecimals(text: string): Minor | null {
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text)
  return match === null ? null : Number(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`)
}

function divideHalfUp(dividend: bigint, divisor: bigint): Minor {
  const negative = dividend < 0n
  const magnitude = negative ? -dividend : dividend
  const quotient = (magnitude * 2n + divisor) / (divisor * 2n)
  const result = Number(negative ? -quotient : quotient)
  check(Number.isSafeInteger(result), 'an amount is a safe integer')
  return result
}

function check(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new RangeError(`Broken money rule: ${sentence}`)
}
