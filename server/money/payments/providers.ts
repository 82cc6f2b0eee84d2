import type { App } from '#platform/app'
import { alipayOptionsOf, alipayProvider } from './alipay.ts'
import type { PaymentProvider } from './provider.ts'
import { sandboxProvider } from './sandbox-provider.ts'
import { stripeOptionsOf, stripeProvider } from './stripe.ts'

/** The providers of this operator, in the order in which buyers see them. */
export interface Providers {
  all: readonly PaymentProvider[]
  /** One that took money once is asked by its name; null when it is no longer configured. */
  by(name: string): PaymentProvider | null
}

const known = new WeakMap<object, Providers>()

/** The sandbox one, but in live mode; and those that are configured. */
export function providersOf(app: Pick<App, 'config' | 'database'>): Providers {
  let providers = known.get(app.database)
  if (providers === undefined) {
    const stripe = stripeOptionsOf(app.config)
    const alipay = alipayOptionsOf(app.config)
    const all = [
      ...(app.config.mode === 'live' ? [] : [sandboxProvider(app)]),
      ...(stripe === null ? [] : [stripeProvider(stripe)]),
      ...(alipay === null ? [] : [alipayProvider(alipay)]),
    ]
    providers = { all, by: (name) => all.find((provider) => provider.name === name) ?? null }
    known.set(app.database, providers)
  }
  return providers
}
