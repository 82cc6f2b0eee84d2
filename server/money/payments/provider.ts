import type { z } from 'zod'
import type { paymentProvider } from '#contract/finance'
import type { Currency, Minor } from '#contract/money'
import type { Split, SplitLimits } from './split.ts'

/**
 * A call to somebody else ends in one of three ways: yes, no, and nobody knows. Nobody knows when it throws, and while it says
 * "pending"; then it is asked again.
 */
export interface ProviderAnswer {
  outcome: 'succeeded' | 'failed' | 'pending'
  /** The provider's own name for it; null where it has none yet. */
  providerReference: string | null
}

/** `reference` is ours: the same reference again is the same payment, never a second one. */
export interface AskedPayment {
  reference: string
  providerReference: string | null
  amountMinor: Minor
  currency: Currency
}

export interface OpenedPayment extends ProviderAnswer {
  /** Where the payer says yes, with providers that ask him themselves. */
  redirectUrl: string | null
}

/** A no before the provider was asked anything. */
export const notOpened: OpenedPayment = { outcome: 'failed', providerReference: null, redirectUrl: null }

/** What a provider keeps of each payment: a share, half up, and a fixed sum. */
export interface FeeRule {
  basisPoints: number
  fixedMinor: Minor
}

/** The port to whoever moves money. Its methods are called between transactions, never within one. */
export interface PaymentProvider {
  name: z.output<typeof paymentProvider>
  fee: FeeRule
  /** Opens a payment, or meets the one of this reference. `returnPath` is where the payer comes back to. A split that is over a
   * limit is a no before the provider hears of anything. */
  open(payment: AskedPayment & { description: string; returnPath: string; split?: Split }): Promise<OpenedPayment>
  /** What it takes to be paid on to others by the provider itself; null where it does not do that. */
  splitLimits: SplitLimits | null
  /** What became of a payment; null when the provider never heard of it. */
  find(payment: AskedPayment): Promise<ProviderAnswer | null>
  /** Sends money of a payment back to where it came from; by our reference of the refund, once however often it is asked. */
  refund(refund: {
    reference: string
    amountMinor: Minor
    currency: Currency
    payment: AskedPayment
  }): Promise<ProviderAnswer>
  /** Sends money to somebody's bank; null where this provider does not. */
  payOut:
    | ((payment: {
        reference: string
        partyId: string
        amountMinor: Minor
        currency: Currency
      }) => Promise<ProviderAnswer>)
    | null
  /** Reads a message of the provider from its raw bytes; null when it is not the provider's, or nobody can say. */
  readCallback(raw: Buffer, headers: Record<string, string | string[] | undefined>): Promise<ProviderMessage[] | null>
  /** What the provider took, gave back and kept in a span of time, as a statement file; null where it offers none. */
  statementOf: ((span: { from: Temporal.Instant; until: Temporal.Instant }) => Promise<string | null>) | null
}

/** A message of the provider about a payment or a refund. It may come late, again, or after a later one. */
export interface ProviderMessage {
  provider: string
  messageId: string
  about: 'payment' | 'refund'
  reference: string
  outcome: ProviderAnswer['outcome']
  providerReference: string | null
  /** What it says was paid, where it says so: a message about another sum is not believed. */
  amountMinor?: Minor
}
