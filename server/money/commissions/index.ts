/**
 * Commissions: who earns what when something is sold, decided when it is sold.
 *
 * Always true: only an attribution that we signed earns anything, for seven days, and a forged one is as good as none; the
 * line is frozen with the base, the rate, the plan and the attribution that applied, and editing a rate changes no line; an
 * order line has exactly one chain of payees, whose parts sum to the commission; a creator earns nothing on what he buys
 * himself (the attribution is read as none for him); no more is reversed than was earned.
 * Not here: the money (`money/settlements` posts it when an order is confirmed), rates (`goods/listings`), contracts between
 * agencies and creators (`people/agencies`), who sits beside a host (`live/cohosts`: it says here what they agreed on).
 *
 * Two hosts: the pact that is in force when an order is placed says who earns, and is frozen for as long as it lasts.
 *
 * The base is what the buyer paid for the line, after all discounts whoever funds them, without freight and tax.
 */
export { type Attribution, attributionDays, issueAttribution, readAttribution } from './attribution.ts'
export { chainPartiesMax, type ChainPart, reverseAlongChain, splitAlongChain } from './chain.ts'
export {
  type CommissionLine,
  commissionLinesOf,
  type CommissionState,
  type PartyKind,
  type PayeeChain,
  type PayeeSide,
} from './commission.ts'
export { loadPayeeChains } from './payee-chains.ts'
export { beginPact, chainUnder, endPact, noteBrought, type Pact, type PactRule, pactsInForce } from './pact.ts'
export { freezeCommissions } from './freeze-commissions.ts'
export {
  commissionsOfOrders,
  confirmCommissions,
  forfeitLines,
  freezePending,
  type FrozenLine,
  holdCommissions,
  noteReversal,
  releaseAfterDays,
  settledOfSession,
  settleDueLines,
  tellParties,
  thawLines,
  voidCommissions,
} from './follow-orders.ts'
export { estimatedOf, linesPage, lockLinesOf } from './read-lines.ts'
