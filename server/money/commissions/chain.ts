import { type Minor, reversalOf, shareOf } from '#contract/money'
import { assert } from '#platform/outcome'

/** Agencies of agencies: more parties than this in one chain is a mistake or a scheme. */
export const chainPartiesMax = 5

export interface ChainPart {
  grossMinor: Minor
  /** What this party passes on to the next; the last passes nothing. */
  passedMinor: Minor
  netMinor: Minor
}

/**
 * Money comes to the first party, who keeps a share of what comes in and passes the rest on, and so forth; the last has
 * what is left. So each net is gross minus passed, and the nets sum to the first gross, whatever the rates.
 */
export function splitAlongChain(grossMinor: Minor, keepsBasisPoints: readonly number[]): ChainPart[] {
  assert(keepsBasisPoints.length + 1 <= chainPartiesMax, 'a chain has a bounded number of parties')
  const parts: ChainPart[] = []
  let comesIn = grossMinor
  for (const keeps of keepsBasisPoints) {
    const netMinor = shareOf(comesIn, keeps)
    parts.push({ grossMinor: comesIn, passedMinor: comesIn - netMinor, netMinor })
    comesIn -= netMinor
  }
  parts.push({ grossMinor: comesIn, passedMinor: 0, netMinor: comesIn })
  return parts
}

/**
 * What each party gives back in total once `refunded` of `paid` has been given back to the buyer. Each gross is reversed by
 * the same fraction, and a net is again gross minus passed: so the parts sum to the reversal of the whole commission, none is
 * below zero or above its net, and the last refund closes every net exactly. Who is first in the chain bears the rounding.
 */
export function reverseAlongChain(
  parts: readonly { grossMinor: Minor; passedMinor: Minor }[],
  refund: { paidMinor: Minor; refundedMinor: Minor },
): Minor[] {
  const reversed = (originalMinor: Minor) => reversalOf({ originalMinor, ...refund, alreadyMinor: 0 })
  return parts.map((part) => reversed(part.grossMinor) - reversed(part.passedMinor))
}
