/**
 * Amounts for people: minor units become an exact decimal string before `Intl` sees them, so nothing is rounded on the
 * way. The narrow symbol is used, because plain `Intl` prints "CN¥9.90" to English readers.
 */
import { currentLocale } from './i18n.tsx'

const digits = 2 // All currencies of the contract have two.
const formats = new Map<string, Intl.NumberFormat>()

function formatOf(locale: string, currency: string, style: 'exact' | 'short'): Intl.NumberFormat {
  const name = `${locale} ${currency} ${style}`
  let format = formats.get(name)
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      ...(style === 'short' ? { trailingZeroDisplay: 'stripIfInteger' } : {}),
    })
    formats.set(name, format)
  }
  return format
}

/** 990 -> "9.90": exact for every safe integer. */
export function decimalOf(minor: number): `${number}` {
  if (!Number.isSafeInteger(minor)) throw new RangeError('an amount is a safe integer')
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  return `${minor < 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}` as `${number}`
}

/** "9.9" -> 990; null for what is no amount. For input fields. */
export function minorOf(decimal: string): number | null {
  const match = /^(\d{1,12})(?:[.,](\d{1,2}))?$/.exec(decimal.trim().replaceAll(/[\s¥$€£]/g, ''))
  if (match === null) return null
  const minor = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(digits, '0'))
  return Number.isSafeInteger(minor) ? minor : null
}

/** Always with both decimals: for sums, bills and books. */
export function money(minor: number, currency: string, locale: string = currentLocale()): string {
  return formatOf(locale, currency, 'exact').format(decimalOf(minor))
}

/** A price tag's parts: whole prices go without decimals, the symbol and the fraction are set smaller. */
export function priceParts(
  minor: number,
  currency: string,
  locale: string = currentLocale(),
): { type: 'symbol' | 'whole' | 'fraction'; value: string }[] {
  return formatOf(locale, currency, 'short')
    .formatToParts(decimalOf(minor))
    .map(({ type, value }) => ({
      type:
        type === 'currency' || type === 'literal'
          ? 'symbol'
          : type === 'decimal' || type === 'fraction'
            ? 'fraction'
            : 'whole',
      value,
    }))
}

/** 12,345 -> "12.3K" or "1.2万": for viewers, likes, units sold. */
export function count(value: number, locale: string = currentLocale()): string {
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value)
}

/** A number to the last digit, where people pay with it: coins. */
export function exact(value: number): string {
  return value.toLocaleString(currentLocale())
}
