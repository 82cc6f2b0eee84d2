import { useLingui } from '@lingui/react/macro'
import type { ButtonHTMLAttributes, ReactNode } from 'react'
import css from './button.module.css'
import { type Locale, localeNames, locales, setLocale, useLocale } from './i18n.tsx'
import { priceParts } from './money.ts'
import { setTheme, type Theme, themes, useTheme } from './theme.ts'

type Look = 'primary' | 'tinted' | 'plain' | 'outlined'

export function Button({
  look = 'primary',
  size = 'm',
  wide = false,
  busy = false,
  children,
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; size?: 's' | 'm' | 'l'; wide?: boolean; busy?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
      className={[css['button'], css[look], css[size], wide ? css['wide'] : '', className].join(' ')}
    >
      {busy && <span className={css['spinner']} aria-hidden="true" />}
      {children}
    </button>
  )
}

/** A price as a tag: small symbol, large number; the old price struck through beside it. */
export function Price(of: {
  minor: number
  toMinor?: number
  currency: string
  listMinor?: number | null
  size?: 's' | 'm' | 'l' | 'xl'
}) {
  const { t } = useLingui()
  useLocale()
  const struck = of.listMinor != null && of.listMinor > of.minor
  return (
    <span className={css['price']} data-size={of.size ?? 'm'}>
      <span className={css['now']}>
        {priceParts(of.minor, of.currency).map((part) => (
          <span key={`${part.type} ${part.value}`} className={css[part.type]}>
            {part.value}
          </span>
        ))}
        {of.toMinor !== undefined && of.toMinor > of.minor && <span className={css['fraction']}>+</span>}
      </span>
      {struck && (
        <s className={css['was']}>
          <span className="visually-hidden">{t`before`} </span>
          {priceParts(of.listMinor ?? 0, of.currency).map((part) => part.value)}
        </s>
      )}
    </span>
  )
}

/** A few choices of which one holds. */
export function Segments<Value extends string>(of: {
  label: string
  value: Value
  options: readonly { value: Value; label: ReactNode }[]
  onChange: (value: Value) => void
}) {
  return (
    <fieldset className={css['segments']}>
      <legend className="visually-hidden">{of.label}</legend>
      {of.options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === of.value}
          onClick={() => of.onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}

export function LocaleSwitch() {
  const { t } = useLingui()
  const locale = useLocale()
  return (
    <Segments<Locale>
      label={t`Language`}
      value={locale}
      options={locales.map((value) => ({ value, label: <span lang={value}>{localeNames[value]}</span> }))}
      onChange={(value) => void setLocale(value)}
    />
  )
}

export function ThemeSwitch() {
  const { t } = useLingui()
  const theme = useTheme()
  const names: Record<Theme, string> = { auto: t`Automatic`, light: t`Light`, dark: t`Dark` }
  return (
    <Segments<Theme>
      label={t`Appearance`}
      value={theme}
      options={themes.map((value) => ({ value, label: names[value] }))}
      onChange={setTheme}
    />
  )
}
