import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coinValueMinor, splitGift } from './coins.ts'

const basisPoints = fc.integer({ min: 0, max: 10_000 })
const gifts = fc.record({
  coins: fc.integer({ min: 1, max: 9_999 * 999 }),
  creatorBasisPoints: basisPoints,
  agency: fc.option(basisPoints),
})

test('the parts of a gift are what its coins were worth, whatever the rates', () => {
  fc.assert(
    fc.property(gifts, ({ coins, creatorBasisPoints, agency }) => {
      const split = splitGift(coins, {
        creatorId: 'c',
        agency: agency === null ? null : { agencyId: 'a', basisPoints: agency },
        terms: { version: 1, creatorBasisPoints, releaseDays: 7 },
      })
      const shares = split.shares.reduce((sum, share) => sum + share.amountMinor, 0)
      expect(split.valueMinor).toBe(coins * coinValueMinor)
      expect(split.platformMinor + shares).toBe(split.valueMinor)
      expect(split.platformMinor).toBeGreaterThanOrEqual(0)
      for (const share of split.shares) expect(share.amountMinor).toBeGreaterThan(0)
    }),
  )
})

test('a gift of a thousand coins is half ours, and of the other half the agency has a fifth', () => {
  const split = splitGift(1_000, {
    creatorId: 'c',
    agency: { agencyId: 'a', basisPoints: 2_000 },
    terms: { version: 1, creatorBasisPoints: 5_000, releaseDays: 7 },
  })
  expect(split).toMatchObject({ valueMinor: 10_000, platformMinor: 5_000 })
  expect(split.shares).toMatchObject([
    { partyKind: 'agency', amountMinor: 1_000 },
    { partyKind: 'creator', amountMinor: 4_000 },
  ])
})

test('of one rose the agency has a fen, and nobody has nothing', () => {
  const of = { creatorId: 'c', agency: { agencyId: 'a', basisPoints: 2_000 } }
  const terms = { version: 1, creatorBasisPoints: 5_000, releaseDays: 7 }
  expect(splitGift(1, { ...of, terms }).shares.map((share) => share.amountMinor)).toEqual([1, 4])
  expect(splitGift(1, { ...of, terms: { ...terms, creatorBasisPoints: 0 } })).toMatchObject({
    platformMinor: 10,
    shares: [],
  })
})
