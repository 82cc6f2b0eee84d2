import { loadOffers, lowestPriceOf, type PriceFunders, videoChannel } from '#goods/listings'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { insertBudget } from '#trade/promotions'
import type { FlashGrant } from './flash.ts'
import { findGrant, insertGrant } from './store.ts'

export type BudgetRefusal = 'funders_not_whole' | 'budget_missing'

/** In the order in which they are told. */
export type GrantRefusal =
  | BudgetRefusal
  | 'sku_not_on_sale'
  | 'limit_above_units'
  | 'window_empty'
  | 'not_below_shelf'
  | 'above_recent_low'
  | 'id_reused'

/** Lets a creator sell units in flash sales of his own. The price is judged now and again when a sale is announced. */
export async function grantFlash(
  tx: Tx,
  wish: {
    id: string
    creatorId: string
    skuId: string
    priceMinor: number
    units: number
    perBuyerUnits: number
    funders: PriceFunders
    budgetMinor: number
    validUntil: Temporal.Instant
  },
): Promise<Outcome<FlashGrant, GrantRefusal>> {
  const { budgetMinor, ...grant } = wish
  const budget = await openBudget(tx, { funders: wish.funders, budgetMinor, skuId: wish.skuId })
  if (!budget.ok) return budget
  const offer = (await loadOffers(tx.db, [wish.skuId], { channel: videoChannel, now: tx.now })).get(wish.skuId)
  if (offer === undefined || !offer.onSale) return refuse('sku_not_on_sale', { skuId: wish.skuId })
  if (wish.perBuyerUnits > wish.units) return refuse('limit_above_units', { units: wish.units })
  if (Temporal.Instant.compare(wish.validUntil, tx.now) <= 0) return refuse('window_empty')
  if (wish.priceMinor >= offer.priceMinor) return refuse('not_below_shelf', { shelfMinor: offer.priceMinor })
  const low = await lowestPriceOf(tx.db, { skuId: wish.skuId, now: tx.now })
  if (low !== null && wish.priceMinor > low.priceMinor)
    return refuse('above_recent_low', { lowestMinor: low.priceMinor, at: low.at.toString() })
  const by = tx.actor.kind === 'person' ? tx.actor.personId : null
  if (!(await insertGrant(tx, { ...grant, budgetId: budget.value, by }))) return refuse('id_reused')
  const granted = await findGrant(tx.db, wish.id)
  return granted === null ? refuse('id_reused') : done(granted)
}

/** A budget of its own for what the platform bears, if it bears anything. */
export async function openBudget(
  tx: Tx,
  of: { funders: PriceFunders; budgetMinor: number; skuId: string },
): Promise<Outcome<string | null, BudgetRefusal>> {
  const { platform, seller, creator, brand } = of.funders
  if (platform + seller + creator + brand !== 10_000) return refuse('funders_not_whole')
  if (platform === 0) return done(null)
  if (of.budgetMinor === 0) return refuse('budget_missing')
  const offer = (await loadOffers(tx.db, [of.skuId], { channel: videoChannel, now: tx.now })).get(of.skuId)
  const id = newId()
  await insertBudget(tx, { id, name: 'Flash sale', currency: offer?.currency ?? 'CNY', limitMinor: of.budgetMinor })
  return done(id)
}
