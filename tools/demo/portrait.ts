/**
 * Portraits of invented people, drawn as layers in a box of 400 by 400: for avatars and room covers in one piece, for
 * the looping streams layer by layer, so that heads can nod and eyes can blink.
 */
import { darker, lighter, mix } from './colour.ts'
import type { AvatarRecipe, HairStyle } from './creators.ts'

export type PortraitLayer = 'backHair' | 'torso' | 'head' | 'features' | 'frontHair'

export function portraitSvg(recipe: AvatarRecipe, { size, bare = false }: { size: number; bare?: boolean }): string {
  const layers = (['backHair', 'torso', 'head', 'features', 'frontHair'] as const).map((one) =>
    portraitLayer(recipe, one),
  )
  const backdrop = bare
    ? ''
    : `<rect width="400" height="400" fill="url(#backdrop)"/><circle cx="112" cy="96" r="150" fill="#fff" opacity="0.2"/><circle cx="330" cy="330" r="110" fill="${darker(recipe.backdrop[1], 0.3)}" opacity="0.13"/>`
  return portraitDrawing(recipe, size, backdrop + layers.join(''))
}

function portraitDrawing(recipe: AvatarRecipe, size: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 400 400">${portraitPaints(recipe)}${content}</svg>`
}

export function portraitLayer(recipe: AvatarRecipe, layer: PortraitLayer): string {
  return drawLayer[layer](recipe)
}

const drawLayer: Record<PortraitLayer, (recipe: AvatarRecipe) => string> = {
  backHair: (recipe) => hair[recipe.hairStyle].back,

  torso: ({ top, skin }) =>
    [
      '<g transform="translate(0 -20)">',
      `<path d="M34 430 V404 C38 336 92 310 158 296 L242 296 C308 310 362 336 366 404 V430 Z" fill="url(#cloth)"/>`,
      `<path d="M96 430 C100 380 104 356 112 338 C100 356 82 378 76 430 Z M304 430 C300 380 296 356 288 338 C300 356 318 378 324 430 Z" fill="${darker(top, 0.4)}" opacity="0.35"/>`,
      `<path d="M166 226 H234 V292 C234 318 166 318 166 292 Z" fill="url(#neck)"/>`,
      `<path d="M150 297 C160 332 240 332 250 297 L262 301 C252 350 148 350 138 301 Z" fill="${lighter(top, 0.3)}"/>`,
      `<path d="M168 252 C186 276 214 276 232 252 L232 262 C214 290 186 290 168 262 Z" fill="${darker(skin, 0.4)}" opacity="0.28"/>`,
      '</g>',
    ].join(''),

  head: ({ skin, earrings, beard, hair: colour }) =>
    [
      `<ellipse cx="124" cy="184" rx="15" ry="20" fill="${mix(skin, '#d9825f', 0.22)}"/><ellipse cx="276" cy="184" rx="15" ry="20" fill="${mix(skin, '#d9825f', 0.28)}"/>`,
      earrings
        ? `<circle cx="121" cy="210" r="7" fill="#fff3d6"/><circle cx="279" cy="210" r="7" fill="#fff3d6"/><circle cx="119" cy="208" r="2.4" fill="#fff"/><circle cx="277" cy="208" r="2.4" fill="#fff"/>`
        : '',
      `<path d="M126 160 C126 96 162 74 200 74 C238 74 274 96 274 160 C274 214 246 266 200 266 C154 266 126 214 126 160 Z" fill="url(#skin)"/>`,
      beard
        ? `<path d="M130 196 C134 240 164 270 200 270 C236 270 266 240 270 196 C262 222 238 222 226 216 C210 208 190 208 174 216 C162 222 138 222 130 196 Z" fill="${colour}" opacity="0.86"/>`
        : '',
      `<ellipse cx="152" cy="208" rx="18" ry="11" fill="#ef7f77" opacity="0.34"/><ellipse cx="248" cy="208" rx="18" ry="11" fill="#ef7f77" opacity="0.34"/>`,
      `<path d="M194 198 Q200 206 208 198" fill="none" stroke="${darker(skin, 0.36)}" stroke-width="4" stroke-linecap="round" opacity="0.75"/>`,
      `<ellipse cx="170" cy="116" rx="34" ry="20" fill="#fff" opacity="0.16"/>`,
    ].join(''),

  features: (recipe) =>
    [
      brows(recipe.hair),
      ...[164, 236].map((x) => openEye(x)),
      `<path d="M178 226 Q200 250 222 226 Q200 233 178 226 Z" fill="#b3404d"/><path d="M184 230 Q200 236 216 230 Q200 239 184 230 Z" fill="#fff" opacity="0.9"/>`,
    ].join(''),

  frontHair: (recipe) => hair[recipe.hairStyle].front(recipe) + (recipe.glasses ? glasses : ''),
}

function brows(colour: string): string {
  return `<path d="M146 150 Q164 139 182 149" fill="none" stroke="${colour}" stroke-width="6.5" stroke-linecap="round"/><path d="M218 149 Q236 139 254 150" fill="none" stroke="${colour}" stroke-width="6.5" stroke-linecap="round"/>`
}

function openEye(x: number): string {
  return `<ellipse cx="${x}" cy="178" rx="12.5" ry="15" fill="#fff"/><ellipse cx="${x}" cy="179" rx="10.5" ry="13.2" fill="#3a2630"/><ellipse cx="${x}" cy="183" rx="7" ry="7.5" fill="#6b4437"/><circle cx="${x + 4}" cy="173" r="4.2" fill="#fff"/><circle cx="${x - 4}" cy="185" r="2" fill="#fff" opacity="0.8"/><path d="M${x - 15} 171 Q${x} 157 ${x + 15} 171" fill="none" stroke="#33222c" stroke-width="4.4" stroke-linecap="round"/>`
}

const glasses = `<g fill="#ffffff" fill-opacity="0.16" stroke="#4a3038" stroke-width="4.5"><rect x="138" y="158" width="52" height="44" rx="20"/><rect x="210" y="158" width="52" height="44" rx="20"/></g><path d="M190 174 Q200 168 210 174 M138 174 L126 170 M262 174 L274 170" fill="none" stroke="#4a3038" stroke-width="4.5"/><path d="M148 170 L160 164 M220 170 L232 164" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity="0.75"/>`

const fringe =
  'M120 176 C112 96 150 54 204 54 C262 54 292 100 280 178 C276 150 264 126 246 112 C220 130 176 136 146 122 C132 136 124 154 120 176 Z'
const sidePart =
  'M120 172 C110 96 148 52 208 54 C262 56 290 100 280 174 C276 146 268 130 256 118 C222 122 190 112 170 94 C160 120 130 130 120 172 Z'
const cropped =
  'M122 164 C112 92 152 56 202 54 C258 54 288 92 278 164 C274 138 266 124 254 116 C220 112 184 112 150 116 C134 124 126 140 122 164 Z'

const shine = `<path d="M150 92 Q186 66 232 80" fill="none" stroke="#fff" stroke-width="9" stroke-linecap="round" opacity="0.2"/>`

type Hair = { back: string; front: (recipe: AvatarRecipe) => string }

function strands(path: string): string {
  return `<path d="${path}" fill="url(#hair)"/>`
}

const hair: Record<HairStyle, Hair> = {
  bob: {
    back: strands(
      'M104 180 C92 84 140 40 200 40 C260 40 308 84 296 180 C300 224 296 258 284 272 C256 286 144 286 116 272 C104 258 100 224 104 180 Z',
    ),
    front: () => strands(fringe) + shine,
  },
  long: {
    back: strands(
      'M102 180 C88 80 140 38 200 38 C260 38 312 80 298 180 C302 250 316 300 322 352 C300 372 262 362 250 330 H150 C138 362 100 372 78 352 C84 300 98 250 102 180 Z',
    ),
    front: () => strands(sidePart) + shine,
  },
  bun: {
    back: `<circle cx="200" cy="42" r="40" fill="url(#hair)"/><path d="M178 30 Q200 14 222 30" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity="0.2"/>${strands('M110 176 C98 88 144 48 200 48 C256 48 302 88 290 176 C292 200 284 222 276 230 H124 C116 222 108 200 110 176 Z')}`,
    front: () => strands(sidePart) + shine,
  },
  short: {
    back: strands(
      'M114 170 C104 86 146 44 200 44 C254 44 296 86 286 170 C286 190 280 200 276 206 H124 C120 200 114 190 114 170 Z',
    ),
    front: () =>
      strands(
        'M118 168 C106 96 140 46 214 44 C266 46 292 92 280 168 C276 142 270 128 262 120 C232 122 206 112 192 98 C176 118 140 116 130 132 C122 144 120 154 118 168 Z',
      ) + shine,
  },
  curly: {
    back: [
      [112, 150, 44],
      [100, 206, 42],
      [112, 254, 38],
      [288, 150, 44],
      [300, 206, 42],
      [288, 254, 38],
      [150, 86, 48],
      [200, 70, 50],
      [250, 86, 48],
    ]
      .map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}" fill="url(#hair)"/>`)
      .join(''),
    front: () =>
      [
        [140, 108, 28],
        [172, 90, 30],
        [206, 86, 30],
        [238, 94, 29],
        [264, 116, 26],
      ]
        .map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}" fill="url(#hair)"/>`)
        .join('') + shine,
  },
  ponytail: {
    back: `<path d="M262 76 C330 70 352 150 330 226 C324 250 306 262 296 252 C312 206 300 150 262 120 Z" fill="url(#hair)"/>${strands('M112 174 C100 88 144 46 200 46 C256 46 300 88 288 174 C290 196 282 214 276 220 H124 C118 214 110 196 112 174 Z')}<rect x="258" y="84" width="26" height="16" rx="8" fill="#f2b64a" transform="rotate(24 270 92)"/>`,
    front: () => strands(fringe) + shine,
  },
  cap: {
    back: strands(
      'M114 176 C106 92 146 50 200 50 C254 50 294 92 286 176 C288 200 280 214 276 218 H124 C120 214 112 200 114 176 Z',
    ),
    front: ({ top }) => {
      const cloth = mix(top, '#33384a', 0.25)
      return `<path d="M112 138 C108 70 150 36 202 36 C256 36 294 72 288 138 C238 118 162 118 112 138 Z" fill="${cloth}"/><path d="M104 142 C140 108 262 108 298 142 C304 158 292 160 280 154 C232 136 168 136 120 154 C108 160 96 158 104 142 Z" fill="${darker(cloth, 0.22)}"/><circle cx="200" cy="38" r="7" fill="${lighter(cloth, 0.3)}"/><path d="M146 84 Q168 58 206 56" fill="none" stroke="#fff" stroke-width="8" stroke-linecap="round" opacity="0.28"/>`
    },
  },
  buzz: {
    back: '',
    front: () => `<g opacity="0.94">${strands(cropped)}</g>${shine}`,
  },
}

export function portraitPaints({ skin, hair: colour, top, backdrop }: AvatarRecipe): string {
  return [
    '<defs>',
    `<linearGradient id="backdrop" x1="0" y1="0" x2="0.6" y2="1"><stop offset="0" stop-color="${backdrop[0]}"/><stop offset="1" stop-color="${backdrop[1]}"/></linearGradient>`,
    `<radialGradient id="skin" cx="0.38" cy="0.32" r="0.85"><stop offset="0" stop-color="${lighter(skin, 0.32)}"/><stop offset="0.6" stop-color="${skin}"/><stop offset="1" stop-color="${mix(skin, '#c76a4a', 0.3)}"/></radialGradient>`,
    `<linearGradient id="neck" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${mix(skin, '#b9613f', 0.38)}"/><stop offset="1" stop-color="${mix(skin, '#c76a4a', 0.12)}"/></linearGradient>`,
    `<linearGradient id="hair" x1="0" y1="0" x2="0.7" y2="1"><stop offset="0" stop-color="${lighter(colour, 0.22)}"/><stop offset="0.5" stop-color="${colour}"/><stop offset="1" stop-color="${darker(colour, 0.35)}"/></linearGradient>`,
    `<linearGradient id="cloth" x1="0" y1="0" x2="0.8" y2="1"><stop offset="0" stop-color="${lighter(top, 0.22)}"/><stop offset="1" stop-color="${darker(top, 0.22)}"/></linearGradient>`,
    '</defs>',
  ].join('')
}
