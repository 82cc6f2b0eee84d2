/**
 * Product pictures: 3D objects of the fluent emoji package (MIT), lit and grounded in studios of our own.
 *
 * Each object is cut out, tinted by the light of its stage, given a shadow of its own outline where it touches the
 * ground, and mirrored where the ground shines. The same product gives the same bytes again.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import {
  drawSvg,
  imageOf,
  layContact,
  layMirrorImage,
  layOver,
  layShadow,
  light,
  lightRoom,
  type Pixels,
  pixelsOf,
} from './canvas.ts'
import type { CategorySlug } from './categories.ts'
import { clamp, darker, lighter, mix, rgbOf } from './colour.ts'
import type { DemoCreator } from './creators.ts'
import { drawPackage } from './packages.ts'
import { portraitSvg } from './portrait.ts'
import type { Arrangement, DemoProduct, PictureObject, StageSet } from './product.ts'
import { type Palette, type Place, paletteAround, palettesOf, type StageSize, stageOf } from './stages.ts'

export type PictureVariant = 'hero' | 'card'

/** `hero` is square, `card` is three to four. `size` is the width in pixels. */
export async function renderProductPicture(
  product: DemoProduct,
  { variant, size = variant === 'hero' ? 720 : 600 }: { variant: PictureVariant; size?: number },
): Promise<Buffer> {
  const stageSize = { width: size, height: variant === 'hero' ? size : Math.round((size * 4) / 3) }
  const recipe = product.picture
  const seed = seedOf(product.slug)
  const hero = await cutOut(recipe.hero)
  const palette = recipe.backdrop ? paletteAround(recipe.backdrop) : paletteAgainst(product.category, hero.mean, seed)
  const set = variant === 'hero' ? recipe.set : otherSets[recipe.set]
  const arrangement = variant === 'hero' ? recipe.arrangement : otherArrangements[recipe.arrangement]
  const picture =
    arrangement === 'pattern'
      ? await flatLay(product, hero, palette, stageSize)
      : await onStage(product, hero, { set, arrangement, palette, size: stageSize, seed })
  lightRoom(picture, rgbOf(palette.shadow))
  return imageOf(picture).removeAlpha().webp({ quality: 85, effort: 2 }).toBuffer()
}

/** A round-cornered picture is the page's business: this one is square. */
export async function renderAvatar(creator: DemoCreator, size = 256): Promise<Buffer> {
  return sharp(Buffer.from(portraitSvg(creator.avatar, { size })))
    .webp({ quality: 86, effort: 3 })
    .toBuffer()
}

/** The picture of a room before its video plays: the host in front of a wall of goods, nine to sixteen. */
export async function renderRoomCover(creator: DemoCreator, width = 540): Promise<Buffer> {
  const size = { width, height: Math.round((width * 16) / 9) }
  const wall = wallOf(creator)
  const picture = await goodsWall(creator, size, [40, 68, 96])
  layOver(picture, await drawSvg(glow(size, lighter(wall, 0.62), 76)), { x: 0, y: 0 })
  const hostSize = Math.round(width * 1.1)
  const host = await drawSvg(portraitSvg(creator.avatar, { size: hostSize, bare: true }))
  layOver(picture, host, { x: Math.round((width - hostSize) / 2), y: size.height - Math.round(width * 1.08) })
  for (const [index, x] of [19, 82].entries()) {
    const asset = goodsOnShelves[creator.categories[0]][index]
    if (asset === undefined) continue
    const lamp = { shadow: darker(wall, 0.7), bounce: wall }
    await stand(picture, await cutOut({ asset }), { x, y: 7, height: 32, width: 32 }, lamp)
  }
  return imageOf(picture).removeAlpha().webp({ quality: 82, effort: 2 }).toBuffer()
}

/** The room behind a streaming host, out of focus: what moves is drawn over it. PNG. */
export async function renderStudio(creator: DemoCreator, width = 720): Promise<Buffer> {
  const size = { width, height: Math.round((width * 16) / 9) }
  const wall = wallOf(creator)
  const picture = await goodsWall(creator, size, [34, 60, 86])
  const soft = await pixelsOf(imageOf(picture).blur(7))
  layOver(soft, await drawSvg(glow(size, lighter(wall, 0.66), 92)), { x: 0, y: 0 })
  return imageOf(soft).removeAlpha().png().toBuffer()
}

export function wallOf(creator: DemoCreator): string {
  const [palette] = palettesOf(categoryHues[creator.categories[0]])
  return mix(creator.avatar.backdrop[1], palette?.wall ?? '#ffffff', 0.25)
}

async function goodsWall(creator: DemoCreator, size: StageSize, shelves: readonly number[]): Promise<Pixels> {
  const wall = wallOf(creator)
  const goods = goodsOnShelves[creator.categories[0]]
  const picture = await drawSvg(shelfWall(size, wall, shelves))
  const lamp = { shadow: darker(wall, 0.7), bounce: wall, shade: 0.08 }
  const ceiling = (size.height / size.width) * 100
  for (const [row, y] of shelves.entries()) {
    for (const [column, x] of [14, 38, 62, 86].entries()) {
      const asset = goods[(row * 3 + column) % goods.length]
      if (asset === undefined) continue
      await stand(picture, await cutOut({ asset }), { x, y: ceiling - y, height: 18, width: 17 }, lamp)
    }
  }
  return picture
}

/** The emoji package's file of a code point such as 1f484 or 2328-fe0f. */
export function assetPath(codePoints: string): string {
  return join(assetFolder, `${codePoints}.webp`)
}

const assetFolder = join(
  dirname(createRequire(import.meta.url).resolve('@lobehub/fluent-emoji-3d/package.json')),
  'assets',
)

const categoryHues: Record<CategorySlug, number> = {
  beauty: 345,
  'womens-fashion': 316,
  'mens-fashion': 212,
  'shoes-bags': 28,
  'jewellery-watches': 250,
  electronics: 230,
  'home-kitchen': 165,
  'baby-toys': 44,
  'fresh-food': 88,
  'snacks-tea': 32,
  'sports-outdoor': 148,
  pets: 36,
  'books-stationery': 188,
}

const goodsOnShelves: Record<CategorySlug, readonly string[]> = {
  beauty: ['1f484', '1f9f4', '1fa9e', '1f9fc', '1f338', '1f380', '1f339', '1fab7'],
  'womens-fashion': ['1f45c', '1f457', '1f452', '1f9e3', '1f45a', '1f380', '1f460', '1f9e5'],
  'mens-fashion': ['1f9e2', '1f455', '1f456', '1f454', '1f45e', '1f9e6', '1fa73', '1f4bc'],
  'shoes-bags': ['1f45f', '1f45c', '1f460', '1f97e', '1f9f3', '1f462', '1f97f', '1f392'],
  'jewellery-watches': ['1f48d', '1f48e', '231a', '1f4ff', '1f9aa', '1f576-fe0f', '1f451', '1f380'],
  electronics: ['1f3a7', '1f4f8', '1f3ae', '1f4fb', '1f399-fe0f', '1f4bb', '2328-fe0f', '1f4a1'],
  'home-kitchen': ['1fad6', '1f373', '1f9fa', '1f56f-fe0f', '23f0', '1fab4', '1f962', '1fad9'],
  'baby-toys': ['1f9f8', '1fa81', '1f682', '1f37c', '1f3a0', '1fa87', '1f9e9', '1fa86'],
  'fresh-food': ['1f353', '1f352', '1f96d', '1f980', '1fad0', '1f969', '1f951', '1f34a'],
  'snacks-tea': ['1f36a', '1f9cb', '1f36f', '1f96e', '1f37f', '1f375', '1f36b', '1f330'],
  'sports-outdoor': ['1f3f8', '26fa', '1f94a', '1f6f9', '1f6fc', '1f93f', '1f3d3', '1f9ed'],
  pets: ['1f9b4', '1f9f6', '1f431', '1f43e', '1f41f', '1f436', '1f408', '1f955'],
  'books-stationery': ['1f4da', '1f4d4', '1f58b-fe0f', '1f9ee', '1f3a8', '1f5bc-fe0f', '1f4d6', '1f58d-fe0f'],
}

/** The second picture of a product is taken in another corner of the studio. */
const otherSets: Record<StageSet, StageSet> = {
  plinth: 'window',
  window: 'plinth',
  arch: 'disc',
  disc: 'arch',
  steps: 'sweep',
  sweep: 'drapes',
  drapes: 'steps',
}

const otherArrangements: Record<Arrangement, Arrangement> = {
  single: 'single',
  pair: 'single',
  trio: 'pair',
  fan: 'single',
  pattern: 'trio',
}

/** Things that hang in the air rather than stand on a table. */
const airborne = new Set(
  '2728 2601-fe0f 1f319 1f3b5 1f3b6 1f98b 1f41d 2b50 2600-fe0f 1f308 1fae7 1f4a7 2744-fe0f 1f388 2708-fe0f 1f48b'.split(
    ' ',
  ),
)

type CutOut = Pixels & { mean: readonly [number, number, number]; footing: Footing }

/** How an object meets the ground: the middle and width of its lowest rows, as shares of its width. */
type Footing = { middle: number; width: number }

/** The two pictures of a product, and neighbours that share props, find their objects here. */
const recentCutOuts = new Map<string, Promise<CutOut>>()
const recentCutOutsMax = 48

function cutOut(object: PictureObject, extraHue = 0): Promise<CutOut> {
  const key = JSON.stringify([object, extraHue])
  const known = recentCutOuts.get(key)
  if (known !== undefined) return known
  const made = cutOutNow(object, extraHue)
  recentCutOuts.set(key, made)
  const oldest = recentCutOuts.size > recentCutOutsMax ? recentCutOuts.keys().next().value : undefined
  if (oldest !== undefined) recentCutOuts.delete(oldest)
  return made
}

async function cutOutNow(object: PictureObject, extraHue: number): Promise<CutOut> {
  let pixels: Pixels
  if ('asset' in object) {
    pixels = await pixelsOf(sharp(assetPath(object.asset)))
  } else {
    const { svg, print } = drawPackage(object.shape, object.colour, object.trim)
    pixels = await drawSvg(svg)
    const printed = await pixelsOf(sharp(assetPath(object.print)).resize(print.size, print.size))
    layOver(pixels, printed, { x: print.x, y: print.y })
  }
  if (extraHue !== 0) pixels = await pixelsOf(imageOf(pixels).modulate({ hue: extraHue }))
  return trimmed(pixels)
}

/** Cuts away what is transparent and learns what the rest looks like. */
function trimmed({ data, width, height }: Pixels): CutOut {
  const box = { left: width, right: 0, top: height, bottom: 0 }
  const sums = [0, 0, 0]
  let count = 0
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4
      if ((data[at + 3] as number) < 24) continue
      box.left = Math.min(box.left, x)
      box.right = Math.max(box.right, x)
      box.top = Math.min(box.top, y)
      box.bottom = Math.max(box.bottom, y)
      for (let channel = 0; channel < 3; channel += 1)
        sums[channel] = (sums[channel] as number) + (data[at + channel] as number)
      count += 1
    }
  }
  const size = { width: box.right - box.left + 1, height: box.bottom - box.top + 1 }
  const piece = Buffer.alloc(size.width * size.height * 4)
  for (let y = 0; y < size.height; y += 1) {
    const from = ((y + box.top) * width + box.left) * 4
    data.copy(piece, y * size.width * 4, from, from + size.width * 4)
  }
  const mean = (channel: number) => (sums[channel] ?? 0) / Math.max(1, count)
  return { data: piece, ...size, mean: [mean(0), mean(1), mean(2)], footing: footingOf({ data: piece, ...size }) }
}

function footingOf({ data, width, height }: Pixels): Footing {
  let left = width
  let right = 0
  for (let y = Math.floor(height * 0.95); y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((data[(y * width + x) * 4 + 3] ?? 0) < 128) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
    }
  }
  if (right <= left) return { middle: 0.5, width: 0.3 }
  return { middle: (left + right) / 2 / width, width: (right - left) / width }
}

/** Of the category's four moods the first, from a place that varies, that the object stands out against. */
function paletteAgainst(category: CategorySlug, mean: readonly [number, number, number], seed: number): Palette {
  const moods = palettesOf(categoryHues[category])
  const scored = moods.map((palette, index) => {
    const [r, g, b] = rgbOf(palette.wall)
    const distance = Math.hypot(r - mean[0], g - mean[1], b - mean[2])
    return { palette, distance, turn: (index + seed) % moods.length }
  })
  scored.sort((a, b) => a.turn - b.turn)
  const clear = scored.find((one) => one.distance > 105)
  const best = clear ?? scored.toSorted((a, b) => b.distance - a.distance)[0]
  if (best === undefined) throw new Error('a category has palettes')
  return best.palette
}

type Shot = { set: StageSet; arrangement: Arrangement; palette: Palette; size: StageSize; seed: number }

async function onStage(product: DemoProduct, hero: CutOut, shot: Shot): Promise<Pixels> {
  const { arrangement, palette, size, seed } = shot
  const recipe = product.picture
  const crowd = { single: 1, pair: 2, trio: 3, fan: 4, pattern: 1 }[arrangement]
  const stage = stageOf(shot.set, size, palette, crowd)
  const lamp: Lamp = { shadow: palette.shadow, bounce: palette.block, reflects: stage.reflects }
  const picture = await drawSvg(stage.svg)

  const props = recipe.props.map((asset, index) => ({ asset, index, flies: airborne.has(asset) }))
  for (const prop of props.filter((one) => one.flies)) {
    await hover(picture, await cutOut({ asset: prop.asset }), prop.index, seed)
  }
  if (arrangement === 'fan') {
    await fan(picture, product, hero, stage.hero, lamp)
  } else {
    for (const [index, place] of stage.companions.slice(0, crowd - 1).entries()) {
      const other = await cutOut(recipe.hero, recipe.companionHues[index] ?? 0)
      await stand(picture, other, place, { ...lamp, shade: 0.07 })
    }
    const x = crowd === 2 ? stage.hero.x + 9 : stage.hero.x
    await stand(picture, hero, { ...stage.hero, x }, lamp)
  }
  for (const prop of props.filter((one) => !one.flies)) {
    const place = stage.props[prop.index]
    if (place !== undefined) await stand(picture, await cutOut({ asset: prop.asset }), place, lamp)
  }
  return picture
}

/** Shrinks a place to the object's own proportions. */
function fitted(place: Place, object: CutOut): Place {
  const scale = Math.min(place.height / object.height, place.width / object.width)
  return { ...place, height: object.height * scale, width: object.width * scale }
}

type Lamp = { shadow: string; bounce: string; reflects?: boolean; shade?: number }

/** One object on the ground: shadow, mirror image, the object in the light of the stage. */
async function stand(picture: Pixels, object: CutOut, place: Place, lamp: Lamp): Promise<void> {
  const u = picture.width / 100
  const fit = fitted(place, object)
  const image = await lit(object, { width: Math.round(fit.width * u), height: Math.round(fit.height * u) }, lamp)
  const { width, height } = image
  const narrow = object.footing.width < 0.22
  const ground = picture.height - place.y * u
  const left = Math.round(place.x * u - width / 2)
  const top = Math.round(ground - height - (narrow ? height * 0.035 : 0))
  const shadow = rgbOf(lamp.shadow)

  // The light comes from the upper left, so the outline falls to the right and lies flat.
  const deep = Math.max(4, Math.round(height * 0.17))
  const blur = Math.max(2, Math.round(height * 0.028))
  const fall = { x: left + Math.round(width * 0.07), y: Math.round(ground - deep * 0.72), width, height: deep }
  layShadow(picture, image, { ...fall, blur, opacity: 0.34, colour: shadow })

  const sole = width * clamp(object.footing.width, 0.3, 1)
  layContact(picture, {
    x: left + width * object.footing.middle,
    y: ground - height * 0.004,
    rx: sole * 0.62,
    ry: Math.max(3, sole * 0.085),
    opacity: narrow ? 0.45 : 0.7,
    colour: rgbOf(darker(lamp.shadow, 0.3)),
  })
  if (lamp.reflects && !narrow) {
    layMirrorImage(picture, image, { x: left, y: Math.round(ground - 1) }, Math.max(4, Math.round(height * 0.22)))
  }
  layOver(picture, image, { x: left, y: top })
}

async function lit(object: CutOut, size: { width: number; height: number }, lamp: Lamp): Promise<Pixels> {
  const image = await pixelsOf(
    imageOf(object).resize(Math.max(4, size.width), Math.max(4, size.height), { fit: 'fill', kernel: 'cubic' }),
  )
  light(image, { shadow: rgbOf(lamp.shadow), bounce: rgbOf(lamp.bounce), shade: lamp.shade ?? 0 })
  return image
}

const transparent = { r: 0, g: 0, b: 0, alpha: 0 }

function turned(image: Pixels, angle: number): Promise<Pixels> {
  return pixelsOf(imageOf(image).rotate(angle, { background: transparent }))
}

/** A small thing in the air, a little out of focus. */
async function hover(picture: Pixels, object: CutOut, index: number, seed: number): Promise<void> {
  const u = picture.width / 100
  const spot = (index + seed) % 2 === 0 ? { x: 16, y: 0.2, height: 16 } : { x: 85, y: 0.31, height: 13 }
  const scale = (spot.height * u) / Math.max(object.height, object.width)
  const width = Math.round(object.width * scale)
  const height = Math.round(object.height * scale)
  const image = await pixelsOf(
    imageOf(object)
      .resize(width, height, { fit: 'fill' })
      .extend({ top: 6, bottom: 6, left: 6, right: 6, background: transparent })
      .blur(index === 0 ? 0.7 : 1.6),
  )
  layOver(picture, image, {
    x: Math.round(spot.x * u - image.width / 2),
    y: Math.round(spot.y * picture.height - image.height / 2),
  })
}

/** Four of a kind like a hand of cards. */
async function fan(picture: Pixels, product: DemoProduct, hero: CutOut, place: Place, lamp: Lamp): Promise<void> {
  const u = picture.width / 100
  const shadow = rgbOf(lamp.shadow)
  const seats = [
    { x: -25, y: 5, angle: -16, scale: 0.66 },
    { x: 25, y: 5, angle: 16, scale: 0.66 },
    { x: -12, y: 3, angle: -7, scale: 0.78 },
    { x: 10, y: 0, angle: 5, scale: 0.94 },
  ]
  for (const [index, seat] of seats.entries()) {
    const front = index === seats.length - 1
    const object = front ? hero : await cutOut(product.picture.hero, product.picture.companionHues[index] ?? 0)
    const fit = fitted({ ...place, height: place.height * seat.scale, width: place.width * seat.scale }, object)
    const upright = await lit(
      object,
      { width: Math.round(fit.width * u), height: Math.round(fit.height * u) },
      { ...lamp, shade: front ? 0 : 0.06 },
    )
    const image = await turned(upright, seat.angle)
    const { width, height } = image
    const x = (place.x + seat.x) * u
    const ground = picture.height - (place.y + seat.y) * u
    const deep = Math.max(4, Math.round(height * 0.16))
    const fall = { x: Math.round(x - width * 0.45), y: Math.round(ground - deep * 0.7), width, height: deep }
    layShadow(picture, image, { ...fall, blur: Math.max(2, Math.round(height * 0.03)), opacity: 0.34, colour: shadow })
    layContact(picture, { x, y: ground, rx: width * 0.4, ry: width * 0.06, opacity: 0.5, colour: shadow })
    layOver(picture, image, { x: Math.round(x - width / 2), y: Math.round(ground - height + height * 0.01) })
  }
}

/** Seen from above: rows of the same thing in several colours, on two papers. */
async function flatLay(product: DemoProduct, hero: CutOut, palette: Palette, size: StageSize): Promise<Pixels> {
  const { width, height } = size
  const cut = `0,${height * 0.62} ${width},${height * 0.3} ${width},${height} 0,${height}`
  const picture = await drawSvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${palette.floor}"/><polygon points="${cut}" fill="${palette.shadow}" opacity="0.16" transform="translate(0 -5)"/><polygon points="${cut}" fill="${palette.wall}"/></svg>`,
  )
  const shadow = rgbOf(palette.shadow)
  const hues = [0, ...product.picture.companionHues]
  const cell = width / 3
  const side = Math.round(cell * 0.82)
  for (let index = 0; index < 11; index += 1) {
    const row = Math.floor(index / 3.5)
    const column = index - Math.ceil(row * 3.5)
    const hue = hues[(index * 2 + row) % hues.length] ?? 0
    const object = hue === 0 ? hero : await cutOut(product.picture.hero, hue)
    const flat = { width: side, height: Math.round((side * object.height) / object.width) }
    const image = await turned(
      await lit(object, flat, { shadow: palette.shadow, bounce: palette.floor }),
      ((index * 37) % 44) - 22,
    )
    const x = Math.round((column + (row % 2 === 0 ? 0.5 : 0)) * cell - image.width / 2)
    const y = Math.round((row + 0.5) * cell - image.height / 2)
    const offset = Math.round(width * 0.018)
    layShadow(picture, image, {
      x: x + offset,
      y: y + offset,
      width: image.width,
      height: image.height,
      blur: 6,
      opacity: 0.34,
      colour: shadow,
    })
    layOver(picture, image, { x, y })
  }
  return picture
}

function shelfWall({ width, height }: StageSize, wall: string, shelves: readonly number[]): string {
  const u = width / 100
  const boards = shelves.map(
    (y) =>
      `<rect x="0" y="${y * u}" width="${width}" height="${2.2 * u}" fill="${lighter(wall, 0.62)}"/><rect x="0" y="${(y + 2.2) * u}" width="${width}" height="${5 * u}" fill="${darker(wall, 0.5)}" opacity="0.16"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="w" x1="0" y1="0" x2="0.4" y2="1"><stop offset="0" stop-color="${lighter(wall, 0.3)}"/><stop offset="1" stop-color="${darker(wall, 0.16)}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#w)"/>${boards.join('')}</svg>`
}

/** Lifts the host from the shelves: the room falls back behind a ring of light. `up` is the ring's middle. */
function glow({ width, height }: StageSize, colour: string, up: number): string {
  const u = width / 100
  const y = height - up * u
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><radialGradient id="g" gradientUnits="userSpaceOnUse" cx="${width / 2}" cy="${y + 4 * u}" r="${58 * u}"><stop offset="0" stop-color="${colour}" stop-opacity="0.95"/><stop offset="0.55" stop-color="${colour}" stop-opacity="0.6"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient></defs><rect width="100%" height="100%" fill="url(#g)"/><circle cx="${width / 2}" cy="${y}" r="${41 * u}" fill="none" stroke="#fff" stroke-opacity="0.85" stroke-width="${2.2 * u}"/><circle cx="${width / 2}" cy="${y}" r="${41 * u}" fill="none" stroke="#fff" stroke-opacity="0.25" stroke-width="${6 * u}"/></svg>`
}

function seedOf(text: string): number {
  let hash = 7
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003
  return hash
}
