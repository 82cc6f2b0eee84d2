/** `?kiosk&theme=dark|light&rotate=30`: how a screen is told what it is, since nobody can touch it. */
export interface ScreenOptions {
  /** No pointer, no links, the display stays awake. */
  kiosk: boolean
  theme: 'dark' | 'light'
  /** Every so many seconds another panel is shown large; 0 shows all of them beside each other. */
  rotateSeconds: number
}

export function optionsOf(search: string): ScreenOptions {
  const wanted = new URLSearchParams(search)
  const seconds = Number(wanted.get('rotate') ?? 0)
  return {
    kiosk: wanted.has('kiosk') && wanted.get('kiosk') !== '0',
    theme: wanted.get('theme') === 'light' ? 'light' : 'dark',
    rotateSeconds: Number.isFinite(seconds) && seconds > 0 ? Math.min(3_600, Math.max(5, seconds)) : 0,
  }
}
