/**
 * Chance that can be had again: everything random in a simulation comes from one seed.
 *
 *   HAWKER_SEED=123     replays the run that printed this seed
 *   HAWKER_SEED=random  looks where nobody has looked yet
 *   HAWKER_RUNS=50      makes so many runs, each with the next seed
 */
import { randomInt } from 'node:crypto'

export interface Dice {
  /** From 0 up to, but not including, 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<Value>(values: readonly Value[]): Value
  /** Picks by weight, so that what matters happens often and the rest still happens. */
  weighted<Value>(values: readonly (readonly [number, Value])[]): Value
}

/** Mulberry32: small, fast and the same on every machine; nothing secret hangs on it. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const dice: Dice = {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick(values) {
      const value = values[Math.floor(next() * values.length)]
      if (value === undefined) throw new Error('There is nothing to pick from.')
      return value
    },
    weighted(values) {
      let left = next() * values.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, value] of values) {
        left -= weight
        if (left < 0) return value
      }
      return dice.pick(values)[1]
    },
  }
  return dice
}

/** The same everywhere, so that a red build is about the change and not about the day. */
const firstSeed = 20_141_111

/** The seeds of this test: the one that was asked for and those after it. */
export function seedsOf(runs: number): number[] {
  const wanted = process.env['HAWKER_SEED'] ?? String(firstSeed)
  const first = wanted === 'random' ? randomInt(2 ** 31) : wholeNumber(wanted, 'HAWKER_SEED')
  const asked = process.env['HAWKER_RUNS']
  const count = asked === undefined ? runs : wholeNumber(asked, 'HAWKER_RUNS')
  return Array.from({ length: count }, (_, index) => first + index)
}

function wholeNumber(text: string, name: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${name} is a whole number, not ${text}.`)
  return number
}

/** Whoever reads a failure finds there how to see it again. */
export function replayOf(seed: number, file: string): string {
  return `HAWKER_SEED=${seed} HAWKER_RUNS=1 npx vitest run --project simulation ${file}`
}
