import {
  loadOffers,
  offersOfProducts,
  type PriceFunders,
  setTimedPrice,
  type TimedPriceRefusal,
  videoChannel,
} from '#goods/listings'
import { categoriesClosedTo } from '#people/creators'
import type { Tx } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { lockStock, ownerOf, reserveUnits } from '#supply/warehouse'
import { carve, type FlashSale } from './flash.ts'
import { type BudgetRefusal, openBudget } from './grant-flash.ts'
import { drawGrant, findGrant, findSale, insertSale, type ShownSale } from './store.ts'
import { tellFlash } from './tell.ts'

/** Where a sale is held: a broadcast that is on air, and whose it is. */
export interface OnAir {
  roomId: string
  sessionId: string
  creatorId: string
}

interface Terms {
  id: string
  units: number
  perBuyerUnits: number
  countdownSeconds: number
  minutes: number
}

/** In the order in which they are told. */
export type AnnounceRefusal =
  | 'id_reused'
  | 'grant_over'
  | 'above_grant'
  | 'sku_not_on_sale'
  | 'category_gated'
  | Exclude<TimedPriceRefusal, 'id_reused'>
  | 'limit_above_units'
  | 'too_few_units'
  | 'flash_already_open'

/** The operator's own flash sale in a room, at a price that he says. */
export async function announceSale(
  tx: Tx,
  onAir: OnAir,
  wish: Terms & { skuId: string; priceMinor: number; funders: PriceFunders; budgetMinor: number },
): Promise<Outcome<ShownSale, Exclude<AnnounceRefusal, 'grant_over' | 'above_grant'> | BudgetRefusal>> {
  const { budgetMinor, ...terms } = wish
  const earlier = await findSale(tx.db, wish.id)
  if (earlier !== null)
    return earlier.roomId === onAir.roomId && earlier.skuId === wish.skuId ? done(earlier) : refuse('id_reused')
  const budget = await openBudget(tx, { funders: wish.funders, budgetMinor, skuId: wish.skuId })
  if (!budget.ok) return budget
  return announce(tx, onAir, { ...terms, kind: 'liveFlash', grantId: null, budgetId: budget.value })
}

/**
 * A host's flash sale from what the operator granted him: of its units so many or fewer, for each buyer so many or fewer, at its
 * price and no other.
 */
export async function announceFromGrant(
  tx: Tx,
  host: { creatorId: string; onAir: OnAir | null },
  wish: Terms & { grantId: string },
): Promise<Outcome<ShownSale, AnnounceRefusal | 'room_not_live'>> {
  const { onAir } = host
  const grant = await findGrant(tx.db, wish.grantId)
  if (grant === null || grant.creatorId !== host.creatorId) return refuse('not_found')
  if (onAir === null) return refuse('room_not_live')
  const earlier = await findSale(tx.db, wish.id)
  if (earlier !== null)
    return earlier.creatorId === host.creatorId && earlier.grantId === grant.id ? done(earlier) : refuse('id_reused')
  if (Temporal.Instant.compare(tx.now, grant.validUntil) >= 0) return refuse('grant_over')
  if (wish.perBuyerUnits > grant.perBuyerUnits) return refuse('above_grant', { perBuyerUnits: grant.perBuyerUnits })
  if (!(await drawGrant(tx, { id: grant.id, units: wish.units })))
    return refuse('above_grant', { units: grant.unitsLeft })
  const { skuId, priceMinor, funders, budgetId } = grant
  return announce(tx, onAir, { ...wish, kind: 'creatorLiveFlash', skuId, priceMinor, funders, budgetId })
}

/**
 * The countdown begins: the units are carved from what is for sale and kept back, the price is promised, and every viewer is told
 * until when to wait. All in one commit, so that a sale that is announced has its units.
 */
async function announce(
  tx: Tx,
  onAir: OnAir,
  wish: Terms & {
    kind: FlashSale['kind']
    grantId: string | null
    skuId: string
    priceMinor: number
    funders: PriceFunders
    budgetId: string | null
  },
): Promise<Outcome<ShownSale, Exclude<AnnounceRefusal, 'grant_over' | 'above_grant'>>> {
  const { id, skuId, units, perBuyerUnits, priceMinor } = wish
  const offer = (await loadOffers(tx.db, [skuId], { channel: videoChannel, now: tx.now })).get(skuId)
  if (offer === undefined || !offer.onSale) return refuse('sku_not_on_sale', { skuId })
  // Whoever announces it, it is the host who sells it.
  const product = (await offersOfProducts(tx.db, [offer.productId], { now: tx.now })).get(offer.productId)
  const categoryCodes = product === undefined ? [] : [product.categoryCode]
  const [closed] = await categoriesClosedTo(tx, { creatorId: onAir.creatorId, categoryCodes })
  if (closed !== undefined) return refuse('category_gated', { ...closed })
  const startsAt = tx.now.add({ seconds: wish.countdownSeconds })
  const endsAt = startsAt.add({ minutes: wish.minutes })
  const price = await setTimedPrice(tx, {
    ...{ id, skuId, kind: wish.kind, channel: videoChannel, roomId: onAir.roomId, priceMinor },
    ...{ name: { en: 'Flash sale', zh: '限时秒杀' }, limitUnits: perBuyerUnits },
    ...{ from: startsAt, until: endsAt, funders: wish.funders, budgetId: wish.budgetId },
  })
  if (!price.ok) return price.code === 'id_reused' ? refuse('id_reused') : refuse(price.code, price.params)
  if (perBuyerUnits > units) return refuse('limit_above_units', { units })

  const owner = ownerOf(offer)
  const shelves = (await lockStock(tx, [skuId])).filter(
    ({ owner: whose }) => whose.kind === owner.kind && whose.id === owner.id,
  )
  const carved = carve(shelves, units)
  if (carved === null)
    return refuse('too_few_units', { units: shelves.reduce((sum, { available }) => sum + available, 0) })
  const reserved = await reserveUnits(
    tx,
    carved.map(({ shelf, units: part }) => ({
      skuId,
      warehouseId: shelf.warehouseId,
      units: part,
      cause: flashCause(id),
    })),
    owner,
  )
  assert(reserved.ok, 'what is locked and there can be kept back')
  const sale = {
    ...{ id, kind: wish.kind, grantId: wish.grantId, ...onAir, skuId, productId: offer.productId },
    ...{ title: offer.title, label: offer.label, picture: offer.picture },
    ...{ priceMinor, shelfMinor: offer.priceMinor, currency: offer.currency, units, perBuyerUnits },
    ...{ announcedAt: tx.now, startsAt, endsAt, owner },
  }
  const isNew = await insertSale(
    tx,
    sale,
    carved.map(({ shelf, units: part }) => ({
      warehouseId: shelf.warehouseId,
      province: shelf.warehouseRegion,
      units: part,
    })),
  )
  if (!isNew) return refuse('flash_already_open')
  const shown: ShownSale = { ...sale, state: 'announced', closedAt: null, unitsLeft: units, unitsSold: 0 }
  tellFlash(tx, shown)
  return done(shown)
}

/** Why the warehouse kept these units back. */
export function flashCause(saleId: string): string {
  return `flash:${saleId}`
}
