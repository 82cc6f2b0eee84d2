import type { z } from 'zod'
import type { flashSale } from '#contract/flash'
import type { Tx } from '#platform/database'
import type { ShownSale } from './store.ts'

export type FlashSaleView = z.input<typeof flashSale>

/** A sale took a step: its room is told in the commit that says so. */
export function tellFlash(tx: Pick<Tx, 'tell'>, sale: ShownSale): void {
  tx.tell(`room:${sale.roomId}`, { kind: 'flash', sale: viewOf(sale) })
}

export function viewOf(sale: ShownSale): FlashSaleView {
  const { announcedAt, startsAt, endsAt, closedAt, grantId: _, creatorId: __, owner: ___, currency, ...rest } = sale
  return {
    ...rest,
    currency: currency as FlashSaleView['currency'],
    announcedAt: announcedAt.toString(),
    startsAt: startsAt.toString(),
    endsAt: endsAt.toString(),
    closedAt: closedAt?.toString() ?? null,
  }
}
