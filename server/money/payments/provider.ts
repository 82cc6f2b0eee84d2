import type { Currency, Minor } from '#contract/money'

/** A call to somebody else ends in one of three ways, and the third is that nobody knows: it throws. */
export interface ProviderAnswer {
  outcome: 'succeeded' | 'failed' | 'pending'
  providerReference: string
}

/** The port to whoever moves money. `reference` is ours: the same reference again is the same payment, never a second one. */
export interface PaymentProvider {
  name: string
  /** What the provider keeps of each payment. */
  feeBasisPoints: number
  charge(payment: { reference: string; amountMinor: Minor; currency: Currency }): Promise<ProviderAnswer>
  /** What became of a charge; null when the provider never heard of it. */
  findCharge(reference: string): Promise<ProviderAnswer | null>
  payOut(payment: {
    reference: string
    partyId: string
    amountMinor: Minor
    currency: Currency
  }): Promise<ProviderAnswer>
}

/** A message of the provider about a charge. It may come late, again, or after a later one. */
export interface ProviderMessage {
  provider: string
  messageId: string
  reference: string
  outcome: ProviderAnswer['outcome']
}
