import type { App } from '#platform/app'
import { providerOf } from './routes.ts'
import { deliverSandboxMessages } from './sandbox-provider.ts'
import { askAboutOpenTopUps, settleWithProvider } from './top-up.ts'

/** What payments have to do by the clock: the sandbox's late messages, questions about silence, the provider's money. */
export async function followPayments(app: App): Promise<{ more: boolean }> {
  const provider = providerOf(app)
  if (provider === null) return { more: false }
  const bites = [
    await deliverSandboxMessages(app),
    await askAboutOpenTopUps(app, provider),
    await settleWithProvider(app, provider),
  ]
  return { more: bites.some((bite) => bite.more) }
}
