/** One effective price for every SKU, channel, room and time; and everything that lost says why. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainPrice, type PriceAt, type TimedPrice, timedPriceKinds, winningPrice } from './price.ts'
import { type HistoryPoint, lowestOf, shelfHistory } from './price-history.ts'

const noon = Temporal.Instant.from('2026-11-11T04:00:00Z')
const minutes = (of: number) => noon.add({ minutes: of })
const runs = { numRuns: 1_000 }

const shelf = { priceMinor: 10_000, currency: 'CNY' }
const anyPrice: fc.Arbitrary<TimedPrice> = fc.record({
  id: fc.uuid(),
  skuId: fc.constant('sku'),
  kind: fc.constantFrom(...timedPriceKinds),
  name: fc.constant({ en: 'n', zh: 'n' }),
  channel: fc.constantFrom('all', 'video', 'shop'),
  roomId: fc.option(fc.constantFrom('room', 'other'), { nil: null }),
  onAirSessionId: fc.option(fc.constantFrom('session', 'elsewhere'), { nil: null }),
  priceMinor: fc.integer({ min: 1, max: 12_000 }),
  currency: fc.constantFrom('CNY', 'CNY', 'CNY', 'USD'),
  from: fc.integer({ min: -20, max: 10 }).map(minutes),
  until: fc.integer({ min: -5, max: 30 }).map(minutes),
  limitUnits: fc.constant(null),
  funders: fc
    .integer({ min: 0, max: 10_000 })
    .map((platform) => ({ platform, seller: 10_000 - platform, creator: 0, brand: 0 })),
  budgetId: fc.option(fc.constant('budget'), { nil: null }),
  soldOut: fc.boolean(),
})
const prices = fc.uniqueArray(anyPrice, { maxLength: 12, selector: ({ id }) => id })
const asked: fc.Arbitrary<PriceAt> = fc
  .record({
    channel: fc.constantFrom('video', 'shop'),
    now: fc.integer({ min: -10, max: 20 }).map(minutes),
    sessionId: fc.option(fc.constantFrom('session', 'elsewhere'), { nil: null }),
    units: fc.integer({ min: 1, max: 5 }),
    leftMinor: fc.integer({ min: 0, max: 60_000 }),
  })
  .map(({ leftMinor, ...at }) => ({ ...at, budgets: new Map([['budget', { leftMinor }]]) }))
const kindsByStrength = [['creatorLiveFlash', 'liveFlash'], ['campaign'], ['flash'], ['discount']] as const

test('exactly one price holds, whatever the order in which they are read, and all others say why not', () => {
  fc.assert(
    fc.property(prices, asked, fc.infiniteStream(fc.nat()), (timed, at, dice) => {
      const { winner, losers } = explainPrice(shelf, timed, at)
      expect(winningPrice(shelf, timed, at)).toBe(winner)
      const shuffled = timed
        .map((price) => ({ price, at: dice.next().value as number }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ price }) => price)
      expect(winningPrice(shelf, shuffled, at)).toBe(winner)
      const all = new Set<TimedPrice | null>([...timed, null])
      expect(losers).toHaveLength(all.size - 1)
      expect(new Set([winner, ...losers.map(({ price }) => price)])).toEqual(all)
    }),
    runs,
  )
})

test('who wins holds now, here, below the shelf; nothing stronger holds, and nothing as strong is lower', () => {
  fc.assert(
    fc.property(prices, asked, (timed, at) => {
      const { winner, losers } = explainPrice(shelf, timed, at)
      const able = losers.filter(({ why }) => why === 'weaker' || why === 'not_lower')
      if (winner === null) {
        expect(able).toEqual([])
        return
      }
      expect(winner.priceMinor).toBeLessThan(shelf.priceMinor)
      expect(Temporal.Instant.compare(winner.from, at.now)).toBeLessThanOrEqual(0)
      expect(Temporal.Instant.compare(at.now, winner.until)).toBe(-1)
      const rank = (price: TimedPrice) =>
        kindsByStrength.findIndex((kinds) => (kinds as readonly string[]).includes(price.kind))
      for (const { price, why } of able) {
        if (price === null) continue
        expect(rank(price)).toBeGreaterThanOrEqual(rank(winner))
        expect(why === 'weaker').toBe(rank(price) > rank(winner))
        if (rank(price) === rank(winner)) expect(price.priceMinor).toBeGreaterThanOrEqual(winner.priceMinor)
      }
    }),
    runs,
  )
})

test('the price of a room is never given outside of the broadcast that is on air in it', () => {
  fc.assert(
    fc.property(prices, asked, (timed, at) => {
      const winner = winningPrice(shelf, timed, at)
      if (winner === null || winner.roomId === null) return
      expect(at.sessionId).not.toBeNull()
      expect(winner.onAirSessionId).toBe(at.sessionId)
      expect(winningPrice(shelf, [winner], { ...at, sessionId: null })).toBeNull()
    }),
    runs,
  )
})

test('a price with units of its own holds for as many as are left, whatever pages believe', () => {
  const price: TimedPrice = {
    ...{ id: 'p', skuId: 'sku', kind: 'liveFlash', name: { en: 'n', zh: 'n' }, channel: 'all', roomId: null },
    ...{
      onAirSessionId: null,
      priceMinor: 9_000,
      currency: 'CNY',
      from: minutes(-1),
      until: minutes(1),
      limitUnits: 1,
    },
    ...{ funders: { platform: 0, seller: 10_000, creator: 0, brand: 0 }, budgetId: null, soldOut: true },
  }
  const at = { channel: 'video', now: noon, sessionId: null, units: 2 }
  expect(explainPrice(shelf, [price], at).losers).toEqual([{ price, why: 'sold_out' }])
  expect(winningPrice(shelf, [price], { ...at, unitsLeft: new Map([['p', 2]]) })).toBe(price)
  expect(winningPrice(shelf, [price], { ...at, unitsLeft: new Map([['p', 1]]) })).toBeNull()
})

test('the lowest price of a window is the lowest of all its minutes', () => {
  const point: fc.Arbitrary<HistoryPoint> = fc
    .record({
      from: fc.nat(100),
      long: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
      priceMinor: fc.nat(20),
    })
    .map(({ from, long, priceMinor }) => ({
      ...{ kind: 'flash' as const, priceMinor, from: minutes(from) },
      until: long === null ? null : minutes(from + long),
    }))
  fc.assert(
    fc.property(fc.array(point, { maxLength: 8 }), fc.nat(100), fc.nat(60), (history, start, long) => {
      const window = { since: minutes(start), now: minutes(start + long) }
      let lowest = Number.POSITIVE_INFINITY
      for (let minute = start; minute <= start + long; minute++) {
        for (const { from, until, priceMinor } of history) {
          const holds =
            Temporal.Instant.compare(from, minutes(minute)) <= 0 &&
            (until === null || Temporal.Instant.compare(minutes(minute), until) < 0)
          if (holds) lowest = Math.min(lowest, priceMinor)
        }
      }
      const found = lowestOf(history, window)
      expect(found?.priceMinor ?? Number.POSITIVE_INFINITY).toBe(lowest)
      if (found !== null) expect(Temporal.Instant.compare(found.at, window.now)).toBeLessThanOrEqual(0)
    }),
    runs,
  )
})

test("a channel's own price goes before the one of all channels from when there is one", () => {
  const row = (channel: string, priceMinor: number, at: number) => ({ channel, priceMinor, from: minutes(at) })
  const history = shelfHistory([
    row('all', 9, 0),
    row('all', 8, 1),
    row('video', 7, 2),
    row('all', 1, 3),
    row('video', 6, 4),
  ])
  expect(history.map(({ priceMinor }) => priceMinor)).toEqual([9, 8, 7, 6])
  expect(lowestOf(history, { since: minutes(0), now: minutes(5) })?.priceMinor).toBe(6)
  expect(history.map(({ until }) => until?.toString() ?? null)).toEqual(
    [1, 2, 4].map((at) => minutes(at).toString() as string | null).concat(null),
  )
})
