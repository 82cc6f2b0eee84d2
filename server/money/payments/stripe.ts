/**
 * Stripe: the payer says yes on Stripe's own page (a Checkout Session), so that no card ever passes through here.
 *
 * What we open, refund and ask for carries our reference, as idempotency key and as metadata, so that a call whose answer was lost can be
 * made again. A session is payable for a day, whatever our order waits for: money that comes later is dealt with like any late money.
 * Needs `HAWKER_PUBLIC_URL`, since Stripe sends the payer back there.
 */
import type Stripe from 'stripe'
import type { Config } from '#platform/config'
import { isId } from '#platform/ids'
import { assert } from '#platform/outcome'
import {
  type AskedPayment,
  type FeeRule,
  notOpened,
  type PaymentProvider,
  type ProviderAnswer,
  type ProviderMessage,
} from './provider.ts'
import { type StatementLine, writeStatement } from './statement.ts'

export const stripeName = 'stripe'
/** A message older than this is somebody's copy. */
export const stripeToleranceSeconds = 300
const timeoutMs = 20_000
const retriesMax = 2

export interface StripeOptions {
  secretKey: string
  webhookSecret: string
  publicUrl: string
  fee: FeeRule
  /** Another host that speaks Stripe's API: for tests. */
  api?: { protocol: 'http' | 'https'; host: string; port: number }
}

export function stripeOptionsOf(config: Config): StripeOptions | null {
  const { stripeSecretKey: secretKey, stripeWebhookSecret: webhookSecret, publicUrl } = config
  if (secretKey === undefined) return null
  assert(webhookSecret !== undefined && publicUrl !== undefined, 'settings that need each other are set together')
  const fee = { basisPoints: config.stripeFeeBasisPoints, fixedMinor: config.stripeFeeFixedMinor }
  return { secretKey, webhookSecret, publicUrl, fee }
}

export function stripeProvider(options: StripeOptions): PaymentProvider {
  let made: Promise<Stripe> | undefined
  // The package is loaded when it is first needed: who does not use Stripe never pays for it.
  const stripe = () => {
    made ??= import('stripe').then(
      ({ default: Stripe }) =>
        new Stripe(options.secretKey, {
          timeout: timeoutMs,
          maxNetworkRetries: retriesMax,
          telemetry: false,
          ...options.api,
        }),
    )
    return made
  }
  const address = (path: string) => new URL(path, options.publicUrl).href

  return {
    name: stripeName,
    fee: options.fee,
    splitLimits: null,
    async open({ reference, amountMinor, currency, description, returnPath, split }) {
      if (split) return notOpened
      const sdk = await stripe()
      const metadata = { reference }
      try {
        const session = await sdk.checkout.sessions.create(
          {
            mode: 'payment',
            client_reference_id: reference,
            metadata,
            payment_intent_data: { metadata, description },
            line_items: [
              {
                quantity: 1,
                price_data: {
                  currency: currency.toLowerCase(),
                  unit_amount: amountMinor,
                  product_data: { name: description },
                },
              },
            ],
            success_url: address(returnPath),
            cancel_url: address(returnPath),
          },
          { idempotencyKey: reference },
        )
        return { ...answerOfSession(session), redirectUrl: session.url }
      } catch (error) {
        if (isRefusal(error)) return notOpened
        throw error
      }
    },
    async find(payment) {
      const sdk = await stripe()
      const known = payment.providerReference
      if (known?.startsWith('cs_')) return answerOfSession(await sdk.checkout.sessions.retrieve(known))
      const intent = known?.startsWith('pi_') ? await sdk.paymentIntents.retrieve(known) : await intentOf(sdk, payment)
      return intent === null ? null : answerOfIntent(intent)
    },
    async refund({ reference, amountMinor, payment }) {
      const sdk = await stripe()
      const intent = payment.providerReference?.startsWith('pi_')
        ? payment.providerReference
        : ((await intentOf(sdk, payment))?.id ?? null)
      if (intent === null) return { outcome: 'pending', providerReference: null }
      try {
        const asked = { payment_intent: intent, amount: amountMinor, metadata: { reference } }
        return answerOfRefund(await sdk.refunds.create(asked, { idempotencyKey: reference }))
      } catch (error) {
        if (isRefusal(error)) return { outcome: 'failed', providerReference: null }
        throw error
      }
    },
    // Paying people out would need each of them to have an account with Stripe: here it goes by file.
    payOut: null,
    async readCallback(raw, headers) {
      const signature = headers['stripe-signature']
      if (typeof signature !== 'string') return null
      const sdk = await stripe()
      try {
        return messagesOf(sdk.webhooks.constructEvent(raw, signature, options.webhookSecret, stripeToleranceSeconds))
      } catch {
        return null
      }
    },
    async statementOf({ from, until }) {
      const sdk = await stripe()
      const created = { gte: secondsOf(from), lt: secondsOf(until) }
      const lines: StatementLine[] = []
      for await (const each of sdk.balanceTransactions.list({ created, limit: 100, expand: ['data.source'] })) {
        const line = lineOf(each)
        if (line !== null) lines.push(line)
      }
      return writeStatement(lines)
    },
  }
}

/** The intent that carries our reference, where we never learned its name. */
async function intentOf(sdk: Stripe, { reference }: AskedPayment): Promise<Stripe.PaymentIntent | null> {
  assert(isId(reference), 'our references are ids')
  const found = await sdk.paymentIntents.search({ query: `metadata['reference']:'${reference}'`, limit: 1 })
  return found.data[0] ?? null
}

function answerOfSession(session: Stripe.Checkout.Session): ProviderAnswer {
  const intent = typeof session.payment_intent === 'string' ? session.payment_intent : session.payment_intent?.id
  const providerReference = intent ?? session.id
  if (session.payment_status === 'paid') return { outcome: 'succeeded', providerReference }
  if (session.status === 'expired') return { outcome: 'failed', providerReference }
  return { outcome: 'pending', providerReference: session.id }
}

function answerOfIntent(intent: Stripe.PaymentIntent): ProviderAnswer {
  const outcome = intent.status === 'succeeded' ? 'succeeded' : intent.status === 'canceled' ? 'failed' : 'pending'
  return { outcome, providerReference: intent.id }
}

function answerOfRefund(refund: Stripe.Refund): ProviderAnswer {
  const isOver = refund.status === 'failed' || refund.status === 'canceled'
  return {
    outcome: refund.status === 'succeeded' ? 'succeeded' : isOver ? 'failed' : 'pending',
    providerReference: refund.id,
  }
}

/** Stripe has understood what we want and will not do it; everything else may yet have happened. */
function isRefusal(error: unknown): boolean {
  const type = (error as { type?: unknown } | null)?.type
  return type === 'StripeInvalidRequestError' || type === 'StripeCardError'
}

/** What an event says of our payments and refunds; events of other kinds say nothing. */
function messagesOf(event: Stripe.Event): ProviderMessage[] {
  const base = { provider: stripeName, messageId: event.id }
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired': {
      const session = event.data.object
      const reference = session.client_reference_id
      if (reference === null) return []
      const answer = answerOfSession(session)
      const outcome = event.type === 'checkout.session.async_payment_failed' ? 'failed' : answer.outcome
      const { providerReference } = answer
      const sum = session.amount_total === null ? {} : { amountMinor: session.amount_total }
      return [{ ...base, about: 'payment', reference, outcome, providerReference, ...sum }]
    }
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed': {
      const reference = event.data.object.metadata?.['reference']
      return reference === undefined
        ? []
        : [{ ...base, about: 'refund', reference, ...answerOfRefund(event.data.object) }]
    }
    default:
      return []
  }
}

/** A movement of our balance as a line; what is neither a payment nor a refund (payouts to our bank, fees of their own) is none. */
function lineOf(moved: Stripe.BalanceTransaction): StatementLine | null {
  const source = typeof moved.source === 'string' ? null : moved.source
  const reference = (source as { metadata?: Record<string, string> | null } | null)?.metadata?.['reference']
  const isPayment = moved.type === 'charge' || moved.type === 'payment'
  const isRefund = moved.type === 'refund' || moved.type === 'payment_refund'
  if (!isPayment && !isRefund) return null
  return {
    kind: isPayment ? 'payment' : 'refund',
    // Without our reference it is somebody else's business on the same account: a line that we do not know.
    reference: reference ?? moved.id,
    providerReference: source?.id ?? moved.id,
    amountMinor: Math.abs(moved.amount),
    feeMinor: Math.max(0, moved.fee),
    currency: moved.currency.toUpperCase() as StatementLine['currency'],
    at: Temporal.Instant.fromEpochMilliseconds(moved.created * 1_000),
  }
}

function secondsOf(instant: Temporal.Instant): number {
  return Math.floor(instant.epochMilliseconds / 1_000)
}
