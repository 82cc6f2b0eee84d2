import { expect, test } from 'vitest'
import { follow, pointsOfFace, pullsOf } from './face.ts'

/** A face in the middle: cheeks at a third and two thirds, the jaw below the nose. */
function someFace() {
  const face = new Float32Array(pointsOfFace * 2).fill(0.5)
  const put = (index: number, x: number, y: number) => face.set([x, y], index * 2)
  put(234, 1 / 3, 0.5)
  put(454, 2 / 3, 0.5)
  for (const [index, x] of [
    [132, 0.35],
    [172, 0.4],
    [150, 0.45],
    [361, 0.65],
    [397, 0.6],
    [379, 0.55],
  ] as const)
    put(index, x, 0.6)
  return face
}

test('slimming pulls the jaw towards the nose, more with the slider, from both sides alike', () => {
  const pulls = pullsOf(someFace(), { aspect: 9 / 16, slim: 1 })
  expect(pulls).toHaveLength(6)
  for (const { centre, move, radius } of pulls) {
    expect(Math.sign(move[0])).toBe(Math.sign(0.5 - centre[0]))
    expect(radius).toBeCloseTo(0.42 / 3, 5)
  }
  expect(pulls.reduce((sum, { move }) => sum + move[0], 0)).toBeCloseTo(0, 5)
  const half = pullsOf(someFace(), { aspect: 9 / 16, slim: 0.5 })
  expect(half[0]?.move[0]).toBeCloseTo((pulls[0]?.move[0] ?? 0) / 2, 6)
})

test('at nothing nothing is pulled', () => {
  expect(pullsOf(someFace(), { aspect: 1, slim: 0 })).toEqual([])
})

test('what is shown comes nearer to what was found, and jumps only to a face that was not there', () => {
  const [from, to] = [new Float32Array([0, 1]), new Float32Array([1, 0])]
  expect([...(follow(from, to, 0.25) ?? [])]).toEqual([0.25, 0.75])
  expect(follow(null, to, 0.25)).toBe(to)
  expect(follow(from, null, 0.25)).toBeNull()
})
