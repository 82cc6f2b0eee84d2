import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId } from '#platform/ids'
import { commitmentOf, orderOf, winnersOf } from './draw.ts'

const entries = fc.array(fc.record({ id: fc.uuid(), eligible: fc.boolean() }), { maxLength: 60 })

test('only who met the tasks wins, nobody twice, and as many as there are prizes for', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 20 }), entries, fc.integer({ min: 1, max: 20 }), (seed, raw, units) => {
      const unique = [...new Map(raw.map((entry) => [entry.id, entry])).values()]
      const winners = winnersOf(seed, unique, units)
      const eligible = unique.filter((entry) => entry.eligible).map((entry) => entry.id)
      expect(new Set(winners).size).toBe(winners.length)
      expect(winners.every((id) => eligible.includes(id))).toBe(true)
      expect(winners.length).toBe(Math.min(units, eligible.length))
    }),
  )
})

test('the order of coming in does not matter, the seed does', () => {
  const ids = Array.from({ length: 30 }, () => newId())
  expect(orderOf('seed', ids.toReversed())).toEqual(orderOf('seed', ids))
  expect(orderOf('another', ids)).not.toEqual(orderOf('seed', ids))
})

test('everybody wins about as often as everybody else', () => {
  const ids = Array.from({ length: 10 }, () => ({ id: newId(), eligible: true }))
  const wins = new Map(ids.map(({ id }) => [id, 0]))
  for (let seed = 0; seed < 4_000; seed++) {
    const [winner] = winnersOf(`seed ${seed}`, ids, 1)
    wins.set(winner ?? '', (wins.get(winner ?? '') ?? 0) + 1)
  }
  // 400 each; five standard deviations are 95.
  for (const count of wins.values()) expect(Math.abs(count - 400)).toBeLessThan(95)
})

test('the commitment is the hash of the seed, as anybody computes it', () => {
  expect(commitmentOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
