import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reversalOf, shareOf } from '#contract/money'
import { reverseAlongChain, splitAlongChain } from '#money/commissions'
import { type FeeRule, feeAmount, feeLinesOf, reverseFee, ruleFor } from './fee.ts'

const runs = { numRuns: 1_000 }
const minor = fc.integer({ min: 0, max: 1_000_000 })
const points = fc.integer({ min: 0, max: 10_000 })
const rule = fc
  .record({
    basisPoints: fc.integer({ min: 0, max: 3_000 }),
    fixedMinor: fc.integer({ min: 0, max: 500 }),
    least: fc.option(fc.integer({ min: 0, max: 2_000 })),
    most: fc.option(fc.integer({ min: 0, max: 5_000 })),
    isReturned: fc.boolean(),
    keptBasisPoints: points,
    keptMaxMinor: fc.option(fc.integer({ min: 0, max: 1_000 })),
    base: fc.constantFrom('paid' as const, 'sale' as const),
  })
  .map(({ least, most, ...of }): FeeRule => {
    const maxMinor = most === null ? null : Math.max(most, least ?? 0)
    return { ...of, id: 'rule', kind: 'referral', categoryCode: null, currency: 'CNY', minMinor: least, maxMinor }
  })

test('a fee lies between its least and its most, and more of the base never makes it less', () => {
  fc.assert(
    fc.property(rule, minor, minor, fc.integer({ min: 1, max: 20 }), (of, base, more, units) => {
      const amount = feeAmount(of, { baseMinor: base, units })
      expect(amount).toBeGreaterThanOrEqual(of.minMinor ?? 0)
      expect(amount).toBeLessThanOrEqual(of.maxMinor ?? Number.MAX_SAFE_INTEGER)
      expect(feeAmount(of, { baseMinor: base + more, units })).toBeGreaterThanOrEqual(amount)
    }),
    runs,
  )
})

test('the rule of the deepest category holds, whatever rules there are above it', () => {
  const paths = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(paths, fc.subarray(['a', 'b', 'c', 'd', null]), (categoryPath, codes) => {
      const rules = codes.map((code) => ({ kind: 'referral', currency: 'CNY', categoryCode: code }) as FeeRule)
      const found = ruleFor({ rules }, { kind: 'referral', categoryPath, currency: 'CNY' })
      const wanted = [...categoryPath, null].find((code) => codes.includes(code))
      expect(found?.categoryCode).toBe(wanted)
    }),
    runs,
  )
})

/**
 * One order line of a seller: what he, each payee and each fee have of it. After any sequence of partial refunds each share is what
 * an order of only what was kept would give, but for a unit of rounding in each; and the shares are always all of the money.
 */
test('after any sequence of refunds the shares are those of what was kept, within a unit each, and sum to it', () => {
  const line = fc.record({
    paidMinor: fc.integer({ min: 1, max: 1_000_000 }),
    platformMinor: fc.integer({ min: 0, max: 200_000 }),
    commissionPoints: fc.integer({ min: 0, max: 5_000 }),
    agencyPoints: points,
    fees: fc.array(rule, { maxLength: 1 }),
    taxPoints: fc.integer({ min: 0, max: 2_000 }),
    backs: fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 12 }),
  })
  fc.assert(
    fc.property(line, ({ paidMinor, platformMinor, commissionPoints, agencyPoints, fees, taxPoints, backs }) => {
      const chain = splitAlongChain(shareOf(paidMinor, commissionPoints), [agencyPoints])
      const taxBasisPoints = new Map([['referral' as const, taxPoints]])
      const frozen = feeLinesOf(
        { rules: fees, taxBasisPoints },
        {
          ...{ orderId: 'order', lineNo: 1, sellerId: 'seller', categoryPath: [], currency: 'CNY', units: 1 },
          ...{ paidMinor, platformMinor },
        },
      ).map((fee) => ({ ...fee, ...fees[0] }) as typeof fee & FeeRule)
      const grossMinor = paidMinor + platformMinor
      const feesMinor = frozen.reduce((sum, fee) => sum + fee.amountMinor + fee.taxMinor, 0)
      const sellerMinor = grossMinor - feesMinor - chain.reduce((sum, part) => sum + part.netMinor, 0)

      let refundedMinor = 0
      let last = { seller: 0, chain: chain.map(() => 0), fees: frozen.map(() => 0) }
      for (const wanted of [...backs, paidMinor]) {
        refundedMinor = Math.min(paidMinor, refundedMinor + wanted)
        const refund = { paidMinor, refundedMinor }
        const chainBack = reverseAlongChain(chain, refund)
        const feeBack = frozen.map((fee) => reverseFee(fee, refund))
        const given = feeBack.map((back) => back.reversedMinor - back.keptMinor + back.taxReversedMinor)
        const grossBack = reversalOf({ originalMinor: grossMinor, ...refund, alreadyMinor: 0 })
        const sellerBack =
          grossBack - chainBack.reduce((sum, part) => sum + part, 0) - given.reduce((sum, part) => sum + part, 0)

        // Nobody gives back twice what he had, and nothing goes forth again.
        for (const [index, part] of chain.entries()) {
          const back = chainBack[index] ?? 0
          expect(back).toBeGreaterThanOrEqual(0)
          expect(back).toBeLessThanOrEqual(part.netMinor)
          const kept = (part.netMinor * (paidMinor - refundedMinor)) / paidMinor
          expect(Math.abs(part.netMinor - back - kept)).toBeLessThanOrEqual(1)
        }
        for (const [index, fee] of frozen.entries()) {
          const back = feeBack[index]
          if (back === undefined) continue
          expect(back.reversedMinor).toBeGreaterThanOrEqual(last.fees[index] ?? 0)
          expect(back.reversedMinor).toBeLessThanOrEqual(fee.amountMinor)
          expect(back.keptMinor).toBeLessThanOrEqual(back.reversedMinor)
        }
        // What is left of the sale is what is left to all.
        const leftToAll =
          sellerMinor -
          sellerBack +
          chain.reduce((sum, part, index) => sum + part.netMinor - (chainBack[index] ?? 0), 0) +
          feesMinor -
          given.reduce((sum, part) => sum + part, 0)
        expect(leftToAll).toBe(grossMinor - grossBack)
        last = { seller: sellerBack, chain: chainBack, fees: feeBack.map((back) => back.reversedMinor) }
      }
      // All is back: the payees have nothing, the seller bears only what is kept of the fees or does not go back.
      expect(last.chain).toEqual(chain.map((part) => part.netMinor))
      const stays = frozen.reduce((sum, fee) => {
        if (!fee.isReturned) return sum + fee.amountMinor + fee.taxMinor
        return sum + Math.min(shareOf(fee.amountMinor, fee.keptBasisPoints), fee.keptMaxMinor ?? Infinity)
      }, 0)
      expect(sellerMinor - last.seller + stays).toBe(0)
    }),
    runs,
  )
})
