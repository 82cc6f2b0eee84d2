import type { z } from 'zod'
import {
  finishRefurbishing as finishEndpoint,
  getReturn,
  gradeReturn as gradeEndpoint,
  listReturns,
  type parcelReturn,
} from '#contract/supply'
import { skusOf } from '#goods/catalog'
import type { App } from '#platform/app'
import { type Db, inTransaction } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { warehousesOf } from '#supply/warehouse'
import { findReturn, type ReturnRow, returnsPage } from './store.ts'
import { finishRefurbishing, gradeReturn } from './take-back.ts'

type View = z.input<typeof parcelReturn>

export function returnsRoutes(app: Pick<App, 'database'>): Route[] {
  const { db } = app.database
  return [
    route(listReturns, async ({ query }) => {
      const { state, q, limit } = query
      const rows = await returnsPage(db, { state, q, before: positionIn(query.cursor), limit })
      const last = rows.at(-1)
      return done({
        items: await returnView(db, rows),
        next: last && rows.length === limit ? `${last.openedAt.toString()}~${last.id}` : null,
      })
    }),
    route(getReturn, async ({ params }) => {
      const [view] = await returnView(
        db,
        [await findReturn(db, params.id)].flatMap((row) => row ?? []),
      )
      return view === undefined ? refuse('not_found') : done({ return: view })
    }),
    route(gradeEndpoint, async ({ actor, params, body }) => {
      const graded = await inTransaction(app, actor, (tx) => gradeReturn(tx, { id: params.id, ...body }))
      if (!graded.ok) return graded
      const [view] = await returnView(db, [graded.value])
      return view === undefined ? refuse('not_found') : done({ return: view })
    }),
    route(finishEndpoint, async ({ actor, params, body }) => {
      const finished = await inTransaction(app, actor, (tx) => finishRefurbishing(tx, { id: params.id, ...body }))
      if (!finished.ok) return finished
      const [view] = await returnView(db, [finished.value])
      return view === undefined ? refuse('not_found') : done({ return: view })
    }),
  ]
}

/** Returns as people see them: with the code on each thing, and where it is to be sent. */
export async function returnView(db: Db, rows: readonly ReturnRow[]): Promise<View[]> {
  if (rows.length === 0) return []
  const skus = await skusOf(db, [...new Set(rows.flatMap(({ lines }) => lines.map(({ skuId }) => skuId)))])
  const warehouses = await warehousesOf(db)
  return rows.map((row) => {
    const to = warehouses.find(({ id }) => id === row.warehouseId)
    return {
      id: row.id,
      number: row.number,
      orderId: row.orderId,
      orderNumber: row.orderNumber,
      state: row.state,
      waybill: row.waybill,
      openedAt: row.openedAt.toString(),
      sendBy: row.sendBy.toString(),
      gradedAt: row.gradedAt?.toString() ?? null,
      currency: row.currency,
      sendTo: {
        name: to?.name ?? { en: '', zh: '' },
        address: to === undefined ? '' : `${to.province}${to.city}${to.district}${to.street}`,
      },
      lines: row.lines.map((line) => ({
        ...line,
        barcode: skus.get(line.skuId)?.barcode ?? '',
        gradings: row.gradings.flatMap(({ lineNo, ...grading }) => (lineNo === line.lineNo ? [grading] : [])),
      })),
    }
  })
}
