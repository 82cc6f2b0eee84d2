/**
 * The studios in which the goods are photographed: drawn as SVG, with the places where things may stand.
 *
 * Everything is measured in hundredths of the picture's width (`u`) from its lower edge, so that a square and an upright
 * picture share one drawing.
 */
import { darker, hsl, lighter, mix } from './colour.ts'
import type { StageSet } from './product.ts'

export type Palette = { wall: string; floor: string; block: string; accent: string; shadow: string }

/** A place on the ground: `x` is the middle, `y` the ground line, `height` how tall a thing may be, `width` how wide. */
export type Place = { x: number; y: number; height: number; width: number }

export type Stage = {
  svg: string
  hero: Place
  companions: readonly Place[]
  props: readonly Place[]
  reflects: boolean
}

export type StageSize = { width: number; height: number }

/** Four light moods of one hue: pale, deep, opposite and neighbouring. */
export function palettesOf(hue: number): Palette[] {
  return [
    paletteFrom(hsl(hue, 64, 82), hsl(hue + 14, 60, 89), hsl(hue - 4, 50, 76), hsl(hue + 180, 62, 64)),
    paletteFrom(hsl(hue, 40, 50), hsl(hue + 8, 40, 60), hsl(hue + 6, 44, 70), hsl(hue + 42, 84, 70)),
    paletteFrom(hsl(hue + 172, 46, 80), hsl(hue + 158, 44, 88), hsl(hue + 30, 62, 88), hsl(hue, 62, 68)),
    paletteFrom(hsl(hue + 38, 66, 80), hsl(hue + 30, 62, 88), hsl(hue + 52, 58, 92), hsl(hue - 24, 58, 66)),
  ]
}

export function paletteAround(backdrop: string): Palette {
  return paletteFrom(backdrop, lighter(backdrop, 0.42), lighter(backdrop, 0.62), mix(backdrop, '#ffb45e', 0.6))
}

function paletteFrom(wall: string, floor: string, block: string, accent: string): Palette {
  return { wall, floor, block, accent, shadow: darker(wall, 0.72) }
}

export function stageOf(set: StageSet, size: StageSize, palette: Palette, crowd: number): Stage {
  const draw = drawers[set]
  return draw(measure(size), palette, crowd)
}

type Frame = { u: number; w: number; h: number; up: (units: number) => number; tall: boolean; lift: number }

function measure({ width, height }: StageSize): Frame {
  const u = width / 100
  const tall = height > width * 1.1
  return { u, w: width, h: height, tall, lift: tall ? 9 : 0, up: (units) => height - units * u }
}

type Drawer = (frame: Frame, palette: Palette, crowd: number) => Stage

const drawers: Record<StageSet, Drawer> = {
  plinth(frame, palette, crowd) {
    const { u, up, lift } = frame
    const rx = crowd > 1 ? 40 : 31
    const top = 25 + lift
    const hero = heroPlace(frame, top - 1.5, crowd)
    const svg = drawing(frame, palette, [
      room(frame, palette, 33 + lift),
      `<circle cx="${50 * u}" cy="${up(58 + lift)}" r="${33 * u}" fill="url(#sun)"/>`,
      cylinder(frame, palette, 84, 20 + lift, 11, 24 + lift, palette.accent),
      cylinder(frame, palette, 50, top, rx, 15 + lift * 0.5, palette.block),
      ball(frame, 13, 16 + lift * 0.6, 4.2, palette.accent),
    ])
    return {
      svg,
      hero,
      companions: beside(hero, top + 2.2, crowd > 2 ? 21 : 18),
      props: [
        { x: 50 - rx * 0.94, y: 11 + lift * 0.4, height: 17, width: 19 },
        { x: 83, y: 12 + lift * 0.4, height: 15, width: 17 },
      ],
      reflects: true,
    }
  },

  arch(frame, palette, crowd) {
    const { u, up, lift } = frame
    const top = 22 + lift
    const spring = 62 + lift * 1.2
    const door = `M${17 * u} ${up(top)} V${up(spring)} A${33 * u} ${33 * u} 0 0 1 ${83 * u} ${up(spring)} V${up(top)} Z`
    const hero = heroPlace(frame, top - 3, crowd)
    const svg = drawing(frame, palette, [
      room(frame, palette, 14 + lift),
      `<path d="${door}" fill="${darker(palette.wall, 0.2)}" transform="translate(${-1.8 * u} ${-0.6 * u})"/>`,
      `<path d="${door}" fill="url(#niche)"/>`,
      `<ellipse cx="${56 * u}" cy="${up(spring + 4)}" rx="${30 * u}" ry="${34 * u}" fill="url(#spot)"/>`,
      slab(frame, palette.block, 8, 92, top, 9),
      slab(frame, mix(palette.block, palette.accent, 0.28), 0, 100, top - 13, 30),
    ])
    return {
      svg,
      hero,
      companions: beside(hero, top - 1, 19),
      props: [
        { x: 17, y: top - 12, height: 19, width: 20 },
        { x: 84, y: top - 14, height: 16, width: 18 },
      ],
      reflects: false,
    }
  },

  steps(frame, palette, crowd) {
    const { lift } = frame
    const low = 20 + lift
    const svg = drawing(frame, palette, [
      room(frame, palette, 34 + lift),
      `<circle cx="${27 * frame.u}" cy="${frame.up(70 + lift)}" r="${20 * frame.u}" fill="url(#sun)"/>`,
      cuboid(frame, mix(palette.block, palette.accent, 0.55), 6, 37, low + 15, 60),
      cuboid(frame, mix(palette.block, palette.accent, 0.2), 66, 95, low + 8, 60),
      cuboid(frame, palette.block, 24, 78, low, 60),
    ])
    const hero = { ...heroPlace(frame, low + 0.5, crowd), x: 51 }
    return {
      svg,
      hero,
      companions: [
        { x: 20, y: low + 18, height: hero.height * 0.62, width: 27 },
        { x: 83, y: low + 11, height: hero.height * 0.62, width: 27 },
      ],
      props: [
        crowd > 1
          ? { x: 12, y: 8 + lift * 0.5, height: 15, width: 17 }
          : { x: 21, y: low + 17.5, height: 21, width: 22 },
        crowd > 2
          ? { x: 89, y: 7 + lift * 0.5, height: 14, width: 16 }
          : { x: 83, y: low + 10.5, height: 18, width: 20 },
      ],
      reflects: false,
    }
  },

  window(frame, palette, crowd) {
    const { u, up, lift } = frame
    const cy = up(61 + lift * 1.3)
    const top = 21 + lift
    const hero = heroPlace(frame, top - 5, crowd)
    const svg = drawing(frame, palette, [
      room(frame, palette, 20 + lift),
      `<circle cx="${50 * u}" cy="${cy}" r="${35 * u}" fill="${lighter(palette.block, 0.25)}"/>`,
      `<circle cx="${50 * u}" cy="${cy}" r="${31 * u}" fill="url(#sky)"/>`,
      `<g clip-path="url(#pane)"><g fill="#fff" opacity="0.75">${cloud(33 * u, cy - 12 * u, 6 * u)}${cloud(68 * u, cy + 3 * u, 5 * u)}</g>`,
      `<ellipse cx="${28 * u}" cy="${cy + 33 * u}" rx="${34 * u}" ry="${16 * u}" fill="${mix(palette.accent, '#6fae8e', 0.5)}"/>`,
      `<ellipse cx="${76 * u}" cy="${cy + 35 * u}" rx="${32 * u}" ry="${15 * u}" fill="${mix(palette.accent, '#8cc79c', 0.55)}"/></g>`,
      `<circle cx="${50 * u}" cy="${cy}" r="${31 * u}" fill="none" stroke="${palette.shadow}" stroke-opacity="0.22" stroke-width="${1.2 * u}"/>`,
      slab(frame, palette.block, 0, 100, top, 40),
    ])
    return {
      svg,
      hero,
      companions: beside(hero, top - 1.5, 22),
      props: [
        { x: 15, y: top - 9, height: 21, width: 22 },
        { x: 86, y: top - 11, height: 17, width: 19 },
      ],
      reflects: true,
    }
  },

  disc(frame, palette, crowd) {
    const { u, up, lift } = frame
    const top = 21 + lift
    const hero = heroPlace(frame, top - 1, crowd)
    const svg = drawing(frame, palette, [
      room(frame, palette, 30 + lift),
      `<circle cx="${50 * u}" cy="${up(54 + lift)}" r="${32 * u}" fill="none" stroke="${darker(palette.accent, 0.25)}" stroke-width="${3 * u}"/>`,
      `<circle cx="${49.6 * u}" cy="${up(54.4 + lift)}" r="${32 * u}" fill="none" stroke="url(#ring)" stroke-width="${2.4 * u}"/>`,
      cylinder(frame, palette, 50, top, 42, 4.5, palette.block),
      cylinder(frame, palette, 50, top + 2.6, 34, 2.6, lighter(palette.block, 0.3)),
      ball(frame, 90, 52 + lift, 3.4, palette.accent),
      ball(frame, 9, 71 + lift, 2.2, palette.block),
      ball(frame, 80, 84 + lift, 1.8, palette.accent),
    ])
    return {
      svg,
      hero: { ...hero, y: top + 1 },
      companions: beside(hero, top + 4, 19),
      props: [
        { x: 18, y: top - 4, height: 17, width: 19 },
        { x: 82, y: top - 5, height: 15, width: 17 },
      ],
      reflects: true,
    }
  },

  sweep(frame, palette, crowd) {
    const { u, w, up, lift } = frame
    const hero = heroPlace(frame, 15 + lift, crowd)
    const paper = mix(palette.floor, palette.wall, 0.45)
    const svg = drawing(frame, palette, [
      `<rect width="${w}" height="${frame.h}" fill="url(#wall)"/>`,
      `<path d="M${8 * u} ${up(140)} H${92 * u} V${up(40 + lift)} C${92 * u} ${up(22 + lift)} ${97 * u} ${up(14)} ${104 * u} ${up(-2)} H${-4 * u} C${3 * u} ${up(14)} ${8 * u} ${up(22 + lift)} ${8 * u} ${up(40 + lift)} Z" fill="${darker(palette.wall, 0.28)}" transform="translate(${1.1 * u} ${0.7 * u})" opacity="0.6"/>`,
      `<path d="M${8 * u} ${up(140)} H${92 * u} V${up(40 + lift)} C${92 * u} ${up(22 + lift)} ${97 * u} ${up(14)} ${104 * u} ${up(-2)} H${-4 * u} C${3 * u} ${up(14)} ${8 * u} ${up(22 + lift)} ${8 * u} ${up(40 + lift)} Z" fill="url(#paper)"/>`,
      panes(frame, paper),
    ])
    return {
      svg,
      hero,
      companions: beside(hero, 21 + lift, 20),
      props: [
        { x: 18, y: 9 + lift, height: 18, width: 20 },
        { x: 82, y: 10 + lift, height: 17, width: 19 },
      ],
      reflects: true,
    }
  },

  drapes(frame, palette, crowd) {
    const { u, w, up, lift } = frame
    const top = 19 + lift
    const hem = up(24 + lift)
    const folds = Array.from({ length: 9 }, (_, index) => {
      const x = (index * w) / 9
      const wide = w / 9
      return `<path d="M${x} 0 H${x + wide + 1} V${hem - 1.2 * u} Q${x + wide / 2} ${hem + 2 * u} ${x} ${hem - 1.2 * u} Z" fill="url(#fold${index % 2})"/>`
    })
    const hero = heroPlace(frame, top - 1, crowd)
    const svg = drawing(frame, palette, [
      room(frame, palette, 26 + lift),
      `<rect y="${hem - u}" width="${w}" height="${5 * u}" fill="${palette.shadow}" opacity="0.2"/>`,
      ...folds,
      `<ellipse cx="${50 * u}" cy="${up(60 + lift)}" rx="${40 * u}" ry="${48 * u}" fill="url(#spot)" opacity="0.7"/>`,
      cylinder(frame, palette, 50, top, 41, 7, palette.block),
    ])
    return {
      svg,
      hero,
      companions: beside(hero, top + 2.4, 21),
      props: [
        { x: 13, y: 8 + lift * 0.6, height: 16, width: 18 },
        { x: 88, y: 8 + lift * 0.6, height: 14, width: 16 },
      ],
      reflects: false,
    }
  },
}

function heroPlace(frame: Frame, y: number, crowd: number): Place {
  const alone = crowd === 1
  const height = frame.tall ? (alone ? 72 : 60) : alone ? 58 : 50
  return { x: 50, y, height, width: frame.tall ? (alone ? 76 : 60) : alone ? 62 : 52 }
}

function beside(hero: Place, y: number, reach: number): Place[] {
  const smaller = { y, height: hero.height * 0.74, width: hero.width * 0.74 }
  return [
    { ...smaller, x: 50 - reach },
    { ...smaller, x: 50 + reach },
  ]
}

/** A wall that meets a floor in a soft line. */
function room(frame: Frame, palette: Palette, horizon: number): string {
  const { w, h, up, u } = frame
  const y = up(horizon)
  return [
    `<rect width="${w}" height="${h}" fill="url(#wall)"/>`,
    `<ellipse cx="${38 * u}" cy="${y - 42 * u}" rx="${62 * u}" ry="${56 * u}" fill="url(#spot)"/>`,
    `<rect y="${y}" width="${w}" height="${h - y}" fill="url(#floor)"/>`,
    `<rect y="${y - 5 * u}" width="${w}" height="${5 * u}" fill="url(#skirting)"/>`,
    `<rect y="${y}" width="${w}" height="${6 * u}" fill="${palette.shadow}" opacity="0.05"/>`,
  ].join('')
}

function cylinder(
  frame: Frame,
  palette: Palette,
  x: number,
  top: number,
  rx: number,
  body: number,
  colour: string,
): string {
  const { u, up } = frame
  const ry = rx * 0.2
  const y = up(top)
  const foot = up(top - body)
  const id = `c${Math.round(x * 10)}-${Math.round(top * 10)}`
  return [
    `<linearGradient id="${id}"><stop offset="0" stop-color="${darker(colour, 0.2)}"/><stop offset="0.28" stop-color="${lighter(colour, 0.3)}"/><stop offset="0.62" stop-color="${colour}"/><stop offset="1" stop-color="${darker(colour, 0.36)}"/></linearGradient>`,
    `<linearGradient id="${id}t" x1="0" y1="0" x2="1" y2="0.4"><stop offset="0" stop-color="${lighter(colour, 0.55)}"/><stop offset="1" stop-color="${lighter(colour, 0.12)}"/></linearGradient>`,
    softEllipse(x * u + rx * 0.22 * u, foot + ry * 0.3 * u, rx * 1.26 * u, ry * 1.7 * u, palette.shadow, 0.42),
    `<path d="M${(x - rx) * u} ${y} V${foot} A${rx * u} ${ry * u} 0 0 0 ${(x + rx) * u} ${foot} V${y} Z" fill="url(#${id})"/>`,
    `<ellipse cx="${x * u}" cy="${y}" rx="${rx * u}" ry="${ry * u}" fill="url(#${id}t)"/>`,
    `<ellipse cx="${x * u}" cy="${y}" rx="${(rx - 0.25) * u}" ry="${(ry - 0.2) * u}" fill="none" stroke="#fff" stroke-opacity="0.5" stroke-width="${0.3 * u}"/>`,
  ].join('')
}

/** A board seen from a little above: a light top and a shaded front. */
function slab(frame: Frame, colour: string, from: number, to: number, top: number, body: number): string {
  const { u, up } = frame
  const y = up(top)
  const depth = 6
  const inset = from === 0 ? 0 : 2.4
  const id = `s${Math.round(top * 10)}`
  return [
    `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${colour}"/><stop offset="1" stop-color="${darker(colour, 0.26)}"/></linearGradient>`,
    `<linearGradient id="${id}t"><stop offset="0" stop-color="${lighter(colour, 0.62)}"/><stop offset="1" stop-color="${lighter(colour, 0.22)}"/></linearGradient>`,
    `<polygon points="${(from + inset) * u},${y} ${(to - inset) * u},${y} ${to * u},${y + depth * u} ${from * u},${y + depth * u}" fill="url(#${id}t)"/>`,
    `<rect x="${from * u}" y="${y + depth * u}" width="${(to - from) * u}" height="${body * u}" fill="url(#${id})"/>`,
    `<rect x="${from * u}" y="${y + depth * u}" width="${(to - from) * u}" height="${0.5 * u}" fill="#fff" opacity="0.45"/>`,
  ].join('')
}

function cuboid(frame: Frame, colour: string, from: number, to: number, top: number, body: number): string {
  const { u, up } = frame
  const y = up(top)
  const id = `q${Math.round(from * 10)}`
  return [
    `<linearGradient id="${id}" x1="0" y1="0" x2="0.5" y2="1"><stop offset="0" stop-color="${lighter(colour, 0.12)}"/><stop offset="1" stop-color="${darker(colour, 0.3)}"/></linearGradient>`,
    `<linearGradient id="${id}t"><stop offset="0" stop-color="${lighter(colour, 0.66)}"/><stop offset="1" stop-color="${lighter(colour, 0.3)}"/></linearGradient>`,
    `<rect x="${(to - 0.2) * u}" y="${y - 1 * u}" width="${5 * u}" height="${body * u}" fill="${darker(colour, 0.5)}" opacity="0.16"/>`,
    `<polygon points="${(from + 2) * u},${y - 5.4 * u} ${(to - 2) * u},${y - 5.4 * u} ${to * u},${y} ${from * u},${y}" fill="url(#${id}t)"/>`,
    `<rect x="${from * u}" y="${y}" width="${(to - from) * u}" height="${body * u}" rx="${0.4 * u}" fill="url(#${id})"/>`,
    `<rect x="${from * u}" y="${y}" width="${(to - from) * u}" height="${0.5 * u}" fill="#fff" opacity="0.5"/>`,
  ].join('')
}

function ball(frame: Frame, x: number, y: number, r: number, colour: string): string {
  const { u, up } = frame
  const id = `b${Math.round(x * 10)}-${Math.round(y * 10)}`
  return [
    `<radialGradient id="${id}" cx="0.35" cy="0.3" r="0.8"><stop offset="0" stop-color="${lighter(colour, 0.75)}"/><stop offset="0.5" stop-color="${colour}"/><stop offset="1" stop-color="${darker(colour, 0.4)}"/></radialGradient>`,
    `<circle cx="${x * u}" cy="${up(y)}" r="${r * u}" fill="url(#${id})"/>`,
  ].join('')
}

function softEllipse(x: number, y: number, rx: number, ry: number, colour: string, opacity: number): string {
  const id = `e${Math.round(x)}-${Math.round(y)}-${Math.round(rx)}`
  return `<radialGradient id="${id}"><stop offset="0" stop-color="${colour}" stop-opacity="${opacity}"/><stop offset="0.55" stop-color="${colour}" stop-opacity="${opacity * 0.45}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient><ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="url(#${id})"/>`
}

/** Light that falls through a window onto the paper. */
function panes(frame: Frame, paper: string): string {
  const { u, up, lift } = frame
  const light = lighter(paper, 0.75)
  const pane = (x: number, y: number) =>
    `<polygon points="${x * u},${up(y)} ${(x + 17) * u},${up(y + 6)} ${(x + 17) * u},${up(y + 28)} ${x * u},${up(y + 22)}" fill="${light}" opacity="0.42"/>`
  return [pane(14, 58 + lift), pane(33, 64.7 + lift), pane(14, 33 + lift), pane(33, 39.7 + lift)].join('')
}

function cloud(x: number, y: number, r: number): string {
  return `<circle cx="${x}" cy="${y}" r="${r}"/><circle cx="${x + r * 1.1}" cy="${y + r * 0.25}" r="${r * 0.75}"/><circle cx="${x - r * 1.1}" cy="${y + r * 0.3}" r="${r * 0.68}"/><rect x="${x - r * 1.7}" y="${y + r * 0.3}" width="${r * 3.4}" height="${r * 0.7}" rx="${r * 0.35}"/>`
}

function drawing(frame: Frame, palette: Palette, parts: readonly string[]): string {
  const { w, h, u, up, lift } = frame
  const gradient = (id: string, from: string, to: string, more = 'x1="0" y1="0" x2="0" y2="1"') =>
    `<linearGradient id="${id}" ${more}><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`
  const fade = (id: string, colour: string, opacity: number, more = '') =>
    `<radialGradient id="${id}" ${more}><stop offset="0" stop-color="${colour}" stop-opacity="${opacity}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>`
  const defs = [
    gradient('wall', lighter(palette.wall, 0.06), darker(palette.wall, 0.07), 'x1="0" y1="0" x2="0.5" y2="1"'),
    gradient('floor', darker(palette.floor, 0.1), lighter(palette.floor, 0.22)),
    gradient('niche', darker(palette.wall, 0.12), lighter(palette.wall, 0.34), 'x1="0" y1="0" x2="1" y2="0.9"'),
    gradient('sky', mix(palette.accent, '#7cc6f0', 0.88), lighter(mix(palette.accent, '#cdeaf6', 0.85), 0.45)),
    gradient('ring', lighter(palette.accent, 0.65), darker(palette.accent, 0.08), 'x1="0" y1="0" x2="1" y2="1"'),
    gradient('sun', lighter(palette.accent, 0.3), mix(palette.accent, palette.wall, 0.55)),
    `<linearGradient id="skirting" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${palette.floor}" stop-opacity="0"/><stop offset="1" stop-color="${darker(palette.floor, 0.1)}"/></linearGradient>`,
    `<linearGradient id="paper" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${lighter(palette.floor, 0.06)}"/><stop offset="0.6" stop-color="${mix(palette.floor, palette.wall, 0.35)}"/><stop offset="0.78" stop-color="${darker(mix(palette.floor, palette.wall, 0.4), 0.05)}"/><stop offset="1" stop-color="${lighter(palette.floor, 0.34)}"/></linearGradient>`,
    `<linearGradient id="fold0"><stop offset="0" stop-color="${darker(palette.wall, 0.3)}"/><stop offset="0.45" stop-color="${lighter(palette.wall, 0.22)}"/><stop offset="1" stop-color="${darker(palette.wall, 0.12)}"/></linearGradient>`,
    `<linearGradient id="fold1"><stop offset="0" stop-color="${darker(palette.wall, 0.24)}"/><stop offset="0.6" stop-color="${lighter(palette.wall, 0.12)}"/><stop offset="1" stop-color="${darker(palette.wall, 0.2)}"/></linearGradient>`,
    fade('spot', '#ffffff', 0.55),
    `<clipPath id="pane"><circle cx="${50 * u}" cy="${up(61 + lift * 1.3)}" r="${31 * u}"/></clipPath>`,
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><defs>${defs.join('')}</defs>${parts.join('')}</svg>`
}
