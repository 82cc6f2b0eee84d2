import * as contract from '#contract/supply'
import { findSkuIds, skusOf } from '#goods/catalog'
import type { App } from '#platform/app'
import { type Db, inTransaction } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { adjustStock } from './adjust-stock.ts'
import { availableOf } from './stock.ts'
import { selectMovementsPage, selectStockPage, selectWarehouses } from './store.ts'

export function warehouseRoutes(app: Pick<App, 'database' | 'config'>): Route[] {
  const { db } = app.database
  return [
    route(contract.listWarehouses, async () => {
      const warehouses = await selectWarehouses(db)
      return done({ warehouses: warehouses.map(({ id, code, name, city }) => ({ id, code, name, city })) })
    }),
    route(contract.listStock, async ({ query }) => done(await listStock(db, query))),
    route(contract.listStockMovements, async ({ params, query }) => {
      const after = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(query.cursor ?? '')
        ? (query.cursor ?? null)
        : null
      const rows = await selectMovementsPage(db, { skuId: params.id, after, limit: query.limit + 1 })
      const shown = rows.slice(0, query.limit)
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null
      return done({ items: shown.map((row) => ({ ...row, at: row.at.toString() })), next })
    }),
    route(contract.adjustStock, ({ actor, body }) =>
      inTransaction(app, actor, (tx) => adjustStock(tx, { ...body, currency: app.config.currency })),
    ),
  ]
}

async function listStock(
  db: Db,
  query: { cursor?: string | undefined; limit: number; warehouseId?: string | undefined; q?: string | undefined },
) {
  const words = query.q?.trim()
  const rows = await selectStockPage(db, {
    after: readCursor(query.cursor),
    limit: query.limit + 1,
    warehouseId: query.warehouseId,
    skuIds: words ? await findSkuIds(db, words) : undefined,
  })
  const shown = rows.slice(0, query.limit)
  const skus = await skusOf(db, [...new Set(shown.map(({ skuId }) => skuId))])
  const codes = new Map((await selectWarehouses(db)).map(({ id, code }) => [id, code]))
  const items = shown.map((row) => {
    const sku = skus.get(row.skuId)
    return {
      skuId: row.skuId,
      skuCode: sku?.code ?? '',
      title: sku?.title ?? { en: '', zh: '' },
      warehouseId: row.warehouseId,
      warehouseCode: codes.get(row.warehouseId) ?? '',
      bin: row.bin ?? '',
      picture: sku?.picture ?? '',
      onHand: row.onHand,
      allocated: row.allocated,
      reserved: row.reserved,
      available: availableOf(row),
    }
  })
  const last = items.at(-1)
  const next = rows.length > query.limit && last ? `${last.available}~${last.skuId}~${last.warehouseId}` : null
  return { items, next }
}

/** A cursor that is none of ours begins at the start. */
function readCursor(text: string | undefined) {
  const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
  const parts = new RegExp(`^(\\d{1,15})~(${uuid})~(${uuid})$`).exec(text ?? '')
  if (!parts?.[1] || !parts[2] || !parts[3]) return null
  return { available: Number(parts[1]), skuId: parts[2], warehouseId: parts[3] }
}
