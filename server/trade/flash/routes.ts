import type { z } from 'zod'
import * as contract from '#contract/flash'
import { loadOffers, lowestPriceOf, videoChannel } from '#goods/listings'
import { creatorsOf } from '#people/creators'
import type { App } from '#platform/app'
import { type Actor, type Db, inTransaction, personOf, type Tx } from '#platform/database'
import { type Route, route } from '#platform/http'
import { isId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { unitsLeftOf as unitsOnShelfOf } from '#supply/warehouse'
import { announceFromGrant, announceSale, type OnAir } from './announce-sale.ts'
import type { FlashGrant } from './flash.ts'
import { grantFlash } from './grant-flash.ts'
import { stopSale } from './move-sale.ts'
import { findSale, grantsOf, listGrants, listSales, type ShownSale, salesOfRoom } from './store.ts'
import { viewOf } from './tell.ts'

/** So long a page shows how a sale went. */
const shownAfterSeconds = 60
const shownMax = 20

/** `onAir` says which broadcast of a host or a room is on air: the rooms know, and this module may not ask them itself. */
export function flashRoutes(
  app: App,
  onAir: (db: Db, of: { creatorId: string } | { roomId: string }) => Promise<OnAir | null>,
): Route[] {
  const { db } = app.database

  /** Who asked twice at once waited for himself: what he was refused for is there now, and is his. */
  async function announced<Code extends string>(
    actor: Actor,
    saleId: string,
    announce: (tx: Tx) => Promise<Outcome<ShownSale, Code>>,
  ): Promise<Outcome<{ sale: ReturnType<typeof viewOf> }, Code>> {
    let sale = await inTransaction(app, actor, announce)
    if (!sale.ok && (await findSale(db, saleId)) !== null) sale = await inTransaction(app, actor, announce)
    return sale.ok ? done({ sale: viewOf(sale.value) }) : sale
  }

  return [
    route(contract.listRoomFlashSales, async ({ params }) => {
      const endedAfter = app.clock.now().subtract({ seconds: shownAfterSeconds })
      const sales = await salesOfRoom(db, { roomId: params.id, endedAfter, limit: shownMax })
      return done({ sales: sales.map(viewOf) })
    }),
    route(contract.listMyFlashGrants, async ({ actor }) => {
      const now = app.clock.now()
      const grants = await grantsOf(db, { creatorId: personOf(actor), now, limit: shownMax })
      return done({ grants: await grantViewsOf(db, grants, now) })
    }),
    route(contract.announceMyFlashSale, ({ actor, body }) =>
      announced(actor, body.id, async (tx) => {
        const creatorId = personOf(actor)
        return announceFromGrant(tx, { creatorId, onAir: await onAir(tx.db, { creatorId }) }, body)
      }),
    ),
    route(contract.stopMyFlashSale, ({ actor, params }) =>
      inTransaction(app, actor, async (tx) => {
        const stopped = await stopSale(tx, { id: params.id, creatorId: personOf(actor) })
        return stopped.ok ? done({ sale: viewOf(stopped.value) }) : stopped
      }),
    ),
    route(contract.listFlashSales, async ({ query }) => {
      const rows = await listSales(db, { before: isId(query.cursor) ? query.cursor : null, limit: query.limit })
      return done({ items: rows.map(viewOf), next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null })
    }),
    route(contract.announceFlashSale, ({ actor, params, body }) =>
      announced(actor, body.id, async (tx) => {
        const room = await onAir(tx.db, { roomId: params.id })
        return room === null ? refuse('room_not_live') : announceSale(tx, room, body)
      }),
    ),
    route(contract.stopFlashSale, ({ actor, params }) =>
      inTransaction(app, actor, async (tx) => {
        const stopped = await stopSale(tx, { id: params.id, creatorId: null })
        return stopped.ok ? done({ sale: viewOf(stopped.value) }) : stopped
      }),
    ),
    route(contract.listFlashGrants, async ({ query }) => {
      const rows = await listGrants(db, { before: isId(query.cursor) ? query.cursor : null, limit: query.limit })
      return done({
        items: await grantViewsOf(db, rows, app.clock.now()),
        next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null,
      })
    }),
    route(contract.grantFlash, ({ actor, body }) =>
      inTransaction(app, actor, async (tx) => {
        const granted = await grantFlash(tx, { ...body, validUntil: Temporal.Instant.from(body.validUntil) })
        if (!granted.ok) return granted
        const [grant] = await grantViewsOf(tx.db, [granted.value], tx.now)
        return grant === undefined ? refuse('sku_not_on_sale') : done({ grant })
      }),
    ),
  ]
}

/** Grants with what they are of; those of products that nobody lists any more are left out. */
async function grantViewsOf(db: Db, grants: readonly FlashGrant[], now: Temporal.Instant) {
  const skuIds = [...new Set(grants.map(({ skuId }) => skuId))]
  const [offers, creators, onShelf, lows] = await Promise.all([
    loadOffers(db, skuIds, { channel: videoChannel, now }),
    creatorsOf(db, [...new Set(grants.map(({ creatorId }) => creatorId))]),
    unitsOnShelfOf(db, skuIds),
    Promise.all(skuIds.map(async (skuId) => [skuId, await lowestPriceOf(db, { skuId, now })] as const)),
  ])
  const lowest = new Map(lows)
  return grants.flatMap((grant): z.input<typeof contract.flashGrant>[] => {
    const offer = offers.get(grant.skuId)
    if (offer === undefined) return []
    const { funders: _, budgetId: __, validUntil, ...facts } = grant
    const { productId, title, label, picture, priceMinor: shelfMinor } = offer
    const low = lowest.get(grant.skuId) ?? null
    return [
      {
        ...facts,
        creatorName: creators.get(grant.creatorId)?.name ?? '',
        ...{ productId, title, label, picture, shelfMinor },
        currency: offer.currency as 'CNY',
        lowestMinor: low?.priceMinor ?? null,
        lowestAt: low?.at.toString() ?? null,
        unitsOnShelf: onShelf.get(grant.skuId) ?? 0,
        validUntil: validUntil.toString(),
      },
    ]
  })
}
