/** Where a face is, as 468 points of the mesh that the detector knows, and what of it the filter moves or paints. */

export const pointsOfFace = 468

/** x and y of each point, 0 to 1 from the upper left corner. */
export type FacePoints = Float32Array

// Indices of the mesh (its canonical drawing names them): the jaw from ear to chin on both sides, nose, and the two rings of the lips.
const nose = 4
const cheeks = [234, 454] as const
const jaw = [132, 172, 150, 361, 397, 379] as const
export const outerLips = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
] as const
export const innerLips = [
  78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
] as const

/** So far a point of the jaw moves towards the nose at most, as a share of the way: more looks like somebody else. */
const slimShareMax = 0.11
/** How far around a point of the jaw its neighbours follow, in widths of the face. */
const reach = 0.42

export interface Pull {
  centre: readonly [x: number, y: number]
  radius: number
  move: readonly [x: number, y: number]
}

/** In widths of the picture, y upwards, as the shader counts. `slim` from 0 to 1. */
export function pullsOf(face: FacePoints, of: { aspect: number; slim: number }): Pull[] {
  if (of.slim <= 0) return []
  const at = (index: number): [number, number] => [face[index * 2] ?? 0, (1 - (face[index * 2 + 1] ?? 0)) / of.aspect]
  const [noseX, noseY] = at(nose)
  const [left, right] = cheeks.map(at) as [[number, number], [number, number]]
  const width = Math.hypot(left[0] - right[0], left[1] - right[1])
  return jaw.map((index) => {
    const [x, y] = at(index)
    const share = of.slim * slimShareMax
    return { centre: [x, y], radius: width * reach, move: [(noseX - x) * share, (noseY - y) * share] }
  })
}

/**
 * The points follow what was found, most of the way with each picture: a face that jumps with every detection trembles. Where one
 * was lost or newly found there is nothing to follow.
 */
export function follow(shown: FacePoints | null, found: FacePoints | null, share: number): FacePoints | null {
  if (shown === null || found === null || shown.length !== found.length) return found
  return shown.map((value, index) => value + ((found[index] ?? value) - value) * share)
}
