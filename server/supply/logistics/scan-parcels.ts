import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import type { Schedule } from '#platform/jobs'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { refillWaybills } from './request-waybill.ts'
import { goodBehaviour, pushesOf, type SandboxBehaviour, sandboxCarrier, scansOf } from './sandbox-carrier.ts'
import {
  lockDueShipments,
  lockShipmentOfParcel,
  type ShipmentRow,
  selectTracks,
  updateHandedOver,
  updateScans,
} from './store.ts'
import { takeTrack } from './take-track.ts'

/** Gives the parcel to its carrier; the sandbox's clock for it starts to run. The same parcel again changes nothing. */
export async function startJourney(tx: Pick<Tx, 'db' | 'now'>, parcelId: string): Promise<void> {
  const shipment = await lockShipmentOfParcel(tx.db, parcelId)
  assert(shipment, 'a parcel has a waybill before it is handed over')
  const [firstScan] = scansOf({ ...shipment, handedOverAt: tx.now })
  const nextScanAt = shipment.carrier === sandboxCarrier.code ? (firstScan?.at ?? null) : null
  await updateHandedOver(tx.db, { parcelId, at: tx.now, nextScanAt })
}

export const parcelsPerBite = 50

/** Lets the sandbox carrier do what is due by the platform's clock; a clock that jumped makes it catch up in order. */
export const advanceSandboxParcels = sandboxSweep()

export function sandboxSweep(behaviour: SandboxBehaviour = goodBehaviour): Schedule {
  return {
    name: 'advance-sandbox-parcels',
    cron: '* * * * *',
    async sweep(app) {
      // Numbers are fetched here as well as on demand, so that packing seldom waits for the carrier.
      await refillWaybills(app)
      if (app.config.mode === 'live') return { more: false }
      const found = await transact(app, async (tx) => {
        const shipments = await lockDueShipments(tx.db, { now: tx.now, limit: parcelsPerBite })
        for (const shipment of shipments) await scanWhatIsDue(tx, shipment, behaviour)
        return shipments.length
      })
      return { more: found === parcelsPerBite }
    },
  }
}

async function scanWhatIsDue(tx: Tx, shipment: ShipmentRow, behaviour: SandboxBehaviour): Promise<void> {
  const { handedOverAt, waybill } = shipment
  assert(handedOverAt, 'a parcel that is scanned was handed over')
  const scans = scansOf({ ...shipment, handedOverAt }, behaviour)
  const due = scans.slice(shipment.scansDone).filter((scan) => Temporal.Instant.compare(scan.at, tx.now) <= 0)
  // An operator may have made scans early or late by hand: what follows is never before what was.
  let earliest = await lastScanAt(tx, waybill)
  const dated = due.map((scan) => {
    earliest = earliest !== null && Temporal.Instant.compare(earliest, scan.at) > 0 ? earliest : scan.at
    return { ...scan, at: earliest }
  })
  for (const push of pushesOf(dated, behaviour)) mustBeDone(await takeTrack(tx, { ...push, waybill }))
  const scansDone = shipment.scansDone + due.length
  await updateScans(tx.db, { waybill, scansDone, nextScanAt: scans[scansDone]?.at ?? null })
}

async function lastScanAt(tx: Pick<Tx, 'db'>, waybill: string): Promise<Temporal.Instant | null> {
  return (await selectTracks(tx.db, [waybill])).at(-1)?.at ?? null
}

/** The next scan of one parcel, now instead of in its time. */
export async function advanceSandboxParcel(
  app: Pick<App, 'config'>,
  tx: Tx,
  parcelId: string,
): Promise<Outcome<null, 'not_found' | 'not_in_sandbox' | 'parcel_at_rest'>> {
  if (app.config.mode === 'live') return refuse('not_in_sandbox')
  const shipment = await lockShipmentOfParcel(tx.db, parcelId)
  if (shipment === null || shipment.handedOverAt === null) return refuse('parcel_at_rest')
  if (shipment.carrier !== sandboxCarrier.code) return refuse('not_in_sandbox')
  const { handedOverAt, waybill, scansDone } = shipment
  const scans = scansOf({ ...shipment, handedOverAt })
  const scan = scans[scansDone]
  if (scan === undefined) return refuse('parcel_at_rest')
  // Who waited for the lock may have begun before whoever had it: what follows is never before what was.
  const last = await lastScanAt(tx, waybill)
  const at = last !== null && Temporal.Instant.compare(last, tx.now) > 0 ? last : tx.now
  mustBeDone(await takeTrack(tx, { ...scan, at, waybill }))
  await updateScans(tx.db, { waybill, scansDone: scansDone + 1, nextScanAt: scans[scansDone + 1]?.at ?? null })
  return done(null)
}
