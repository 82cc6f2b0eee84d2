import { type DeliveryPromise, promiseFor, regionOf } from '#supply/fulfilment'
import type { Warehouse } from '#supply/warehouse'

export type { DeliveryPromise }

/** What is promised for goods that leave these warehouses: the slowest decides. Shown before payment, kept with the order. */
export function promiseOf(of: {
  warehouseIds: readonly string[]
  warehouses: readonly Warehouse[]
  province: string
  now: Temporal.Instant
  timeZone: string
}): DeliveryPromise {
  const promises = of.warehouseIds.map((id) => {
    const warehouseRegion = of.warehouses.find((warehouse) => warehouse.id === id)?.province ?? of.province
    return promiseFor({
      region: regionOf({ warehouseRegion, province: of.province }),
      now: of.now,
      timeZone: of.timeZone,
    })
  })
  return promises.reduce((slowest, promise) =>
    Temporal.Instant.compare(promise.deliverBy, slowest.deliverBy) > 0 ? promise : slowest,
  )
}
