import { expect, test } from 'vitest'
import { sessionStates } from '#contract/live'
import { isOnAir, isOpen, isPublic, legalMoves, mayMove } from './session.ts'

const intoFrom = (to: (typeof sessionStates)[number]) => sessionStates.filter((from) => mayMove(from, to))

test('every state has its line, and nothing stays where it is', () => {
  expect(Object.keys(legalMoves).toSorted()).toEqual([...sessionStates].toSorted())
  for (const state of sessionStates) expect(mayMove(state, state)).toBe(false)
})

test('what was banned stays banned, and what ended is never open again', () => {
  expect(sessionStates.filter((to) => mayMove('banned', to))).toEqual([])
  const after = new Set<string>(['ended'])
  for (let grown = true; grown; ) {
    const next = [...after].flatMap((from) => legalMoves[from as keyof typeof legalMoves])
    grown = next.some((state) => !after.has(state))
    for (const state of next) after.add(state)
  }
  expect([...after].filter((state) => isOpen(state as never))).toEqual([])
})

test('a session goes on air from preparing, rehearsal or a pause; everything can be banned', () => {
  expect(intoFrom('live')).toEqual(['preparing', 'rehearsal', 'paused'])
  expect(intoFrom('paused')).toEqual(['live'])
  expect(intoFrom('replay')).toEqual(['ended'])
  expect(intoFrom('scheduled')).toEqual([])
  expect(intoFrom('banned')).toEqual(sessionStates.filter((state) => state !== 'banned'))
})

test('an announcement and a rehearsal are nobody else’s business; what is on air is', () => {
  expect(sessionStates.filter((state) => !isPublic(state))).toEqual(['scheduled', 'preparing', 'rehearsal'])
  for (const state of sessionStates.filter(isOnAir)) expect(isOpen(state) && isPublic(state)).toBe(true)
})
