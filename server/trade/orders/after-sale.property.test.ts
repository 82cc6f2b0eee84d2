import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reversalOf } from '#contract/money'
import { checkRefund, subsidyPerLine } from './after-sale.ts'

const runs = { numRuns: 1_000 }
const lineOf = fc.record({ payMinor: fc.integer({ min: 1, max: 1_000_000 }) })
const cart = fc
  .array(lineOf, { minLength: 1, maxLength: 10 })
  .map((lines) => lines.map((line, index) => ({ ...line, no: index + 1 })))

test('the subsidy of an order is shared over its lines to the cent', () => {
  fc.assert(
    fc.property(cart, fc.integer({ min: 0, max: 1_000_000 }), (lines, subsidyMinor) => {
      const parts = [...subsidyPerLine(subsidyMinor, lines).values()]
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(subsidyMinor)
      expect(Math.min(...parts)).toBeGreaterThanOrEqual(0)
    }),
    runs,
  )
})

test('whatever is asked back in whatever order, no line gives more than was paid, and the last refund closes its price', () => {
  fc.assert(
    fc.property(
      cart,
      fc.integer({ min: 0, max: 100_000 }),
      fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 1_000_000 })), { maxLength: 30 }),
      (lines, subsidyMinor, asks) => {
        const subsidies = subsidyPerLine(subsidyMinor, lines)
        const refunded = new Map<number, number>()
        const reversed = new Map<number, number>()
        const giveBack = (no: number, amountMinor: number) => {
          const line = lines.find((each) => each.no === no)
          const fits = checkRefund([{ no, amountMinor }], lines, refunded)
          if (!fits.ok || line === undefined) return
          const refundedMinor = (refunded.get(no) ?? 0) + amountMinor
          const alreadyMinor = reversed.get(no) ?? 0
          const originalMinor = line.payMinor + (subsidies.get(no) ?? 0)
          const change = reversalOf({ originalMinor, paidMinor: line.payMinor, refundedMinor, alreadyMinor })
          expect(change).toBeGreaterThanOrEqual(0)
          refunded.set(no, refundedMinor)
          reversed.set(no, alreadyMinor + change)
        }
        for (const [at, amountMinor] of asks) giveBack((at % lines.length) + 1, amountMinor)
        for (const { no, payMinor } of lines) {
          expect(refunded.get(no) ?? 0).toBeLessThanOrEqual(payMinor)
          giveBack(no, payMinor - (refunded.get(no) ?? 0))
        }
        const price = lines.reduce((sum, line) => sum + line.payMinor, subsidyMinor)
        const back = lines.reduce((sum, { no, payMinor }) => {
          // What was asked back to the last cent before needs no closing refund of nothing.
          return sum + ((refunded.get(no) ?? 0) === payMinor ? (reversed.get(no) ?? 0) : Number.NaN)
        }, 0)
        expect(back).toBe(price)
      },
    ),
    runs,
  )
})

test('a line that is named twice or is not there gives nothing the second time', () => {
  const lines = [{ no: 1, payMinor: 500 }]
  const twice = [
    { no: 1, amountMinor: 100 },
    { no: 1, amountMinor: 100 },
  ]
  expect(checkRefund(twice, lines, new Map())).toMatchObject({ ok: false, params: { lineNo: 1, leftMinor: 0 } })
  expect(checkRefund([{ no: 2, amountMinor: 1 }], lines, new Map())).toMatchObject({
    ok: false,
    code: 'amount_too_high',
  })
})
