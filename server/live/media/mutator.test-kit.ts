/**
 * Breaks bytes in ways that peers and attackers do. Everything comes from one seed, so that a find can be repeated: the
 * same seed breaks the same bytes in the same order.
 */
export type Dice = { below(limit: number): number; chance(share: number): boolean }

/** xorshift of 32 bits: not for secrets, but the same on every machine. */
export function diceOf(seed: number): Dice {
  let state = seed | 0 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  return { below: (limit) => next() % Math.max(1, limit), chance: (share) => next() / 2 ** 32 < share }
}

const telling = [0, 1, 2, 3, 0x7f, 0x80, 0xfe, 0xff]

/** A few changes at random places: bits, lengths, pieces that are gone, doubled, moved or cut off. */
export function broken(bytes: Buffer, dice: Dice): Buffer {
  let result: Buffer = Buffer.from(bytes)
  for (let change = dice.below(6); change >= 0 && result.length > 0; change -= 1) {
    const at = dice.below(result.length)
    const length = 1 + dice.below(Math.min(64, result.length - at))
    const before = result.subarray(0, at)
    const behind = result.subarray(at + length)
    switch (dice.below(8)) {
      case 0:
        result.writeUInt8(result.readUInt8(at) ^ (1 << dice.below(8)), at)
        break
      case 1:
        result.writeUInt8(telling[dice.below(telling.length)] ?? 0, at)
        break
      case 2:
        result.fill(dice.below(256), at, at + length)
        break
      case 3:
        result = Buffer.concat([before, behind])
        break
      case 4:
        result = Buffer.concat([before, result.subarray(at, at + length), result.subarray(at)])
        break
      case 5:
        result = Buffer.from(before)
        break
      case 6:
        if (at + 4 <= result.length)
          result.writeUInt32BE(telling[dice.below(telling.length)] === 0 ? 0 : 0xffff_ffff, at)
        break
      default:
        result = Buffer.concat([
          before,
          Buffer.from(Array.from({ length }, () => dice.below(256))),
          result.subarray(at),
        ])
    }
  }
  return result
}

/** The bytes in pieces, as a network would bring them. */
export function inPieces(bytes: Buffer, dice: Dice): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = dice.chance(0.5) ? bytes.length : Math.min(bytes.length, at + 1 + dice.below(400))
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}
