/**
 * The sandbox provider: behaves as real ones do on their bad days, when it is asked to.
 *
 * The last two digits of an amount (in minor units) are a switch; people pay round amounts and meet none of it. An operator may
 * switch the next payments, refunds or payouts instead:
 *
 *   ..01  decline        says no at once
 *   ..02  delay          answers "pending", and says "succeeded" after 30 seconds
 *   ..03  repeat         as delay, and says so three times, twice under the same message id
 *   ..04  lose_answer    times out after success: takes the money and never answers; only asking finds it
 *   ..05  delay_decline  delays, and then says no
 *   ..06  reorder        "succeeded" first, and the older "pending" and "failed" of an earlier try after it
 *   ..07  lose_request   times out before it did anything: it never heard of the payment
 *
 * Its books are its own: nothing of ours is decided by them, only by what it answers, sends, and writes into its statements.
 */
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { assert } from '#platform/outcome'
import { feeOf } from './payment.ts'
import { type FeeRule, notOpened, type PaymentProvider, type ProviderAnswer } from './provider.ts'
import { checkSplit, usualSplitLimits } from './split.ts'
import { type StatementLine, writeStatement } from './statement.ts'
import {
  findSandboxPayment,
  insertSandboxMessages,
  insertSandboxPayments,
  type SandboxPayment,
  sandboxMovements,
  takeSandboxSwitch,
} from './store.ts'

export const sandboxName = 'sandbox'
export const sandboxFee: FeeRule = { basisPoints: 60, fixedMinor: 0 }
const delaySeconds = 30

export class ProviderTimeout extends Error {}

type Outcome = ProviderAnswer['outcome']
interface Behaviour {
  answer: Outcome | 'lost' | 'unheard'
  /** What the provider's books say after the answer; the messages bring them to their last word. */
  booked: Outcome
  messages: { outcome: Outcome; afterSeconds: number; sameIdAs?: number }[]
}

export const sandboxBehaviours = [
  'decline',
  'delay',
  'repeat',
  'lose_answer',
  'delay_decline',
  'reorder',
  'lose_request',
] as const
export type SandboxBehaviour = (typeof sandboxBehaviours)[number]

const plain: Behaviour = { answer: 'succeeded', booked: 'succeeded', messages: [] }
const behaviours: Record<SandboxBehaviour, Behaviour> = {
  decline: { answer: 'failed', booked: 'failed', messages: [] },
  delay: { answer: 'pending', booked: 'pending', messages: [{ outcome: 'succeeded', afterSeconds: delaySeconds }] },
  repeat: {
    answer: 'pending',
    booked: 'pending',
    messages: [
      { outcome: 'succeeded', afterSeconds: delaySeconds },
      { outcome: 'succeeded', afterSeconds: delaySeconds + 1, sameIdAs: 1 },
      { outcome: 'succeeded', afterSeconds: delaySeconds + 2 },
    ],
  },
  lose_answer: { answer: 'lost', booked: 'succeeded', messages: [] },
  delay_decline: {
    answer: 'pending',
    booked: 'pending',
    messages: [{ outcome: 'failed', afterSeconds: delaySeconds }],
  },
  reorder: {
    answer: 'pending',
    booked: 'pending',
    messages: [
      { outcome: 'succeeded', afterSeconds: 1 },
      { outcome: 'pending', afterSeconds: 2 },
      { outcome: 'failed', afterSeconds: 3 },
    ],
  },
  lose_request: { answer: 'unheard', booked: 'pending', messages: [] },
}

function behaviourOf(name: string | null | undefined): Behaviour {
  return sandboxBehaviours.some((each) => each === name) ? behaviours[name as SandboxBehaviour] : plain
}

/** What it does with a movement it hears of for the first time; one it knows has the outcome that its books say. */
async function move(
  tx: Tx,
  movement: Omit<SandboxPayment, 'outcome'>,
  always: string | undefined,
): Promise<{ outcome: Outcome; isLost: boolean; isUnheard: boolean }> {
  const { reference, direction, amountMinor } = movement
  const known = await findSandboxPayment(tx.db, reference, direction)
  if (known !== null) return { outcome: known, isLost: false, isUnheard: false }
  const digits = sandboxBehaviours[Number(String(amountMinor).slice(-2)) - 1]
  const behaviour = behaviourOf(
    always ?? (await takeSandboxSwitch(tx, direction)) ?? (direction === 'in' ? digits : null),
  )
  if (behaviour.answer === 'unheard') return { outcome: 'pending', isLost: false, isUnheard: true }
  const [isNew] = await insertSandboxPayments(tx, [{ ...movement, outcome: behaviour.booked }])
  if (isNew === undefined) {
    const outcome = await findSandboxPayment(tx.db, reference, direction)
    return { outcome: outcome ?? behaviour.booked, isLost: false, isUnheard: false }
  }
  const messages = behaviour.messages.map(({ outcome, afterSeconds, sameIdAs }, index) => ({
    messageId: `${reference}-${sameIdAs ?? index + 1}`,
    outcome,
    dueAt: tx.now.add({ seconds: afterSeconds }),
  }))
  await insertSandboxMessages(tx, movement, messages)
  return { outcome: behaviour.booked, isLost: behaviour.answer === 'lost', isUnheard: false }
}

export function sandboxProvider(
  app: Pick<App, 'database'>,
  always: Partial<Record<SandboxPayment['direction'], SandboxBehaviour>> = {},
): PaymentProvider {
  const referenceOf = (reference: string) => `sandbox-${reference}`
  const answerTo = async (movement: Omit<SandboxPayment, 'outcome'>) => {
    const { outcome, isLost, isUnheard } = await transact(app, (tx) => move(tx, movement, always[movement.direction]))
    if (isUnheard) throw new ProviderTimeout('The sandbox provider did not answer.')
    if (isLost) throw new ProviderTimeout('The answer of the sandbox provider was lost.')
    return { outcome, providerReference: referenceOf(movement.reference) }
  }
  return {
    name: sandboxName,
    fee: sandboxFee,
    splitLimits: usualSplitLimits,
    async open({ reference, amountMinor, currency, split }) {
      if (split && !checkSplit(usualSplitLimits, { amountMinor, split }).ok) return notOpened
      return { ...(await answerTo({ reference, direction: 'in', amountMinor, currency })), redirectUrl: null }
    },
    async find({ reference }) {
      const outcome = await findSandboxPayment(app.database.db, reference, 'in')
      return outcome === null ? null : { outcome, providerReference: referenceOf(reference) }
    },
    async refund({ reference, amountMinor, currency, payment }) {
      const taken = await findSandboxPayment(app.database.db, payment.reference, 'in')
      if (taken !== 'succeeded') return { outcome: 'failed', providerReference: null }
      return answerTo({ reference, direction: 'refund', amountMinor, currency })
    },
    async payOut({ reference, amountMinor, currency }) {
      return answerTo({ reference, direction: 'out', amountMinor, currency })
    },
    /** The sandbox sends its messages within this process: whoever posts one here is somebody else. */
    async readCallback() {
      return null
    },
    async statementOf(span) {
      const movements = await sandboxMovements(app.database.db, span)
      const kinds = { in: 'payment', refund: 'refund', out: 'payout' } as const
      return writeStatement(
        movements.map(({ reference, direction, amountMinor, currency, at }): StatementLine => {
          const feeMinor = direction === 'in' ? feeOf(sandboxFee, amountMinor) : 0
          const kind = kinds[direction]
          return { kind, reference, providerReference: referenceOf(reference), amountMinor, feeMinor, currency, at }
        }),
      )
    },
  }
}

/** For seeds: the sandbox has taken these, so that its statements speak of them. */
export async function noteSandboxPayments(
  tx: Tx,
  payments: readonly Omit<SandboxPayment, 'direction' | 'outcome'>[],
): Promise<void> {
  const taken = payments.map((payment) => ({ ...payment, direction: 'in' as const, outcome: 'succeeded' as const }))
  const fresh = await insertSandboxPayments(tx, taken)
  assert(fresh.length === taken.length, 'what a seed pays was not paid before')
}
