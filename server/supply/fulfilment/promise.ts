/**
 * When an order leaves and arrives: what the buyer is shown and what the order then keeps. Pure.
 *
 * Paid before the first cutoff it leaves today, before the second tomorrow, and after that the day after. It travels one
 * day to the neighbours, two to most, four to the far west and north.
 */

export interface Cutoffs {
  /** Local time, HH:MM: paid before it, the goods leave the same day. */
  sameDay: string
  /** Paid before it, they leave the next day. */
  nextDay: string
}

export const defaultCutoffs: Cutoffs = { sameDay: '11:00', nextDay: '23:00' }

/** How far it is. */
export type Region = 'near' | 'far' | 'remote'

export const travelDays: Record<Region, number> = { near: 1, far: 2, remote: 4 }

export interface DeliveryPromise {
  dispatchBy: Temporal.Instant
  deliverBy: Temporal.Instant
}

export function promiseFor(of: {
  region: Region
  now: Temporal.Instant
  cutoffs?: Cutoffs
  timeZone: string
  /** Days on which nothing leaves, as dates: 2027-02-06. */
  holidays?: readonly string[]
}): DeliveryPromise {
  const cutoffs = of.cutoffs ?? defaultCutoffs
  const paid = of.now.toZonedDateTimeISO(of.timeZone)
  const time = paid.toPlainTime()
  const isBefore = (cutoff: string) => Temporal.PlainTime.compare(time, Temporal.PlainTime.from(cutoff)) < 0
  const days = isBefore(cutoffs.sameDay) ? 0 : isBefore(cutoffs.nextDay) ? 1 : 2

  let leaves = paid.toPlainDate().add({ days })
  for (let tries = 0; tries < holidaysInARowMax && of.holidays?.includes(leaves.toString()); tries++) {
    leaves = leaves.add({ days: 1 })
  }
  const arrives = leaves.add({ days: travelDays[of.region] })
  return {
    dispatchBy: leaves.toZonedDateTime({ timeZone: of.timeZone, plainTime: '23:59:59' }).toInstant(),
    deliverBy: arrives.toZonedDateTime({ timeZone: of.timeZone, plainTime: '22:00:00' }).toInstant(),
  }
}

const holidaysInARowMax = 60

/** Provinces whose parcels arrive the day after they left, by the warehouse's own. */
const neighbours: Record<string, readonly string[]> = {
  浙江省: ['上海市', '江苏省', '安徽省'],
  四川省: ['重庆市'],
  北京市: ['天津市', '河北省'],
  广东省: ['广西壮族自治区', '湖南省'],
  湖北省: ['湖南省', '河南省'],
}
const remoteProvinces: readonly string[] = [
  '西藏自治区',
  '新疆维吾尔自治区',
  '青海省',
  '内蒙古自治区',
  '黑龙江省',
  '海南省',
  '香港特别行政区',
  '澳门特别行政区',
  '台湾省',
]

/** How far it is from a warehouse (its `warehouseRegion`) to a buyer's province. */
export function regionOf(of: { warehouseRegion: string; province: string }): Region {
  if (of.province === of.warehouseRegion) return 'near'
  if (remoteProvinces.includes(of.province)) return 'remote'
  return neighbours[of.warehouseRegion]?.includes(of.province) ? 'near' : 'far'
}
