import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { assert } from '#platform/outcome'
import type { Carrier } from './carrier.ts'
import { sandboxCarrier } from './sandbox-carrier.ts'
import {
  countFreeWaybills,
  insertShipment,
  insertWaybills,
  type NewShipment,
  selectWaybillOf,
  takeWaybill,
  type WaybillRow,
} from './store.ts'

/** The carriers that this operator ships with, by code. */
export const carriers: ReadonlyMap<string, Carrier> = new Map([[sandboxCarrier.code, sandboxCarrier]])
const preferred = sandboxCarrier

export const waybillsFreeMin = 500
export const waybillsPerFetch = 2_000

/** Fetches numbers from the carrier when few are left; never inside a transaction, since the carrier is outside. */
export async function refillWaybills(app: Pick<App, 'database' | 'clock'>): Promise<void> {
  const { code } = preferred
  const free = await countFreeWaybills(app.database.db, { carrier: code, limit: waybillsFreeMin })
  if (free >= waybillsFreeMin) return
  const numbers = await preferred.fetchNumbers(waybillsPerFetch)
  await transact(app, (tx) => insertWaybills(tx.db, { carrier: code, at: tx.now }, numbers))
}

/** A parcel's waybill: taken from the pool the first time, the same one ever after. */
export async function requestWaybill(tx: Pick<Tx, 'db' | 'now'>, parcel: NewShipment): Promise<WaybillRow> {
  const known = await selectWaybillOf(tx.db, parcel.parcelId)
  if (known) return known
  const taken = await takeWaybill(tx.db, { carrier: preferred.code, parcelId: parcel.parcelId, at: tx.now })
  assert(taken, 'the pool of waybills is refilled before a parcel is packed')
  await insertShipment(tx.db, { ...parcel, ...taken })
  return taken
}

export function carrierNameOf(code: string): { en: string; zh: string } {
  return carriers.get(code)?.name ?? { en: code, zh: code }
}
