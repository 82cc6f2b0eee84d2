/** The screen as a value, and what each message makes of it. Pure: the socket and the clock are elsewhere. */
import type { ScreenMessage } from '#contract/insight'
import type { Screen } from '../client/index.ts'

/** More orders than fit on a wall are of no use to anybody. */
export const latestMax = 14

export interface ScreenState {
  screen: Screen
  /** Number of the last message that is in here. */
  number: number
  /** The amount went down within a day: it was corrected, and says so. */
  corrected: boolean
}

export function stateOf(screen: Screen): ScreenState {
  return { screen: bounded(screen), number: screen.topicNumber, corrected: false }
}

/** The state loaded again. What messages have told since then is newer and stays. */
export function reloaded(state: ScreenState | null, loaded: Screen): ScreenState {
  if (state === null || loaded.day !== state.screen.day) return stateOf(loaded)
  const isOlder = loaded.topicNumber < state.number
  if (!isOlder) {
    return { ...stateOf(loaded), corrected: state.corrected || loaded.paidMinor < state.screen.paidMinor }
  }
  const { paidMinor, orders, units, latest } = state.screen
  return { ...state, screen: bounded({ ...loaded, paidMinor, orders, units, latest }) }
}

export function afterSales(state: ScreenState, message: ScreenMessage, number: number): ScreenState {
  if (number <= state.number) return state
  const { screen } = state
  const isNewDay = message.day !== screen.day
  const known = new Set(message.latest.map((order) => order.number))
  return {
    number,
    corrected: isNewDay ? false : state.corrected || message.paidMinor < screen.paidMinor,
    screen: bounded({
      ...screen,
      ...(isNewDay ? { minutes: [], topProducts: [], topRooms: [], regions: [], ranking: [], buyers: 0 } : {}),
      day: message.day,
      paidMinor: message.paidMinor,
      orders: message.orders,
      units: message.units,
      latest: [...message.latest, ...screen.latest.filter((order) => !known.has(order.number))],
    }),
  }
}

function bounded(screen: Screen): Screen {
  const latest = screen.latest.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, latestMax)
  return { ...screen, latest }
}

/** 10,000, 100,000, 1,000,000 … of the currency's whole units: the highest that was passed, or 0. */
export function milestoneOf(paidMinor: number): number {
  let passed = 0
  for (let mark = 10_000_00; mark <= paidMinor; mark *= 10) {
    for (const step of [1, 2, 5]) if (mark * step <= paidMinor) passed = mark * step
  }
  return passed
}

/** One bar per minute, the empty ones too, ending now. */
export function minuteBars(
  minutes: Screen['minutes'],
  nowMs: number,
  barsMax: number,
): { atMs: number; paidMinor: number; orders: number }[] {
  const byMinute = new Map(minutes.map((minute) => [Math.floor(Date.parse(minute.at) / 60_000), minute]))
  const last = Math.floor(nowMs / 60_000)
  return Array.from({ length: barsMax }, (_, index) => {
    const minute = last - barsMax + 1 + index
    const known = byMinute.get(minute)
    return { atMs: minute * 60_000, paidMinor: known?.paidMinor ?? 0, orders: known?.orders ?? 0 }
  })
}
