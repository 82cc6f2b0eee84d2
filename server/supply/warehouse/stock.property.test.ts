import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  afterMovement,
  availableOf,
  averageCostOf,
  type Balance,
  decideMovement,
  emptyBalance,
  type Movement,
} from './stock.ts'

const step = fc.record({
  kind: fc.constantFrom(
    'received' as const,
    'allocated' as const,
    'released' as const,
    'shipped' as const,
    'adjusted' as const,
  ),
  units: fc.integer({ min: 1, max: 20 }),
  unitCostMinor: fc.integer({ min: 0, max: 99_999 }),
})

/** Lets shelves live through random days; what is refused changes nothing. */
function live(steps: readonly { kind: Movement['kind']; units: number; unitCostMinor: number }[]) {
  const movements: Movement[] = []
  let balance: Balance = emptyBalance
  for (const { kind, units, unitCostMinor } of steps) {
    const leaves = kind === 'shipped' && units <= balance.onHand
    const valueMinor = kind === 'received' ? units * unitCostMinor : leaves ? -averageCostOf(balance, units) : 0
    const decided = decideMovement(balance, { kind, units, valueMinor })
    if (!decided.ok) continue
    balance = decided.value
    movements.push({ kind, units, valueMinor })
  }
  return { balance, movements }
}

test('the balance is the fold of its movements, and never less than nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { balance, movements } = live(steps)
      expect(movements.reduce(afterMovement, emptyBalance)).toEqual(balance)
      // In any other order too: a sum does not care.
      expect([...movements].reverse().reduce(afterMovement, emptyBalance)).toEqual(balance)
      return availableOf(balance) >= 0 && balance.allocated >= 0 && balance.valueMinor >= 0
    }),
    { numRuns: 1_000 },
  )
})

test('when the last unit has left, all of the value has left with it', () => {
  const receipts = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 1_000_000 })), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(receipts, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (received, sizes) => {
      let onHand = received.reduce((sum, [units]) => sum + units, 0)
      const paid = received.reduce((sum, [units, cost]) => sum + units * cost, 0)
      let valueMinor = paid
      let costs = 0
      while (onHand > 0) {
        const units = Math.min(sizes.next().value as number, onHand)
        const cost = averageCostOf({ onHand, valueMinor }, units)
        expect(cost).toBeGreaterThanOrEqual(0)
        // Never further from the exact average than half a fen.
        expect(Math.abs(cost * onHand - valueMinor * units) * 2).toBeLessThanOrEqual(onHand)
        onHand -= units
        valueMinor -= cost
        costs += cost
      }
      return valueMinor === 0 && costs === paid
    }),
  )
})

test('the average moves with each receipt', () => {
  // Ten at 10.00 and thirty at 12.00 are forty at 11.50.
  expect(averageCostOf({ onHand: 40, valueMinor: 10 * 1_000 + 30 * 1_200 }, 1)).toBe(1_150)
  expect(averageCostOf({ onHand: 3, valueMinor: 100 }, 1)).toBe(33)
  expect(averageCostOf({ onHand: 3, valueMinor: 100 }, 3)).toBe(100)
  expect(averageCostOf({ onHand: 2, valueMinor: 5 }, 1)).toBe(3)
})
