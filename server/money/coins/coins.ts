import { type Currency, type Minor, piecesIn, shareOf, timesUnits } from '#contract/money'
import { splitAlongChain } from '#money/commissions'

/** What one coin is worth, in minor units: ten fen. Bought, given and given back at the same value. */
export const coinValueMinor = 10
/** What is offered in one tap; any other whole number may be bought too. */
export const coinPacks = [60, 300, 980, 1_980, 6_480, 19_800] as const

export interface Terms {
  version: number
  creatorBasisPoints: number
  releaseDays: number
}

export interface Share {
  position: number
  partyId: string
  partyKind: 'creator' | 'agency'
  keepsBasisPoints: number | null
  amountMinor: Minor
}

export interface Split {
  valueMinor: Minor
  platformMinor: Minor
  shares: Share[]
}

export function worthOf(coins: number): Minor {
  return timesUnits(coinValueMinor, coins)
}

export function coinsFor(minor: Minor): number {
  return piecesIn(minor, coinValueMinor)
}

/**
 * Whose a gift is: the creator's side has its rate of the whole, half up; of that the agency keeps the share that its contract
 * says, and the creator has the rest; the platform has what is left. So the parts always sum to what the coins were worth.
 */
export function splitGift(
  coins: number,
  of: { creatorId: string; agency: { agencyId: string; basisPoints: number } | null; terms: Terms },
): Split {
  const valueMinor = worthOf(coins)
  const sideMinor = shareOf(valueMinor, of.terms.creatorBasisPoints)
  const agency = of.agency === null ? [] : [of.agency]
  const parts = splitAlongChain(
    sideMinor,
    agency.map(({ basisPoints }) => basisPoints),
  )
  const parties = [
    ...agency.map(({ agencyId, basisPoints }) => {
      return { partyId: agencyId, partyKind: 'agency' as const, keepsBasisPoints: basisPoints }
    }),
    { partyId: of.creatorId, partyKind: 'creator' as const, keepsBasisPoints: null },
  ]
  const shares = parties.map((party, index): Share => {
    return { ...party, position: index + 1, amountMinor: parts[index]?.netMinor ?? 0 }
  })
  return {
    valueMinor,
    platformMinor: valueMinor - sideMinor,
    shares: shares.filter((share) => share.amountMinor > 0),
  }
}

export interface Spend {
  id: string
  personId: string
  creatorId: string
  coins: number
  currency: Currency
}
