/** What flies over a room, as a value: which banners stand, how far each combo has come, and what is next. Pure. */
import type { SentGift } from '../../client/index.ts'

export const bannersMax = 2
export const bannerMs = 3_600
export const grandMs = 2_800
/** A gift that is older is counted and not flown. */
export const flownWithinMs = 30_000
const waitingMax = 30
const seenMax = 400

export interface Banner {
  gift: SentGift
  units: number
  untilMs: number
}

export interface Sky {
  banners: readonly Banner[]
  /** What waits for a free place, the greatest first. */
  waiting: readonly Banner[]
  grand: { gift: SentGift; untilMs: number } | null
  /** Gifts come at least once: the same id again is the same gift. */
  seen: ReadonlySet<string>
}

export const emptySky: Sky = { banners: [], waiting: [], grand: null, seen: new Set() }

export function afterGift(sky: Sky, gift: SentGift, nowMs: number): Sky {
  if (sky.seen.has(gift.id)) return sky
  const seen = new Set([...sky.seen, gift.id].slice(-seenMax))
  if (nowMs - Date.parse(gift.at) > flownWithinMs) return { ...sky, seen }
  const untilMs = nowMs + bannerMs
  const grow = (banner: Banner): Banner =>
    banner.gift.comboId === gift.comboId && banner.gift.personId === gift.personId
      ? { gift: banner.gift, units: Math.max(banner.units, gift.comboUnits), untilMs }
      : banner
  const isShown = (list: readonly Banner[]) => list.some((banner) => grow(banner) !== banner)
  const grand = gift.effect === 'grand' ? { gift, untilMs: nowMs + grandMs } : sky.grand
  if (isShown(sky.banners)) return { ...sky, seen, grand, banners: sky.banners.map(grow) }
  if (isShown(sky.waiting)) return { ...sky, seen, grand, waiting: sky.waiting.map(grow) }
  const fresh: Banner = { gift, units: gift.comboUnits, untilMs }
  if (sky.banners.length < bannersMax) return { ...sky, seen, grand, banners: [...sky.banners, fresh] }
  // In a storm the greatest fly and the smallest are only counted.
  const waiting = [...sky.waiting, fresh].sort((a, b) => b.gift.coins - a.gift.coins).slice(0, waitingMax)
  return { ...sky, seen, grand, waiting }
}

/** Takes down what has had its time, and lets the next fly. The same value when nothing changed. */
export function withoutOld(sky: Sky, nowMs: number): Sky {
  const standing = sky.banners.filter((banner) => banner.untilMs > nowMs)
  const free = bannersMax - standing.length
  const next = sky.waiting.slice(0, free).map((banner) => ({ ...banner, untilMs: nowMs + bannerMs }))
  const grand = sky.grand !== null && sky.grand.untilMs <= nowMs ? null : sky.grand
  if (next.length === 0 && standing.length === sky.banners.length && grand === sky.grand) return sky
  return { ...sky, banners: [...standing, ...next], waiting: sky.waiting.slice(next.length), grand }
}
