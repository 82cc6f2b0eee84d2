import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareOf, sumOf } from '#contract/money'
import { reverseAlongChain } from './chain.ts'
import { commissionLinesOf, type PayeeChain } from './commission.ts'
import { chainUnder, type Pact } from './pact.ts'

const agency = (agencyId: string, basisPoints: number) => ({ agencyId, agencyName: agencyId, basisPoints })
const attribution = {
  creatorId: 'host',
  roomId: 'room',
  sessionId: 'session',
  roomTitle: '',
  personId: null,
  issuedAt: Temporal.Instant.from('2026-11-11T12:00:00Z'),
}
const linesOf = (chain: PayeeChain, baseMinor: number, basisPoints = 1_000) =>
  commissionLinesOf({
    ...{ orderId: 'order', orderNumber: '1', lineNo: 1, title: { en: 'Tea', zh: '茶' }, currency: 'CNY' },
    ...{ baseMinor, basisPoints, chain, attribution },
  })
const earned = (chain: PayeeChain, baseMinor: number) =>
  Object.fromEntries(linesOf(chain, baseMinor).map((line) => [line.partyId, line.amountMinor]))

const host = { creatorId: 'host', agency: agency('hosts', 3_000) }
const guest = { creatorId: 'guest', agency: agency('guests', 2_500), basisPoints: 4_000 }

test('1,990 shared at 40 %: 199 and 597 on the side of the guest, 358 and 836 on that of the host', () => {
  expect(earned({ ...host, guest }, 19_900)).toEqual({ guests: 199, guest: 597, hosts: 358, host: 836 })
})

test('an agency behind both has its part of the whole first, on one line', () => {
  const shared = { ...host, guest: { ...guest, agency: agency('hosts', 2_500) } }
  expect(earned(shared, 19_900)).toEqual({ hosts: 597, guest: 557, host: 836 })
})

test('whatever is shared sums to the commission, and a refund takes the same part of everybody and closes each', () => {
  const rate = fc.integer({ min: 0, max: 10_000 })
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000_000 }),
      rate,
      fc.integer({ min: 1, max: 9_900 }),
      fc.option(rate),
      fc.option(rate),
      fc.boolean(),
      fc.integer({ min: 0, max: 100 }),
      (baseMinor, basisPoints, share, hosts, guests, isOneAgency, percent) => {
        const sides = {
          creatorId: 'host',
          agency: hosts === null ? null : agency('hosts', hosts),
          guest: {
            creatorId: 'guest',
            agency: guests === null ? null : agency(isOneAgency ? 'hosts' : 'guests', guests),
            basisPoints: share,
          },
        }
        const lines = linesOf(sides, baseMinor, basisPoints)
        expect(sumOf(lines.map((line) => line.amountMinor))).toBe(shareOf(baseMinor, basisPoints))
        expect(new Set(lines.map((line) => `${line.partyKind} ${line.partyId}`)).size).toBe(lines.length)
        const parts = lines.map((line) => ({
          grossMinor: line.grossMinor,
          passedMinor: line.grossMinor - line.amountMinor,
        }))
        // Each passes on exactly what comes in at the next.
        expect(parts.map((part) => part.passedMinor)).toEqual(
          lines.map((_, index) => lines[index + 1]?.grossMinor ?? 0),
        )
        const back = reverseAlongChain(parts, { paidMinor: 100, refundedMinor: percent })
        back.forEach((minor, index) => {
          expect(minor).toBeGreaterThanOrEqual(0)
          expect(minor).toBeLessThanOrEqual(lines[index]?.amountMinor ?? 0)
        })
        expect(reverseAlongChain(parts, { paidMinor: 100, refundedMinor: 100 })).toEqual(
          lines.map((line) => line.amountMinor),
        )
      },
    ),
  )
})

test('who buys himself, and who is not there any more, earns nothing: the host sits alone', () => {
  const pact: Pact = {
    ...{ id: 'pact', sessionId: 'session', hostId: 'host', guestId: 'guest', rule: 'shared', guestBasisPoints: 4_000 },
    broughtIds: [],
  }
  const { basisPoints: _, ...side } = guest
  const of = { host, pact, guest: side, buyerId: 'buyer', productId: 'tea' }
  expect(chainUnder(of)).toEqual({ ...host, guest })
  expect(chainUnder({ ...of, buyerId: 'guest' })).toEqual(host)
  expect(chainUnder({ ...of, guest: undefined })).toEqual(host)
  expect(chainUnder({ ...of, pact: { ...pact, rule: 'host', guestBasisPoints: null } })).toEqual(host)
  const bringer: Pact = { ...pact, rule: 'bringer', guestBasisPoints: null, broughtIds: ['cup'] }
  expect(chainUnder({ ...of, pact: bringer })).toEqual(host)
  expect(chainUnder({ ...of, pact: bringer, productId: 'cup' })).toEqual(side)
})
