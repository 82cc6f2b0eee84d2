/** Flash sales of a room as values: what a message makes of them, and what they are by the server's clock. Pure. */
import type { FlashSaleView } from '../../client/index.ts'

export type FlashPhase = 'counting' | 'running' | 'over'

const rank: Record<FlashSaleView['state'], number> = { announced: 0, running: 1, ended: 2, cancelled: 2 }

/** Told twice, or late: the later step stays. */
export function withSale(sales: readonly FlashSaleView[], sale: FlashSaleView): readonly FlashSaleView[] {
  const at = sales.findIndex(({ id }) => id === sale.id)
  const known = sales[at]
  if (known === undefined) return [sale, ...sales]
  return rank[sale.state] < rank[known.state] ? sales : sales.with(at, sale)
}

export function withUnits(
  sales: readonly FlashSaleView[],
  told: { saleId: string; unitsLeft: number; unitsSold: number },
): readonly FlashSaleView[] {
  const { saleId, unitsLeft, unitsSold } = told
  return sales.map((sale) => (sale.id === saleId && sale.closedAt === null ? { ...sale, unitsLeft, unitsSold } : sale))
}

/** Where a sale stands at an instant of the server, whatever step was told last. */
export function phaseAt(sale: FlashSaleView, nowMs: number): FlashPhase {
  if (sale.closedAt !== null || nowMs >= Date.parse(sale.endsAt)) return 'over'
  return nowMs < Date.parse(sale.startsAt) ? 'counting' : 'running'
}

/** Seconds until the next step, and which part of the way to it is left. */
export function leftAt(sale: FlashSaleView, nowMs: number): { seconds: number; part: number } {
  const isCounting = phaseAt(sale, nowMs) === 'counting'
  const from = Date.parse(isCounting ? sale.announcedAt : sale.startsAt)
  const to = Date.parse(isCounting ? sale.startsAt : sale.endsAt)
  const leftMs = Math.max(0, to - nowMs)
  return { seconds: Math.ceil(leftMs / 1_000), part: Math.min(1, leftMs / Math.max(1, to - from)) }
}

/** "4:09"; below a minute the seconds alone say more. */
export function clockOf(seconds: number): string {
  return seconds < 60 ? String(seconds) : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
