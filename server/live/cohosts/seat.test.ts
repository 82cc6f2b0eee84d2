import { expect, test } from 'vitest'
import { endOf, legalMoves } from './seat.ts'

test('whoever ends it, it ends in a state that may follow, and once', () => {
  expect(endOf('invited', 'host')).toBe('withdrawn')
  expect(endOf('invited', 'guest')).toBe('declined')
  expect(endOf('joined', 'host')).toBe('left')
  for (const state of ['invited', 'joined'] as const)
    for (const by of ['host', 'guest'] as const) expect(legalMoves[state]).toContain(endOf(state, by))
  for (const state of ['declined', 'withdrawn', 'left'] as const) {
    expect(endOf(state, 'host')).toBeNull()
    expect(legalMoves[state]).toEqual([])
  }
})
