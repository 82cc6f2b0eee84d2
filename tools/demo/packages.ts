/** Bottles, tubes, tins and bags that the emoji package does not have: drawn here, 400 by 512, with room for a print. */
import { darker, lighter, mix } from './colour.ts'
import type { PackageShape } from './product.ts'

export type PackageDrawing = { svg: string; print: { x: number; y: number; size: number } }

export function drawPackage(shape: PackageShape, colour: string, trim: string): PackageDrawing {
  const { body, print } = bodies[shape](colour, trim)
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="512">${shades(colour, trim)}${body}</svg>`,
    print,
  }
}

type Body = { body: string; print: { x: number; y: number; size: number } }

const bodies: Record<PackageShape, (colour: string, trim: string) => Body> = {
  dropper: (colour, trim) => ({
    body: [
      `<path d="M176 18 Q200 -2 224 18 L228 96 H172 Z" fill="url(#rubber)"/>`,
      `<rect x="150" y="92" width="100" height="66" rx="10" fill="url(#metal)"/>`,
      ...[164, 182, 200, 218, 234].map(
        (x) => `<rect x="${x}" y="96" width="3" height="58" fill="#000" opacity="0.12"/>`,
      ),
      `<path d="M160 156 H240 V176 Q240 196 270 208 Q312 226 312 268 V462 Q312 500 272 500 H128 Q88 500 88 462 V268 Q88 226 130 208 Q160 196 160 176 Z" fill="url(#glass)"/>`,
      `<path d="M104 300 H296 V460 Q296 486 270 486 H130 Q104 486 104 460 Z" fill="${darker(colour, 0.16)}" opacity="0.28"/>`,
      label(112, 276, 176, 176, trim),
      `<path d="M108 250 Q112 228 134 222 L126 470 Q108 468 108 450 Z" fill="#fff" opacity="0.42"/>`,
    ].join(''),
    print: { x: 148, y: 290, size: 104 },
  }),
  tube: (_colour, trim) => ({
    body: [
      `<path d="M104 18 H296 L280 392 H120 Z" fill="url(#body)"/>`,
      `<rect x="98" y="8" width="204" height="34" rx="6" fill="url(#body)"/><rect x="98" y="8" width="204" height="34" rx="6" fill="#fff" opacity="0.25"/>`,
      ...Array.from(
        { length: 16 },
        (_, i) => `<rect x="${108 + i * 12}" y="12" width="3" height="26" fill="#000" opacity="0.1"/>`,
      ),
      `<path d="M118 388 H282 L278 486 Q276 500 262 500 H138 Q124 500 122 486 Z" fill="url(#cap)"/>`,
      `<rect x="120" y="388" width="160" height="8" fill="#000" opacity="0.14"/>`,
      `<rect x="138" y="246" width="124" height="12" rx="6" fill="${trim}" opacity="0.95"/><rect x="152" y="270" width="96" height="8" rx="4" fill="${trim}" opacity="0.75"/><rect x="166" y="290" width="68" height="8" rx="4" fill="${trim}" opacity="0.6"/>`,
      `<path d="M124 50 H146 L148 380 H138 Z" fill="#fff" opacity="0.4"/>`,
    ].join(''),
    print: { x: 138, y: 92, size: 124 },
  }),
  jar: (_colour, trim) => ({
    body: [
      `<rect x="66" y="120" width="268" height="92" rx="22" fill="url(#cap)"/>`,
      `<rect x="66" y="120" width="268" height="26" rx="13" fill="#fff" opacity="0.4"/>`,
      `<rect x="56" y="200" width="288" height="300" rx="56" fill="url(#body)"/>`,
      `<rect x="56" y="200" width="288" height="20" fill="#000" opacity="0.1"/>`,
      label(92, 256, 216, 184, trim),
      `<rect x="76" y="226" width="18" height="232" rx="9" fill="#fff" opacity="0.42"/>`,
    ].join(''),
    print: { x: 128, y: 274, size: 144 },
  }),
  pouch: (colour, trim) => ({
    body: [
      `<path d="M72 40 H328 Q318 250 344 470 Q346 500 316 500 H84 Q54 500 56 470 Q82 250 72 40 Z" fill="url(#body)"/>`,
      `<path d="M68 12 H332 L328 66 H72 Z" fill="${darker(colour, 0.16)}"/>`,
      ...Array.from(
        { length: 22 },
        (_, i) => `<rect x="${76 + i * 11.6}" y="16" width="4" height="46" fill="#fff" opacity="0.12"/>`,
      ),
      `<circle cx="200" cy="38" r="11" fill="#fff" opacity="0.75"/>`,
      `<path d="M90 80 Q104 260 84 480 H70 Q96 260 82 80 Z" fill="#fff" opacity="0.35"/>`,
      `<path d="M300 90 Q290 280 322 486 H300 Q276 280 284 90 Z" fill="#000" opacity="0.1"/>`,
      `<circle cx="200" cy="268" r="106" fill="${trim}"/><circle cx="200" cy="268" r="97" fill="none" stroke="${colour}" stroke-width="4"/>`,
      `<rect x="132" y="398" width="136" height="16" rx="8" fill="${trim}"/><rect x="156" y="426" width="88" height="10" rx="5" fill="${trim}" opacity="0.75"/>`,
      `<path d="M84 470 Q200 510 316 470 L322 490 Q200 506 78 490 Z" fill="#000" opacity="0.12"/>`,
    ].join(''),
    print: { x: 124, y: 192, size: 152 },
  }),
  tin: (colour, trim) => ({
    body: [
      `<path d="M78 110 V462 A122 34 0 0 0 322 462 V110 Z" fill="url(#body)"/>`,
      `<path d="M70 66 V128 A130 34 0 0 0 330 128 V66 Z" fill="url(#lid)"/>`,
      `<ellipse cx="200" cy="66" rx="130" ry="34" fill="${lighter(colour, 0.3)}"/><ellipse cx="200" cy="64" rx="112" ry="26" fill="${lighter(colour, 0.14)}"/>`,
      `<path d="M78 196 A122 34 0 0 0 322 196 V206 A122 34 0 0 1 78 206 Z" fill="${trim}"/><path d="M78 424 A122 34 0 0 0 322 424 V434 A122 34 0 0 1 78 434 Z" fill="${trim}"/>`,
      `<circle cx="200" cy="332" r="78" fill="${trim}"/><circle cx="200" cy="332" r="70" fill="none" stroke="${darker(colour, 0.1)}" stroke-width="3"/>`,
      `<path d="M100 158 V466 Q112 476 122 480 V166 Z" fill="#fff" opacity="0.28"/>`,
    ].join(''),
    print: { x: 146, y: 278, size: 108 },
  }),
  bottle: (_colour, trim) => ({
    body: [
      `<path d="M182 40 H262 Q286 40 286 60 L284 74 H214 V110 H182 Z" fill="url(#cap)"/>`,
      `<rect x="186" y="70" width="28" height="60" fill="url(#cap)"/><rect x="156" y="118" width="88" height="44" rx="8" fill="url(#cap)"/>`,
      `<path d="M150 158 H250 Q322 176 322 250 V456 Q322 500 280 500 H120 Q78 500 78 456 V250 Q78 176 150 158 Z" fill="url(#body)"/>`,
      label(104, 256, 192, 190, lighter(mix(trim, '#ffffff', 0.85), 0.4)),
      `<path d="M94 256 Q96 206 136 184 L120 480 Q94 476 94 450 Z" fill="#fff" opacity="0.36"/>`,
    ].join(''),
    print: { x: 136, y: 268, size: 128 },
  }),
}

function label(x: number, y: number, width: number, height: number, colour: string): string {
  const middle = x + width / 2
  const foot = y + height
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="12" fill="${colour}" opacity="0.96"/>`,
    `<rect x="${middle - width * 0.3}" y="${foot - 36}" width="${width * 0.6}" height="9" rx="4.5" fill="#5a4a52" opacity="0.5"/>`,
    `<rect x="${middle - width * 0.2}" y="${foot - 20}" width="${width * 0.4}" height="7" rx="3.5" fill="#5a4a52" opacity="0.3"/>`,
  ].join('')
}

function shades(colour: string, trim: string): string {
  const round = (id: string, base: string) =>
    `<linearGradient id="${id}"><stop offset="0" stop-color="${darker(base, 0.26)}"/><stop offset="0.2" stop-color="${lighter(base, 0.34)}"/><stop offset="0.55" stop-color="${base}"/><stop offset="1" stop-color="${darker(base, 0.4)}"/></linearGradient>`
  return `<defs>${round('body', colour)}${round('cap', trim)}${round('lid', lighter(colour, 0.12))}${round('metal', '#e3b77a')}${round('rubber', '#4a3f4d')}<linearGradient id="glass"><stop offset="0" stop-color="${darker(colour, 0.22)}"/><stop offset="0.24" stop-color="${lighter(colour, 0.5)}"/><stop offset="0.6" stop-color="${lighter(colour, 0.12)}"/><stop offset="1" stop-color="${darker(colour, 0.34)}"/></linearGradient></defs>`
}
