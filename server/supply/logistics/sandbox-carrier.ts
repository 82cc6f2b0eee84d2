/**
 * A carrier that exists only here. It makes waybill numbers and scans parcels by the platform's clock. It can be told to
 * be late, to repeat itself and to mix up the order of what it says, as real ones do.
 */
import { randomInt } from '#platform/ids'
import type { Carrier } from './carrier.ts'
import { hubOf } from './regions.ts'
import { sentenceOf } from './sentences.ts'
import type { CarrierState, Track } from './track.ts'

export interface SandboxBehaviour {
  delayMs: number
  repeats: boolean
  reorders: boolean
}

export const goodBehaviour: SandboxBehaviour = { delayMs: 0, repeats: false, reorders: false }

export const sandboxCarrier: Carrier = {
  code: 'sandbox',
  name: { en: 'Swift Crane Express', zh: '云鹤速运' },
  async fetchNumbers(count) {
    return Array.from({ length: count }, () => withCheckDigit(`${1_000_000 + randomInt(9_000_000)}${tenThousands()}`))
  },
}

function tenThousands(): string {
  return String(randomInt(10_000)).padStart(4, '0')
}

/** Weights 3 and 1, like the numbers on goods, so that a mistyped waybill is noticed. */
function withCheckDigit(digits: string): string {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0)
  return `HK${digits}${(10 - (sum % 10)) % 10}`
}

/** How long after the hand-over each scan comes. */
const plan: readonly { state: CarrierState; afterHours: number }[] = [
  { state: 'collected', afterHours: 2 },
  { state: 'in_transit', afterHours: 6 },
  { state: 'out_for_delivery', afterHours: 20 },
  { state: 'delivered', afterHours: 26 },
]

export interface Journey {
  handedOverAt: Temporal.Instant
  fromProvince: string
  fromCity: string
  toProvince: string
  toCity: string
  toDistrict: string
}

/** The scans of a parcel, each with the moment at which it is due. */
export function scansOf(journey: Journey, behaviour = goodBehaviour): Track[] {
  const to = { en: `${journey.toCity}${journey.toDistrict}`, zh: `${journey.toCity}${journey.toDistrict}` }
  return plan.map(({ state, afterHours }) => {
    const place = placeOf(state, journey)
    return {
      state,
      carrierEventId: `sandbox-${state}`,
      at: journey.handedOverAt.add({ hours: afterHours, milliseconds: behaviour.delayMs }),
      place: place.zh,
      sentence: sentenceOf(state, { place, to }),
    }
  })
}

function placeOf(state: CarrierState, journey: Journey): { en: string; zh: string } {
  if (state === 'in_transit') return hubOf(journey.fromProvince)
  const place = state === 'collected' ? journey.fromCity : `${journey.toCity}${journey.toDistrict}`
  return { en: place, zh: place }
}

/** What the carrier says of these scans, in the way it behaves. */
export function pushesOf(scans: readonly Track[], behaviour: SandboxBehaviour): Track[] {
  const said = behaviour.repeats ? scans.flatMap((scan) => [scan, scan]) : [...scans]
  return behaviour.reorders ? said.reverse() : said
}
