import { expect, test } from 'vitest'
import { sessionStates } from '#contract/live'
import { isOpen, mayMove } from './session.ts'

test('what is over stays over, and nothing stays where it is', () => {
  for (const state of sessionStates) {
    expect(mayMove(state, state)).toBe(false)
    if (!isOpen(state)) expect(sessionStates.filter((to) => mayMove(state, to))).toEqual([])
  }
})

test('a session goes on air only from preparing or paused, and never back to preparing', () => {
  expect(sessionStates.filter((from) => mayMove(from, 'live'))).toEqual(['preparing', 'paused'])
  expect(sessionStates.filter((from) => mayMove(from, 'preparing'))).toEqual([])
})
