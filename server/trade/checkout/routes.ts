import { hash } from 'node:crypto'
import type { z } from 'zod'
import { type orderWish, placeOrder, placeOrderAsk, quoteOrder } from '#contract/trade'
import { readAttribution } from '#money/commissions'
import type { App } from '#platform/app'
import { personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, type Outcome, refuse } from '#platform/outcome'
import type { OrderWish } from '#trade/orders'
import type { OrderDesk } from './order-desk.ts'
import { quote } from './quote.ts'

type Placed = z.input<typeof placeOrder.reply>
type Refusal = keyof typeof placeOrder.refusals

/** One use case behind HTTP and the room's socket. `isDemoPerson` marks sales of demo visitors, which no figure counts. */
export function checkoutRoutes(app: App, desk: OrderDesk, isDemoPerson: (personId: string) => boolean): Route[] {
  const buy = async (buyerId: string, body: z.output<typeof orderWish>): Promise<Outcome<Placed, Refusal>> => {
    const outcome = await desk.place(wishOf(app, buyerId, body, isDemoPerson(buyerId)))
    if (!outcome.ok) return outcome
    const answer = outcome.value
    if (answer.kind === 'refused') return refuse(answer.code, answer.params)
    return done({
      order: {
        orderId: answer.orderId,
        number: answer.number,
        payMinor: answer.payMinor,
        currency: answer.currency as Placed['order']['currency'],
        walletMinor: answer.kind === 'placed' ? answer.walletMinor : null,
        repeated: answer.kind === 'repeated',
        payBy: answer.payBy,
        orders: answer.orders,
      },
    })
  }
  app.sockets.answer(placeOrderAsk, ({ actor, body }) => buy(personOf(actor), body))
  return [
    route(quoteOrder, async ({ actor, body }) => {
      const outcome = await quote(app, { buyerId: personOf(actor), ...body })
      return outcome.ok ? done({ quote: outcome.value }) : outcome
    }),
    route(placeOrder, ({ actor, body }) => buy(personOf(actor), body)),
  ]
}

/** What the desk needs to know of a request: its meaning, not its bytes. The attribution counts only if we signed it. */
export function wishOf(
  app: Pick<App, 'secret' | 'clock'>,
  buyerId: string,
  body: z.output<typeof orderWish>,
  isDemo: boolean,
): OrderWish {
  return {
    id: body.id,
    // The attribution is left out: a page that was reloaded holds a newer token for the same wish.
    requestHash: hash(
      'sha256',
      JSON.stringify([body.lines, body.addressId, body.shownPayMinor, body.payment, body.couponId, body.flashSaleId]),
      'buffer',
    ).subarray(0, 16),
    buyerId,
    lines: body.lines,
    addressId: body.addressId,
    shownPayMinor: body.shownPayMinor,
    payment: body.payment,
    couponId: body.couponId ?? null,
    flashSaleId: body.flashSaleId ?? null,
    attribution:
      body.attribution === undefined ? null : readAttribution(app, body.attribution, app.clock.now(), buyerId),
    isDemo,
  }
}
