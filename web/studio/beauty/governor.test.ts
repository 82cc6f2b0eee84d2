import { expect, test } from 'vitest'
import { fresh, type Governor, judge, patienceMs } from './governor.ts'

/** One measurement a second. */
function after(seconds: number, seen: { drawnFps: number; cameraFps: number }, from: Governor = fresh, sinceMs = 0) {
  let governor = from
  for (let second = 0; second <= seconds; second++)
    governor = judge(governor, { ...seen, nowMs: sinceMs + second * 1_000 })
  return governor
}
const patience = patienceMs / 1_000

test('a machine that follows keeps all of it', () => {
  expect(after(60, { drawnFps: 29, cameraFps: 30 })).toEqual(fresh)
})

test('below 20 pictures a second for three seconds it is turned down a step, and says at what', () => {
  expect(after(patience - 1, { drawnFps: 12, cameraFps: 30 }).level).toBe('full')
  expect(after(patience, { drawnFps: 12.4, cameraFps: 30 })).toMatchObject({ level: 'skin', turnedDownAtFps: 12 })
  expect(after(2 * patience + 1, { drawnFps: 12, cameraFps: 30 }).level).toBe('plain')
})

test('one bad second is forgiven', () => {
  const bad = after(patience - 1, { drawnFps: 5, cameraFps: 30 })
  const good = judge(bad, { drawnFps: 28, cameraFps: 30, nowMs: 10_000 })
  expect(good.badSinceMs).toBeNull()
  expect(after(patience - 1, { drawnFps: 5, cameraFps: 30 }, good, 11_000).level).toBe('full')
})

test('a camera that gives few pictures in a dark room is not its fault', () => {
  expect(after(60, { drawnFps: 14, cameraFps: 15 }).level).toBe('full')
  expect(after(60, { drawnFps: 8, cameraFps: 15 }).level).toBe('plain')
})

test('it never goes up again by itself', () => {
  const down = after(patience, { drawnFps: 10, cameraFps: 30 })
  expect(after(60, { drawnFps: 30, cameraFps: 30 }, down, 60_000).level).toBe('skin')
})
