/** Carriers repeat themselves and mix up the order. Where a parcel stands must not depend on either. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pushesOf, scansOf } from './sandbox-carrier.ts'
import { carrierStates, decidingTrack, nameOfTrack, type Track } from './track.ts'

const start = Temporal.Instant.from('2026-11-11T00:00:00Z')
// Few moments and few ids, so that ties and doubles happen often.
const track = fc.record({
  state: fc.constantFrom(...carrierStates),
  carrierEventId: fc.constantFrom('a', 'b', 'c'),
  at: fc.integer({ min: 0, max: 5 }).map((hours) => start.add({ hours })),
  place: fc.constant(''),
  sentence: fc.constant({ en: '', zh: '' }),
})

/** What the table keeps: the first of each name. One name is one fact, so the generator makes its moment unique too. */
const tracks: fc.Arbitrary<Track[]> = fc.uniqueArray(track, { minLength: 1, maxLength: 12, selector: nameOfTrack })

test('any order and any repetition of the same reports ends in the same place', () => {
  fc.assert(
    fc.property(
      tracks.chain((said) =>
        fc.tuple(
          fc.constant(said),
          fc.shuffledSubarray(said, { minLength: said.length }),
          fc.array(fc.constantFrom(...said), { maxLength: 6 }),
        ),
      ),
      ([said, mixed, again]) => {
        expect(decidingTrack([...again, ...mixed])).toEqual(decidingTrack(said))
        // As they come in, one after the other: the end is the same as if all had been there at once.
        const heard: Track[] = []
        for (const report of [...mixed, ...again]) if (!heard.includes(report)) heard.push(report)
        expect(decidingTrack(heard)).toEqual(decidingTrack(said))
      },
    ),
    { numRuns: 2_000 },
  )
})

test('delivered is the end, and the first report of it counts', () => {
  fc.assert(
    fc.property(tracks, (said) => {
      const deciding = decidingTrack(said)
      const delivered = said.filter(({ state }) => state === 'delivered')
      if (delivered.length === 0) return deciding?.state !== 'delivered'
      const first = Math.min(...delivered.map(({ at }) => at.epochMilliseconds))
      return deciding?.state === 'delivered' && deciding.at.epochMilliseconds === first
    }),
    { numRuns: 2_000 },
  )
})

test('the sandbox carrier comes to the same end however it behaves', () => {
  const journey = {
    handedOverAt: start,
    fromProvince: '浙江省',
    fromCity: '杭州市',
    toProvince: '四川省',
    toCity: '成都市',
    toDistrict: '武侯区',
  }
  const scans = scansOf(journey)
  expect(scans.map(({ state, at }) => [state, at.since(start).total('hours')])).toEqual([
    ['collected', 2],
    ['in_transit', 6],
    ['out_for_delivery', 20],
    ['delivered', 26],
  ])
  for (let known = 1; known <= scans.length; known++) {
    for (const repeats of [false, true]) {
      for (const reorders of [false, true]) {
        const said = pushesOf(scans.slice(0, known), { delayMs: 0, repeats, reorders })
        expect(decidingTrack(said)).toEqual(scans[known - 1])
      }
    }
  }
})
