import { getMyWallet, topUpWallet } from '#contract/finance'
import { balanceOf, type Entry, listEntries, walletOf } from '#money/ledger'
import type { App } from '#platform/app'
import { personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import type { PaymentProvider } from './provider.ts'
import { sandboxProvider } from './sandbox-provider.ts'
import { topUpThrough } from './top-up.ts'

/** The provider of this operator: the sandbox one, until a real one stands behind the same port; none in live mode. */
export function providerOf(app: App): PaymentProvider | null {
  return app.config.mode === 'live' ? null : sandboxProvider(app)
}

export function paymentsRoutes(app: App, provider: PaymentProvider | null = providerOf(app)): Route[] {
  const { db } = app.database
  return [
    route(getMyWallet, async ({ actor, query }) => {
      const account = walletOf(personOf(actor))
      const before = parseCursor(query.cursor)
      const [balanceMinor, entries] = await Promise.all([
        balanceOf(db, account),
        listEntries(db, { account, before: before?.journalId ?? null, limit: query.limit }),
      ])
      // Entries carry the balance after them: the newest has the present one, and each older one is reckoned from it.
      let after = before?.balanceMinor ?? balanceMinor
      const items = entries.map((entry) => {
        const item = entryOf(entry, after)
        after += entry.amountMinor
        return item
      })
      const last = entries.at(-1)
      const next = last && entries.length === query.limit ? `${last.journalId}~${after}` : null
      return done({ balanceMinor, currency: app.config.currency, entries: { items, next } })
    }),
    route(topUpWallet, async ({ actor, body }) => {
      if (provider === null) return refuse('provider_failed')
      const personId = personOf(actor)
      const outcome = await topUpThrough(app, provider, actor, { ...body, personId, currency: app.config.currency })
      if (!outcome.ok) return outcome
      return done({ balanceMinor: await balanceOf(db, walletOf(personId)), state: outcome.value })
    }),
  ]
}

const sentences: Partial<Record<Entry['kind'], { en: string; zh: string }>> = {
  'wallet.topped_up': { en: 'Topped up', zh: '充值' },
  'orders.paid': { en: 'Paid for an order', zh: '支付订单' },
  'order.paid': { en: 'Paid for an order', zh: '支付订单' },
  'order.returned': { en: 'An order was cancelled; the money is back', zh: '订单取消，款项已退回' },
  'order.refunded': { en: 'Refund', zh: '退款' },
}

function entryOf(entry: Entry, balanceMinor: number) {
  return {
    id: entry.journalId,
    kind: entry.kind,
    sentence: sentences[entry.kind] ?? { en: 'Other', zh: '其他' },
    amountMinor: -entry.amountMinor,
    balanceMinor,
    at: entry.at.toString(),
    orderId: entry.orderId,
  }
}

/** A cursor of another form begins at the start rather than failing. */
function parseCursor(cursor: string | undefined): { journalId: string; balanceMinor: number } | null {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(-?\d{1,15})$/.exec(cursor ?? '')
  return match === null ? null : { journalId: match[1] ?? '', balanceMinor: Number(match[2]) }
}
