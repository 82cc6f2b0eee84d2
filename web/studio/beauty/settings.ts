/** What a host may change of his picture, and what is remembered of it on his device. */

/** Five sliders, 0 to 100; at 0 each does nothing. */
export interface BeautySettings {
  isOn: boolean
  smooth: number
  whiten: number
  slim: number
  lips: number
  look: number
  lipColour: LipColour
  lookName: LookName
}

export const sliders = ['smooth', 'whiten', 'slim', 'lips', 'look'] as const
export type Slider = (typeof sliders)[number]

/** Linear colours of the lipsticks, red green blue from 0 to 1. */
export const lipColours = {
  rose: [0.82, 0.22, 0.36],
  brick: [0.66, 0.2, 0.16],
  coral: [0.93, 0.36, 0.3],
  plum: [0.5, 0.12, 0.32],
} as const
export type LipColour = keyof typeof lipColours

/**
 * A look is a colour matrix (rows: red, green, blue out) and an offset. Rows of a matrix sum to about one, so that a look
 * changes the mood of a picture and not how bright it is.
 */
export const looks = {
  fresh: { rows: [1.04, 0, 0, 0, 1.01, 0.01, 0.02, 0, 1.03], offset: [0.01, 0.005, 0.012] },
  warm: { rows: [1.08, 0.02, 0, 0.01, 1.0, 0, 0, 0.02, 0.9], offset: [0.012, 0.004, -0.006] },
  cool: { rows: [0.94, 0, 0.02, 0, 1.0, 0.02, 0, 0.02, 1.07], offset: [0, 0.004, 0.012] },
  film: { rows: [0.92, 0.08, 0.02, 0.03, 0.93, 0.04, 0.03, 0.09, 0.86], offset: [0.02, 0.016, 0.024] },
} as const
export type LookName = keyof typeof looks

export const gentle: BeautySettings = {
  isOn: true,
  smooth: 55,
  whiten: 25,
  slim: 20,
  lips: 20,
  look: 30,
  lipColour: 'rose',
  lookName: 'fresh',
}

const key = 'hawker.beauty'

/** What was written long ago, or by somebody else, is read with care: what makes no sense is as at the beginning. */
export function readSettings(text: string | null): BeautySettings {
  if (text === null) return gentle
  let said: Partial<Record<keyof BeautySettings, unknown>>
  try {
    const parsed: unknown = JSON.parse(text)
    if (parsed === null || typeof parsed !== 'object') return gentle
    said = parsed
  } catch {
    return gentle
  }
  const numbers = Object.fromEntries(sliders.map((slider) => [slider, amount(said[slider], gentle[slider])]))
  return {
    ...gentle,
    ...numbers,
    isOn: said.isOn !== false,
    lipColour: isOneOf(lipColours, said.lipColour) ? said.lipColour : gentle.lipColour,
    lookName: isOneOf(looks, said.lookName) ? said.lookName : gentle.lookName,
  }
}

function amount(said: unknown, otherwise: number): number {
  return typeof said === 'number' && Number.isFinite(said) ? Math.min(100, Math.max(0, said)) : otherwise
}

function isOneOf<Names extends object>(names: Names, name: unknown): name is keyof Names {
  return typeof name === 'string' && Object.hasOwn(names, name)
}

export function loadSettings(): BeautySettings {
  try {
    return readSettings(localStorage.getItem(key))
  } catch {
    return gentle // Storage may be forbidden; then nothing is remembered.
  }
}

export function saveSettings(settings: BeautySettings): void {
  try {
    localStorage.setItem(key, JSON.stringify(settings))
  } catch {
    // As above.
  }
}
