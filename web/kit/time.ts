import { serverNowMs } from '../client/clock.ts'
import { currentLocale } from './i18n.tsx'

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "3 minutes ago", measured on the server's clock. */
export function ago(instant: string, nowMs: number = serverNowMs(), locale: string = currentLocale()): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const awayMs = Date.parse(instant) - nowMs
  for (const [unit, ms] of units) {
    if (Math.abs(awayMs) >= ms) return format.format(Math.trunc(awayMs / ms), unit)
  }
  return format.format(0, 'second')
}

export function dateTime(instant: string, locale: string = currentLocale()): string {
  return written(instant, locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })
}

export function time(instant: string, locale: string = currentLocale()): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(instant))
}

export function day(instant: string, locale: string = currentLocale()): string {
  return written(instant, locale, { month: 'short', day: 'numeric', weekday: 'short' })
}

/** With its year where that is not this one, and then without the day of the week, which nobody asks of another year. */
function written(instant: string, locale: string, parts: Intl.DateTimeFormatOptions): string {
  const date = new Date(instant)
  if (date.getFullYear() === new Date(serverNowMs()).getFullYear())
    return new Intl.DateTimeFormat(locale, parts).format(date)
  const { weekday: _, ...rest } = parts
  return new Intl.DateTimeFormat(locale, { ...rest, year: 'numeric' }).format(date)
}
