import { expect, test } from 'vitest'
import { decideComment, type Standing } from './comment.ts'

const now = Temporal.Instant.from('2026-11-11T12:00:00Z')
const standing = (more: Partial<Standing> = {}): Standing => ({
  isHost: false,
  helper: undefined,
  isMuted: false,
  isBanned: false,
  slowSeconds: 0,
  lastAt: null,
  blockedWord: null,
  ...more,
})
const helper = { roomId: 'r', personId: 'p', permissions: ['reply' as const] }
const codeOf = (more: Partial<Standing>) => {
  const decision = decideComment(standing(more), now)
  return decision.ok ? (decision.value ?? 'said') : decision.code
}

test('who is banned is told so, who is muted is not', () => {
  expect(codeOf({})).toBe('said')
  expect(codeOf({ isMuted: true })).toBe('muted')
  expect(codeOf({ isBanned: true, isMuted: true })).toBe('banned_from_room')
  expect(codeOf({ blockedWord: 'x' })).toBe('word')
})

test('slow mode counts from the last comment and opens at the very second', () => {
  const lastAt = now.subtract({ seconds: 30 })
  expect(codeOf({ slowSeconds: 31, lastAt })).toBe('slow_mode')
  expect(codeOf({ slowSeconds: 30, lastAt })).toBe('said')
  expect(codeOf({ slowSeconds: 31, lastAt, isMuted: true }), 'the muted must not notice').toBe('slow_mode')
})

test('host and helpers are held to none of it', () => {
  const hindered = { isMuted: true, isBanned: true, slowSeconds: 60, lastAt: now, blockedWord: 'x' }
  expect(codeOf({ ...hindered, isHost: true })).toBe('said')
  expect(codeOf({ ...hindered, helper })).toBe('said')
})
