/** The words of flash sales and their pure decisions. */
import { splitByWeight } from '#contract/money'
import type { PriceFunders } from '#goods/listings'
import type { Owner, StockAt } from '#supply/warehouse'

/** `live.flash.countdown` and `live.flash.duration`: the trade's own limits. The table holds them too. */
export const countdownSecondsMin = 10
export const countdownSecondsMax = 300
export const flashMinutesMin = 1
export const flashMinutesMax = 20
/** An order of a flash sale waits less long for its payment: others want its units (`order.unpaid.close`). */
export const unpaidFlashMinutes = 5

export type FlashState = 'announced' | 'running' | 'ended' | 'cancelled'

export interface FlashSale {
  id: string
  kind: 'liveFlash' | 'creatorLiveFlash'
  roomId: string
  sessionId: string
  /** Whose goods it sells: the operator's own, or a seller's. */
  owner: Owner
  /** The host of the room. */
  creatorId: string
  grantId: string | null
  skuId: string
  productId: string
  title: { en: string; zh: string }
  label: { en: string; zh: string }
  picture: string
  priceMinor: number
  shelfMinor: number
  currency: string
  units: number
  perBuyerUnits: number
  announcedAt: Temporal.Instant
  startsAt: Temporal.Instant
  endsAt: Temporal.Instant
  state: FlashState
  closedAt: Temporal.Instant | null
}

export interface FlashGrant {
  id: string
  creatorId: string
  skuId: string
  priceMinor: number
  units: number
  unitsLeft: number
  perBuyerUnits: number
  funders: PriceFunders
  budgetId: string | null
  validUntil: Temporal.Instant
}

/** What the desk knows of a sale: when it sells, to whom, and what is left of it where. */
export interface FlashStock {
  saleId: string
  skuId: string
  sessionId: string
  startsAt: Temporal.Instant
  endsAt: Temporal.Instant
  closedAt: Temporal.Instant | null
  /** Decisions take from these, so that each sees those before it. */
  shelves: Omit<StockAt, 'owner'>[]
}

/** In the order in which they are told. */
export type FlashRefusal = 'flash_room_only' | 'flash_not_started' | 'flash_ended' | 'flash_sold_out'

/**
 * Why somebody who wants to buy in this flash sale cannot, by the server's clock alone; null if he can. Of a sale that nobody knows
 * nothing is told but that it is over.
 */
export function refuseFlash(
  sale: FlashStock | undefined,
  wish: { now: Temporal.Instant; sessionId: string | null; lines: readonly { skuId: string; units: number }[] },
): { code: FlashRefusal; params: Record<string, string | number> } | null {
  const line = wish.lines.find(({ skuId }) => skuId === sale?.skuId)
  if (sale === undefined || line === undefined) return { code: 'flash_ended', params: {} }
  if (wish.sessionId !== sale.sessionId) return { code: 'flash_room_only', params: { saleId: sale.saleId } }
  const ended = sale.closedAt ?? sale.endsAt
  if (Temporal.Instant.compare(wish.now, ended) >= 0)
    return { code: 'flash_ended', params: { saleId: sale.saleId, at: ended.toString() } }
  if (Temporal.Instant.compare(wish.now, sale.startsAt) < 0)
    return { code: 'flash_not_started', params: { saleId: sale.saleId, at: sale.startsAt.toString() } }
  const unitsLeft = unitsLeftOf(sale)
  if (unitsLeft < line.units) return { code: 'flash_sold_out', params: { saleId: sale.saleId, unitsLeft } }
  return null
}

/** What one buyer can have at once: an order line comes from one warehouse. */
export function unitsLeftOf(sale: Pick<FlashStock, 'shelves'>): number {
  return Math.max(0, ...sale.shelves.map(({ available }) => available))
}

/** Takes so many units from the shelves in the ratio of what they hold; null where they hold too few. */
export function carve<Shelf extends { available: number }>(
  shelves: readonly Shelf[],
  units: number,
): { shelf: Shelf; units: number }[] | null {
  const held = shelves.reduce((sum, { available }) => sum + available, 0)
  if (held < units) return null
  const parts = splitByWeight(
    units,
    shelves.map(({ available }) => available),
  )
  return shelves.flatMap((shelf, index) => {
    const part = parts[index] ?? 0
    return part === 0 ? [] : [{ shelf, units: part }]
  })
}
