import { type Currency, type Minor, shareOf } from '#contract/money'
import type { Attribution } from './attribution.ts'
import { splitAlongChain } from './chain.ts'

export type CommissionState = 'estimated' | 'pending' | 'settled' | 'ineligible' | 'frozen'
export type PartyKind = 'creator' | 'agency'

/** Who earns when this creator sells: his agency takes its share of the commission, he has the rest. */
export interface PayeeChain {
  creatorId: string
  agency: { agencyId: string; agencyName: string; basisPoints: number } | null
}

/** What one party earns of one order line; written once, never changed. */
export interface CommissionLine {
  orderId: string
  orderNumber: string
  lineNo: number
  title: { en: string; zh: string }
  currency: Currency
  partyKind: PartyKind
  partyId: string
  /** Null where the person's own name is the party's name. */
  partyName: string | null
  position: number
  /** What the buyer paid for the line: after all discounts, without freight and tax. */
  baseMinor: Minor
  /** The rate of the whole commission, of which the parties have their parts. */
  basisPoints: number
  commissionMinor: Minor
  grossMinor: Minor
  keepsBasisPoints: number | null
  amountMinor: Minor
  planKind: 'open'
  attribution: Attribution
}

/** The lines of one order line, pure. None when there is nothing to share. */
export function commissionLinesOf(of: {
  orderId: string
  orderNumber: string
  lineNo: number
  title: { en: string; zh: string }
  currency: Currency
  baseMinor: Minor
  basisPoints: number
  chain: PayeeChain
  attribution: Attribution
}): CommissionLine[] {
  const { chain, ...shared } = of
  const commissionMinor = shareOf(of.baseMinor, of.basisPoints)
  if (commissionMinor === 0) return []
  const creator = { partyKind: 'creator' as const, partyId: chain.creatorId, partyName: null, keepsBasisPoints: null }
  const parties = chain.agency
    ? [
        {
          partyKind: 'agency' as const,
          partyId: chain.agency.agencyId,
          partyName: chain.agency.agencyName,
          keepsBasisPoints: chain.agency.basisPoints,
        },
        creator,
      ]
    : [creator]
  const parts = splitAlongChain(
    commissionMinor,
    parties.flatMap((party) => party.keepsBasisPoints ?? []),
  )
  return parties.map((party, index) => ({
    ...shared,
    ...party,
    position: index + 1,
    commissionMinor,
    grossMinor: parts[index]?.grossMinor ?? 0,
    amountMinor: parts[index]?.netMinor ?? 0,
    planKind: 'open',
  }))
}
