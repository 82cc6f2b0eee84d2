import type { z } from 'zod'
import {
  askAboutPayment,
  getMyWallet,
  getPayment,
  getSandboxProvider,
  listMyPayments,
  listPaymentMeans,
  listPayments,
  takeProviderCallback,
  tellSandboxProvider,
  topUpWallet,
} from '#contract/finance'
import { balanceOf, type Entry, listEntries, walletOf } from '#money/ledger'
import { namesOf } from '#people/identity'
import type { App } from '#platform/app'
import { type Db, personOf, transact } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { assert, done, refuse } from '#platform/outcome'
import { sendRefund } from './give-back.ts'
import type { PaymentProvider } from './provider.ts'
import { type Providers, providersOf } from './providers.ts'
import {
  findPayment,
  type Payment,
  paymentsPage,
  refundsOfPayments,
  type SandboxDirection,
  sandboxSwitches,
  setSandboxSwitch,
  sharesOfPayments,
  stepsOfPayment,
} from './store.ts'
import { askAbout, takeProviderMessage, topUpThrough } from './take-payment.ts'

/** The provider that is asked where nobody chose one: the first of this operator; null where there is none. */
export function providerOf(app: App): PaymentProvider | null {
  return providersOf(app).all[0] ?? null
}

export function paymentsRoutes(app: App, providers: Providers = providersOf(app)): Route[] {
  const { db } = app.database
  const isLive = app.config.mode === 'live'
  const oneOf = async (payment: Payment) => {
    const [[view], steps] = await Promise.all([viewsForAll(db, [payment]), stepsOfPayment(db, payment.id)])
    assert(view !== undefined, 'a payment has a view')
    return done({ payment: view, steps: steps.map(({ kind, note, at }) => ({ kind, note, at: at.toString() })) })
  }
  const switches = async () =>
    done({
      switches: (await sandboxSwitches(db)).map(({ direction, behaviour, timesLeft }) => ({
        what: whatOf[direction],
        behaviour: behaviour as never,
        times: timesLeft,
      })),
    })
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
      const provider = body.provider === undefined ? (providers.all[0] ?? null) : providers.by(body.provider)
      if (provider === null) return refuse('provider_failed')
      const personId = personOf(actor)
      const { id, amountMinor } = body
      const wish = { id, amountMinor, personId, currency: app.config.currency }
      const outcome = await topUpThrough(app, provider, actor, wish)
      if (!outcome.ok) return outcome
      return done({ balanceMinor: await balanceOf(db, walletOf(personId)), ...outcome.value })
    }),
    route(listPaymentMeans, async () =>
      done({ means: providers.all.map(({ name }) => ({ provider: name, name: nameOfProvider(name) })) }),
    ),
    route(listMyPayments, async ({ actor, query }) => {
      const { limit, groupId } = query
      const wanted = {
        personId: personOf(actor),
        ...(groupId ? { groupId } : {}),
        before: positionIn(query.cursor),
        limit,
      }
      const payments = await paymentsPage(db, wanted)
      return done({ items: await viewsOf(db, payments), next: nextOf(payments, limit) })
    }),
    route(takeProviderCallback, async ({ params, body, headers }) => {
      const provider = providers.by(params.provider)
      const messages = (await provider?.readCallback(Buffer.from(body), headers)) ?? null
      if (messages === null) return refuse('callback_not_believed')
      for (const message of messages) await transact(app, (tx) => takeProviderMessage(tx, message))
      // Alipay wants this word; to the others any answer with a status of 200 is one.
      return done({ bytes: Buffer.from('success'), name: 'answer.txt' })
    }),
    route(listPayments, async ({ query }) => {
      const { limit, state, personId } = query
      const filter = { ...(state ? { state } : {}), ...(personId ? { personId } : {}) }
      const payments = await paymentsPage(db, { ...filter, before: positionIn(query.cursor), limit })
      return done({ items: await viewsForAll(db, payments), next: nextOf(payments, limit) })
    }),
    route(getPayment, async ({ params }) => {
      const payment = await findPayment(db, params.id)
      return payment === null ? refuse('not_found') : oneOf(payment)
    }),
    route(askAboutPayment, async ({ params }) => {
      const payment = await findPayment(db, params.id)
      if (payment === null) return refuse('not_found')
      if (payment.state === 'pending') await askAbout(app, providers.by, payment)
      for (const refund of await refundsOfPayments(db, [payment.id]))
        if (refund.state === 'requested') await sendRefund(app, providers.by, refund)
      const after = await findPayment(db, params.id)
      assert(after !== null, 'a payment stays')
      return oneOf(after)
    }),
    route(getSandboxProvider, async () => (isLive ? refuse('not_in_sandbox') : switches())),
    route(tellSandboxProvider, async ({ body }) => {
      if (isLive) return refuse('not_in_sandbox')
      const { what, behaviour, times: timesLeft } = body
      await transact(app, (tx) => setSandboxSwitch(tx, { direction: directionOf[what], behaviour, timesLeft }))
      return switches()
    }),
  ]
}

const whatOf = { in: 'payment', refund: 'refund', out: 'payout' } as const
const directionOf: Record<(typeof whatOf)[SandboxDirection], SandboxDirection> = {
  payment: 'in',
  refund: 'refund',
  payout: 'out',
}

const providerNames: Record<string, { en: string; zh: string }> = {
  sandbox: { en: 'Sandbox card', zh: '沙箱银行卡' },
  stripe: { en: 'Card (Stripe)', zh: '银行卡（Stripe）' },
  alipay: { en: 'Alipay', zh: '支付宝' },
}

function nameOfProvider(name: string): { en: string; zh: string } {
  return providerNames[name] ?? { en: name, zh: name }
}

async function viewsOf(db: Db, payments: readonly Payment[]) {
  const ids = payments.map(({ id }) => id)
  const [shares, refunds] = await Promise.all([sharesOfPayments(db, ids), refundsOfPayments(db, ids)])
  return payments.map(
    ({ id, provider, state, groupId, amountMinor, currency, holdMinor, refundedMinor, ...payment }) => ({
      id,
      provider,
      providerName: nameOfProvider(provider),
      state,
      groupId,
      amountMinor,
      currency,
      holdMinor,
      refundedMinor,
      redirectUrl: payment.redirectUrl,
      requestedAt: payment.requestedAt.toString(),
      decidedAt: payment.decidedAt?.toString() ?? null,
      shares: shares
        .filter(({ paymentId }) => paymentId === id)
        .map(({ orderId, paidMinor, refundedMinor }) => ({ orderId, paidMinor, refundedMinor })),
      refunds: refunds
        .filter(({ paymentId }) => paymentId === id)
        .map((refund) => ({
          id: refund.id,
          amountMinor: refund.amountMinor,
          state: refund.state,
          orderId: refund.orderId,
          requestedAt: refund.requestedAt.toString(),
          decidedAt: refund.decidedAt?.toString() ?? null,
        })),
    }),
  )
}

async function viewsForAll(db: Db, payments: readonly Payment[]): Promise<z.input<typeof listPayments.reply>['items']> {
  const [views, names] = await Promise.all([
    viewsOf(db, payments),
    namesOf(
      db,
      payments.map(({ personId }) => personId),
    ),
  ])
  return payments.flatMap(({ personId, feeMinor, settledAt }, index) => {
    const view = views[index]
    if (view === undefined) return []
    const personName = names.get(personId)?.name ?? ''
    return [{ ...view, personId, personName, feeMinor, settledAt: settledAt?.toString() ?? null }]
  })
}

function nextOf(payments: readonly Payment[], limit: number): string | null {
  const last = payments.at(-1)
  return last && payments.length === limit ? `${last.requestedAt.toString()}~${last.id}` : null
}

const sentences: Partial<Record<Entry['kind'], { en: string; zh: string }>> = {
  'wallet.topped_up': { en: 'Topped up', zh: '充值' },
  'wallet.held': { en: 'Held for a payment', zh: '支付冻结' },
  'wallet.freed': { en: 'No longer held: the payment came to nothing', zh: '支付未成功，已解冻' },
  'payment.used': { en: 'A payment for an order arrived', zh: '订单款项到账' },
  'coins.bought': { en: 'Bought coins', zh: '购买金币' },
  'coins.cashed_out': { en: 'Coins turned back into money', zh: '金币退回钱包' },
  'orders.paid': { en: 'Paid for an order', zh: '支付订单' },
  'order.paid': { en: 'Paid for an order', zh: '支付订单' },
  'order.returned': { en: 'An order was cancelled; the money is back', zh: '订单取消，款项已退回' },
  'order.refunded': { en: 'Refund', zh: '退款' },
  'refund.requested': { en: 'On its way back to where you paid from', zh: '原路退回中' },
  'refund.failed': { en: 'Your bank would not take it back: it is yours here', zh: '原路退款失败，已退至钱包' },
  'withdrawal.requested': { en: 'Withdrawn', zh: '提现' },
  'withdrawal.returned': { en: 'A withdrawal came back', zh: '提现退回' },
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
