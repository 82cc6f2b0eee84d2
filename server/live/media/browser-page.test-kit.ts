/** What the pages of the browser tests share: a clock that is painted into the picture, and read back from it. */
export const clockBlocks = 40
export const clockBlockPx = 16

/**
 * Script of a page: `paintClock(context, ms)` draws the time as a row of forty light and dark blocks (32 bits and a sum of
 * eight), `readClock(context, width)` answers it, or null when the row does not add up.
 */
export const clockScript = `
  function clockBits(ms) {
    const t = ms >>> 0
    const bits = []
    let sum = 0
    for (let i = 31; i >= 0; i--) bits.push((t >>> i) & 1)
    for (let i = 0; i < 4; i++) sum = (sum + ((t >>> (8 * i)) & 255)) & 255
    sum ^= 0xa5
    for (let i = 7; i >= 0; i--) bits.push((sum >>> i) & 1)
    return bits
  }
  function paintClock(context, ms) {
    clockBits(ms).forEach((bit, index) => {
      context.fillStyle = bit ? '#ebebeb' : '#101010'
      context.fillRect(index * ${clockBlockPx}, 0, ${clockBlockPx}, 32)
    })
  }
  function readClock(context, scale) {
    const bits = []
    for (let index = 0; index < ${clockBlocks}; index++) {
      const x = Math.round((index + 0.5) * ${clockBlockPx} * scale)
      const [r, g, b] = context.getImageData(x, Math.round(16 * scale), 1, 1).data
      bits.push(r + g + b > 384 ? 1 : 0)
    }
    let t = 0
    for (let i = 0; i < 32; i++) t = t * 2 + bits[i]
    return clockBits(t).every((bit, index) => bit === bits[index]) ? t : null
  }
`
