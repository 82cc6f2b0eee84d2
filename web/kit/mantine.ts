/**
 * The Mantine theme of studio, console and big screen; the buyer's app does not load it.
 *
 *     import '@mantine/core/styles.css'
 *     <MantineProvider theme={mantineTheme} cssVariablesResolver={mantineVariables}
 *                      colorSchemeManager={mantineSchemes} defaultColorScheme="auto">
 *
 * Always true: text on filled, light and outlined components of every colour has a contrast of at least 4.5 in both
 * schemes. Mantine's own colours do not reach it, so the dark end of each is darkened until it does (4.7, with slack
 * for tints), and shade 8 is the primary one.
 */
import {
  type CSSVariablesResolver,
  createTheme,
  DEFAULT_THEME,
  type MantineColorScheme,
  type MantineColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core'
import { setTheme } from './theme.ts'

const contrastMin = 4.7

function channelsOf(hex: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number]
}

function luminanceOf(hex: string): number {
  const [r, g, b] = channelsOf(hex).map((channel) => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export function contrastOf(a: string, b: string): number {
  const [light, dark] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function darkened(hex: string, against: string): string {
  let colour = hex
  for (let step = 0; step < 60 && contrastOf(colour, against) < contrastMin; step++) {
    const channels = channelsOf(colour).map((channel) => Math.floor(channel * 0.97))
    colour = `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
  }
  return colour
}

function readable(colours: MantineColorsTuple): MantineColorsTuple {
  const tint = colours[1]
  return colours.map((colour, shade) => (shade >= 7 ? darkened(colour, tint) : colour)) as unknown as MantineColorsTuple
}

const brand: MantineColorsTuple = [
  '#fff0f3',
  '#fdeaee',
  '#fbc9d3',
  '#f893a6',
  '#f4627d',
  '#ee3d5f',
  '#e5234a',
  '#db1540',
  '#c00f36',
  '#9d0b2b',
]
const colours = Object.fromEntries(
  Object.entries(DEFAULT_THEME.colors).map(([name, tuple]) => [name, name === 'dark' ? tuple : readable(tuple)]),
)

export const mantineTheme = createTheme({
  colors: { ...colours, brand: readable(brand) },
  primaryColor: 'brand',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  // Where black and white text contrast equally.
  luminanceThreshold: 0.179,
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '650', textWrap: 'balance' },
})

export const mantineVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': '#5b5764',
    '--mantine-color-placeholder': '#6a6573',
    '--mantine-color-anchor': '#c00f36',
    '--mantine-color-error': '#b3123a',
  },
  dark: {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': '#b4afbf',
    '--mantine-color-placeholder': '#a8a2b4',
    '--mantine-color-anchor': '#ff8097',
    '--mantine-color-error': '#ff8097',
  },
})

/** Keeps Mantine's scheme and the kit's theme one choice. */
export const mantineSchemes: MantineColorSchemeManager = {
  get(fallback) {
    try {
      const value = localStorage.getItem('hawker.theme')
      return value === 'light' || value === 'dark' ? value : 'auto'
    } catch {
      return fallback
    }
  },
  set: (scheme: MantineColorScheme) => setTheme(scheme),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => setTheme('auto'),
}
