import type { z } from 'zod'
import type * as contract from '#contract/supply'
import type { Db } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { carrierNameOf, type Label, type ParcelTracks, renderLabel, tracksOfParcels } from '#supply/logistics'
import { homesOf, type Warehouse, walkingOrder, warehousesOf } from '#supply/warehouse'
import { handedOverSentence } from './hand-over.ts'
import { isLate, type Parcel, type ParcelState } from './parcel.ts'
import { packedSentence } from './pick-and-pack.ts'
import {
  type PageOfParcels,
  type ParcelRow,
  selectCostOfOrder,
  selectOpenLines,
  selectParcel,
  selectParcelsOfOrders,
  selectParcelsPage,
} from './store.ts'

export type ParcelView = z.input<typeof contract.parcel>

/** The parcels of orders, by order. Give the time, and those that should have left by now are marked as late. */
export async function parcelsOfOrders(
  db: Db,
  orderIds: readonly string[],
  now: Temporal.Instant | null = null,
): Promise<Map<string, ParcelView[]>> {
  if (orderIds.length === 0) return new Map()
  return Map.groupBy(await viewsOf(db, await selectParcelsOfOrders(db, orderIds), now), ({ orderId }) => orderId)
}

export async function findParcel(db: Db, id: string, now: Temporal.Instant): Promise<ParcelView | null> {
  const parcel = await selectParcel(db, id)
  if (parcel === null) return null
  const [view] = await viewsOf(db, [parcel], now)
  return view ?? null
}

/** What the goods of an order cost when they left; 0 before. */
export function costOfOrder(db: Db, orderId: string): Promise<number> {
  return selectCostOfOrder(db, orderId)
}

export async function listParcels(
  db: Db,
  page: Omit<PageOfParcels, 'after'> & { cursor: string | undefined },
  now: Temporal.Instant,
): Promise<{ items: ParcelView[]; next: string | null }> {
  const rows = await selectParcelsPage(db, { ...page, after: readCursor(page.cursor), limit: page.limit + 1 })
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    items: await viewsOf(db, shown, now),
    next: rows.length > page.limit && last ? `${last.turn}~${last.promisedBy.epochMilliseconds}~${last.id}` : null,
  }
}

/** A cursor that is none of ours begins at the start. */
function readCursor(text: string | undefined): PageOfParcels['after'] {
  const parts = /^(\d)~(\d{1,13})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? '')
  if (!parts?.[1] || !parts[2] || !parts[3]) return null
  const promisedBy = Temporal.Instant.fromEpochMilliseconds(Number(parts[2])).toString()
  return { turn: Number(parts[1]), promisedBy, id: parts[3] }
}

/** One walk through the warehouse takes at most so many parcels; the next walk takes the next ones. */
export const parcelsPerWalk = 200

export type PickList = z.input<typeof contract.listPickList.reply>

/** What to take from which bin, in the order in which one passes the bins. */
export async function pickListOf(db: Db, warehouseId: string): Promise<PickList> {
  const open = await selectOpenLines(db, { warehouseId, parcelsMax: parcelsPerWalk })
  const homes = await homesOf(db, [...new Set(open.map(({ skuId }) => skuId))])
  const lines = [...Map.groupBy(open, ({ skuId }) => skuId)].flatMap(([skuId, wanted]) => {
    const [one] = wanted
    if (one === undefined) return []
    const { skuCode, barcode, title, label, picture } = one
    const bin = homes.get(skuId)?.get(warehouseId) ?? null
    // Two lines of one parcel are one handful.
    const parcels = [...Map.groupBy(wanted, ({ parcelId }) => parcelId)].map(([id, parts]) => ({
      id,
      number: parts[0]?.number ?? '',
      units: parts.reduce((sum, part) => sum + part.units, 0),
    }))
    const units = parcels.reduce((sum, parcel) => sum + parcel.units, 0)
    return [{ bin, line: { bin: bin?.code ?? '', skuId, skuCode, barcode, title, label, picture, units, parcels } }]
  })
  lines.sort((one, other) => walkingOrder(one.bin, other.bin) || (one.line.skuCode < other.line.skuCode ? -1 : 1))
  return { lines: lines.map(({ line }) => line), parcels: new Set(open.map(({ parcelId }) => parcelId)).size }
}

/** The label of a packed parcel, as a PDF. */
export async function labelOf(
  db: Db,
  of: { parcelId: string; timeZone: string; now: Temporal.Instant },
): Promise<Outcome<{ bytes: Buffer; name: string }, 'not_found' | 'parcel_not_packed'>> {
  const parcel = await selectParcel(db, of.parcelId)
  if (parcel === null) return refuse('not_found')
  if (parcel.waybill === null || parcel.weightGrams === null || parcel.state === 'cancelled') {
    return refuse('parcel_not_packed')
  }
  const from = (await warehousesOf(db)).find(({ id }) => id === parcel.warehouseId)
  assert(from, 'a parcel leaves from a warehouse that exists')
  const { waybill, weightGrams, shipTo } = parcel
  const printedAt = of.now
    .toZonedDateTimeISO(of.timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ')
  const label: Label = {
    ...shipTo,
    waybill,
    carrierName: carrierNameOf(parcel.carrier ?? '').zh,
    senderName: from.name.zh,
    senderAddress: `${from.province}${from.city}${from.district}${from.street}`,
    parcelNumber: parcel.number,
    orderNumber: parcel.orderNumber,
    weightGrams,
    units: parcel.lines.reduce((sum, { units }) => sum + units, 0),
    printedAt,
  }
  return done({ bytes: await renderLabel(label), name: `${parcel.number}.pdf` })
}

async function viewsOf(db: Db, parcels: readonly ParcelRow[], now: Temporal.Instant | null): Promise<ParcelView[]> {
  if (parcels.length === 0) return []
  const tracks = await tracksOfParcels(
    db,
    parcels.map(({ id }) => id),
  )
  const homes = await homesOf(db, [...new Set(parcels.flatMap(({ lines }) => lines.map(({ skuId }) => skuId)))])
  const warehouses = new Map((await warehousesOf(db)).map((warehouse) => [warehouse.id, warehouse]))
  return parcels.map((parcel) => {
    const carried = tracks.get(parcel.id)
    // The carrier's word is newer than our note of it.
    const state: ParcelState = parcel.handedOverAt !== null && carried?.state ? carried.state : parcel.state
    const warehouse = warehouses.get(parcel.warehouseId)
    const { promisedBy, waybill, weightGrams, lines } = parcel
    const firstScanAt = carried?.tracks.find((track) => track.state !== 'exception')?.at ?? null
    return {
      id: parcel.id,
      number: parcel.number,
      orderId: parcel.orderId,
      orderNumber: parcel.orderNumber,
      state,
      warehouseCode: warehouse?.code ?? '',
      warehouseName: warehouse?.name ?? { en: '', zh: '' },
      waybill,
      carrier: parcel.carrier,
      weightGrams,
      shipTo: parcel.shipTo,
      lines: lines.map(({ lineNo: _, ...line }) => ({
        ...line,
        bin: homes.get(line.skuId)?.get(parcel.warehouseId)?.code ?? '',
      })),
      tracks: stepsOf(parcel, warehouse, carried),
      promisedBy: promisedBy.toString(),
      createdAt: parcel.createdAt.toString(),
      late: isLate({ state, promisedBy, firstScanAt, now }),
    }
  })
}

/** What happened to the parcel here, and then on the road. */
function stepsOf(parcel: Parcel, from: Warehouse | undefined, carried: ParcelTracks | undefined): ParcelView['tracks'] {
  const place = from?.city ?? ''
  const { packedAt, handedOverAt, carrier } = parcel
  return [
    ...(packedAt ? [{ state: 'packed' as const, at: packedAt.toString(), place, sentence: packedSentence }] : []),
    ...(handedOverAt && carrier
      ? [{ state: 'handed_over' as const, at: handedOverAt.toString(), place, sentence: handedOverSentence(carrier) }]
      : []),
    ...(carried?.tracks ?? []).map(({ state, at, place, sentence }) => ({ state, at: at.toString(), place, sentence })),
  ]
}
