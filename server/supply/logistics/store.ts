import { sql } from 'kysely'
import { all, type Db, first, touched } from '#platform/database'
import type { CarrierState, Track } from './track.ts'

export async function countFreeWaybills(db: Db, of: { carrier: string; limit: number }): Promise<number> {
  const row = await first<{ free: number }>(
    db,
    sql`select count(*) as free from (
      select from logistics.waybills where carrier = ${of.carrier} and parcel_id is null limit ${of.limit}) as some_of_them`,
  )
  return row?.free ?? 0
}

export async function insertWaybills(
  db: Db,
  of: { carrier: string; at: Temporal.Instant },
  waybills: readonly string[],
): Promise<void> {
  await sql`insert into logistics.waybills (waybill, carrier, fetched_at)
    select waybill, ${of.carrier}, ${of.at.toString()}::timestamptz from unnest(${waybills}::text[]) as w (waybill)
    on conflict (waybill) do nothing`.execute(db)
}

export interface WaybillRow {
  waybill: string
  carrier: string
}

export function selectWaybillOf(db: Db, parcelId: string): Promise<WaybillRow | null> {
  return first(db, sql`select waybill, carrier from logistics.waybills where parcel_id = ${parcelId}`)
}

/** Numbers that others are just taking are passed over: any free one will do. */
export function takeWaybill(
  db: Db,
  of: { carrier: string; parcelId: string; at: Temporal.Instant },
): Promise<WaybillRow | null> {
  return first(
    db,
    sql`update logistics.waybills set parcel_id = ${of.parcelId}, taken_at = ${of.at.toString()}
      where waybill = (select waybill from logistics.waybills where carrier = ${of.carrier} and parcel_id is null
        order by waybill limit 1 for update skip locked)
      returning waybill, carrier`,
  )
}

export interface NewShipment {
  parcelId: string
  orderId: string
  buyerId: string
  fromProvince: string
  fromCity: string
  toProvince: string
  toCity: string
  toDistrict: string
}

export async function insertShipment(db: Db, row: NewShipment & WaybillRow): Promise<void> {
  await sql`insert into logistics.shipments
      (waybill, carrier, parcel_id, order_id, buyer_id, from_province, from_city, to_province, to_city, to_district)
    values (${row.waybill}, ${row.carrier}, ${row.parcelId}, ${row.orderId}, ${row.buyerId}, ${row.fromProvince},
      ${row.fromCity}, ${row.toProvince}, ${row.toCity}, ${row.toDistrict})`.execute(db)
}

export interface ShipmentRow extends NewShipment, WaybillRow {
  handedOverAt: Temporal.Instant | null
  state: CarrierState | null
  decidedBy: string | null
  scansDone: number
  nextScanAt: Temporal.Instant | null
}

const shipmentColumns = sql`waybill, carrier, parcel_id as "parcelId", order_id as "orderId", buyer_id as "buyerId",
  from_province as "fromProvince", from_city as "fromCity", to_province as "toProvince", to_city as "toCity",
  to_district as "toDistrict", handed_over_at as "handedOverAt", state, decided_by as "decidedBy",
  scans_done as "scansDone", next_scan_at as "nextScanAt"`

export function lockShipment(db: Db, waybill: string): Promise<ShipmentRow | null> {
  return first(db, sql`select ${shipmentColumns} from logistics.shipments where waybill = ${waybill} for update`)
}

export function lockShipmentOfParcel(db: Db, parcelId: string): Promise<ShipmentRow | null> {
  return first(db, sql`select ${shipmentColumns} from logistics.shipments where parcel_id = ${parcelId} for update`)
}

export function lockDueShipments(db: Db, of: { now: Temporal.Instant; limit: number }): Promise<ShipmentRow[]> {
  return all(
    db,
    sql`select ${shipmentColumns} from logistics.shipments where next_scan_at <= ${of.now.toString()}
      order by next_scan_at, waybill limit ${of.limit} for update skip locked`,
  )
}

export function selectShipments(
  db: Db,
  parcelIds: readonly string[],
): Promise<{ parcelId: string; waybill: string; carrier: string; state: CarrierState | null }[]> {
  return all(
    db,
    sql`select parcel_id as "parcelId", waybill, carrier, state from logistics.shipments
      where parcel_id = any(${parcelIds}::uuid[])`,
  )
}

export function updateHandedOver(
  db: Db,
  of: { parcelId: string; at: Temporal.Instant; nextScanAt: Temporal.Instant | null },
): Promise<number> {
  return touched(
    db,
    sql`update logistics.shipments set handed_over_at = ${of.at.toString()}, next_scan_at = ${of.nextScanAt?.toString() ?? null}
      where parcel_id = ${of.parcelId} and handed_over_at is null`,
  )
}

export function updateScans(
  db: Db,
  of: { waybill: string; scansDone: number; nextScanAt: Temporal.Instant | null },
): Promise<number> {
  return touched(
    db,
    sql`update logistics.shipments set scans_done = ${of.scansDone}, next_scan_at = ${of.nextScanAt?.toString() ?? null}
      where waybill = ${of.waybill}`,
  )
}

export function updateState(db: Db, of: { waybill: string; state: CarrierState; decidedBy: string }): Promise<number> {
  return touched(
    db,
    sql`update logistics.shipments set state = ${of.state}, decided_by = ${of.decidedBy} where waybill = ${of.waybill}`,
  )
}

/** True when it was not known yet. */
export async function insertTrack(
  db: Db,
  of: { waybill: string; takenAt: Temporal.Instant },
  track: Track,
): Promise<boolean> {
  const rows = await touched(
    db,
    sql`insert into logistics.tracks (waybill, state, carrier_event_id, at, place, sentence_en, sentence_zh, taken_at)
      values (${of.waybill}, ${track.state}, ${track.carrierEventId}, ${track.at.toString()}, ${track.place},
        ${track.sentence.en}, ${track.sentence.zh}, ${of.takenAt.toString()})
      on conflict (waybill, state, carrier_event_id) do nothing`,
  )
  return rows === 1
}

/** No parcel has more: a carrier that says more than this of one is broken. */
export const tracksPerParcelMax = 200

export function selectTracks(db: Db, waybills: readonly string[]): Promise<(Track & { waybill: string })[]> {
  return all(
    db,
    sql`select waybill, state, carrier_event_id as "carrierEventId", at, place,
      json_build_object('en', sentence_en, 'zh', sentence_zh) as sentence
    from logistics.tracks where waybill = any(${waybills}::text[]) order by waybill, at, state, carrier_event_id
    limit ${tracksPerParcelMax * Math.max(waybills.length, 1)}`,
  )
}
