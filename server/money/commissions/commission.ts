import { type Currency, type Minor, shareOf } from '#contract/money'
import { assert } from '#platform/outcome'
import type { Attribution } from './attribution.ts'
import { splitAlongChain } from './chain.ts'

export type CommissionState = 'estimated' | 'pending' | 'settled' | 'ineligible' | 'frozen'
export type PartyKind = 'creator' | 'agency'

/** One creator, and his agency that takes its share of his commission; he has the rest. */
export interface PayeeSide {
  creatorId: string
  agency: { agencyId: string; agencyName: string; basisPoints: number } | null
}

/** Who earns when this creator sells; where two hosts share, the guest's side has its part of the whole commission first. */
export interface PayeeChain extends PayeeSide {
  guest?: PayeeSide & { basisPoints: number }
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
  /** The part of the whole commission that a guest's side has; null on the other side, and where nothing is shared. */
  shareBasisPoints: number | null
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
  return partsOf(chain, commissionMinor).map((part, index) => ({
    ...shared,
    ...part,
    position: index + 1,
    commissionMinor,
    planKind: 'open',
  }))
}

type Party = Pick<CommissionLine, 'partyKind' | 'partyId' | 'partyName' | 'keepsBasisPoints'>
type Part = Party & Pick<CommissionLine, 'shareBasisPoints' | 'grossMinor' | 'amountMinor'>

/**
 * The guest's side first, its agency before him, then the other side; each keeps its part of what comes in and passes the rest on.
 * An agency that stands behind both has its part of the whole before they share, by its contract with the host: it has one line.
 */
function partsOf(chain: PayeeChain, commissionMinor: Minor): Part[] {
  const { guest } = chain
  if (guest === undefined) return partsAlong(partiesOf(chain), commissionMinor, 0, null)
  if (guest.agency !== null && guest.agency.agencyId === chain.agency?.agencyId) {
    const [agency, host] = partiesOf(chain)
    assert(agency !== undefined && host !== undefined, 'an agency and its creator are two')
    const own = { ...creatorOf(guest.creatorId), keepsBasisPoints: guest.basisPoints }
    return partsAlong([agency, own, host], commissionMinor, 0, null)
  }
  const guestMinor = shareOf(commissionMinor, guest.basisPoints)
  const restMinor = commissionMinor - guestMinor
  return [
    ...partsAlong(partiesOf(guest), guestMinor, restMinor, guest.basisPoints),
    ...partsAlong(partiesOf(chain), restMinor, 0, null),
  ]
}

/** `behindMinor` only passes through on its way to those who come after. */
function partsAlong(
  parties: readonly Party[],
  minor: Minor,
  behindMinor: Minor,
  shareBasisPoints: number | null,
): Part[] {
  const parts = splitAlongChain(
    minor,
    parties.flatMap((party) => party.keepsBasisPoints ?? []),
  )
  return parties.map((party, index) => ({
    ...party,
    shareBasisPoints,
    grossMinor: (parts[index]?.grossMinor ?? 0) + behindMinor,
    amountMinor: parts[index]?.netMinor ?? 0,
  }))
}

function partiesOf({ creatorId, agency }: PayeeSide): Party[] {
  if (agency === null) return [creatorOf(creatorId)]
  const { agencyId, agencyName, basisPoints } = agency
  const behind = {
    partyKind: 'agency' as const,
    partyId: agencyId,
    partyName: agencyName,
    keepsBasisPoints: basisPoints,
  }
  return [behind, creatorOf(creatorId)]
}

function creatorOf(creatorId: string): Party {
  return { partyKind: 'creator', partyId: creatorId, partyName: null, keepsBasisPoints: null }
}
