import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  backTo,
  feeOf,
  type PaymentState,
  partsOf,
  pauseSeconds,
  type RefundState,
  refundStateAfter,
  sharesOf,
  stateAfter,
} from './payment.ts'

const runs = { numRuns: 1_000 }
const word = fc.constantFrom('succeeded' as const, 'failed' as const, 'pending' as const)
const amount = fc.integer({ min: 1, max: 5_000_000 })

test('whatever is said of a payment, in any order and any number of times: it has succeeded once somebody says so', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 100 }), fc.infiniteStream(fc.nat()), (words, dice) => {
      const play = (said: readonly (typeof words)[number][]) => {
        let state: PaymentState = 'pending'
        const successes = said.filter((each) => {
          const before = state
          state = stateAfter(state, each)
          return before !== 'succeeded' && state === 'succeeded'
        })
        return { state, booked: successes.length }
      }
      const shuffled = words
        .map((each) => ({ each, place: dice.next().value ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .map(({ each }) => each)
      const [once, again] = [play(words), play([...shuffled, ...words])]
      const hasSucceeded = words.includes('succeeded')
      expect(once.booked).toBe(hasSucceeded ? 1 : 0)
      expect(again.booked).toBe(once.booked)
      expect(once.state).toBe(hasSucceeded ? 'succeeded' : words.includes('failed') ? 'failed' : 'pending')
      expect(again.state).toBe(once.state)
    }),
    runs,
  )
})

test('a refund is decided once, by the first clear word', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 50 }), (words) => {
      let last: RefundState = 'requested'
      for (const each of words) last = refundStateAfter(last, each)
      expect(last).toBe(words.find((each) => each !== 'pending') ?? 'requested')
    }),
    runs,
  )
})

test('wallet and provider together pay exactly what is asked for, and the wallet never more than it has', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: 6_000_000 }), fc.boolean(), (totalMinor, walletMinor, useWallet) => {
      const { holdMinor, amountMinor } = partsOf({ totalMinor, walletMinor, useWallet })
      expect(holdMinor + amountMinor).toBe(totalMinor)
      expect(amountMinor).toBeGreaterThan(0)
      expect(holdMinor).toBeLessThanOrEqual(walletMinor)
      if (!useWallet) expect(holdMinor).toBe(0)
    }),
    runs,
  )
})

const cart = fc.array(fc.record({ orderId: fc.uuid(), payMinor: fc.integer({ min: 0, max: 1_000_000 }) }), {
  maxLength: 8,
})

test('every cent of a payment pays for an order or is unused, and no order is paid more than it costs', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: 2_000_000 }), cart, (amountMinor, holdMinor, orders) => {
      const { shares, unusedMinor } = sharesOf({ amountMinor, holdMinor, orders })
      const paid = shares.reduce((sum, { paidMinor }) => sum + paidMinor, 0)
      expect(paid + unusedMinor).toBe(amountMinor)
      const total = orders.reduce((sum, { payMinor }) => sum + payMinor, 0)
      expect(paid).toBe(Math.min(amountMinor, Math.max(0, total - holdMinor)))
      for (const { orderId, paidMinor } of shares) {
        const costs = orders.filter((order) => order.orderId === orderId).map(({ payMinor }) => payMinor)
        expect(paidMinor).toBeLessThanOrEqual(Math.max(...costs))
      }
    }),
    runs,
  )
})

test('any sequence of refunds gives each source back what it paid and no more, what came from outside first', () => {
  const sources = fc.array(fc.record({ paymentId: fc.uuid(), paidMinor: amount }), { maxLength: 3 })
  fc.assert(
    fc.property(sources, amount, fc.array(amount, { maxLength: 12 }), (paid, fromWallet, wishes) => {
      const shares = paid.map((share) => ({ ...share, refundedMinor: 0 }))
      const outside = paid.reduce((sum, { paidMinor }) => sum + paidMinor, 0)
      let [left, toWallet] = [outside + fromWallet, 0]
      for (const wish of wishes) {
        const amountMinor = Math.min(wish, left)
        if (amountMinor === 0) break
        left -= amountMinor
        const parts = backTo(amountMinor, shares)
        for (const part of parts) {
          const share = shares.find(({ paymentId }) => paymentId === part.paymentId)
          if (share) share.refundedMinor += part.amountMinor
        }
        toWallet += amountMinor - parts.reduce((sum, part) => sum + part.amountMinor, 0)
        for (const { paidMinor, refundedMinor } of shares) expect(refundedMinor).toBeLessThanOrEqual(paidMinor)
        const back = shares.reduce((sum, { refundedMinor }) => sum + refundedMinor, 0)
        if (toWallet > 0) expect(back, 'the wallet is last').toBe(outside)
      }
      expect(toWallet).toBeLessThanOrEqual(fromWallet)
      if (left === 0) expect(toWallet).toBe(fromWallet)
    }),
    runs,
  )
})

test('a fee is the share half up and the fixed sum, and never more than there is', () => {
  expect(feeOf({ basisPoints: 60, fixedMinor: 0 }, 17_900)).toBe(107)
  expect(feeOf({ basisPoints: 290, fixedMinor: 30 }, 10_000)).toBe(320)
  expect(feeOf({ basisPoints: 50, fixedMinor: 0 }, 100)).toBe(1)
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: 10_000 }), fc.nat(1_000), (amountMinor, basisPoints, fixedMinor) => {
      const fee = feeOf({ basisPoints, fixedMinor }, amountMinor)
      expect(fee).toBeGreaterThanOrEqual(0)
      expect(fee).toBeLessThanOrEqual(amountMinor)
    }),
    runs,
  )
})

test('each question waits longer than the one before, up to an hour', () => {
  expect([0, 1, 2, 3].map(pauseSeconds)).toEqual([60, 120, 240, 480])
  expect(pauseSeconds(1_000)).toBe(3_600)
})
