/** Pixels in memory: what the pictures need of compositing, without encoding anything in between. */
import sharp, { type Sharp } from 'sharp'
import { clamp } from './colour.ts'

/** Rows of red, green, blue, alpha; not premultiplied. */
export type Pixels = { data: Buffer; width: number; height: number }
export type Rgb = readonly [number, number, number]
type Mask = { data: Float32Array; width: number; height: number }

export async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

export function imageOf({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } })
}

export function drawSvg(svg: string): Promise<Pixels> {
  return pixelsOf(sharp(Buffer.from(svg)))
}

/** Lays one picture over another; what reaches over the edge is left out. */
export function layOver(ground: Pixels, picture: Pixels, at: { x: number; y: number }): void {
  eachPixel(ground, picture, at, (to, from) => {
    const alpha = (picture.data[from + 3] as number) / 255
    if (alpha === 0) return
    for (let channel = 0; channel < 3; channel += 1) {
      const below = ground.data[to + channel] as number
      ground.data[to + channel] = below + ((picture.data[from + channel] as number) - below) * alpha
    }
  })
}

/** The lowest rows of a picture upside down and fading: a shining ground. */
export function layMirrorImage(ground: Pixels, picture: Pixels, at: { x: number; y: number }, rows: number): void {
  const { width, height, data } = picture
  const strip = Buffer.alloc(width * rows * 4)
  for (let y = 0; y < rows; y += 1) {
    data.copy(strip, y * width * 4, (height - 1 - y) * width * 4, (height - y) * width * 4)
    const share = 0.24 * (1 - y / rows)
    for (let x = 0; x < width; x += 1) {
      const alpha = (y * width + x) * 4 + 3
      strip[alpha] = (strip[alpha] ?? 0) * share
    }
  }
  layOver(ground, { data: strip, width, height: rows }, at)
}

/** The picture's outline, resized, blurred and laid down as a shadow. `at` is where the outline would stand unblurred. */
export function layShadow(
  ground: Pixels,
  picture: Pixels,
  shadow: { x: number; y: number; width: number; height: number; blur: number; opacity: number; colour: Rgb },
): void {
  const margin = shadow.blur * 2
  const mask: Mask = {
    width: shadow.width + margin * 2,
    height: shadow.height + margin * 2,
    data: new Float32Array((shadow.width + margin * 2) * (shadow.height + margin * 2)),
  }
  for (let y = 0; y < shadow.height; y += 1) {
    const sourceRow = Math.floor((y * picture.height) / shadow.height) * picture.width
    for (let x = 0; x < shadow.width; x += 1) {
      const source = (sourceRow + Math.floor((x * picture.width) / shadow.width)) * 4 + 3
      mask.data[(y + margin) * mask.width + x + margin] = picture.data[source] ?? 0
    }
  }
  const soft = blurred(blurred(mask, shadow.blur), Math.max(1, shadow.blur >> 1))
  const inked = Buffer.alloc(soft.width * soft.height * 4)
  for (let index = 0; index < soft.data.length; index += 1) {
    inked[index * 4] = shadow.colour[0]
    inked[index * 4 + 1] = shadow.colour[1]
    inked[index * 4 + 2] = shadow.colour[2]
    inked[index * 4 + 3] = (soft.data[index] ?? 0) * shadow.opacity
  }
  const at = { x: shadow.x - margin, y: shadow.y - margin }
  layOver(ground, { data: inked, width: soft.width, height: soft.height }, at)
}

/** A soft dark ellipse where a thing touches the ground. */
export function layContact(
  ground: Pixels,
  contact: { x: number; y: number; rx: number; ry: number; opacity: number; colour: Rgb },
): void {
  const width = Math.ceil(contact.rx * 2)
  const height = Math.ceil(contact.ry * 2)
  const inked = Buffer.alloc(width * height * 4)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const aside = (x + 0.5) / contact.rx - 1
      const away = (y + 0.5) / contact.ry - 1
      const distance = Math.sqrt(aside * aside + away * away)
      const at = (y * width + x) * 4
      inked[at] = contact.colour[0]
      inked[at + 1] = contact.colour[1]
      inked[at + 2] = contact.colour[2]
      inked[at + 3] = 255 * contact.opacity * clamp(1 - distance, 0, 1) ** 1.25
    }
  }
  layOver(
    ground,
    { data: inked, width, height },
    { x: Math.round(contact.x - contact.rx), y: Math.round(contact.y - contact.ry) },
  )
}

/** The light of a stage on a thing: bright from the upper left, shaded to the right, the ground's colour from below. */
export function light(picture: Pixels, { shadow, bounce, shade }: { shadow: Rgb; bounce: Rgb; shade: number }): void {
  const { width, height, data } = picture
  for (let y = 0; y < height; y += 1) {
    const low = y / height
    const fromBelow = clamp((low - 0.8) / 0.2, 0, 1) * 0.26
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4
      if (data[at + 3] === 0) continue
      const across = (x / width) * 0.64 + low * 0.36
      const bright = clamp(1 - across / 0.42, 0, 1) * 0.2
      const dark = clamp((across - 0.58) / 0.42, 0, 1) * 0.26 + shade
      for (let channel = 0; channel < 3; channel += 1) {
        let level = data[at + channel] as number
        level += (255 - level) * bright
        level += ((shadow[channel] as number) - level) * dark
        level += ((bounce[channel] as number) - level) * fromBelow
        data[at + channel] = level
      }
    }
  }
}

/** The corners fall off and the upper left lifts a little, as under one lamp. */
export function lightRoom(picture: Pixels, shadow: Rgb): void {
  const { width, height, data } = picture
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const aside = x / width - 0.38
      const away = (y / height - 0.34) * 1.05
      const distance = Math.sqrt(aside * aside + away * away)
      const edge = clamp((distance - 0.42) / 0.62, 0, 1)
      const dark = edge * edge * 0.32
      const bright = clamp(1 - distance / 0.5, 0, 1) * 0.09
      const at = (y * width + x) * 4
      for (let channel = 0; channel < 3; channel += 1) {
        const level = data[at + channel] as number
        data[at + channel] = level + (255 - level) * bright + ((shadow[channel] as number) - level) * dark
      }
    }
  }
}

/** A moving average along rows, then columns. */
function blurred(mask: Mask, radius: number): Mask {
  const { width, height } = mask
  const across = new Float32Array(width * height)
  const down = new Float32Array(width * height)
  const span = radius * 2 + 1
  for (let y = 0; y < height; y += 1) {
    let sum = 0
    for (let x = -radius; x < width; x += 1) {
      if (x + radius < width) sum += mask.data[y * width + x + radius] as number
      if (x - radius - 1 >= 0) sum -= mask.data[y * width + x - radius - 1] as number
      if (x >= 0) across[y * width + x] = sum / span
    }
  }
  for (let x = 0; x < width; x += 1) {
    let sum = 0
    for (let y = -radius; y < height; y += 1) {
      if (y + radius < height) sum += across[(y + radius) * width + x] as number
      if (y - radius - 1 >= 0) sum -= across[(y - radius - 1) * width + x] as number
      if (y >= 0) down[y * width + x] = sum / span
    }
  }
  return { data: down, width, height }
}

function eachPixel(
  ground: Pixels,
  picture: Pixels,
  at: { x: number; y: number },
  visit: (to: number, from: number) => void,
): void {
  const fromX = Math.max(0, -at.x)
  const toX = Math.min(picture.width, ground.width - at.x)
  const fromY = Math.max(0, -at.y)
  const toY = Math.min(picture.height, ground.height - at.y)
  for (let y = fromY; y < toY; y += 1) {
    for (let x = fromX; x < toX; x += 1) {
      visit(((y + at.y) * ground.width + x + at.x) * 4, (y * picture.width + x) * 4)
    }
  }
}
