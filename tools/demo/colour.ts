/** The little colour arithmetic that palettes need. Hue in degrees, saturation and lightness in per cent. */
export function hsl(hue: number, saturation: number, lightness: number): string {
  const s = clamp(saturation, 0, 100) / 100
  const l = clamp(lightness, 0, 100) / 100
  const turn = (((hue % 360) + 360) % 360) / 30
  const reach = s * Math.min(l, 1 - l)
  const channel = (offset: number) => {
    const k = (offset + turn) % 12
    const level = l - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))
    return Math.round(level * 255)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${channel(0)}${channel(8)}${channel(4)}`
}

export function rgbOf(hex: string): [number, number, number] {
  const number = Number.parseInt(hex.slice(1), 16)
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255]
}

/** The way from one colour to another; 0 is the first, 1 the second. */
export function mix(from: string, to: string, share: number): string {
  const a = rgbOf(from)
  const b = rgbOf(to)
  const channel = (index: 0 | 1 | 2) =>
    Math.round(a[index] + (b[index] - a[index]) * share)
      .toString(16)
      .padStart(2, '0')
  return `#${channel(0)}${channel(1)}${channel(2)}`
}

export function lighter(hex: string, share: number): string {
  return mix(hex, '#ffffff', share)
}

export function darker(hex: string, share: number): string {
  return mix(hex, '#1c1430', share)
}

export function clamp(number: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, number))
}
