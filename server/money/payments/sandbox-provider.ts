/**
 * The sandbox provider: behaves as real ones do on their bad days, when it is asked to.
 *
 * The last two digits of the amount (in minor units) are the switch; people pay round amounts and meet none of it:
 *
 *   ..01  declines at once
 *   ..02  delays: answers "pending", and says "succeeded" after 30 seconds
 *   ..03  repeats: as ..02, and says so three times, twice under the same message id
 *   ..04  times out after success: takes the money and never answers; only asking finds it
 *   ..05  delays, and then declines
 *   ..06  reorders: "succeeded" first, and the older "pending" and "failed" of an earlier try after it
 *   ..07  times out before it did anything: it never heard of the payment
 *
 * Payouts succeed, or do what `payouts` says.
 */
import type { App } from '#platform/app'
import { transact } from '#platform/database'
import type { PaymentProvider, ProviderAnswer } from './provider.ts'
import {
  dueSandboxMessages,
  findSandboxPayment,
  insertSandboxMessages,
  insertSandboxPayment,
  markSandboxMessage,
  setSandboxOutcome,
} from './store.ts'
import { takeProviderMessage } from './top-up.ts'

export const sandboxName = 'sandbox'
export const sandboxFeeBasisPoints = 60
const delaySeconds = 30
const messageBite = 200

export class ProviderTimeout extends Error {}

type Outcome = ProviderAnswer['outcome']
interface Behaviour {
  answer: Outcome | 'lost' | 'unheard'
  /** What the provider's books say after the answer; the messages bring them to their last word. */
  booked: Outcome
  messages: { outcome: Outcome; afterSeconds: number; sameIdAs?: number }[]
}

const plain: Behaviour = { answer: 'succeeded', booked: 'succeeded', messages: [] }
const behaviours: Record<number, Behaviour> = {
  1: { answer: 'failed', booked: 'failed', messages: [] },
  2: { answer: 'pending', booked: 'pending', messages: [{ outcome: 'succeeded', afterSeconds: delaySeconds }] },
  3: {
    answer: 'pending',
    booked: 'pending',
    messages: [
      { outcome: 'succeeded', afterSeconds: delaySeconds },
      { outcome: 'succeeded', afterSeconds: delaySeconds + 1, sameIdAs: 1 },
      { outcome: 'succeeded', afterSeconds: delaySeconds + 2 },
    ],
  },
  4: { answer: 'lost', booked: 'succeeded', messages: [] },
  5: { answer: 'pending', booked: 'pending', messages: [{ outcome: 'failed', afterSeconds: delaySeconds }] },
  6: {
    answer: 'pending',
    booked: 'pending',
    messages: [
      { outcome: 'succeeded', afterSeconds: 1 },
      { outcome: 'pending', afterSeconds: 2 },
      { outcome: 'failed', afterSeconds: 3 },
    ],
  },
  7: { answer: 'unheard', booked: 'pending', messages: [] },
}

export function sandboxProvider(
  app: Pick<App, 'database'>,
  options: { payouts?: 'succeed' | 'fail' | 'time_out_after_success' } = {},
): PaymentProvider {
  const referenceOf = (reference: string) => `sandbox-${reference}`
  return {
    name: sandboxName,
    feeBasisPoints: sandboxFeeBasisPoints,
    async charge({ reference, amountMinor, currency }) {
      const behaviour = behaviours[Number(String(amountMinor).slice(-2))] ?? plain
      if (behaviour.answer === 'unheard') throw new ProviderTimeout('The sandbox provider did not answer.')
      const outcome = await transact(app, async (tx) => {
        const payment = { reference, direction: 'in' as const, amountMinor, currency, outcome: behaviour.booked }
        if (!(await insertSandboxPayment(tx, payment))) {
          return (await findSandboxPayment(tx.db, reference, 'in')) ?? behaviour.booked
        }
        const ids = behaviour.messages.map(({ sameIdAs }, index) => `${reference}-${sameIdAs ?? index + 1}`)
        await insertSandboxMessages(
          tx,
          reference,
          behaviour.messages.map(({ outcome, afterSeconds }, index) => {
            return { messageId: ids[index] ?? '', outcome, dueAt: tx.now.add({ seconds: afterSeconds }) }
          }),
        )
        return behaviour.booked
      })
      if (behaviour.answer === 'lost') throw new ProviderTimeout('The answer of the sandbox provider was lost.')
      return { outcome, providerReference: referenceOf(reference) }
    },
    async findCharge(reference) {
      const outcome = await findSandboxPayment(app.database.db, reference, 'in')
      return outcome === null ? null : { outcome, providerReference: referenceOf(reference) }
    },
    async payOut({ reference, amountMinor, currency }) {
      const wanted = options.payouts === 'fail' ? 'failed' : 'succeeded'
      const outcome = await transact(app, async (tx) => {
        const payment = { reference, direction: 'out' as const, amountMinor, currency, outcome: wanted } as const
        if (await insertSandboxPayment(tx, payment)) return { word: wanted, isNew: true } as const
        return { word: (await findSandboxPayment(tx.db, reference, 'out')) ?? wanted, isNew: false }
      })
      if (options.payouts === 'time_out_after_success' && outcome.isNew) {
        throw new ProviderTimeout('The answer of the sandbox provider was lost.')
      }
      return { outcome: outcome.word, providerReference: referenceOf(reference) }
    },
  }
}

/** Sends the sandbox provider's messages that are due by the platform's clock, as its webhook would. */
export async function deliverSandboxMessages(app: App): Promise<{ more: boolean }> {
  const due = await dueSandboxMessages(app.database.db, app.clock.now(), messageBite)
  for (const message of due) {
    await transact(app, async (tx) => {
      // The provider's own word changes when it sends it; success is its last.
      await setSandboxOutcome(tx, message.reference, message.outcome)
      await takeProviderMessage(tx, { provider: sandboxName, ...message })
      await markSandboxMessage(tx, message.reference, message.no)
    })
  }
  return { more: due.length === messageBite }
}
