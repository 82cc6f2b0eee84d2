import type { App } from '#platform/app'
import { transact } from '#platform/database'
import { sendRefunds } from './give-back.ts'
import { providersOf } from './providers.ts'
import { sandboxName } from './sandbox-provider.ts'
import { dueSandboxMessages, markSandboxMessage, setSandboxOutcome } from './store.ts'
import { askAboutOpenPayments, takeProviderMessage } from './take-payment.ts'

const messageBite = 200

/** What payments have to do by the clock: the sandbox's late messages, questions about silence, money that goes back. */
export async function followPayments(app: App): Promise<{ more: boolean }> {
  const providers = providersOf(app)
  const bites = [
    await deliverSandboxMessages(app),
    await askAboutOpenPayments(app, providers.by),
    await sendRefunds(app, providers.by),
  ]
  return { more: bites.some((bite) => bite.more) }
}

/** Sends the sandbox provider's messages that are due by the platform's clock, as its webhook would. */
async function deliverSandboxMessages(app: App): Promise<{ more: boolean }> {
  const due = await dueSandboxMessages(app.database.db, app.clock.now(), messageBite)
  for (const { reference, no, messageId, outcome, direction } of due) {
    await transact(app, async (tx) => {
      await setSandboxOutcome(tx, reference, direction, outcome)
      if (direction !== 'out') {
        const about = direction === 'in' ? ('payment' as const) : ('refund' as const)
        const providerReference = `sandbox-${reference}`
        await takeProviderMessage(tx, {
          provider: sandboxName,
          messageId,
          about,
          reference,
          outcome,
          providerReference,
        })
      }
      await markSandboxMessage(tx, reference, no)
    })
  }
  return { more: due.length === messageBite }
}
